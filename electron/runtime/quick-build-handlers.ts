import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { nameOfContext, parseContext } from '@shared/model/context-location.ts';
import { resolveFetchedContext, resolveLocalContext } from '../engine/context/local-context.ts';
import { measureContext } from '../engine/context/measure.ts';
import { suggestTag, surveyContext } from '../engine/context/survey.ts';
import { readDockerfile } from '../engine/dockerfile/dockerfile.ts';
import type { RunStore } from '../engine/journal.ts';
import { isRemote } from '../engine/ports/sources.ts';
import { equivalents } from '../engine/run/equivalents.ts';
import type { SourceTrees } from './source-trees.ts';

/** How many runs back the last inputs of a folder are looked for. */
const memory = 500;

function hasFiles(context: string): boolean {
  return parseContext(context).location.kind !== 'none';
}

/** What is sent of no files. */
const nothing = { files: 0, bytes: 0, ignoredFiles: 0, largest: [] };

/** The operations that fill the Quick build form. */
export function quickBuildHandlers(store: RunStore, trees: SourceTrees): RuntimeHandlers['quickBuilds'] {
  const recentBuilds = () =>
    store.list({ limit: memory }).flatMap(({ request }) => (request.kind === 'quickBuild' ? [request.build] : []));
  const rootOf = async (context: string, signal: AbortSignal): Promise<string> => {
    const { root } = await trees.of(context, signal);
    if (root === undefined) throw appFailure('context.required', { fixes: [{ kind: 'editInputs' }] });
    return root;
  };
  return {
    async survey({ path: place }, signal) {
      const { location } = parseContext(place);
      if (location.kind === 'none') return { context: place, dockerfiles: [], suggestedTag: suggestTag('') };
      if (!isRemote(location)) return surveyContext(place, signal);
      const survey = await surveyContext(await rootOf(place, signal), signal);
      return { ...survey, context: place, suggestedTag: suggestTag(nameOfContext(location)) };
    },
    async outline({ context, dockerfile, text }, signal) {
      if (text !== undefined) return readDockerfile(text).outline;
      const { location } = parseContext(context);
      const resolve = isRemote(location) ? resolveFetchedContext : resolveLocalContext;
      const place = (await resolve(await rootOf(context, signal), dockerfile, signal)).dockerfile;
      return readDockerfile(await readFile(place, { encoding: 'utf8', signal })).outline;
    },
    async size({ context, dockerfile }, signal) {
      if (parseContext(context).location.kind === 'none') return nothing;
      const root = await rootOf(context, signal);
      return measureContext(root, path.resolve(root, dockerfile), signal);
    },
    lastInputs: async ({ context }) => recentBuilds().find((build) => build.context === context) ?? null,
    equivalents: async (request) => equivalents(request),
    recentContexts: async ({ limit }) =>
      [...new Set(recentBuilds().map((build) => build.context))].filter(hasFiles).slice(0, limit),
  };
}
