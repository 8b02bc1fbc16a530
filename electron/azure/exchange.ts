import type { AppFailure } from '@shared/model/app-error.ts';
import type { Dispatcher } from 'undici';
import { attempt } from '../http/attempt.ts';
import { type RetryOptions, withRetries } from '../http/retry.ts';
import { type HttpAnswer, type HttpRequest, openConnections, send } from '../http/send.ts';
import { type Asked, invalidAnswer, unreachable } from './failures.ts';

/** What the error of an answer that isn't the wished-for one is. */
export type FailureOf = (asked: Asked, answer: HttpAnswer, afterMs?: number) => AppFailure;

/**
 * The answer of one of Azure's services, 429 and 5xx tried again. A redirect is none: what was sent is for the host that was asked.
 * @throws AppFailure `keyvault.unreachable`, `keyvault.invalid`; what `failureOf` makes of 429 and 5xx
 */
export type Exchange = (
  request: HttpRequest,
  asked: Asked,
  failureOf: FailureOf,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

/** @param given instead of the machine's own way to the network */
export function createExchange(given: Dispatcher | undefined, retries: RetryOptions): Exchange {
  let loading: Promise<Dispatcher> | undefined;
  /** undici is loaded when the first secret is asked for. */
  const connections = async () => given ?? (await (loading ??= openConnections()));

  return async (request, asked, failureOf, signal) => {
    const tryOnce = () =>
      attempt(
        async () => send(await connections(), request, signal),
        request,
        {
          unreachable: (reason, original) => unreachable(asked, reason, original),
          invalid: (reason, original) => invalidAnswer(asked, reason, original),
          refused: (answer, afterMs) => failureOf(asked, answer, afterMs),
        },
        retries.clock,
        signal,
      );
    const answer = await withRetries(tryOnce, retries, signal);
    if (answer.status >= 300 && answer.status < 400)
      throw invalidAnswer(asked, `${request.url.origin} redirects${to(answer)}`);
    return answer;
  };
}

function to(answer: HttpAnswer): string {
  const location = answer.header('location') ?? '';
  return URL.canParse(location, answer.url.href) ? ` to ${new URL(location, answer.url).origin}` : '';
}
