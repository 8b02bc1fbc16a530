import { type AzureCloud, keyVaultDomains, type ServicePrincipalInput } from '@shared/model/service-principal.ts';
import { z } from 'zod';
import type { Clock } from '../engine/ports.ts';
import type { Exchange } from './exchange.ts';
import { invalidAnswer, parseJson, signInFailure } from './failures.ts';

/** Tokens for the Key Vaults of a principal's cloud. They are kept in memory, one a cloud, and nowhere else. */
export interface Tokens {
  /** The one that is there, as long as nine tenths of its time; else a new one. @throws as `renew` */
  of(principal: ServicePrincipalInput, signal: AbortSignal): Promise<string>;
  /** A new one. @throws AppFailure `keyvault.principalRefused`, `keyvault.invalid`, and as {@link Exchange} */
  renew(principal: ServicePrincipalInput, signal: AbortSignal): Promise<string>;
}

interface Kept {
  readonly principal: ServicePrincipalInput;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Where each cloud signs applications in: `activeDirectory` of `az cloud list`. */
export const loginHosts: Readonly<Record<AzureCloud, string>> = {
  AzureCloud: 'login.microsoftonline.com',
  AzureChinaCloud: 'login.chinacloudapi.cn',
  AzureUSGovernment: 'login.microsoftonline.us',
};

const answerBytes = 65_536;

const TokenAnswer = z.object({
  // What isn't visible can't stand in a header.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.number().positive(),
});

export function createTokens(exchange: Exchange, clock: Clock): Tokens {
  const kept = new Map<AzureCloud, Kept>();

  /** By client credentials (RFC 6749, 4.4; learn.microsoft.com: identity-platform/v2-oauth2-client-creds-grant-flow). */
  async function renew(principal: ServicePrincipalInput, signal: AbortSignal): Promise<string> {
    const { cloud, tenant, clientId, clientSecret } = principal;
    const login = loginHosts[cloud];
    const asked = { host: login, clientId };
    const answer = await exchange(
      {
        method: 'POST',
        url: new URL(`https://${login}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`),
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          scope: `https://${keyVaultDomains[cloud]}/.default`,
        }).toString(),
        authorization: { secrets: [clientSecret, encodeURIComponent(clientSecret)] },
        maxBytes: answerBytes,
      },
      asked,
      signInFailure,
      signal,
    );
    if (answer.status !== 200) throw signInFailure(asked, answer);
    const told = TokenAnswer.safeParse(parseJson(answer.body));
    if (!told.success) throw invalidAnswer(asked, `${answer.url.origin} answers without a token`);
    const { access_token: token, expires_in: seconds } = told.data;
    // A tenth early: the clocks differ, and the request is still to come.
    kept.set(cloud, { principal, token, until: clock.now() + seconds * 900 });
    return token;
  }

  return {
    renew,
    async of(principal, signal) {
      const known = kept.get(principal.cloud);
      if (known !== undefined && known.until > clock.now() && isSame(known.principal, principal)) return known.token;
      return await renew(principal, signal);
    },
  };
}

/** Another process may have put another in its place. */
function isSame(one: ServicePrincipalInput, other: ServicePrincipalInput): boolean {
  return one.tenant === other.tenant && one.clientId === other.clientId && one.clientSecret === other.clientSecret;
}
