import { describe, expect, it } from 'vitest';
import { ancestorsOf, descendantsOf, type GraphStep, layersOf, longestPath, readySteps } from './step-graph.ts';

/** `a b:a c:a d:b,c` */
function graph(text: string): GraphStep[] {
  return text.split(' ').map((step) => {
    const [id = '', needs] = step.split(':');
    return { id, needs: needs?.split(',') ?? [] };
  });
}
const sorted = (ids: ReadonlySet<string>) => [...ids].sort().join(' ');

describe('a graph of steps', () => {
  const diamond = graph('a b:a c:a d:b,c e');

  it.each([
    ['a', '', 'b c d'],
    ['b', 'a', 'd'],
    ['d', 'a b c', ''],
    ['e', '', ''],
    ['nobody', '', ''],
  ])('%s waits for [%s], and [%s] wait for it', (id, before, behind) => {
    expect(sorted(ancestorsOf(diamond, id))).toBe(before);
    expect(sorted(descendantsOf(diamond, id))).toBe(behind);
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'a e'],
    [{ a: 'running' }, 'e'],
    [{ a: 'succeeded' }, 'b c e'],
    [{ a: 'succeeded', b: 'succeeded', c: 'running' }, 'e'],
    [{ a: 'succeeded', b: 'succeeded', c: 'succeeded', e: 'failed' }, 'd'],
    [{ a: 'failed', e: 'skipped' }, ''],
    [{ a: 'canceled', e: 'timedout' }, ''],
  ])('with %j, ready are: %s', (statuses, ready) => {
    const steps = readySteps(diamond, (id) => statuses[id] ?? 'pending');
    expect(steps.map(({ id }) => id).join(' ')).toBe(ready);
  });

  it('never begins what needs a step that is not there', () => {
    expect(readySteps(graph('a:gone'), (id) => (id === 'gone' ? 'succeeded' : 'pending'))).toEqual([]);
  });

  it.each([
    ['a b:a c:a d:b,c e', { a: 1, b: 5, c: 2, d: 1, e: 3 }, ['a', 'b', 'd'], 7],
    ['a b:a c:a d:b,c e', { a: 1, b: 1, c: 1, d: 1, e: 9 }, ['e'], 9],
    ['a b', { a: 2, b: 2 }, ['a'], 2],
    ['a b:a', { a: 0, b: 0 }, ['a'], 0],
    ['a:gone', { a: 4 }, ['a'], 4],
  ])('of %s with %j the longest path is %j', (text, weights: Record<string, number>, ids, total) => {
    expect(longestPath(graph(text), ({ id }) => weights[id] ?? 0)).toEqual({ ids, total });
  });

  it('without steps has neither path nor layers', () => {
    expect(longestPath([], () => 1)).toEqual({ ids: [], total: 0 });
    expect(layersOf([])).toEqual([]);
  });

  it.each([
    ['a b:a c:a d:b,c e', 'a e | b c | d'],
    ['a b:a c:b d:a,c', 'a | b | c | d'],
    ['a b c', 'a b c'],
  ])('%s has the layers %s', (text, layers) => {
    const ids = layersOf(graph(text)).map((layer) => layer.map(({ id }) => id).join(' '));
    expect(ids.join(' | ')).toBe(layers);
  });

  it('of 5,000 steps in a row, or all needing one another, is gone through once a step and need', () => {
    const row = Array.from({ length: 5_000 }, (_, at) => ({ id: `s${at}`, needs: at === 0 ? [] : [`s${at - 1}`] }));
    let asked = 0;
    const path = longestPath(row, () => (asked += 1) && 1);
    expect([path.total, path.ids.length, asked]).toEqual([5_000, 5_000, 5_000]);
    expect(ancestorsOf(row, 's4999').size).toBe(4_999);
    expect(descendantsOf(row, 's0').size).toBe(4_999);
    expect(layersOf(row)).toHaveLength(5_000);

    asked = 0;
    const wide = row.map(({ id }, at) => ({
      id,
      get needs() {
        asked += 1;
        return row.slice(Math.max(0, at - 50), at).map((step) => step.id);
      },
    }));
    expect(ancestorsOf(wide, 's4999').size).toBe(4_999);
    expect(asked).toBe(5_000);
  });
});
