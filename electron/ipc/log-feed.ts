import { setTimeout as delay } from 'node:timers/promises';
import { LogPortRequest, logBatchBytes, logBatchesInFlight, type LogPortMessage } from '@shared/contract/log-port.ts';
import { toAppError } from '@shared/model/app-error.ts';
import type { RunLogs } from '../engine/journal.ts';
import { deferred } from './deferred.ts';

/** Batches of a log that grows go out at most this often, one frame of a 60 Hz screen (ms). What is on disk already goes as fast as it is drawn. */
const pace = 16;

/** The near end of a MessagePort. */
export interface LogPort {
  post(message: LogPortMessage): void;
  /** Hands over what the window sends; `closed` when either side has closed the port. */
  listen(onMessage: (data: unknown) => void, onClosed: () => void): void;
  close(): void;
}

/** Where the feed gets a log from. */
export interface LogSource {
  readonly logs: Pick<RunLogs, 'page' | 'onLines'>;
  /** Whether the run is over, and with it its log. @throws `run.notFound` */
  isOver(runId: string): Promise<boolean>;
  /** Told when the run's state may have changed. */
  onRunChanged(runId: string, listener: () => void): () => void;
}

/**
 * Feeds one subscriber: every line of the run from `from` on, in order, without a gap, read from disk, until the run is over
 * and all was sent. At most {@link logBatchesInFlight} batches are unacknowledged at a time, so memory stays flat however
 * slow the window is, and the build never waits for it.
 *
 * Resolves when the feed has ended: with `end` said, with `failed` said, or because the port was closed or `signal` fired.
 */
export async function feedLog(
  port: LogPort,
  source: LogSource,
  runId: string,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const closed = AbortSignal.any([signal, stop.signal]);
  const news = createBell();
  /** The last lines of the batches on their way. */
  const unacknowledged: number[] = [];
  port.listen(
    (data) => {
      const request = LogPortRequest.safeParse(data);
      if (!request.success) return stop.abort();
      while ((unacknowledged[0] ?? Infinity) <= request.data.through) unacknowledged.shift();
      news.ring();
    },
    () => stop.abort(),
  );
  closed.addEventListener('abort', news.ring, { once: true });
  const unsubscribe = [source.logs.onLines(runId, news.ring), source.onRunChanged(runId, news.ring)];
  try {
    let next = from;
    let over = false;
    while (!closed.aborted) {
      news.reset();
      if (unacknowledged.length >= logBatchesInFlight) {
        await news.rung;
        continue;
      }
      const { count, ...page } = await source.logs.page(runId, next, logBatchBytes);
      if (closed.aborted) break;
      if (count > 0) {
        next += count;
        unacknowledged.push(next - 1);
        port.post({ kind: 'batch', ...page });
        if (page.text.length < logBatchBytes / 2) await delay(pace, undefined, { signal: closed });
      } else if (over) {
        port.post({ kind: 'end', lines: next - 1 });
        break;
      } else {
        // Over, and yet one more look: its last lines may have come between the page and this answer.
        over = await source.isOver(runId);
        if (!over) await news.rung;
      }
    }
  } catch (thrown) {
    if (!closed.aborted) port.post({ kind: 'failed', code: toAppError(thrown).code });
  } finally {
    for (const end of unsubscribe) end();
    port.close();
  }
}

/** Lets one waiter sleep until something is new. Ringing between `reset` and waiting isn't lost. */
function createBell(): { readonly rung: Promise<void>; readonly ring: () => void; readonly reset: () => void } {
  let next = deferred();
  return {
    get rung() {
      return next.promise;
    },
    ring: () => next.resolve(),
    reset: () => void (next = deferred()),
  };
}
