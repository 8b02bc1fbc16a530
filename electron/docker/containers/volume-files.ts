import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { callbackify } from 'node:util';
import type Docker from 'dockerode';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import { pack } from 'tar-stream';
import type { Client } from '../client.ts';
import { isConnectionError, isGone, lostFailure, statusOf } from '../failures.ts';
import { postContainer } from './create-container.ts';
import { engineWords } from './container-failure.ts';
import { emptyImage, makeEmptyImage } from './empty-image.ts';
import { labelsOf, uniqueName } from './names.ts';
import { makeWhole } from './make-whole.ts';
import { removeContainer } from './stop-container.ts';

/** A volume of a run, and who asks for its files. */
export interface VolumeOfRun {
  readonly volume: string;
  readonly runId: string;
  readonly homeId: string;
}

/** Where the volume is in the container that carries it. */
const mountPoint = '/volume';
/** How long the removal of a container may take that nobody started, in ms. */
const patience = 30_000;

/**
 * Unpacks an archive into a volume, below a folder, which is made where it isn't there.
 * @throws AppFailure `archive.invalid` for a link that the engine doesn't take; the archive's own error; the engine's refusal,
 *   the connection's error, or the signal's reason
 */
export async function writeVolume(
  client: Client,
  volume: VolumeOfRun,
  folder: string,
  archive: Readable,
  signal: AbortSignal,
): Promise<void> {
  const container = await makeCarrier(client, volume, signal);
  try {
    const at = await makeFolders(container, folder, signal);
    await upload(container, at, archive, signal);
  } finally {
    await removeContainer(container, { graceMs: 0 }, AbortSignal.timeout(patience));
  }
}

/**
 * A folder of a volume as an archive, with paths from there (`./a`). The stream ends when what was needed for it is removed
 * from the engine; destroying it, or the signal, ends it early. It errors with `engine.lost` when the engine goes away.
 * @throws AppFailure `context.notFound`, `context.notAFolder`; the engine's refusal, the connection's error
 */
export async function readVolume(
  client: Client,
  volume: VolumeOfRun,
  folder: string,
  signal: AbortSignal,
): Promise<Readable> {
  const container = await makeCarrier(client, volume, signal);
  const remove = () => removeContainer(container, { graceMs: 0 }, AbortSignal.timeout(patience));
  try {
    // The dot at the end: what is in the folder, not the folder (as with docker cp).
    const path = `${placeOf(folder)}/.`;
    const answer = (await container.getArchive({ path, abortSignal: signal })) as Readable;
    return untilRemoved(answer, client.endpoint.host, remove, signal);
  } catch (error) {
    await remove();
    signal.throwIfAborted();
    throw readFailure(error, folder);
  }
}

/** A container with the volume in it. It is never started: the engine reads and writes its files without. */
async function makeCarrier(
  client: Client,
  { volume, runId, homeId }: VolumeOfRun,
  signal: AbortSignal,
): Promise<Docker.Container> {
  const labels = labelsOf(homeId, runId);
  const body = {
    Image: emptyImage,
    Cmd: ['none'],
    Labels: labels,
    NetworkDisabled: true,
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'none', Config: {} },
      Mounts: [
        { Type: 'volume', Source: volume, Target: mountPoint, VolumeOptions: { NoCopy: true, Labels: labels } },
      ] as Docker.MountConfig,
    },
  };
  const make = () =>
    makeWhole(
      signal,
      (stop) => postContainer(client, { name: uniqueName(runId, 'files') }, body, emptyImage, stop),
      (made, stop) => removeContainer(client.docker.getContainer(made), { graceMs: 0 }, stop),
    );
  try {
    return client.docker.getContainer(await make());
  } catch (error) {
    if (!(error instanceof AppFailure && error.error.code === 'image.notFound')) throw error;
    await makeEmptyImage(client, signal);
    return client.docker.getContainer(await make());
  }
}

