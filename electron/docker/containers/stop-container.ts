import type Docker from 'dockerode';
import { isGone, statusOf } from '../failures.ts';
import { pause } from '../pause.ts';

/** How long an engine may take for what it does at once when it is well, in ms. */
export const patience = 10_000;

/**
 * Ends a container that runs: SIGTERM, and SIGKILL after `graceMs`. Settles when it has ended, or when the engine doesn't
 * get that done; fails never, for those who stop something have more important things to tell.
 * @param ended settles when the container has ended
 */
export async function stopContainer(
  container: Docker.Container,
  ended: Promise<unknown>,
  graceMs: number,
): Promise<void> {
  const over = ended.then(
    () => undefined,
    () => undefined,
  );
  if (graceMs > 0) {
    await sendSignal(container, 'SIGTERM');
    if (!(await takesLonger(over, graceMs))) return;
  }
  await sendSignal(container, 'SIGKILL');
  await takesLonger(over, patience);
}

/**
 * Stops and removes a container with its anonymous volumes. One that is gone is no error.
 * @throws the engine's refusal, the connection's error, or the signal's reason
 */
export async function removeContainer(
  container: Docker.Container,
  { graceMs }: { readonly graceMs: number },
  signal: AbortSignal,
): Promise<void> {
  // One that has ended takes no more than this.
  if (graceMs > 0 && (await isRemoved(container, false, signal))) return;
  if (graceMs > 0) {
    const waiting = new AbortController();
    const stop = AbortSignal.any([signal, waiting.signal]);
    const ended = container.wait({ condition: 'not-running', abortSignal: stop });
    try {
      await sendSignal(container, 'SIGTERM');
      await takesLonger(
        ended.then(
          () => undefined,
          () => undefined,
        ),
        graceMs,
      );
    } finally {
      waiting.abort();
    }
    signal.throwIfAborted();
  }
  await isRemoved(container, true, signal);
}

/** Removes; answers whether it is gone. Without `force`, one that runs isn't. */
async function isRemoved(container: Docker.Container, force: boolean, signal: AbortSignal): Promise<boolean> {
  try {
    await container.remove({ v: true, force, abortSignal: signal });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (isGone(error)) return true;
    if (!force && statusOf(error) === 409) return false;
    throw error;
  }
}

/** A container that isn't running any more takes no signal, and needs none. */
async function sendSignal(container: Docker.Container, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  try {
    await container.kill({ signal, abortSignal: AbortSignal.timeout(patience) });
  } catch {
    // Ended or gone; or the engine is, which whoever waits for the end is told.
  }
}

/** Waits for something that never fails, so long and no longer. */
export async function takesLonger(over: Promise<void>, milliseconds: number): Promise<boolean> {
  const waiting = new AbortController();
  try {
    const tooLong = pause(milliseconds, waiting.signal).then(
      () => true,
      () => true,
    );
    return await Promise.race([over.then(() => false), tooLong]);
  } finally {
    waiting.abort();
  }
}
