import { expect, it } from 'vitest';
import type { Run } from '@shared/model/run.ts';
import { countNew, withNewest, withOlder } from './run-pages.ts';
import { extendedTo, nothingSelected, toggled } from './selection.ts';

/** Only what the paging looks at. */
function run(number: number): Run {
  return { runId: `ca${number}`, createTime: `2026-11-23T12:00:0${number}.000Z` } as Run;
}
const ids = (runs: readonly Run[]) => runs.map((each) => each.runId).join(' ');

it('keeps older runs behind the newest when those are asked for again', () => {
  const known = [run(5), run(4), run(3), run(2), run(1)];
  expect(ids(withNewest(known, [run(6), run(5), run(4)], false))).toBe('ca6 ca5 ca4 ca3 ca2 ca1');
});

it('drops a run that should be among the newest and has gone', () => {
  expect(ids(withNewest([run(5), run(4), run(3), run(2)], [run(5), run(3)], false))).toBe('ca5 ca3 ca2');
});

it('drops everything else when the newest are all there are', () => {
  expect(ids(withNewest([run(3), run(2), run(1)], [run(3)], true))).toBe('ca3');
});

it('adds a page once', () => {
  const page = [run(2), run(1)];
  expect(ids(withOlder(withOlder([run(3)], page), page))).toBe('ca3 ca2 ca1');
});

it.each([
  [undefined, 0],
  ['ca3', 0],
  ['ca1', 2],
  ['gone', 0],
])('counts the runs in front of %s', (before, count) => {
  expect(countNew(before, [run(3), run(2), run(1)])).toBe(count);
});

it('selects one by one, and a range from the last one', () => {
  const order = ['a', 'b', 'c', 'd'];
  const one = toggled(nothingSelected, 'b');
  const range = extendedTo(one, order, 'd');
  expect([...range.ids]).toEqual(['b', 'c', 'd']);
  expect([...toggled(range, 'c').ids]).toEqual(['b', 'd']);
  expect([...extendedTo(one, order, 'a').ids].toSorted()).toEqual(['a', 'b']);
});
