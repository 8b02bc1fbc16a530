import type { Clock, Credential, CredentialSource } from '../engine/ports.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { Authorization } from '../http/send.ts';
import type { Challenge } from './challenge.ts';
import { type Asked, failureOf, invalidAnswer, isRecord } from './failures.ts';
import { type Http, mayLead } from './http.ts';

/** Proves to registries who asks. A credential leaves for its own registry, and for the token server that this one names. */
export interface Authorizer {
  /** What was granted before and still holds. */
  known(asked: Asked, scope: string): Authorization | undefined;
  /**
   * Answers a challenge, with the credential of the registry or, where it has none, without one.
   * @throws AppFailure `registry.unauthorized` for want of a credential or because of it, `registry.invalid` for a token
   * server that isn't to be trusted or makes no sense, and as {@link Http.exchange}
   */
  grant(challenge: Challenge, asked: Asked, origin: string, scope: string, signal: AbortSignal): Promise<Granted>;
  /** Drops what was granted: somebody has signed in or out. */
  forget(): void;
}

export interface Granted {
  readonly authorization: Authorization;
  /** Whose credential was used; undefined for nobody's. */
  readonly username: string | undefined;
}

interface Kept {
  readonly authorization: Authorization;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What the token specification says of a token that doesn't tell. */
const defaultLifetime = 60;
/** A helper may take a second to start: its answer to a Basic challenge serves for a while. */
const basicLifetime = 60;
const tokenAnswerBytes = 1_048_576;
const visible = /^[\x21-\x7e]+$/;

export function createAuthorizer(http: Http, credentials: CredentialSource, clock: Clock): Authorizer {
  /** By registry and scope. */
  const kept = new Map<string, Kept>();
  const keyOf = ({ registry }: Asked, scope: string) => `${registry} ${scope}`;

  return {
    known(asked, scope) {
      const entry = kept.get(keyOf(asked, scope));
      return entry !== undefined && entry.until > clock.now() ? entry.authorization : undefined;
    },

    async grant(challenge, asked, origin, scope, signal) {
      kept.delete(keyOf(asked, scope));
      const credential = await credentials.forHost(asked.registry, signal);
      const { authorization, seconds } =
        credential?.registryToken !== undefined
          ? { authorization: bearer(credential.registryToken), seconds: basicLifetime }
          : challenge.kind === 'basic'
            ? { authorization: basic(credential, asked), seconds: basicLifetime }
            : await fetchToken(http, challenge, credential, asked, origin, scope, signal);
      // A tenth early: the clocks differ, and the request is still to come.
      kept.set(keyOf(asked, scope), { authorization, until: clock.now() + seconds * 900 });
      return { authorization, username: credential?.username };
    },

    forget: () => kept.clear(),
  };
}

function bearer(token: string): Authorization {
  return { header: `Bearer ${token}`, secrets: [token] };
}

function basic(credential: Credential | undefined, asked: Asked): Authorization {
  if (credential === undefined) {
    throw appFailure('registry.unauthorized', {
      params: { ...asked },
      fixes: [{ kind: 'signIn', registry: asked.registry }],
    });
  }
  const { username, password } = credential;
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return { header: `Basic ${encoded}`, secrets: [encoded, password] };
}

/**
 * A token from the server that the registry names (distribution: token authentication): GET with the password, or POST
 * with an identity token (OAuth 2 refresh).
 */
async function fetchToken(
  http: Http,
  challenge: Extract<Challenge, { kind: 'bearer' }>,
  credential: Credential | undefined,
  asked: Asked,
  origin: string,
  scope: string,
  signal: AbortSignal,
): Promise<{ readonly authorization: Authorization; readonly seconds: number }> {
  const url = realmOf(challenge.realm, asked, origin);
  const wanted = {
    ...(challenge.service === undefined ? {} : { service: challenge.service }),
    ...(scope === '' ? {} : { scope }),
  };
  const answer = await (credential?.identityToken === undefined
    ? http.exchange(
        {
          method: 'GET',
          url: withQuery(url, { ...wanted, ...(credential === undefined ? {} : { account: credential.username }) }),
          maxBytes: tokenAnswerBytes,
          authorization: credential === undefined ? undefined : basic(credential, asked),
        },
        asked,
        signal,
      )
    : http.exchange(
        {
          method: 'POST',
          url,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            client_id: 'slipway',
            refresh_token: credential.identityToken,
            ...wanted,
          }).toString(),
          maxBytes: tokenAnswerBytes,
          authorization: { secrets: [credential.identityToken] },
        },
        asked,
        signal,
      ));
  if (answer.status !== 200) throw failureOf(asked, answer);
  const { token, seconds } = readToken(answer.body, asked);
  return { authorization: bearer(token), seconds };
}

/** The token server's address. It gets a password: so over https, or on this machine for a registry on this machine. */
function realmOf(realm: string, asked: Asked, origin: string): URL {
  if (!URL.canParse(realm)) throw invalidAnswer(asked, 'its token server has no address');
  const url = new URL(realm);
  if (!mayLead(new URL(origin), url))
    throw invalidAnswer(asked, `its token server is ${url.origin}, which is not safe`);
  return url;
}

function withQuery(url: URL, query: Readonly<Record<string, string>>): URL {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(query)) whole.searchParams.append(name, value);
  return whole;
}

function readToken(body: Uint8Array, asked: Asked): { readonly token: string; readonly seconds: number } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString());
  } catch (error) {
    throw invalidAnswer(asked, 'its token server does not answer with JSON', error);
  }
  const { token, access_token: accessToken, expires_in: expiresIn } = isRecord(json) ? json : {};
  const given = [token, accessToken].find((value) => typeof value === 'string' && value !== '');
  if (typeof given !== 'string' || !visible.test(given)) throw invalidAnswer(asked, 'its token server gives no token');
  const seconds = typeof expiresIn === 'number' && expiresIn > 0 ? Math.min(expiresIn, 86_400) : defaultLifetime;
  return { token: given, seconds };
}
