import type { Slot, Slots } from './slots.ts';

/** Between nodes, and between whatever else lies side by side (px). */
const nodeGap = 16;
const bendGap = 8;
const sweeps = 6;

/**
 * Gives every slot its height in the drawing, in the order that the layers have: as near as can be to the middle of its
 * neighbours, so that edges run straight where they can.
 * @returns the middle of each slot (px), from any zero
 */
export function placeLayers({ slots, links }: Slots, order: readonly (readonly number[])[]): readonly number[] {
  const before: number[][] = slots.map(() => []);
  const behind: number[][] = slots.map(() => []);
  for (const [from, to] of links) {
    behind[from]?.push(to);
    before[to]?.push(from);
  }
  const centers = new Float64Array(slots.length);
  for (const layer of order) {
    const offsets = offsetsOf(layer, slots);
    const middle = (offsets.at(-1) ?? 0) / 2;
    layer.forEach((slot, place) => (centers[slot] = (offsets[place] ?? 0) - middle));
  }
  const pull = (layer: readonly number[], neighbours: readonly (readonly number[])[]) => {
    const offsets = offsetsOf(layer, slots);
    const wanted = layer.map((slot, place) => {
      const near = (neighbours[slot] ?? []).map((each) => centers[each] ?? 0);
      return (near.length === 0 ? (centers[slot] ?? 0) : median(near)) - (offsets[place] ?? 0);
    });
    rising(wanted).forEach((at, place) => (centers[layer[place] ?? 0] = at + (offsets[place] ?? 0)));
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    if (sweep % 2 === 0) order.slice(1).forEach((layer) => pull(layer, before));
    else
      order
        .slice(0, -1)
        .toReversed()
        .forEach((layer) => pull(layer, behind));
  }
  // Last from the left: what follows a single step stands beside it.
  order.slice(1).forEach((layer) => pull(layer, before));
  return [...centers];
}

/** How far each slot's middle is below the first one's at least. */
function offsetsOf(layer: readonly number[], slots: readonly Slot[]): readonly number[] {
  let at = 0;
  return layer.map((slot, place) => {
    const above = place === 0 ? undefined : slots[layer[place - 1] ?? 0];
    const here = slots[slot];
    if (above !== undefined && here !== undefined) {
      const gap = above.height > 2 && here.height > 2 ? nodeGap : bendGap;
      at += (above.height + here.height) / 2 + gap;
    }
    return at;
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** The nearest values that never fall (least squares; pool adjacent violators). */
function rising(wanted: readonly number[]): readonly number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of wanted) {
    let pool = { sum: value, count: 1 };
    for (let above = pools.at(-1); above !== undefined && above.sum / above.count > pool.sum / pool.count;) {
      pools.pop();
      pool = { sum: above.sum + pool.sum, count: above.count + pool.count };
      above = pools.at(-1);
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}
