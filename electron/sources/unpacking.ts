import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type AppError, AppFailure } from '@shared/model/app-error.ts';
import type { UnpackedArchive } from '../engine/context/archive/unpack-archive.ts';
import { startWorker } from '../worker-entry.ts';
import type { Packing } from './packing/unpack.ts';

/** How far unpacking goes. */
export interface UnpackingLimits {
  /** Bytes of all files together. */
  readonly bytes: number;
  readonly entries: number;
  /** How many times as much may come out as went in, once more than `ratioFrom` bytes came out. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const unpackingLimits: UnpackingLimits = {
  bytes: 2 * 1024 ** 3,
  entries: 200_000,
  ratio: 200,
  ratioFrom: 64 * 1024 ** 2,
};

/** What the thread is given, and what it tells. */
export interface UnpackingTask {
  readonly root: string;
  readonly limits: UnpackingLimits;
}
/** `undefined` is the end. */
export type UnpackingBytes = Uint8Array | undefined;
export type UnpackingNews =
  | { readonly kind: 'taken'; readonly bytes: number }
  | ({ readonly kind: 'done'; readonly packing: Packing } & UnpackedArchive)
  | { readonly kind: 'notAnArchive'; readonly cause: string }
  | { readonly kind: 'failed'; readonly error: AppError };

/** Bytes on their way to the thread, at most. */
const underway = 1024 * 1024;

/** What came isn't packed in a way that we know, or isn't tar; `message` says which. */
export class NoArchive extends Error {
  override name = 'NoArchive';
}

/**
 * Unpacks a tar archive, packed or not, in a thread of its own: hostile bytes hold nobody up there, and what they make a
 * decoder take of memory goes with it. Reads the stream to its end, also behind the archive's. The folder is made, or has to be
 * empty; when this fails, it is as it was.
 * @throws {@link NoArchive}, AppFailure as {@link import('../engine/context/archive/unpack-archive.ts').unpackArchive}, the
 *   stream's own error, and the signal's reason
 */
export async function unpackInThread(
  stream: AsyncIterable<Buffer>,
  folder: string,
  limits: Partial<UnpackingLimits>,
  signal: AbortSignal,
): Promise<UnpackedArchive & { readonly packing: Packing }> {
  signal.throwIfAborted();
  const root = path.resolve(folder);
  const firstMade = await mkdir(root, { recursive: true, mode: 0o700 });
  if ((await readdir(root)).length > 0) throw new Error(`${root} is not empty`);
  try {
    return await runThread(stream, { root, limits: { ...unpackingLimits, ...limits } }, signal);
  } catch (error) {
    // The thread is gone by now, and may have been stopped anywhere.
    if (firstMade === undefined)
      for (const name of await readdir(root)) await rm(path.join(root, name), { recursive: true, force: true });
    else await rm(firstMade, { recursive: true, force: true });
    throw error;
  }
}

async function runThread(stream: AsyncIterable<Buffer>, task: UnpackingTask, signal: AbortSignal) {
  const worker = startWorker('unpacking', { workerData: task });
  let pending = 0;
  let wake = () => undefined as void;
  let abort = () => undefined as void;
  try {
    const result = new Promise<Extract<UnpackingNews, { kind: 'done' }>>((resolve, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      worker.on('message', (news: UnpackingNews) => {
        switch (news.kind) {
          case 'taken':
            pending -= news.bytes;
            return wake();
          case 'done':
            return resolve(news);
          case 'notAnArchive':
            return reject(new NoArchive(news.cause));
          case 'failed':
            return reject(new AppFailure(news.error));
        }
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`unpacking ended early (${code})`)));
    });
    const feeding = async (): Promise<never[]> => {
      for await (const chunk of stream) {
        const bytes = Uint8Array.from(chunk);
        pending += bytes.length;
        worker.postMessage(bytes satisfies UnpackingBytes, [bytes.buffer]);
        while (pending > underway) await new Promise<void>((resolve) => (wake = resolve));
      }
      worker.postMessage(undefined satisfies UnpackingBytes);
      return [];
    };
    // Whoever fails first ends both: leaving the loop gives the stream up.
    const [{ kind: _kind, ...unpacked }] = await Promise.all([result, feeding()]);
    return unpacked;
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
