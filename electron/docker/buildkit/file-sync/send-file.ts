import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import { appFailure, type AppFailure } from '@shared/model/app-error.ts';
import { placeOf, type WalkEntry } from '../../../engine/context/walk.ts';
import { dataHeaderRoom, dataPacket } from './packet.ts';

/** Content in a DATA packet, in bytes. */
const chunkSize = 64 * 1024;

/** What has to be known of a file until its content is asked for. */
export type AnnouncedFile = Pick<WalkEntry, 'path' | 'rawPath' | 'size'>;

/** What became of a file since its STAT was sent; `params.change` of `context.changed`. */
export type FileChange = 'vanished' | 'replaced' | 'resized' | 'written';

/** Nobody is kept waiting by what took the place of a file (a pipe), nor led elsewhere (a link). Windows has neither flag. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Sends the content of one file as DATA packets, with the empty one that ends it. One chunk is in memory at a time.
 *
 * fsutil sends an empty file for one that is gone, and whatever it reads of one that changes: an image then holds what
 * never was. Here the content is the announced one or the transfer fails.
 *
 * @param send resolves when the next packet may come
 * @throws `context.changed`, `context.unreadable`, both with `params.path`
 */
export async function sendFile(
  root: string,
  file: AnnouncedFile,
  id: number,
  send: (packet: Uint8Array) => Promise<void>,
): Promise<void> {
  const place = placeOf(root, file);
  try {
    if (file.size > chunkSize) await sendLarge(place, file, id, send);
    else if (file.size > 0) await send(dataPacket(id, readSmall(place, file), file.size));
    else checkEmpty(place, file);
  } catch (error) {
    throw toFailure(error, file.path);
  }
  await send(dataPacket(id, Buffer.allocUnsafe(dataHeaderRoom), 0));
}

/** Synchronous: a file of one chunk is read faster than the thread pool is asked to. */
function readSmall(place: string | Buffer, file: AnnouncedFile): Buffer {
  const descriptor = openSync(place, openFlags);
  try {
    const before = fstatSync(descriptor, { bigint: true });
    checkAnnounced(before, file);
    const buffer = Buffer.allocUnsafe(dataHeaderRoom + file.size);
    let read = 0;
    while (read < file.size) {
      const count = readSync(descriptor, buffer, dataHeaderRoom + read, file.size - read, null);
      if (count === 0) throw changed(file.path, 'resized');
      read += count;
    }
    checkUnwritten(before, fstatSync(descriptor, { bigint: true }), file);
    return buffer;
  } finally {
    closeSync(descriptor);
  }
}

async function sendLarge(
  place: string | Buffer,
  file: AnnouncedFile,
  id: number,
  send: (packet: Uint8Array) => Promise<void>,
): Promise<void> {
  const handle = await open(place, openFlags);
  try {
    const before = await handle.stat({ bigint: true });
    checkAnnounced(before, file);
    for (let left = file.size; left > 0;) {
      const buffer = Buffer.allocUnsafeSlow(dataHeaderRoom + Math.min(chunkSize, left));
      const { bytesRead } = await handle.read(buffer, dataHeaderRoom, buffer.length - dataHeaderRoom, null);
      if (bytesRead === 0) throw changed(file.path, 'resized');
      left -= bytesRead;
      // Before the last chunk goes, so that no receiver takes the file for whole.
      if (left === 0) checkUnwritten(before, await handle.stat({ bigint: true }), file);
      await send(dataPacket(id, buffer, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

function checkEmpty(place: string | Buffer, file: AnnouncedFile): void {
  const descriptor = openSync(place, openFlags);
  try {
    checkAnnounced(fstatSync(descriptor, { bigint: true }), file);
  } finally {
    closeSync(descriptor);
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
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // What the stream throws is none of the file's business.
  if (typeof code !== 'string') return error;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return changed(path, 'vanished', error);
    case 'ELOOP':
      return changed(path, 'replaced', error);
    default:
      return appFailure('context.unreadable', { params: { path }, cause: String(error) }, error);
  }
}
