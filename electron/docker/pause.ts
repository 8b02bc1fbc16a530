import { setTimeout as delay } from 'node:timers/promises';

/** Waits so many milliseconds. @throws the signal's own reason when it fires */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
