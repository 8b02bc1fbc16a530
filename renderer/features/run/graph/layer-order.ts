import type { Slots } from './slots.ts';

/** There and back; more hardly ever finds a better order. */
const sweeps = 6;

/**
 * Orders the slots of each layer so that few edges cross: each one goes to the middle of its neighbours, layer by layer, from
 * the left and from the right (Sugiyama, Tagawa, Toda 1981). Begins with the order of the file; equal ones keep theirs.
 * @returns the slots of each layer, from the top down
 */
export function orderLayers({ slots, links, layers }: Slots): readonly (readonly number[])[] {
  const before: number[][] = slots.map(() => []);
  const behind: number[][] = slots.map(() => []);
  for (const [from, to] of links) {
    behind[from]?.push(to);
    before[to]?.push(from);
  }
  const order: number[][] = Array.from({ length: layers }, () => []);
  slots.forEach(({ layer }, slot) => order[layer]?.push(slot));
  const places = new Float64Array(slots.length);
  const settle = (layer: readonly number[]) => layer.forEach((slot, place) => (places[slot] = place));
  order.forEach(settle);

  /** Moves the slots of a layer to where their neighbours stand; those without any keep their place. */
  const arrange = (layer: number, neighbours: readonly (readonly number[])[]) => {
    const here = order[layer] ?? [];
    const wanted = here.map((slot, place) => {
      const near = neighbours[slot] ?? [];
      if (near.length === 0) return { slot, at: place };
      return { slot, at: near.reduce((sum, each) => sum + (places[each] ?? 0), 0) / near.length };
    });
    const next = wanted.sort((a, b) => a.at - b.at).map(({ slot }) => slot);
    order[layer] = next;
    settle(next);
  };

  let best = order.map((layer) => [...layer]);
  let fewest = crossings(order, behind, places);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    if (sweep % 2 === 0) for (let layer = 1; layer < layers; layer++) arrange(layer, before);
    else for (let layer = layers - 2; layer >= 0; layer--) arrange(layer, behind);
    const crossed = crossings(order, behind, places);
    if (crossed < fewest) {
      fewest = crossed;
      best = order.map((layer) => [...layer]);
    }
  }
  return best;
}

/** How often links cross, counted with a Fenwick tree in each gap between layers. */
function crossings(
  order: readonly (readonly number[])[],
  behind: readonly (readonly number[])[],
  places: Float64Array,
): number {
  let count = 0;
  for (let layer = 0; layer + 1 < order.length; layer++) {
    const width = order[layer + 1]?.length ?? 0;
    const tree = new Uint32Array(width + 1);
    let seen = 0;
    for (const slot of order[layer] ?? []) {
      const ends = (behind[slot] ?? []).map((each) => places[each] ?? 0);
      // Those of one slot don't cross each other.
      for (const end of ends) {
        let notBelow = 0;
        for (let at = end + 1; at > 0; at -= at & -at) notBelow += tree[at] ?? 0;
        count += seen - notBelow;
      }
      for (const end of ends) {
        for (let at = end + 1; at <= width; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
      }
      seen += ends.length;
    }
  }
  return count;
}
