import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import { words } from './connection/docker-environment.ts';

/** What errors of a connection that broke, or never came up, have as their code. */
const broken = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ENOENT',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** Whether the connection to the engine failed, and not what was asked of it. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? broken.has(code) : /^(ssh: |socket hang up|aborted)/.test(error.message);
}

/** The HTTP status that the engine refused a request with; `undefined` for other errors. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** What was to be removed isn't there any more, or somebody is removing it at this moment. */
export function isGone(error: unknown): boolean {
  const status = statusOf(error);
  return (
    status === 404 ||
    (status === 409 && error instanceof Error && /removal .* (is already )?in progress/i.test(error.message))
  );
}

/** The engine went away while it worked for us. @returns the error itself where it is told already, with the engine's name */
export function lostFailure(host: string, original: unknown): AppFailure {
  if (original instanceof AppFailure && original.error.code === 'engine.lost') return withHost(original, host);
  return appFailure(
    'engine.lost',
    { params: { host }, cause: words(original), fixes: [{ kind: 'retry' }, { kind: 'startEngine' }] },
    original,
  );
}

/** What an engine's refusal of an ordinary request means. @returns the error itself where it is told already, and whose disk is full */
export function refusedFailure(host: string, original: unknown): AppFailure {
  if (original instanceof AppFailure) return original.error.code === 'disk.full' ? withHost(original, host) : original;
  const cause = words(original).trim();
  if (/no space left on device/i.test(cause))
    return appFailure('disk.full', { params: { host }, cause, fixes: [{ kind: 'retry' }] }, original);
  return appFailure('engine.refused', { params: { host }, cause, fixes: [{ kind: 'retry' }] }, original);
}

/** Whoever told the error may not have known whose it is. */
function withHost(failure: AppFailure, host: string): AppFailure {
  const { code, params } = failure.error;
  if (params['host'] !== undefined || params['path'] !== undefined) return failure;
  return appFailure(code, { ...failure.error, params: { ...params, host } }, failure);
}
