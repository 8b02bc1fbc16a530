import type { Neighbours, Slots } from './slots.ts';

/** There and back; more hardly ever finds a better order. */
const sweeps = 6;

/**
 * Orders the slots of each layer so that few edges cross: each one goes to the middle of its neighbours, layer by layer, from
 * the left and from the right (Sugiyama, Tagawa, Toda 1981). Begins with the order of the file; equal ones keep theirs.
 * @returns the slots of each layer, from the top down
 */
export function orderLayers({ slots, before, behind, layers }: Slots): readonly (readonly number[])[] {
  const order: number[][] = Array.from({ length: layers }, () => []);
  slots.forEach(({ layer }, slot) => order[layer]?.push(slot));
  const places = new Float64Array(slots.length);
  const settle = (layer: readonly number[]) => {
    for (let place = 0; place < layer.length; place++) places[layer[place] ?? 0] = place;
  };
  order.forEach(settle);

  /** Where each slot would stand; of one layer at a time. */
  const wanted = new Float64Array(slots.length);
  const byWanted = (a: number, b: number) => (wanted[a] ?? 0) - (wanted[b] ?? 0);
  /** Moves the slots of a layer to where their neighbours stand; those without any keep their place. */
  const arrange = (layer: number, neighbours: Neighbours) => {
    const here = order[layer] ?? [];
    for (const slot of here) {
      const near = neighbours[slot] ?? [];
      let sum = 0;
      for (const each of near) sum += places[each] ?? 0;
      wanted[slot] = near.length === 0 ? (places[slot] ?? 0) : sum / near.length;
    }
    here.sort(byWanted);
    settle(here);
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
function crossings(order: readonly (readonly number[])[], behind: Neighbours, places: Float64Array): number {
  const tree = new Uint32Array(Math.max(0, ...order.map(({ length }) => length)) + 1);
  let count = 0;
  for (let layer = 0; layer + 1 < order.length; layer++) {
    const width = order[layer + 1]?.length ?? 0;
    tree.fill(0, 0, width + 1);
    let seen = 0;
    for (const slot of order[layer] ?? []) {
      const ends = behind[slot] ?? [];
      // Those of one slot don't cross each other.
      for (const end of ends) {
        let notBelow = 0;
        for (let at = (places[end] ?? 0) + 1; at > 0; at -= at & -at) notBelow += tree[at] ?? 0;
        count += seen - notBelow;
      }
      for (const end of ends) {
        for (let at = (places[end] ?? 0) + 1; at <= width; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
      }
      seen += ends.length;
    }
  }
  return count;
}
