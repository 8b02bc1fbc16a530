import { isRecord } from './failures.ts';

/** Longest token that is looked into. */
const longest = 65_536;

/**
 * What a token says of itself, when it is a JSON Web Token (RFC 7519); undefined when it isn't. Nobody's signature is checked: it is
 * our own token, and what it says is only shown.
 */
export function readClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const parts = token.slice(0, longest).split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return isRecord(claims) ? claims : undefined;
  } catch {
    return undefined; // three words with dots between them
  }
}

/** When a token ends, in ms since 1970; undefined where it doesn't tell. */
export function expiryOf(token: string): number | undefined {
  const expires = readClaims(token)?.['exp'];
  return typeof expires === 'number' && expires > 0 && expires < 1e11 ? Math.floor(expires) * 1000 : undefined;
}
