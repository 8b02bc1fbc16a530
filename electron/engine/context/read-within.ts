import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';

/** Nobody is kept waiting by a pipe, nor led elsewhere by a link that has just come. Windows has neither flag. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a short text of folders that may be a stranger's; `undefined` when it isn't there. Links are followed, but not out of
 * these folders.
 *
 * @param folders absolute; the file is to lie in one of them
 * @param limit in bytes
 * @throws `context.outside` for a link that leads out; `context.unreadable`, also for what is no file, or is too long
 */
export async function readWithin(
  folders: readonly string[],
  file: string,
  limit: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const target = await realpath(file);
    const real = await Promise.all(folders.map((folder) => realpath(folder)));
    if (!real.some((folder) => liesIn(folder, target))) {
      throw appFailure('context.outside', { params: { path: file, target }, fixes: [{ kind: 'chooseFolder' }] });
    }
    signal.throwIfAborted();
    return await readShortFile(target, limit, signal);
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (error instanceof AppFailure) throw error;
    throw appFailure('context.unreadable', { params: { path: file }, cause: String(error) }, error);
  }
}

function liesIn(folder: string, place: string): boolean {
  const relative = path.relative(folder, place);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/**
 * Reads a file that is to be short, and no more of it than is allowed.
 * @param limit in bytes
 * @throws for one that is longer, for what is no file (nobody waits for a pipe) or is a link; the system's errors
 */
export async function readShortFile(file: string, limit: number, signal: AbortSignal): Promise<string> {
  const handle = await open(file, openFlags);
  try {
    if (!(await handle.stat()).isFile()) throw new Error('it is not a file');
    const chunks: Buffer[] = [];
    // It may grow while it is read.
    for await (const chunk of handle.createReadStream({ end: limit, autoClose: false, signal }))
      chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    if (content.length > limit) throw new Error(`it is longer than ${limit} bytes`);
    return content.toString('utf8');
  } finally {
    await handle.close();
  }
}
