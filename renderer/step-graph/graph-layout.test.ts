import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphStep } from '@shared/model/step-graph.ts';
import { layOut, sameGraph } from './graph-layout.ts';
import type { GraphLayout } from './graph-layout.ts';
import { nodeHeight, nodeWidth } from './slots.ts';
import type { Box } from './viewport.ts';

/** `b: a` for a step b that needs a. */
function steps(...lines: readonly string[]): readonly GraphStep[] {
  return lines.map((line) => {
    const [id = '', needs = ''] = line.split(':');
    return { id, needs: needs.split(' ').filter((need) => need !== '') };
  });
}

const layers = ({ nodes }: GraphLayout) => Object.fromEntries(nodes.map(({ id, layer }) => [id, layer]));
const pairs = ({ edges }: GraphLayout) => edges.map(({ from, to }) => `${from} ${to}`);
const middle = (layout: GraphLayout, id: string) => layout.nodes.find((node) => node.id === id)?.y;

/** Where a path leads, the points that its curves bend towards too. */
function pointsOf(path: string): readonly (readonly [x: number, y: number])[] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/([MLHVQC])([^MLHVQC]+)/g)].flatMap(([, command = '', numbers = '']) => {
    const values = numbers.split(' ').map(Number);
    const pairs = command === 'H' ? [[values[0], y]] : command === 'V' ? [[x, values[0]]] : inPairs(values);
    return pairs.map(([toX = NaN, toY = NaN]) => [(x = toX), (y = toY)] as const);
  });
}

function inPairs(values: readonly number[]): readonly (readonly number[])[] {
  return values.flatMap((value, index) => (index % 2 === 0 ? [[value, values[index + 1] ?? NaN]] : []));
}

function within(box: Box, [x, y]: readonly [number, number]): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** Any task: each step needs some of those above it. */
const anySteps = fc
  .array(fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), { minLength: 1, maxLength: 60 })
  .map((needs) =>
    needs.map((each, index) => ({
      id: `s${index}`,
      needs: index === 0 ? [] : [...new Set(each.map((need) => `s${need % index}`))],
    })),
  );

describe('layOut', () => {
  it('puts each step behind the longest way to it', () => {
    const layout = layOut(steps('a', 'b:a', 'c:b', 'd:a', 'e:c d', 'f'));
    expect(layers(layout)).toEqual({ a: 0, b: 1, c: 2, d: 1, e: 3, f: 0 });
  });

  it('leaves out what other edges imply, however far round they lead', () => {
    expect(pairs(layOut(steps('a', 'b:a', 'c:b', 'd:a b c')))).toEqual(['a b', 'b c', 'c d']);
    expect(pairs(layOut(steps('a', 'b', 'c:a b', 'd:a c')))).toEqual(['a c', 'b c', 'c d']);
  });

  it('draws a chain as one straight line', () => {
    const layout = layOut(steps('a', 'b:a', 'c:b', 'd:c'));
    expect(new Set(layout.nodes.map(({ y }) => y)).size).toBe(1);
    expect(layout.edges.map(({ path }) => /[QC]/.test(path))).toEqual([false, false, false]);
  });

  it('uncrosses what the file has crossed', () => {
    const layout = layOut(steps('a', 'b', 'x:b', 'y:a'));
    expect(Math.sign((middle(layout, 'a') ?? 0) - (middle(layout, 'b') ?? 0))).toBe(
      Math.sign((middle(layout, 'y') ?? 0) - (middle(layout, 'x') ?? 0)),
    );
  });

  it('passes over needs that name nothing, or what stands below', () => {
    expect(pairs(layOut(steps('a:b ghost a', 'b:a')))).toEqual(['a b']);
    expect(layOut([])).toEqual({ width: 0, height: 0, nodes: [], edges: [] });
  });

  it('keeps nodes apart, inside the drawing, and edges from left to right', () => {
    fc.assert(
      fc.property(anySteps, (task) => {
        const { nodes, edges, width, height } = layOut(task);
        expect(nodes.map(({ id }) => id)).toEqual(task.map(({ id }) => id));
        for (const [index, node] of nodes.entries()) {
          expect(node.x >= 0 && node.y >= 0 && node.x + nodeWidth <= width && node.y + nodeHeight <= height).toBe(true);
          for (const other of nodes.slice(index + 1)) {
            const apart = Math.abs(node.x - other.x) >= nodeWidth || Math.abs(node.y - other.y) >= nodeHeight;
            expect(apart).toBe(true);
          }
        }
        const places = new Map(nodes.map((node) => [node.id, node]));
        for (const { from, to, path, box } of edges) {
          const [start, end] = [places.get(from), places.get(to)];
          if (start === undefined || end === undefined) throw new Error('an edge without its steps');
          expect(path.startsWith(`M${start.x + nodeWidth} ${start.y + nodeHeight / 2}`)).toBe(true);
          expect(end.x).toBeGreaterThan(start.x);
          expect(path).not.toMatch(/NaN|undefined/);
          expect(pointsOf(path).filter((point) => !within(box, point))).toEqual([]);
        }
      }),
    );
  });

  it('is the same for the same steps, whatever has become of them', () => {
    fc.assert(
      fc.property(anySteps, (task) => {
        const running = task.map((step, index) => ({ ...step, status: 'running', startTime: String(index) }));
        expect(layOut(running)).toEqual(layOut(task));
        expect(sameGraph(running, task)).toBe(true);
      }),
    );
  });

  it.each([
    ['an id', steps('a', 'c:a')],
    ['the order', steps('b', 'a')],
    ['what is needed', steps('a', 'b')],
    ['how much is needed', steps('a', 'b:a a')],
    ['how many there are', steps('a')],
  ])('is another where %s has changed', (_, other) => {
    expect(sameGraph(steps('a', 'b:a'), other)).toBe(false);
  });

  it('has an answer where every step needs all that stand above it', () => {
    const task = Array.from({ length: 300 }, (_, index) => ({
      id: `s${index}`,
      needs: Array.from({ length: index }, (__, need) => `s${need}`),
    }));
    expect(layOut(task).edges).toHaveLength(299);
  });

  it('has an answer where hundreds of edges are longer than bends are worth', () => {
    const chain = Array.from({ length: 250 }, (_, index) => ({
      id: `c${index}`,
      needs: index === 0 ? [] : [`c${index - 1}`],
    }));
    const leaves = Array.from({ length: 250 }, (_, index) => ({ id: `l${index}`, needs: [] }));
    const all = [...chain, ...leaves];
    const layout = layOut([...all, { id: 'end', needs: all.map(({ id }) => id) }]);
    expect(layout.edges).toHaveLength(249 + 1 + 250);
  });
});
