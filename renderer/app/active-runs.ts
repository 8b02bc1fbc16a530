import type { InputFor } from '../api/client.ts';
import type { Run, Vertex } from '@shared/model/run.ts';

/** The runs that are not over. One question for all who ask, so that it is asked once. */
export const activeRuns: InputFor<'runs', 'list'> = { statuses: ['Queued', 'Started', 'Running'], limit: 50 };

/** What a run is called where there is no room for more: its first image, else the folder it builds. */
export function runTitle(run: Pick<Run, 'images' | 'request'>): string {
  const [image] = run.images;
  if (image !== undefined) return image;
  const { build } = run.request;
  return build.tags[0] ?? folderName(build.context);
}

/** The last part of a path. */
export function folderName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** How far a build is, by what BuildKit has told of so far; the total may still grow. */
export function vertexProgress(vertices: readonly Vertex[]): { readonly done: number; readonly total: number } {
  return { done: vertices.filter((vertex) => vertex.finishTime !== undefined).length, total: vertices.length };
}
