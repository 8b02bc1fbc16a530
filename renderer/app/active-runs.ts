import type { InputFor } from '../api/client.ts';
import { type ContextLocation, nameOfContext, parseContext } from '@shared/model/context-location.ts';
import type { Run, RunRequest, Vertex } from '@shared/model/run.ts';

/** The runs that are not over. One question for all who ask, so that it is asked once. */
export const activeRuns: InputFor<'runs', 'list'> = { statuses: ['Queued', 'Started', 'Running'], limit: 50 };

/** What a run is called where there is no room for more: its first image, else what was asked for. A task has a name of its own. */
export function runTitle(run: Pick<Run, 'runId' | 'images' | 'request'>): string {
  const [image] = run.images;
  if (image !== undefined && run.request.kind === 'quickBuild') return image;
  // Before it has started, its id is all that is known of what stands in its tags.
  return requestTitle(run.request).replace(/\{\{\s*\.Run\.ID\s*\}\}|\$ID\b/g, run.runId);
}

/** What was asked for, in a word: a tag or a folder that is built, a task file, a command. */
export function requestTitle(request: RunRequest): string {
  switch (request.kind) {
    case 'quickBuild':
      return request.build.tags[0] ?? contextName(request.build.context);
    case 'quickRun': {
      const { source, context } = request.run;
      if (source.kind === 'command') return source.command;
      if (source.kind === 'text') return source.name;
      return context === undefined ? folderName(source.path) : `${contextName(context)}/${folderName(source.path)}`;
    }
  }
}

/** What a run was made from, as long as it is: a folder, a task file, a command. */
export function requestSource(request: RunRequest): string {
  if (request.kind === 'quickBuild') return request.build.context;
  const { source, context } = request.run;
  switch (source.kind) {
    case 'file':
      return context === undefined || /^([/\\]|[A-Za-z]:)/.test(source.path)
        ? source.path
        : `${context}/${source.path}`;
    case 'text':
      return context === undefined ? source.name : `${context}/${source.name}`;
    case 'command':
      return source.command;
  }
}

/** What a context is called: a folder, a repository, an archive, an artifact. */
export function contextName(context: string): string {
  const place = placeOfContext(context);
  if (place?.kind === 'none') return 'Dockerfile'; // all that there is of such a build
  return place === undefined ? folderName(context) : nameOfContext(place);
}

/** Undefined for what can't be read. */
export function placeOfContext(context: string): ContextLocation | undefined {
  try {
    return parseContext(context).location;
  } catch {
    return undefined; // said where it is used
  }
}

/** The last part of a path. */
export function folderName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** How far a build is, by what BuildKit has told of so far; the total may still grow. */
export function vertexProgress(vertices: readonly Vertex[]): { readonly done: number; readonly total: number } {
  return { done: vertices.filter((vertex) => vertex.finishTime !== undefined).length, total: vertices.length };
}
