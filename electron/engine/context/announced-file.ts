import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { WalkEntry } from './walk.ts';

/** A file of which the engine knows name and size already. */
export type AnnouncedFile = Pick<WalkEntry, 'path' | 'size'>;

/** What became of a file since it was announced; `params.change` of `context.changed`. */
export type FileChange = 'vanished' | 'replaced' | 'resized' | 'written';

/** Takes some content: `length` bytes of `buffer` from the headroom on; the buffer is the taker's. Resolves when more may come. */
type Take = (buffer: Buffer, length: number) => Promise<void>;

/** Content that is read at once, in bytes. */
const chunkSize = 64 * 1024;

/** Nobody is kept waiting by what took the place of a file (a pipe), nor led elsewhere (a link). Windows has neither flag. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file in chunks of 64 KiB, one in memory at a time: as many bytes as were announced, or it fails. (fsutil sends an
 * empty file for one that is gone, and whatever it reads of one that changes: an image then holds what never was.)
 *
 * @param headroom bytes to leave free at the start of each buffer
 * @throws `context.changed`, `context.unreadable`, both with `params.path`; what `take` throws
 */
export async function readAnnouncedFile(
  root: string,
  file: AnnouncedFile,
  headroom: number,
  take: Take,
): Promise<void> {
  const place = `${root}/${file.path}`;
  try {
    if (file.size > chunkSize) await readLarge(place, file, headroom, take);
    else await readSmall(place, file, headroom, take);
  } catch (error) {
    throw toFailure(error, file.path);
  }
}

/** Synchronous: a file of one chunk is read faster than the thread pool is asked to. */
async function readSmall(place: string, file: AnnouncedFile, headroom: number, take: Take): Promise<void> {
  const buffer = Buffer.allocUnsafe(headroom + file.size);
  const descriptor = openSync(place, openFlags);
  try {
    const before = fstatSync(descriptor, { bigint: true });
    checkAnnounced(before, file);
    for (let read = 0; read < file.size;) {
      const count = readSync(descriptor, buffer, headroom + read, file.size - read, null);
      if (count === 0) throw changed(file.path, 'resized');
      read += count;
    }
    checkUnwritten(before, fstatSync(descriptor, { bigint: true }), file);
  } finally {
    closeSync(descriptor);
  }
  if (file.size > 0) await take(buffer, file.size);
}

async function readLarge(place: string, file: AnnouncedFile, headroom: number, take: Take): Promise<void> {
  const handle = await open(place, openFlags);
  try {
    const before = await handle.stat({ bigint: true });
    checkAnnounced(before, file);
    for (let left = file.size; left > 0;) {
      const buffer = Buffer.allocUnsafeSlow(headroom + Math.min(chunkSize, left));
      const { bytesRead } = await handle.read(buffer, headroom, buffer.length - headroom, null);
      if (bytesRead === 0) throw changed(file.path, 'resized');
      left -= bytesRead;
      // Before the last chunk goes, so that nobody takes the file for whole.
      if (left === 0) checkUnwritten(before, await handle.stat({ bigint: true }), file);
      await take(buffer, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function checkAnnounced(now: BigIntStats, file: AnnouncedFile): void {
  if (!now.isFile()) throw changed(file.path, 'replaced');
  if (now.size !== BigInt(file.size)) throw changed(file.path, 'resized');
}

function checkUnwritten(before: BigIntStats, after: BigIntStats, file: AnnouncedFile): void {
  if (after.size !== before.size) throw changed(file.path, 'resized');
  if (after.mtimeNs !== before.mtimeNs) throw changed(file.path, 'written');
}

function changed(path: string, change: FileChange, original?: unknown): AppFailure {
  return appFailure('context.changed', { params: { path, change }, fixes: [{ kind: 'retry' }] }, original);
}

function toFailure(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error && 'syscall' in error ? error.code : undefined;
  switch (code) {
    case undefined: // none of the file's business
      return error;
    case 'ENOENT':
    case 'ENOTDIR':
      return changed(path, 'vanished', error);
    case 'ELOOP':
      return changed(path, 'replaced', error);
    default:
      return appFailure('context.unreadable', { params: { path }, cause: String(error) }, error);
  }
}
