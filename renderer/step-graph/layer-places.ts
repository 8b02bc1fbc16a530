import type { Neighbours, Slot, Slots } from './slots.ts';

/** Between nodes, and between whatever else lies side by side (px). */
const nodeGap = 16;
const bendGap = 8;
const sweeps = 6;

/**
 * Gives every slot its height in the drawing, in the order that the layers have: as near as can be to the middle of its
 * neighbours, so that edges run straight where they can.
 * @returns the middle of each slot (px), from any zero
 */
export function placeLayers(
  { slots, before, behind }: Slots,
  order: readonly (readonly number[])[],
): readonly number[] {
  const centers = new Float64Array(slots.length);
  const offsets = offsetsOf(order, slots);
  for (const layer of order) {
    const middle = (offsets[layer.at(-1) ?? 0] ?? 0) / 2;
    for (const slot of layer) centers[slot] = (offsets[slot] ?? 0) - middle;
  }
  const pull = (layer: readonly number[], neighbours: Neighbours) => {
    const wanted = layer.map((slot) => {
      const near = neighbours[slot] ?? [];
      return (near.length === 0 ? (centers[slot] ?? 0) : median(near, centers)) - (offsets[slot] ?? 0);
    });
    raise(wanted);
    for (let place = 0; place < layer.length; place++) {
      const slot = layer[place] ?? 0;
      centers[slot] = (wanted[place] ?? 0) + (offsets[slot] ?? 0);
    }
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    if (sweep % 2 === 0) for (let layer = 1; layer < order.length; layer++) pull(order[layer] ?? [], before);
    else for (let layer = order.length - 2; layer >= 0; layer--) pull(order[layer] ?? [], behind);
  }
  // Last from the left: what follows a single step stands beside it.
  for (let layer = 1; layer < order.length; layer++) pull(order[layer] ?? [], before);
  return [...centers];
}

/** Of each slot, how far its middle is below that of the first one in its layer at least. */
function offsetsOf(order: readonly (readonly number[])[], slots: readonly Slot[]): Float64Array {
  const offsets = new Float64Array(slots.length);
  for (const layer of order) {
    let at = 0;
    let above: Slot | undefined;
    for (const slot of layer) {
      const here = slots[slot];
      if (above !== undefined && here !== undefined) {
        const gap = above.height > 2 && here.height > 2 ? nodeGap : bendGap;
        at += (above.height + here.height) / 2 + gap;
      }
      offsets[slot] = at;
      above = here;
    }
  }
  return offsets;
}

/** Of the values of these slots. Most have one or two. */
function median(slots: readonly number[], values: Float64Array): number {
  if (slots.length <= 2) {
    const first = values[slots[0] ?? 0] ?? 0;
    return (first + (values[slots.at(-1) ?? 0] ?? 0)) / 2;
  }
  const sorted = slots.map((slot) => values[slot] ?? 0).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Makes values the nearest ones that never fall (least squares; pool adjacent violators). */
function raise(values: number[]): void {
  /** Sums of pools, and how many values each has. */
  const sums = new Float64Array(values.length);
  const counts = new Uint32Array(values.length);
  let pools = 0;
  for (const value of values) {
    let sum = value;
    let count = 1;
    for (; pools > 0 && (sums[pools - 1] ?? 0) / (counts[pools - 1] ?? 1) > sum / count; pools--) {
      sum = (sums[pools - 1] ?? 0) + sum;
      count += counts[pools - 1] ?? 1;
    }
    sums[pools] = sum;
    counts[pools] = count;
    pools++;
  }
  let at = 0;
  for (let pool = 0; pool < pools; pool++) {
    const count = counts[pool] ?? 1;
    values.fill((sums[pool] ?? 0) / count, at, at + count);
    at += count;
  }
}
