import type { Credential } from '../engine/ports.ts';
import type { RegistryCheck } from '@shared/model/registry.ts';
import { retryOptions } from '../http/retry.ts';
import type { Authorization } from '../http/send.ts';
import { createAuthorizer } from './authorization.ts';
import { parseChallenge } from './challenge.ts';
import { type Asked, failureOf, invalidAnswer } from './failures.ts';
import { isRegistryHost } from './host.ts';
import { createHttp } from './http.ts';
import { createOrigins } from './origins.ts';
import type { RegistryOptions } from './registry.ts';

const answerBytes = 65_536;

/**
 * Whether a registry is there and takes this credential, as `docker login` finds out: `GET /v2/`, its challenge answered.
 * Without a credential it is enough that a registry answers. One that asks nobody who they are says `signedIn: false`.
 * @throws AppFailure `registry.unauthorized | forbidden` for a credential that it doesn't take, `registry.invalid` for what
 * is no registry, `registry.hostUnknown | refused | untrusted | timeout | unreachable`, `registry.rateLimited | failed`
 */
export async function checkRegistry(
  host: string,
  credential: Credential | undefined,
  signal: AbortSignal,
  options: RegistryOptions = {},
): Promise<RegistryCheck> {
  const asked: Asked = { registry: host };
  if (!isRegistryHost(host)) throw invalidAnswer(asked, 'not the host of a registry');
  const retries = retryOptions(options);
  const http = createHttp(retries, options.onAnswer);
  const own = { forHost: async () => credential, hosts: async () => [host] };
  const authorizer = createAuthorizer(http, own, retries.clock);

  const origin = await createOrigins(http).of(host, signal);
  const ping = (authorization?: Authorization) =>
    http.exchange(
      { method: 'GET', url: new URL(`${origin}/v2/`), maxBytes: answerBytes, authorization },
      asked,
      signal,
    );
  const start = retries.clock.now();
  const first = await ping();
  const latency = Math.max(0, retries.clock.now() - start);
  const found = { host, scheme: origin.startsWith('https:') ? ('https' as const) : ('http' as const), latency };

  if (first.status === 200) {
    if (/html/i.test(first.header('content-type') ?? ''))
      throw invalidAnswer(asked, `${origin} answers with a web page`);
    return { ...found, signedIn: false };
  }
  if (first.status === 403) throw failureOf(asked, first);
  const challenge = first.status === 401 ? parseChallenge(first.header('www-authenticate')) : undefined;
  if (challenge === undefined) throw invalidAnswer(asked, `${origin}/v2/ answers ${first.status}, as no registry does`);
  if (credential === undefined) return { ...found, signedIn: false };

  const { authorization, username } = await authorizer.grant(challenge, asked, origin, '', signal);
  const second = await ping(authorization);
  if (second.status !== 200) throw failureOf(asked, second);
  return { ...found, signedIn: true, ...(username === undefined ? {} : { username }) };
}
