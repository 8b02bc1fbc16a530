import { nodeWidth } from './slots.ts';
import type { Chain, Slots } from './slots.ts';
import type { Box } from './viewport.ts';

/** From a node to the first track, and from the last track to the next node (px). */
const lead = 18;
/** Between tracks: as far as this, or nearer where there are many (px). */
const trackGap = 8;
const narrowestTrackGap = 3;
const tracksWidth = 120;
/** Radius of corners (px). */
const corner = 7;
/** Less of a step than this (px) is drawn as a straight line. */
const level = 1;

/** A line up or down between two layers, and the edges that run along it. */
interface Track {
  readonly key: number;
  /** Where it comes from: downward ones that begin lower turn first, so that they don't cross. */
  readonly start: number;
  readonly down: boolean;
  top: number;
  bottom: number;
  place: number;
}

interface Gap {
  readonly left: number;
  readonly spacing: number;
  readonly tracks: ReadonlyMap<number, Track>;
}

export interface Route {
  /** For the `d` of an SVG path. */
  readonly path: string;
  /** What the path keeps within. */
  readonly box: Box;
}

export interface Routes {
  /** Where each layer begins (px). */
  readonly lefts: readonly number[];
  readonly width: number;
  /** One for each chain. */
  readonly routes: readonly Route[];
}

/**
 * Leads edges from the right side of a step to the left side of another, at right angles. Edges that leave one step together,
 * or that come together at one, share their line; others have tracks of their own. Gaps are as wide as their tracks need.
 * @param centers the middle of each slot (px)
 */
export function routeEdges(slots: Slots, centers: readonly number[], margin: number): Routes {
  const keys = trackKeys(slots);
  const links: (readonly [number, number])[][] = Array.from({ length: slots.layers }, () => []);
  for (const link of slots.links) links[slots.slots[link[0]]?.layer ?? 0]?.push(link);
  const lefts: number[] = [];
  const gaps: Gap[] = [];
  let left = margin;
  for (let layer = 0; layer < slots.layers; layer++) {
    lefts.push(left);
    const tracks = tracksOf(links[layer] ?? [], centers, keys);
    const count = Math.max(0, ...[...tracks.values()].map(({ place }) => place + 1));
    const spacing = Math.max(narrowestTrackGap, Math.min(trackGap, tracksWidth / Math.max(1, count)));
    gaps.push({ left: left + nodeWidth, spacing, tracks });
    left += nodeWidth + 2 * lead + Math.max(0, count - 1) * spacing;
  }
  return {
    lefts,
    width: (lefts.at(-1) ?? 0) + nodeWidth + margin,
    routes: slots.chains.map((chain) => routeOf(chain, slots, centers, lefts, gaps, keys)),
  };
}

/**
 * Which track a link takes: that of the slot that it leaves where it has company there, else that of the slot it reaches (told
 * from the others by being below zero).
 */
function trackKeys({ before, behind }: Slots): (from: number, to: number) => number {
  return (from, to) => (behind[from]?.length === 1 && (before[to]?.length ?? 0) > 1 ? -1 - to : from);
}

/** @param links those that leave one layer */
function tracksOf(
  links: Slots['links'],
  centers: readonly number[],
  keyOf: (from: number, to: number) => number,
): ReadonlyMap<number, Track> {
  const tracks = new Map<number, Track>();
  for (const [from, to] of links) {
    const [start = 0, end = 0] = [centers[from], centers[to]];
    if (Math.abs(end - start) <= level) continue;
    const key = keyOf(from, to);
    const track = tracks.get(key) ?? { key, start, down: end > start, top: start, bottom: start, place: 0 };
    track.top = Math.min(track.top, start, end);
    track.bottom = Math.max(track.bottom, start, end);
    tracks.set(key, track);
  }
  const inOrder = [...tracks.values()].sort(
    (a, b) => Number(b.down) - Number(a.down) || (a.down ? b.start - a.start : a.start - b.start),
  );
  inOrder.forEach((track, index) => {
    for (const earlier of inOrder.slice(0, index)) {
      const apart = earlier.bottom + corner < track.top || track.bottom + corner < earlier.top;
      if (!apart) track.place = Math.max(track.place, earlier.place + 1);
    }
  });
  return tracks;
}

function routeOf(
  chain: Chain,
  { slots }: Slots,
  centers: readonly number[],
  lefts: readonly number[],
  gaps: readonly Gap[],
  keyOf: (from: number, to: number) => number,
): Route {
  const first = chain[0] ?? 0;
  const start = gaps[slots[first]?.layer ?? 0]?.left ?? 0;
  let end = start;
  let y = centers[first] ?? 0;
  let [top, bottom] = [y, y];
  let path = `M${start} ${y}`;
  for (let at = 1; at < chain.length; at++) {
    const [from = 0, to = 0] = [chain[at - 1], chain[at]];
    const [fromLayer, toLayer] = [slots[from]?.layer ?? 0, slots[to]?.layer ?? 0];
    const next = centers[to] ?? 0;
    end = lefts[toLayer] ?? 0;
    if (toLayer > fromLayer + 1) {
      // Too many bends: straight through, behind whatever stands there.
      const here = gaps[fromLayer]?.left ?? 0;
      path += `C${here + 60} ${y} ${end - 60} ${next} ${end} ${next}`;
    } else {
      const gap = gaps[fromLayer];
      const track = gap?.tracks.get(keyOf(from, to));
      if (Math.abs(next - y) <= level || gap === undefined || track === undefined) path += `L${end} ${next}`;
      else path += turn(gap.left + lead + track.place * gap.spacing, y, next, end);
    }
    y = next;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { path, box: { x: start, y: top, width: end - start, height: bottom - top } };
}

/** Along to `x`, up or down to `next`, and on to `end`. */
function turn(x: number, y: number, next: number, end: number): string {
  const radius = Math.min(corner, Math.abs(next - y) / 2);
  const by = next > y ? radius : -radius;
  return `H${x - radius}Q${x} ${y} ${x} ${y + by}V${next - by}Q${x} ${next} ${x + radius} ${next}H${end}`;
}
