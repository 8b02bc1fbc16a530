import type { AppFailure } from '@shared/model/app-error.ts';
import type { Clock } from '../engine/ports.ts';
import { type Attempt, retryAfter } from './retry.ts';
import { type HttpAnswer, type HttpRequest, noAnswer } from './send.ts';

/** What it is called, by those who asked, that no answer came of a request. */
export interface Failures {
  /** Nobody answered, or not to the end; `reason` is the system's. */
  unreachable(reason: string, original: unknown): AppFailure;
  /** Something answered that can't be believed. */
  invalid(reason: string, original: unknown): AppFailure;
  /** An answer of 429 or 5xx; `afterMs` when it says how long to wait. */
  refused(answer: HttpAnswer, afterMs: number | undefined): AppFailure;
}

/**
 * One try of a request, for {@link withRetries}: again after a trouble that may pass by itself, done with any other answer.
 * @throws the failure of a trouble that stays, what `ask` throws beside, and the signal's reason
 */
export async function attempt(
  ask: () => Promise<HttpAnswer>,
  request: Pick<HttpRequest, 'method' | 'url'>,
  failures: Failures,
  clock: Clock,
  signal: AbortSignal,
): Promise<Attempt<HttpAnswer>> {
  signal.throwIfAborted();
  let answer: HttpAnswer;
  try {
    answer = await ask();
  } catch (error) {
    signal.throwIfAborted();
    const failed = noAnswer(error, request);
    if (failed === undefined) throw error;
    if (failed.kind === 'invalid') throw failures.invalid(failed.reason, error);
    const failure = failures.unreachable(failed.reason, error);
    if (!failed.passing) throw failure;
    return { kind: 'again', failure };
  }
  if (answer.status !== 429 && ![500, 502, 503, 504].includes(answer.status)) return { kind: 'done', value: answer };
  const afterMs = retryAfter(answer.header('retry-after'), clock.now());
  return { kind: 'again', failure: failures.refused(answer, afterMs), ...(afterMs === undefined ? {} : { afterMs }) };
}
