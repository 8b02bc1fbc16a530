import type { GraphStep } from '@shared/model/step-graph.ts';
import { routeEdges } from './edge-routes.ts';
import { orderLayers } from './layer-order.ts';
import { placeLayers } from './layer-places.ts';
import { impliedLeftOut, makeSlots, nodeHeight } from './slots.ts';
import type { Box } from './viewport.ts';

/** Where a step stands: its left upper corner (px). */
export interface GraphNode {
  readonly id: string;
  readonly layer: number;
  readonly x: number;
  readonly y: number;
}

/** From a step to one that waits for it. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** For the `d` of an SVG path. */
  readonly path: string;
  /** What the path keeps within. */
  readonly box: Box;
}

/** A task's steps from left to right, by what they need. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** In the order of the file. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Free of anything, all around (px). */
const margin = 16;

/**
 * Lays out steps as a graph: layers by the longest path, order within them by barycenters, edges at right angles with round
 * corners. It depends on ids, their order and what they need, and on nothing else. An edge that others imply (a → c beside
 * a → b → c) is left out.
 */
export function layOut(steps: readonly GraphStep[]): GraphLayout {
  if (steps.length === 0) return { width: 0, height: 0, nodes: [], edges: [] };
  const edges = impliedLeftOut(steps);
  const slots = makeSlots(steps, edges);
  const order = orderLayers(slots);
  const centers = placeLayers(slots, order);
  const top = Math.min(...steps.map((_, index) => (centers[index] ?? 0) - nodeHeight / 2));
  const shifted = centers.map((center) => Math.round(center - top + margin));
  const { lefts, width, routes } = routeEdges(slots, shifted, margin);
  const nodes = steps.map(({ id }, index) => {
    const layer = slots.slots[index]?.layer ?? 0;
    return { id, layer, x: lefts[layer] ?? 0, y: (shifted[index] ?? 0) - nodeHeight / 2 };
  });
  return {
    width,
    height: Math.max(...nodes.map(({ y }) => y)) + nodeHeight + margin,
    nodes,
    edges: edges.flatMap(([from, to], index) => {
      const [start, end, route] = [steps[from], steps[to], routes[index]];
      return start === undefined || end === undefined || route === undefined
        ? []
        : [{ from: start.id, to: end.id, ...route }];
    }),
  };
}

/** Whether two lists of steps are laid out the same: they have the same ids in the same order, and need the same. */
export function sameGraph(one: readonly GraphStep[], other: readonly GraphStep[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ id, needs }, index) => {
      const step = other[index];
      return step?.id === id && (step.needs === needs || sameIds(step.needs, needs));
    })
  );
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
