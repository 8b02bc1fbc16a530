import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ContextSurvey } from '@shared/model/context-survey.ts';
import { findDockerfiles } from './find-dockerfiles.ts';
import { resolveFolder } from './local-context.ts';

/**
 * Looks at a folder before it is built: the Dockerfiles in it and a tag to propose. A path of a file stands for its
 * folder, with that file as the first Dockerfile.
 *
 * @throws `context.notFound`, `context.unreadable`
 */
export async function surveyContext(place: string, signal: AbortSignal): Promise<ContextSurvey> {
  const absolute = path.resolve(place);
  const file = await isFile(absolute);
  const context = await resolveFolder(file ? path.dirname(absolute) : absolute);
  const found = await findDockerfiles(context, signal);
  const given = path.basename(absolute);
  const dockerfiles = file ? [given, ...found.filter((other) => other !== given)] : [...found];
  return { context, dockerfiles, suggestedTag: suggestTag(context) };
}

/** The name of the folder as a repository name (distribution's reference grammar), with the run's id as the tag. */
export function suggestTag(context: string): string {
  const name = path
    .basename(context)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .slice(0, 128)
    .replace(/^[._-]+|[._-]+$/g, '');
  return `${name === '' ? 'app' : name}:{{.Run.ID}}`;
}

async function isFile(place: string): Promise<boolean> {
  try {
    return (await stat(place)).isFile();
  } catch {
    // What is wrong with the place is said by resolveFolder, which looks again.
    return false;
  }
}
