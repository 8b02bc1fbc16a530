import { type AppErrorCode, type AppErrorDetails, type AppFailure, appFailure } from '@shared/model/app-error.ts';
import { z } from 'zod';
import { quote } from '../http/quote.ts';
import type { HttpAnswer } from '../http/send.ts';

/** What was asked for, for the error that it may end in. */
export interface Asked {
  /** Whom: a sign-in host, or a vault. */
  readonly host: string;
  readonly clientId: string;
  /** The address of the secret; absent while signing in. */
  readonly keyvault?: string;
}

/** OAuth 2.0's refusal (RFC 6749, 5.2); Entra ID's description begins with its own code, `AADSTS7000215`. */
const TokenRefusal = z.object({ error: z.string(), error_description: z.string().default('') });
/** Key Vault's refusal (learn.microsoft.com: key-vault/general/common-parameters-and-headers). */
const VaultRefusal = z.object({
  error: z.object({
    code: z.string().default(''),
    message: z.string().default(''),
    innererror: z.object({ code: z.string().default('') }).optional(),
  }),
});

/** The error of an answer to a sign-in that gives no token. */
export function signInFailure(asked: Asked, answer: HttpAnswer, afterMs?: number): AppFailure {
  const told = TokenRefusal.safeParse(parseJson(answer.body));
  const words = told.success ? `${told.data.error}: ${told.data.error_description}` : '';
  const refused = told.success && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  return failure(refused ? 'keyvault.principalRefused' : codeOf(answer.status), asked, answer, words, afterMs);
}

/** The error of a vault's answer that holds no secret. */
export function vaultFailure(asked: Asked, answer: HttpAnswer, afterMs?: number): AppFailure {
  const told = VaultRefusal.safeParse(parseJson(answer.body));
  // Whatever stands in between (a proxy, a sign-in page) knows nothing of the secret.
  if (!told.success) return failure(codeOf(answer.status), asked, answer, '', afterMs);
  const { code, message, innererror } = told.data.error;
  const reasons = [code, innererror?.code ?? ''].filter((reason) => reason !== '').join(', ');
  const words = [reasons, message].filter((word) => word !== '').join(': ');
  return failure(vaultCode(answer.status, innererror?.code), asked, answer, words, afterMs);
}

/** The code of what the vault itself says. */
function vaultCode(status: number, inner: string | undefined): AppErrorCode {
  switch (status) {
    case 401:
      return 'keyvault.principalRefused';
    case 403:
      return inner === 'SecretDisabled' ? 'keyvault.secretDisabled' : 'keyvault.forbidden';
    case 404:
      return 'keyvault.secretNotFound';
    default:
      return codeOf(status);
  }
}

function codeOf(status: number): AppErrorCode {
  if (status === 429) return 'keyvault.rateLimited';
  return status >= 400 ? 'keyvault.failed' : 'keyvault.invalid';
}

function failure(code: AppErrorCode, asked: Asked, answer: HttpAnswer, words: string, afterMs?: number): AppFailure {
  const { method, url, status } = answer;
  const place = `${method} ${url.origin}${url.pathname}: ${status}`;
  return appFailure(code, {
    ...detailsOf(code, asked),
    params: { ...asked, status },
    cause: words === '' ? place : `${place} ${quote(words)}`,
    ...(afterMs === undefined ? {} : { retry: { afterMs } }),
  });
}

/** Nobody answered, or not to the end. `reason` is the system's. */
export function unreachable(asked: Asked, reason: string, original?: unknown): AppFailure {
  return appFailure('keyvault.unreachable', { ...detailsOf('keyvault.unreachable', asked), cause: reason }, original);
}

/** Something answered, and can't be believed. */
export function invalidAnswer(asked: Asked, reason: string, original?: unknown): AppFailure {
  return appFailure('keyvault.invalid', { ...detailsOf('keyvault.invalid', asked), cause: reason }, original);
}

function detailsOf(code: AppErrorCode, asked: Asked): Pick<AppErrorDetails, 'params' | 'fixes'> {
  const params = { ...asked };
  switch (code) {
    case 'keyvault.principalRefused':
      return { params, fixes: [{ kind: 'setServicePrincipal' }] };
    case 'keyvault.forbidden':
      return { params, fixes: [{ kind: 'retry' }, { kind: 'setServicePrincipal' }] };
    case 'keyvault.secretNotFound':
    case 'keyvault.secretDisabled':
      return { params, fixes: [{ kind: 'editInputs' }, { kind: 'retry' }] };
    default:
      return { params, fixes: [{ kind: 'retry' }] };
  }
}

/** What a body holds; undefined for what is no JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined; // told as what it is missing
  }
}
