import type { Vertex } from '@shared/model/run.ts';
import { parseVertexName } from '@shared/format/vertex-name.ts';
import type { ChosenPart } from './log-view.ts';

/** The platforms that a step builds for, each with its part of the log; empty where there are fewer than two. */
export function platformParts(
  stepId: string | undefined,
  vertices: readonly Vertex[],
): ReadonlyMap<string, ChosenPart> {
  const numbers = new Map<string, number[]>();
  for (const vertex of vertices) {
    if (vertex.stepId !== stepId) continue;
    const { platform } = parseVertexName(vertex.name);
    if (platform === undefined) continue;
    const own = numbers.get(platform);
    if (own === undefined) numbers.set(platform, [vertex.number]);
    else own.push(vertex.number);
  }
  if (stepId === undefined || numbers.size < 2) return new Map();
  return new Map(
    [...numbers]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([platform, own]) => [platform, { scope: { stepId, vertices: own }, name: platform }]),
  );
}
