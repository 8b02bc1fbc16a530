import { setTimeout as wait } from 'node:timers/promises';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { Clock } from '../engine/ports.ts';

/** What one try came to. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** A failure that may pass; `afterMs` when the other side said how long to wait. */
  | { readonly kind: 'again'; readonly failure: AppFailure; readonly afterMs?: number };

/** Time and chance, so that tests need neither. */
export interface RetryOptions {
  readonly clock: Clock;
  /** Waits so many ms; rejects with the signal's reason. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Four. */
  readonly tries?: number;
}

const usualTries = 4;
const firstPause = 400;
const longestPause = 8_000;
/** Who wants us to wait longer gets an error that says how long, instead of a run that stands still. */
const longestObedience = 60_000;

/**
 * Tries up to four times (or as often as the options say), with pauses that double (400 ms, 800 ms, 1.6 s, half of it by chance) and are never shorter than
 * what the other side asked for.
 * @throws the last try's failure
 */
export async function withRetries<T>(
  attempt: () => Promise<Attempt<T>>,
  options: RetryOptions,
  signal: AbortSignal,
): Promise<T> {
  const tries = options.tries ?? usualTries;
  for (let n = 1; ; n++) {
    const outcome = await attempt();
    if (outcome.kind === 'done') return outcome.value;
    const { failure, afterMs = 0 } = outcome;
    if (n === tries || afterMs > longestObedience) throw failure;
    const pause = Math.min(longestPause, firstPause * 2 ** (n - 1)) * (1 - options.random() / 2);
    await options.delay(Math.max(pause, afterMs * (1 + options.random() / 10)), signal);
  }
}

/** `Retry-After` in ms from now: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined when absent or neither. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The machine's own time and chance where the caller brings none. */
export function retryOptions(options: Partial<RetryOptions>): RetryOptions {
  const clock: Clock = { now: () => Date.now() };
  return { clock, delay, random: () => Math.random(), ...options };
}

async function delay(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
