// HTTP to registries: one exchange with redirects, limits and retries. What an answer means is not known here.
import type { Dispatcher } from 'undici';
import { attempt } from '../http/attempt.ts';
import { type RetryOptions, withRetries } from '../http/retry.ts';
import {
  connectTimeout,
  type HttpAnswer,
  type HttpRequest,
  openConnections,
  send,
  silenceTimeouts,
} from '../http/send.ts';
import { type Asked, failureOf, invalidAnswer, unreachable } from './failures.ts';
import { isLoopback, originsOf } from './host.ts';

/** HTTP with the manners that a registry can expect. */
export interface Http {
  /**
   * The answer, whatever its status: redirects followed, 429 and 5xx tried again (spec: reliability-security R9).
   * @throws AppFailure as {@link unreachable}; `registry.rateLimited`, `registry.failed` when trying again didn't help;
   * `registry.invalid` for an answer that is too large or redirects to where it must not
   */
  exchange(request: HttpRequest, asked: Asked, signal: AbortSignal): Promise<HttpAnswer>;
  /** One try, for looking whether somebody is there. @throws as `exchange` */
  once(request: HttpRequest, asked: Asked, signal: AbortSignal): Promise<HttpAnswer>;
}

/** Told of each answer of a registry itself, not of those to whom it sends us, nor of its token server. */
export type OnAnswer = (registry: string, answer: HttpAnswer) => void;

const redirectLimit = 5;

/** @param open what connects; the world by itself, where nothing else is said. Called once, when the first registry is asked */
export function createHttp(
  retries: RetryOptions,
  onAnswer?: OnAnswer,
  open: () => Promise<Connections> = openBoth,
): Http {
  let loading: Promise<Connections> | undefined;
  /** undici is loaded when the first registry is asked: it costs a start some 50 ms. */
  const connections = () => (loading ??= open());

  const hear = (asked: Asked, answer: HttpAnswer) => {
    if (onAnswer !== undefined && originsOf(asked.registry).includes(answer.url.origin))
      onAnswer(asked.registry, answer);
  };

  const tryOnce = (request: HttpRequest, asked: Asked, signal: AbortSignal) =>
    attempt(
      async () => follow(await connections(), request, asked, hear, signal),
      request,
      {
        unreachable: (reason, original) => unreachable(asked, reason, original),
        invalid: (reason, original) => invalidAnswer(asked, reason, original),
        refused: (answer, afterMs) => failureOf(asked, answer, afterMs),
      },
      retries.clock,
      signal,
    );

  return {
    exchange: (request, asked, signal) => withRetries(() => tryOnce(request, asked, signal), retries, signal),
    async once(request, asked, signal) {
      const tried = await tryOnce(request, asked, signal);
      if (tried.kind === 'again') throw tried.failure;
      return tried.value;
    },
  };
}

/** Who connects to an address. */
export interface Connections {
  dispatcherFor(url: URL): Promise<Dispatcher>;
}

async function openBoth(): Promise<Connections> {
  const { Agent } = await import('undici');
  /** For this machine itself: past every proxy, and with whatever certificate, as Docker does for loopback. */
  const local = new Agent({ ...silenceTimeouts, connect: { timeout: connectTimeout, rejectUnauthorized: false } });
  /** Through `HTTPS_PROXY` and its like, where they are set. */
  const remote = await openConnections();
  return { dispatcherFor: async ({ hostname }) => (isLoopback(hostname) ? local : remote) };
}

async function follow(
  connections: Connections,
  request: HttpRequest,
  asked: Asked,
  hear: (asked: Asked, answer: HttpAnswer) => void,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let { url, authorization } = request;
  for (let redirects = 0; ; redirects++) {
    const dispatcher = await connections.dispatcherFor(url);
    const answer = await send(dispatcher, { ...request, url, authorization }, signal);
    hear(asked, answer);
    const location = answer.header('location');
    const redirected = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined;
    if (!redirected || (request.method !== 'GET' && request.method !== 'HEAD')) return answer;
    if (redirects === redirectLimit) throw invalidAnswer(asked, `more than ${redirectLimit} redirects`);
    if (!URL.canParse(location, url.href)) throw invalidAnswer(asked, 'redirects to what is no address');
    const next = new URL(location, url);
    if (!mayLead(url, next)) throw invalidAnswer(asked, `${url.origin} redirects to ${next.origin}`);
    if (next.origin !== url.origin) authorization = undefined;
    url = next;
  }
}

/** Whether one address may send us to another: never from https to http, and never from outside to this machine. */
export function mayLead(from: URL, to: URL): boolean {
  if (to.username !== '' || to.password !== '') return false;
  if (isLoopback(to.hostname) && !isLoopback(from.hostname)) return false;
  return to.protocol === 'https:' || (to.protocol === 'http:' && isLoopback(to.hostname));
}
