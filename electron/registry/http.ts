// HTTP to registries: one exchange with redirects, limits and retries. What an answer means is not known here.
import type { Dispatcher } from 'undici';
import { type Asked, failureOf, invalidAnswer, unreachable } from './failures.ts';
import { isLoopback } from './host.ts';
import { type Attempt, type RetryOptions, retryAfter, withRetries } from './retry.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Sent with the request: never quoted from the answer, and the header goes to no other origin. */
  readonly authorization?: Authorization | undefined;
  /** Bytes of a good answer that are taken, at most. */
  readonly maxBytes: number;
}

/** An `Authorization` header, and what in it (or beside it) must not be seen. */
export interface Authorization {
  readonly header?: string;
  readonly secrets: readonly string[];
}

export interface HttpAnswer {
  readonly method: string;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/** HTTP with the manners that a registry can expect. */
export interface Http {
  /**
   * The answer, whatever its status: redirects followed, 429 and 5xx tried again (spec: reliability-security R9).
   * @throws AppFailure `registry.unreachable`; `registry.rateLimited`, `registry.failed` when trying again didn't help;
   * `registry.invalid` for an answer that is too large or redirects to where it must not
   */
  exchange(request: HttpRequest, asked: Asked, signal: AbortSignal): Promise<HttpAnswer>;
  /** One try, for looking whether somebody is there. @throws as `exchange` */
  once(request: HttpRequest, asked: Asked, signal: AbortSignal): Promise<HttpAnswer>;
}

const connectTimeout = 10_000;
/** Between two pieces of an answer: a slow registry is served, a silent one is not. */
const silenceTimeout = 30_000;
const redirectLimit = 5;
const errorBytes = 65_536;

/** Failures of the network that may be gone a moment later. A refused connection or a bad certificate will be the same. */
const passing = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

export function createHttp(retries: RetryOptions): Http {
  let loading: Promise<Connections> | undefined;
  /** undici is loaded when the first registry is asked: it costs a start some 50 ms. */
  const connections = () => (loading ??= openConnections());

  async function attempt(request: HttpRequest, asked: Asked, signal: AbortSignal): Promise<Attempt<HttpAnswer>> {
    signal.throwIfAborted();
    let answer: HttpAnswer;
    try {
      answer = await follow(await connections(), request, asked, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && error.name === 'HTTPParserError') {
        throw invalidAnswer(asked, `${request.url.host} does not speak HTTP`, error);
      }
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      const failure = unreachable(asked, `${request.method} ${request.url.origin}: ${reason.text}`, error);
      if (!passing.has(reason.code)) throw failure;
      return { kind: 'again', failure };
    }
    if (answer.status !== 429 && ![500, 502, 503, 504].includes(answer.status)) return { kind: 'done', value: answer };
    const afterMs = retryAfter(answer.header('retry-after'), retries.clock.now());
    return { kind: 'again', failure: failureOf(asked, answer, afterMs), ...(afterMs === undefined ? {} : { afterMs }) };
  }

  return {
    exchange: (request, asked, signal) => withRetries(() => attempt(request, asked, signal), retries, signal),
    async once(request, asked, signal) {
      const tried = await attempt(request, asked, signal);
      if (tried.kind === 'again') throw tried.failure;
      return tried.value;
    },
  };
}

interface Connections {
  /** For this machine itself: past every proxy, and with whatever certificate, as Docker does for loopback. */
  readonly local: Dispatcher;
  /** Through `HTTPS_PROXY` and its like, where they are set. */
  readonly remote: Dispatcher;
}

async function openConnections(): Promise<Connections> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const timeouts = { headersTimeout: silenceTimeout, bodyTimeout: silenceTimeout };
  return {
    local: new Agent({ ...timeouts, connect: { timeout: connectTimeout, rejectUnauthorized: false } }),
    remote: new EnvHttpProxyAgent({ ...timeouts, connect: { timeout: connectTimeout } }),
  };
}

async function follow(
  connections: Connections,
  request: HttpRequest,
  asked: Asked,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let { url, authorization } = request;
  for (let redirects = 0; ; redirects++) {
    const answer = await send(connections, { ...request, url, authorization }, asked, signal);
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

async function send(
  connections: Connections,
  request: HttpRequest,
  asked: Asked,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { method, url, headers = {}, body = null, authorization, maxBytes } = request;
  const dispatcher = isLoopback(url.hostname) ? connections.local : connections.remote;
  const response = await dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    body,
    signal,
    headers: {
      'user-agent': 'slipway',
      ...headers,
      ...(authorization?.header === undefined ? {} : { authorization: authorization.header }),
    },
  });
  const good = response.statusCode < 300;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > (good ? maxBytes : errorBytes)) break; // leaving the loop gives the connection up
  }
  if (good && length > maxBytes) throw invalidAnswer(asked, `the answer is larger than ${maxBytes} bytes`);
  const received = Buffer.concat(chunks);
  return {
    method,
    url,
    status: response.statusCode,
    header(name) {
      const value = response.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: good ? received : withoutSecrets(received, authorization?.secrets ?? []),
  };
}

/** A refusal is quoted to people, and some servers quote what they refuse. */
function withoutSecrets(body: Buffer, secrets: readonly string[]): Uint8Array {
  const text = body.toString();
  const masked = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return masked === text ? body : Buffer.from(masked);
}

/** What the network said, or undefined when this is no failure of the network. */
function reasonOf(error: unknown): { readonly code: string; readonly text: string } | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const { code, message } = error;
  if (/^(?:UND_)?ERR_INVALID/.test(code)) return undefined; // a mistake of ours
  // Node gives several addresses' failures as one error without words.
  const text = message === '' ? code : message.includes(code) ? message : `${code} ${message}`;
  return { code, text };
}
