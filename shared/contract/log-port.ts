import { z } from 'zod';
import { LogStream } from '../model/log-line.ts';

/**
 * The words spoken on a log's MessagePort. Disk is the buffer: the window says from which line on it wants the log, main
 * answers with batches of at most {@link logBatchBytes}, and keeps at most {@link logBatchesInFlight} unacknowledged ones
 * on the way; the window acknowledges a batch when xterm has drawn it. A slow window never slows a build, and reopening
 * leaves neither gap nor duplicate, since a line's number never changes.
 */
export const logBatchBytes = 65_536;
export const logBatchesInFlight = 8;

/** How the window asks for a port: through the preload, with a nonce that comes back with the port. */
export const LogSubscription = z.object({
  nonce: z.string().min(16),
  runId: z.string(),
  /** The first line wanted, from 1. */
  from: z.number().int().min(1),
});
export type LogSubscription = z.infer<typeof LogSubscription>;

/** Window to main. */
export const LogPortRequest = z.object({ kind: z.literal('ack'), through: z.number().int() });
export type LogPortRequest = z.infer<typeof LogPortRequest>;

/** Lines side by side, as columns: structured clone moves these an order of magnitude faster than objects. */
export interface LogBatch {
  readonly kind: 'batch';
  /** Number of the first line; the others follow without a gap. */
  readonly first: number;
  /** Texts joined by line feeds. */
  readonly text: string;
  readonly times: Float64Array;
  /** Index into `steps`. */
  readonly step: Uint16Array;
  readonly vertex: Uint16Array;
  /** Index into {@link logStreams}. */
  readonly stream: Uint8Array;
  readonly continues: Uint8Array;
  readonly steps: readonly string[];
}

/** Main to window. `end`: the run is over and everything was sent. */
export type LogPortMessage =
  LogBatch | { readonly kind: 'end'; readonly lines: number } | { readonly kind: 'failed'; readonly code: string };

export const logStreams = LogStream.options;
