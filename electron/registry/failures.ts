import { type AppErrorCode, type AppFailure, type Fix, appFailure } from '@shared/model/app-error.ts';
import { quote } from '../http/quote.ts';
import type { HttpAnswer } from '../http/send.ts';

/** What was asked, for the error that it may end in. */
export interface Asked {
  /** As in references: `docker.io`, never the server behind it. */
  readonly registry: string;
  /** The image as the caller named it. */
  readonly image?: string;
}

/** The error that a status means (OCI distribution specification, error codes). */
export function failureOf(asked: Asked, answer: HttpAnswer, retryAfterMs?: number): AppFailure {
  const code = codeOf(answer);
  return appFailure(code, {
    params: { ...asked, status: answer.status },
    cause: wordsOf(answer),
    fixes: fixesOf(code, asked.registry),
    ...(retryAfterMs === undefined ? {} : { retry: { afterMs: retryAfterMs } }),
  });
}

/**
 * Words for a disk without room, or a quota that is used up. Distribution quotes its storage as an object, where the system's
 * error is a number (`"Err":28`); Harbor says what it would exceed.
 */
const full =
  /no space left on device|not enough space|disk quota exceeded|exceed the configured upper limit|"Err":\s*(?:28|122)\b/i;

/** Whether these words, of a registry or of who has asked one, say that it has no room. */
export function saysFull(words: string): boolean {
  return full.test(words);
}

function codeOf({ status, body }: HttpAnswer): AppErrorCode {
  if (status === 507 || (status >= 400 && saysFull(Buffer.from(body).toString()))) return 'registry.full';
  switch (status) {
    case 401:
      return 'registry.unauthorized';
    case 403:
      return 'registry.forbidden';
    case 404:
      return 'registry.notFound';
    case 429:
      return 'registry.rateLimited';
    default:
      return status >= 400 ? 'registry.failed' : 'registry.invalid';
  }
}

function fixesOf(code: AppErrorCode, registry: string): Fix[] {
  switch (code) {
    case 'registry.unauthorized':
    case 'registry.forbidden':
      return [{ kind: 'signIn', registry }];
    case 'registry.rateLimited':
      return [{ kind: 'retry' }, { kind: 'signIn', registry }];
    case 'registry.notFound':
      return [{ kind: 'editInputs' }];
    default:
      return [{ kind: 'retry' }];
  }
}

/**
 * Nobody answered, or not to the end. `reason` is the system's: `ECONNREFUSED`, `certificate has expired`; the original tells which
 * of `registry.hostUnknown | refused | untrusted | timeout` it is, else `registry.unreachable`.
 */
export function unreachable(asked: Asked, reason: string, original?: unknown): AppFailure {
  return appFailure(
    unreachableBy(original),
    { params: { ...asked }, cause: reason, fixes: [{ kind: 'retry' }] },
    original,
  );
}

/** By Node's and undici's codes. What TLS fails with has many names, and all of them mean that nobody there is to be trusted. */
function unreachableBy(original: unknown): AppErrorCode {
  const code = original instanceof Error && 'code' in original ? String(original.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'registry.hostUnknown';
  if (code === 'ECONNREFUSED') return 'registry.refused';
  if (/^(?:ETIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT)$/.test(code)) return 'registry.timeout';
  if (/CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^ERR_(?:TLS|SSL)_|^EPROTO$/.test(code)) return 'registry.untrusted';
  return 'registry.unreachable';
}

/** Something answered that is no registry, or one that cannot be believed. */
export function invalidAnswer(asked: Asked, reason: string, original?: unknown): AppFailure {
  return appFailure('registry.invalid', { params: { ...asked }, cause: reason }, original);
}

/** What a registry says of its refusal, on one line and without control characters; its place without the query, which may hold signatures. */
function wordsOf({ status, method, url, body }: HttpAnswer): string {
  const place = `${method} ${url.origin}${url.pathname}: ${status}`;
  const told = toldBy(body);
  return told === '' ? place : `${place} ${told}`;
}

function toldBy(body: Uint8Array): string {
  const text = Buffer.from(body).toString();
  let quoted = '';
  try {
    const json: unknown = JSON.parse(text);
    if (isRecord(json) && Array.isArray(json['errors'])) {
      quoted = json['errors']
        .filter(isRecord)
        .map(({ code, message }) => [code, message].filter((part) => typeof part === 'string').join(': '))
        .join('; ');
    } else if (isRecord(json)) {
      quoted = [json['error'], json['details'], json['message']].filter((part) => typeof part === 'string').join(': ');
    }
  } catch {
    quoted = text.startsWith('<') ? '' : text; // a page of a proxy says nothing to a person in one line
  }
  return quote(quoted);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
