import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { resolveLocalContext } from '../engine/context/local-context.ts';
import { measureContext } from '../engine/context/measure.ts';
import { surveyContext } from '../engine/context/survey.ts';
import { readDockerfile } from '../engine/dockerfile/dockerfile.ts';
import type { RunStore } from '../engine/journal.ts';
import { equivalents } from '../engine/run/equivalents.ts';

/** How many runs back the last inputs of a folder are looked for. */
const memory = 500;

/** The operations that fill the Quick build form. */
export function quickBuildHandlers(store: RunStore): RuntimeHandlers['quickBuilds'] {
  const recentBuilds = () =>
    store.list({ limit: memory }).flatMap(({ request }) => (request.kind === 'quickBuild' ? [request.build] : []));
  return {
    survey: ({ path: place }, signal) => surveyContext(place, signal),
    async outline({ context, dockerfile }, signal) {
      const place = (await resolveLocalContext(context, dockerfile, signal)).dockerfile;
      return readDockerfile(await readFile(place, { encoding: 'utf8', signal })).outline;
    },
    size: ({ context, dockerfile }, signal) => measureContext(context, path.resolve(context, dockerfile), signal),
    lastInputs: async ({ context }) => recentBuilds().find((build) => build.context === context) ?? null,
    equivalents: async (request) => equivalents(request),
    recentContexts: async ({ limit }) => [...new Set(recentBuilds().map((build) => build.context))].slice(0, limit),
  };
}
