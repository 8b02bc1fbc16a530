import { keyVaultDomains, type ServicePrincipalInput } from '@shared/model/service-principal.ts';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { type RetryOptions, retryOptions } from '../http/retry.ts';
import type { HttpAnswer } from '../http/send.ts';
import { createExchange } from './exchange.ts';
import { type Asked, invalidAnswer, parseJson, unreachable, vaultFailure } from './failures.ts';
import { formatKeyVaultAddress, type KeyVaultAddress } from './key-vault-address.ts';
import { createTokens, loginHosts } from './tokens.ts';

/**
 * Reads secrets of Azure Key Vaults as a service principal. Its secret goes to the sign-in of its own cloud, the token that
 * this one gives to the vault that is asked; no redirect is followed.
 */
export interface KeyVault {
  /**
   * The values of these secrets, by the names that the caller has for them. They are of the principal's cloud.
   * @throws AppFailure `keyvault.principalRefused | forbidden | secretNotFound | secretDisabled`; `keyvault.unreachable |
   * rateLimited | failed` when trying again didn't help or took too long; `keyvault.invalid` for an answer that can't be believed
   */
  read(
    principal: ServicePrincipalInput,
    wanted: ReadonlyMap<string, KeyVaultAddress>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
  /** Gets a new token: whether the principal is taken at all. What it may read is each vault's to say. @throws as `read` */
  signIn(principal: ServicePrincipalInput, signal: AbortSignal): Promise<void>;
}

export interface KeyVaultOptions extends Partial<RetryOptions> {
  /** Instead of the machine's own way to the network. */
  readonly connections?: Dispatcher;
  /** Fires when all that one call asks for has taken too long: after ACR's two minutes where left out. */
  readonly timeLimit?: () => AbortSignal;
}

/** What ACR does: five at a time, two minutes in all (spec: task-yaml 10). */
const atOnce = 5;
const limitMs = 120_000;
/** A secret has 25 KB at most (learn.microsoft.com: key-vault/secrets/about-secrets). */
const answerBytes = 262_144;
const apiVersion = '7.4';

const SecretAnswer = z.object({ value: z.string() });

/** A client of its own tokens. Safe for concurrent use. */
export function createKeyVault(options: KeyVaultOptions = {}): KeyVault {
  const { connections, timeLimit = () => AbortSignal.timeout(limitMs), ...timeAndChance } = options;
  const retries = retryOptions(timeAndChance);
  const exchange = createExchange(connections, retries);
  const tokens = createTokens(exchange, retries.clock);

  /** Runs it for as long as the caller and the time limit let it. */
  async function limited<T>(asked: Asked, signal: AbortSignal, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const limit = timeLimit();
    try {
      return await work(AbortSignal.any([signal, limit]));
    } catch (error) {
      if (signal.aborted || error !== limit.reason) throw error;
      throw unreachable(asked, 'no answer in the time that there is for secrets', error);
    }
  }

  const ask = (address: KeyVaultAddress, token: string, asked: Asked, stop: AbortSignal) =>
    exchange(
      {
        method: 'GET',
        url: new URL(`${formatKeyVaultAddress(address)}?api-version=${apiVersion}`),
        headers: { accept: 'application/json' },
        authorization: { header: `Bearer ${token}`, secrets: [token] },
        maxBytes: answerBytes,
      },
      asked,
      vaultFailure,
      stop,
    );

  return {
    async signIn(principal, signal) {
      const asked = { host: loginHosts[principal.cloud], clientId: principal.clientId };
      await limited(asked, signal, (stop) => tokens.renew(principal, stop));
    },

    async read(principal, wanted, signal) {
      const values = new Map<string, string>();
      if (wanted.size === 0) return values;
      const { clientId, cloud } = principal;
      await limited({ host: keyVaultDomains[cloud], clientId }, signal, async (stop) => {
        const token = await tokens.of(principal, stop);
        let renewing: Promise<string> | undefined;
        await severalAtOnce(wanted, stop, async ([name, address], until) => {
          const asked = { host: address.host, clientId, keyvault: formatKeyVaultAddress(address) };
          let answer = await ask(address, token, asked, until);
          if (answer.status === 401) {
            // Revoked before its time: one new token for all of them.
            renewing ??= tokens.renew(principal, stop);
            answer = await ask(address, await renewing, asked, until);
          }
          values.set(name, valueOf(answer, asked));
        });
      });
      return values;
    },
  };
}

function valueOf(answer: HttpAnswer, asked: Asked): string {
  if (answer.status !== 200) throw vaultFailure(asked, answer);
  const told = SecretAnswer.safeParse(parseJson(answer.body));
  if (!told.success) throw invalidAnswer(asked, `${answer.url.origin} answers without a value`);
  return told.data.value;
}

/** Does the work for each, a few at a time; the first that fails stops the others. */
async function severalAtOnce<T>(
  items: Iterable<T>,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const left = items[Symbol.iterator]();
  const carryOn = async () => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value, stop);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, carryOn));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}
