import { layersOf } from '@shared/model/step-graph.ts';
import type { GraphStep } from '@shared/model/step-graph.ts';

/** Every node is as large as any other, so that what happens in it never moves it (px). */
export const nodeWidth = 188;
export const nodeHeight = 44;
/** Of a bend. */
const bendHeight = 2;

/** More of them cost more time than they bring order: the longest edges then pass behind the nodes. */
const mostBends = 4_000;

/** A place in a layer: a step, or a bend of edges that pass through. */
export interface Slot {
  readonly layer: number;
  /** Px. */
  readonly height: number;
}

/** An edge as the slots that it passes: its step, bends layer by layer, its other step. */
export type Chain = readonly number[];

/** Of each slot, those that it is linked to in the layer before or behind. */
export type Neighbours = readonly (readonly number[])[];

/** What the parts of the layout work on. Slots of steps come first, in the order of the file. */
export interface Slots {
  readonly slots: readonly Slot[];
  /** Pairs of slots in neighbouring layers, each once. */
  readonly links: readonly (readonly [from: number, to: number])[];
  readonly before: Neighbours;
  readonly behind: Neighbours;
  readonly chains: readonly Chain[];
  readonly layers: number;
}

/** Pairs of indices of steps. What a step needs stands above it; anything else is passed over. */
export function impliedLeftOut(steps: readonly GraphStep[]): readonly (readonly [from: number, to: number])[] {
  const indices = new Map(steps.map(({ id }, index) => [id, index]));
  const words = Math.ceil(steps.length / 32);
  const ancestors: Uint32Array[] = [];
  const edges: (readonly [number, number])[] = [];
  steps.forEach(({ needs }, to) => {
    const froms = [...new Set(needs.flatMap((need) => indices.get(need) ?? []))].filter((from) => from < to);
    const implied = new Uint32Array(words);
    for (const from of froms) {
      ancestors[from]?.forEach((bits, word) => {
        implied[word] = (implied[word] ?? 0) | bits;
      });
    }
    const own = implied.slice();
    for (const from of froms) {
      const bit = 1 << (from & 31);
      own[from >>> 5] = (own[from >>> 5] ?? 0) | bit;
      if (((implied[from >>> 5] ?? 0) & bit) === 0) edges.push([from, to]);
    }
    ancestors[to] = own;
  });
  return edges;
}

/** Bends stand where edges cross layers; those of one step's edges are the same, so that they run together. */
export function makeSlots(steps: readonly GraphStep[], edges: readonly (readonly [from: number, to: number])[]): Slots {
  const layers = layersOf(steps);
  const layerOf = new Map(layers.flatMap((layer, depth) => layer.map(({ id }) => [id, depth] as const)));
  const slots: Slot[] = steps.map(({ id }) => ({ layer: layerOf.get(id) ?? 0, height: nodeHeight }));
  const before: number[][] = slots.map(() => []);
  const behind: number[][] = slots.map(() => []);
  const layer = (slot: number) => slots[slot]?.layer ?? 0;
  /** Of each step, where its edges bend: the first in the layer behind it, and so on. */
  const bends: number[][] = steps.map(() => []);
  const links: (readonly [number, number])[] = [];
  const chains = edges.map(([from, to]) => {
    const chain = [from];
    const own = bends[from] ?? [];
    for (let at = layer(from) + 1; at < layer(to) && slots.length - steps.length < mostBends; at++) {
      const depth = at - layer(from) - 1;
      let bend = own[depth];
      if (bend === undefined) {
        bend = slots.push({ layer: at, height: bendHeight }) - 1;
        own.push(bend);
        before.push([]);
        behind.push([]);
      }
      chain.push(bend);
    }
    chain.push(to);
    for (let at = 1; at < chain.length; at++) {
      const [one = 0, other = 0] = [chain[at - 1], chain[at]];
      if (layer(other) !== layer(one) + 1 || behind[one]?.includes(other) === true) continue;
      links.push([one, other]);
      behind[one]?.push(other);
      before[other]?.push(one);
    }
    return chain;
  });
  return { slots, links, before, behind, chains, layers: layers.length };
}
