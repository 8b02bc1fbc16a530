import type { GraphLayout, GraphNode } from './graph-layout.ts';

/** The keys that lead from step to step. */
export type WalkKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

export function isWalkKey(key: string): key is WalkKey {
  return ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key);
}

/**
 * The step that a key leads to: left and right along the edges, to the nearest of several; up and down to the neighbour in the
 * same layer; to the first and the last. Undefined where there is none.
 */
export function walk({ nodes, edges }: GraphLayout, from: string, key: WalkKey): string | undefined {
  const here = nodes.find(({ id }) => id === from);
  if (here === undefined) return nodes[0]?.id;
  const layer = () => nodes.filter((node) => node.layer === here.layer);
  switch (key) {
    case 'ArrowLeft':
      return nearest(nodes, here, new Set(edges.filter(({ to }) => to === from).map((edge) => edge.from)));
    case 'ArrowRight':
      return nearest(nodes, here, new Set(edges.filter((edge) => edge.from === from).map(({ to }) => to)));
    case 'ArrowUp':
      return lowest(layer().filter(({ y }) => y < here.y))?.id;
    case 'ArrowDown':
      return lowest(
        layer().filter(({ y }) => y > here.y),
        -1,
      )?.id;
    case 'Home':
      return nodes[0]?.id;
    case 'End':
      return nodes.at(-1)?.id;
  }
}

function nearest(nodes: readonly GraphNode[], here: GraphNode, ids: ReadonlySet<string>): string | undefined {
  let found: GraphNode | undefined;
  for (const node of nodes) {
    if (!ids.has(node.id)) continue;
    if (found === undefined || Math.abs(node.y - here.y) < Math.abs(found.y - here.y)) found = node;
  }
  return found?.id;
}

/** The one furthest down; with -1 the one furthest up. */
function lowest(nodes: readonly GraphNode[], sign: 1 | -1 = 1): GraphNode | undefined {
  let found: GraphNode | undefined;
  for (const node of nodes) if (found === undefined || (node.y - found.y) * sign > 0) found = node;
  return found;
}
