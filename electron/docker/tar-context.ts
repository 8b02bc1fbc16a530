import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type PackEvent, packFolder } from '../engine/context/archive/pack-folder.ts';
import { findIgnoreFile, type IgnoreFile, selectContext } from '../engine/context/dockerignore.ts';
import type { Selection, Verdict } from '../engine/context/selection.ts';
import type { BuildContext } from '../engine/ports.ts';
import { readDockerfile } from './read-dockerfile.ts';

/** A context as a tar archive, packed while it is read. */
export interface TarContext {
  /** The archive. Errors with `context.changed`, `context.unreadable`; destroying it stops the reading. */
  readonly stream: Readable;
  /** The path of the Dockerfile in the archive. */
  readonly dockerfile: string;
}

/**
 * Packs what travels of a context, for engines that take nothing but an upload: the same entries as the file sync.
 *
 * A Dockerfile that is ignored, or lies outside, comes under a name of its own, as the docker CLI sends one from stdin.
 * The engine applies the archive's `.dockerignore` once more; where that would be wrong (it has to keep that name out of
 * `COPY .`, or another ignore file counts), the archive has one of ours instead.
 *
 * @throws `context.unreadable`, `dockerfile.invalid` (a pattern of the ignore file), `dockerfile.notFound`
 */
export async function openTarContext(
  context: BuildContext,
  onEvent: (event: PackEvent) => void,
  signal: AbortSignal,
): Promise<TarContext> {
  const ignoreFile = await findIgnoreFile(context, signal);
  const selection = selectContext(ignoreFile);
  const within = path.relative(context.root, context.dockerfile).replaceAll(path.sep, '/');
  const travels = !within.startsWith('../') && !path.isAbsolute(within) && isTaken(selection, within);
  const dockerfile = travels ? within : `.dockerfile.${randomBytes(10).toString('hex')}`;
  const added = new Map<string, Buffer>();
  if (!travels) added.set(dockerfile, await readDockerfile(context, signal));
  const ownIgnoreFile = ownIgnoreText(context, ignoreFile, travels ? undefined : dockerfile);
  if (ownIgnoreFile !== undefined) added.set('.dockerignore', Buffer.from(ownIgnoreFile));

  return { stream: packFolder(context.root, selection, { added, onEvent }), dockerfile };
}

function isTaken(selection: Selection, place: string): boolean {
  let verdict: Verdict | undefined;
  let folder = '';
  for (const name of place.split('/')) {
    folder = folder === '' ? name : `${folder}/${name}`;
    verdict = selection.judge(folder, verdict);
  }
  return verdict?.taken === true;
}

function ownIgnoreText(
  context: BuildContext,
  ignoreFile: IgnoreFile | undefined,
  addedDockerfile: string | undefined,
): string | undefined {
  const engineFindsIt = ignoreFile === undefined || ignoreFile.file === path.join(context.root, '.dockerignore');
  if (engineFindsIt && addedDockerfile === undefined) return undefined;
  return [ignoreFile?.text ?? '.dockerignore', ...(addedDockerfile === undefined ? [] : [addedDockerfile]), ''].join(
    '\n',
  );
}
