// One request and its answer, with limits. What an answer means, and whether to ask again, is for others to say.
import type { Dispatcher } from 'undici';
import { openTunnels } from './tunnels.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Sent with the request, and never quoted from the answer. */
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
  /** Where the answer came from. */
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/** Why there is no answer. */
export type NoAnswer =
  /** Nobody spoke, or not to the end; `passing` when it may be gone a moment later. `reason` is the system's. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly passing: boolean }
  /** Something spoke, and not as it should. */
  | { readonly kind: 'invalid'; readonly reason: string };

export const connectTimeout = 10_000;
/** Between two pieces of an answer: a slow server is served, a silent one is not. */
export const silenceTimeouts = { headersTimeout: 30_000, bodyTimeout: 30_000 } as const;
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

/** Connections to the world: through `HTTPS_PROXY` and its like, where they are set. */
export async function openConnections(): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const clientFactory = await openTunnels(silenceTimeouts.headersTimeout);
  return new EnvHttpProxyAgent({ ...silenceTimeouts, connect: { timeout: connectTimeout }, clientFactory });
}

/**
 * Sends a request once and follows no redirect. The body of a refusal is taken as far as people are told of it, without what
 * the request had secret.
 * @throws what {@link noAnswer} reads, and the signal's reason
 */
export async function send(dispatcher: Dispatcher, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { method, url, headers = {}, body = null, authorization, maxBytes } = request;
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
  if (good && length > maxBytes) throw new OversizedAnswer(`the answer is larger than ${maxBytes} bytes`);
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

class OversizedAnswer extends Error {
  override name = 'OversizedAnswer';
}

/** Why {@link send} has thrown, or undefined when that is no matter of the network: a mistake of ours. */
export function noAnswer(error: unknown, { method, url }: Pick<HttpRequest, 'method' | 'url'>): NoAnswer | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof OversizedAnswer) return { kind: 'invalid', reason: error.message };
  if (error.name === 'HTTPParserError') return { kind: 'invalid', reason: `${url.host} does not speak HTTP` };
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  const { code, message } = error;
  if (/^(?:UND_)?ERR_INVALID/.test(code)) return undefined;
  // Node gives several addresses' failures as one error without words.
  const words = message === '' ? code : message.includes(code) ? message : `${code} ${message}`;
  return { kind: 'unreachable', reason: `${method} ${url.origin}: ${words}`, passing: passing.has(code) };
}

/** A refusal is quoted to people, and some servers quote what they refuse. */
function withoutSecrets(body: Buffer, secrets: readonly string[]): Uint8Array {
  const text = body.toString();
  const masked = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return masked === text ? body : Buffer.from(masked);
}
