import { existsSync } from 'node:fs';
import { lstat, open, opendir, realpath, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import type { BuildContext } from '../ports.ts';
import { findDockerfiles } from './find-dockerfiles.ts';

/** No person wrote a longer one, and it is read whole, in this process, more than once. Bytes. */
const longestDockerfile = 4 * 1_048_576;

/**
 * The folder and the Dockerfile of a request, both there and readable. A link to a folder is as good as the folder, and
 * the Dockerfile may lie anywhere.
 *
 * @param dockerfile absolute, or relative to the context; absent for `<context>/Dockerfile`
 * @throws `context.notFound`, `context.notAFolder`, `context.unreadable`, and `dockerfile.notFound` with the
 *   Dockerfiles that there are in `params.found`
 */
export async function resolveLocalContext(
  context: string,
  dockerfile: string | undefined,
  signal: AbortSignal,
): Promise<BuildContext> {
  const root = await resolveFolder(context);
  const file = path.resolve(root, dockerfile ?? 'Dockerfile');
  return findDockerfile(root, file, file, signal);
}

/** @param shown how the person knows the file */
async function findDockerfile(root: string, file: string, shown: string, signal: AbortSignal): Promise<BuildContext> {
  signal.throwIfAborted();
  const stats = await statIfThere(file);
  if (stats?.isFile() !== true) {
    const found = await findDockerfiles(root, signal);
    throw appFailure('dockerfile.notFound', {
      params: { path: shown, found: found.join(', ') },
      ...(stats === undefined ? {} : { cause: `${shown} is not a file` }),
      fixes: [{ kind: 'chooseDockerfile' }],
    });
  }
  if (stats.size > longestDockerfile) throw unreadable(shown, `it is longer than ${longestDockerfile} bytes`);
  await checkReadable(file, open(file));
  signal.throwIfAborted();
  return { root, dockerfile: await withinReach(file) };
}

/**
 * The same for files that came from elsewhere: their Dockerfile is among them, whatever it is called and wherever links lead.
 *
 * @throws as {@link resolveLocalContext}; `context.unsupported` for a Dockerfile outside
 */
export async function resolveFetchedContext(
  root: string,
  dockerfile: string | undefined,
  signal: AbortSignal,
): Promise<BuildContext> {
  const inside = path.join('/', dockerfile ?? 'Dockerfile');
  const file = path.join(root, inside);
  if (existsSync(file)) await assertWithin(root, [file]);
  // Where the files lie meanwhile says nothing to anybody.
  return findDockerfile(await resolveFolder(root), file, inside.slice(1).replaceAll(path.sep, '/'), signal);
}

/** No link leads to another place of this machine. @throws `context.unsupported` */
export async function assertWithin(root: string, places: readonly string[]): Promise<void> {
  const real = await realpath(root);
  for (const place of places) {
    const target = await realpath(place);
    if (target === real || target.startsWith(`${real}${path.sep}`)) continue;
    throw appFailure('context.unsupported', { params: { path: place }, fixes: [{ kind: 'editInputs' }] });
  }
}

/**
 * An absolute path to a folder that can be listed.
 *
 * @throws `context.notFound`, `context.notAFolder`, `context.unreadable`
 */
export async function resolveFolder(folder: string): Promise<string> {
  const root = path.resolve(folder);
  const stats = await statIfThere(root);
  if (stats === undefined) {
    throw appFailure('context.notFound', { params: { path: root }, fixes: [{ kind: 'chooseFolder' }] });
  }
  if (!stats.isDirectory()) {
    throw appFailure('context.notAFolder', { params: { path: root }, fixes: [{ kind: 'chooseFolder' }] });
  }
  await checkReadable(root, opendir(root));
  return root;
}

/**
 * BuildKit asks for the folder of the Dockerfile and follows links inside it. Where a link leads out of the folder,
 * the target takes its place.
 */
async function withinReach(file: string): Promise<string> {
  if (!(await lstat(file)).isSymbolicLink()) return file;
  const target = await realpath(file);
  const folder = await realpath(path.dirname(file));
  return target.startsWith(`${folder}${path.sep}`) ? file : target;
}

async function statIfThere(place: string): Promise<Stats | undefined> {
  try {
    return await stat(place);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(place, error);
  }
}

/** Opens and closes: `access` would ask for another user's sake in a set-uid program, and knows little of Windows. */
async function checkReadable(place: string, opening: Promise<{ close(): Promise<void> }>): Promise<void> {
  try {
    await (await opening).close();
  } catch (error) {
    throw unreadable(place, error);
  }
}

function unreadable(place: string, error: unknown): Error {
  const details = { params: { path: place }, cause: String(error), fixes: [{ kind: 'chooseFolder' as const }] };
  return appFailure('context.unreadable', details, error);
}
