import { type AppErrorCode, toAppError } from '@shared/model/app-error.ts';
import type { PushProgress, Registry } from '../ports.ts';

type Uploads = Pick<Registry, 'takesUploads'>;

/**
 * Pushes through an engine, which tries layers again by itself for a minute, and says neither why nor that it can't succeed: each time
 * that it does, the registry is asked. One without room ends the push at once; other words of it are told to `note`.
 * @throws what `push` throws; `registry.full`
 */
export async function pushWhileRoom<T>(
  image: string,
  registry: Uploads,
  push: (see: (progress: PushProgress) => void, signal: AbortSignal) => Promise<T>,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<T> {
  const full = new AbortController();
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  let asking: Promise<void> | undefined;
  const ask = async () => {
    try {
      await registry.takesUploads(image, stop);
    } catch (error) {
      if (stop.aborted) return;
      const { code, cause = '' } = toAppError(error);
      if (code === 'registry.full') full.abort(error);
      else note(`The registry takes no upload now: ${cause === '' ? code : `${code}: ${cause}`}`);
    } finally {
      asking = undefined;
    }
  };
  const see = ({ retrying, line }: PushProgress) => {
    if (retrying === true && line !== undefined) asking ??= ask();
  };
  try {
    return await push(see, AbortSignal.any([signal, full.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw full.signal.aborted ? full.signal.reason : error;
  } finally {
    over.abort();
    await asking;
  }
}

/** Ms that an answer to why it failed may take: it is only to say more of what is known to have failed. */
const patience = 5_000;
/** What a registry without room looks like: it refuses, or hangs up on who still sends. */
const unclear: ReadonlySet<AppErrorCode> = new Set(['registry.failed', 'registry.unreachable']);

/**
 * What a push failed with; `registry.full` in place of a failure that says no more than that the registry had one, where it has no
 * room. Engines hand on no more than that, and registries say no more of a manifest.
 */
export async function whyRefused(
  image: string,
  thrown: unknown,
  registry: Uploads,
  signal: AbortSignal,
): Promise<unknown> {
  if (!unclear.has(toAppError(thrown).code)) return thrown;
  try {
    await registry.takesUploads(image, AbortSignal.any([signal, AbortSignal.timeout(patience)]));
  } catch (error) {
    signal.throwIfAborted();
    if (toAppError(error).code === 'registry.full') return error;
  }
  return thrown;
}
