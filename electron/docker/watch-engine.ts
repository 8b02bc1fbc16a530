import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Client, ping } from './client.ts';
import { pause } from './pause.ts';

/** Where an engine drops the stream though it lives; ms. */
const beforeAnother = 1000;

/**
 * Watches an engine; settles with what it failed with when it stops answering. Nothing is polled: the engine's own stream
 * of events is kept open, with a filter that lets next to nothing pass, and its end is looked into.
 * @throws the signal's reason
 */
export async function untilLost(client: Client, signal: AbortSignal): Promise<unknown> {
  for (;;) {
    try {
      const filters = { type: ['daemon'] };
      const events = (await client.docker.getEvents({
        filters: JSON.stringify(filters),
        abortSignal: signal,
      })) as Readable;
      // A stream that is not read from does not end.
      events.resume();
      await finished(events, { writable: false, signal });
    } catch {
      // Why the stream ended tells less than whether the engine still answers.
      signal.throwIfAborted();
    }
    try {
      await ping(client, signal);
    } catch (error) {
      signal.throwIfAborted();
      return error;
    }
    await pause(beforeAnother, signal);
  }
}