/** The absolute path of a folder of the volume in the container; none with a slash at its end. */
function placeOf(folder: string): string {
  return [mountPoint, ...folder.split('/').filter((name) => name !== '' && name !== '.')].join('/');
}

/** Makes the folders on the way that aren't there; those that are stay as they are. Answers the place. */
async function makeFolders(container: Docker.Container, folder: string, signal: AbortSignal): Promise<string> {
  const place = placeOf(folder);
  const names = place.slice(mountPoint.length + 1).split('/');
  const missing: string[] = [];
  for (let depth = names.length; depth > 0 && place !== mountPoint; depth--) {
    const path = names.slice(0, depth).join('/');
    if (await isThere(container, `${mountPoint}/${path}`, signal)) break;
    missing.unshift(path);
  }
  if (missing.length > 0) {
    const archive = pack();
    for (const name of missing) archive.entry({ name, type: 'directory', mode: 0o755 });
    archive.finalize();
    await container.putArchive(Readable.from(archive), { path: mountPoint, abortSignal: signal });
  }
  return place;
}

async function isThere(container: Docker.Container, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = (await container.infoArchive({ path, abortSignal: signal })) as Readable;
    answer.resume();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

async function upload(
  container: Docker.Container,
  path: string,
  archive: Readable,
  signal: AbortSignal,
): Promise<void> {
  // The request would wait for ever for the rest of an archive that is destroyed half-way.
  const broken = new AbortController();
  const watching = finished(archive, { writable: false }).catch((error: unknown) => broken.abort(error));
  try {
    await container.putArchive(archive, { path, abortSignal: AbortSignal.any([signal, broken.signal]) });
    await watching;
  } catch (error) {
    signal.throwIfAborted();
    throw broken.signal.aborted ? archiveFailure(broken.signal.reason) : linkFailure(error);
  }
}

/** What became of the archive must not look like the engine's loss. */
function archiveFailure(error: unknown): AppFailure {
  return error instanceof AppFailure ? error : appFailure('context.unreadable', { cause: String(error) }, error);
}

/** Older engines (20.10, not 28.5) refuse a whole archive for one link that leads out of the folder by `..` (moby: breakoutError). */
function linkFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const path = /invalid (?:symlink|hardlink) "\/volume\/([^"]*)"/.exec(error.message)?.[1];
  if (path === undefined) return error;
  return appFailure('archive.invalid', { params: { reason: 'link', path }, cause: engineWords(error) }, error);
}

function readFailure(error: unknown, folder: string): unknown {
  if (!(error instanceof Error)) return error;
  const details = { params: { path: folder }, cause: engineWords(error) };
  if (isGone(error)) return appFailure('context.notFound', details, error);
  if (statusOf(error) !== undefined && /not a directory/i.test(error.message))
    return appFailure('context.notAFolder', details, error);
  return error;
}

/** What the engine sends; its end is told when `remove` is done as well. */
function untilRemoved(answer: Readable, host: string, remove: () => Promise<void>, signal: AbortSignal): Readable {
  let removed: Promise<void> | undefined;
  const stream = new Readable({
    read: () => void answer.resume(),
    destroy(error, done) {
      signal.removeEventListener('abort', stop);
      answer.destroy();
      // What is left is found by its labels; why the reading ended is told first.
      callbackify(() => (removed ??= remove()))((failure) => done(error ?? failure));
    },
  });
  const stop = () => stream.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  signal.addEventListener('abort', stop);
  answer.pause();
  answer.on('data', (chunk: Buffer) => void (stream.push(chunk) || answer.pause()));
  answer.once('end', () => {
    removed ??= remove();
    removed.then(
      () => stream.push(null),
      (failure: Error) => stream.destroy(failure),
    );
  });
  answer.on('error', (error) => stream.destroy(isConnectionError(error) ? lostFailure(host, error) : error));
  if (signal.aborted) stop();
  return stream;
}
