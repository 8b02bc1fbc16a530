import { type AppErrorCode, type AppFailure, appFailure, type Fix } from '@shared/model/app-error.ts';
import { formatBytes } from '@shared/format/bytes.ts';
import type { RefusedPlace } from '../http/guard.ts';
import { quote } from '../http/quote.ts';

/** A place that source is fetched from, as it may be shown. */
export interface Place {
  /** Without query and credentials. */
  readonly url: string;
}

/** The error that a status means. `words` are the server's, without what we had secret. */
export function refusedBy(place: Place, status: number, words: string, retryAfterMs?: number): AppFailure {
  const { code, fixes } = meaningOf(status);
  return appFailure(code, {
    params: { url: place.url, status },
    cause: words === '' ? `GET ${place.url}: ${status}` : `GET ${place.url}: ${status} ${quote(words)}`,
    fixes: [...fixes],
    ...(retryAfterMs === undefined ? {} : { retry: { afterMs: retryAfterMs } }),
  });
}

function meaningOf(status: number): { readonly code: AppErrorCode; readonly fixes: readonly Fix[] } {
  const edit: readonly Fix[] = [{ kind: 'editInputs' }];
  switch (status) {
    case 401:
    case 407:
      return { code: 'download.unauthorized', fixes: edit };
    case 403:
      return { code: 'download.forbidden', fixes: edit };
    case 404:
    case 410:
      return { code: 'download.notFound', fixes: edit };
    default:
      return { code: 'download.failed', fixes: [{ kind: 'retry' }] };
  }
}

/** Nobody answered, or not to the end. `reason` is the system's, which tells names, certificates and refusals apart. */
export function unreachableSource(place: Place, reason: string, original?: unknown): AppFailure {
  return appFailure(
    'download.unreachable',
    { params: { ...place }, cause: reason, fixes: [{ kind: 'retry' }] },
    original,
  );
}

/** We don't want to go there. */
export function notReached(place: Place, refused: RefusedPlace): AppFailure {
  return appFailure(
    'download.notReached',
    { params: { url: place.url, place: refused.place }, cause: refused.message, fixes: [{ kind: 'editInputs' }] },
    refused,
  );
}

/** More than is taken; `limit` in bytes. */
export function tooLargeSource(place: Place, limit: number): AppFailure {
  return appFailure('download.tooLarge', { params: { url: place.url, limit: formatBytes(limit) } });
}
