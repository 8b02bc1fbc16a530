import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { type AppError, appFailure, toAppError } from '@shared/model/app-error.ts';
import { expiryState } from '@shared/model/credential-expiry.ts';
import type { CredentialInput, RegistryCredential } from '@shared/model/registry.ts';
import type { CredentialSource } from '../engine/ports.ts';
import { checkRegistry } from '../registry/check.ts';
import type { DockerConfigCredentials } from '../registry/credentials/docker-config.ts';
import { expiryOf } from '../registry/jwt.ts';
import type { RegistryClient, RegistryOptions } from '../registry/registry.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import {
  type CredentialExpiry,
  credentialOf,
  type RegistryCredentials,
} from '../store/secrets/registry-credentials.ts';
import type { Vault } from '../store/secrets/vault.ts';

export interface RegistryHandlerParts {
  readonly vault: Vault;
  /** Slipway's own. */
  readonly own: RegistryCredentials;
  readonly dockerConfig: DockerConfigCredentials;
  /** All sources, in the order in which they are asked. */
  readonly all: CredentialSource;
  readonly client: RegistryClient;
  readonly rateLimits: RateLimits;
  /** For the checks, which ask with a credential that isn't kept yet. */
  readonly options: RegistryOptions;
  readonly localRegistry: Pick<
    RuntimeHandlers['registries'],
    'local' | 'localSeen' | 'startLocal' | 'stopLocal' | 'removeLocal'
  >;
  readonly onChange: () => void;
}

/** The operations on registries and their credentials. Passwords go in, and never come out. */
export function registryHandlers({
  vault,
  own,
  dockerConfig,
  all,
  client,
  rateLimits,
  options,
  localRegistry,
  onChange,
}: RegistryHandlerParts): RuntimeHandlers['registries'] {
  return {
    async list(_input, signal) {
      const unreadable: AppError[] = [];
      const readable = async (listing: Promise<readonly RegistryCredential[]>) => {
        try {
          return await listing;
        } catch (error) {
          signal.throwIfAborted();
          unreadable.push(toAppError(error));
          return [];
        }
      };
      const [mine, others] = await Promise.all([readable(own.list()), readable(dockerConfig.list(signal))]);
      const hosts = new Set(mine.map((credential) => credential.host));
      return { credentials: [...mine, ...others.filter(({ host }) => !hosts.has(host))], unreadable };
    },
    async expiring() {
      const now = Date.now();
      return (await own.list()).filter(
        ({ expiresAt }) => expiresAt !== undefined && expiryState(expiresAt, now) !== 'valid',
      );
    },
    async login({ host, credential, expiresAt }, signal) {
      const expiry = expiryOfInput(credential, expiresAt);
      const check = await checkRegistry(host, credentialOf(credential), signal, options);
      const { state } = await vault.status();
      await own.save(host, credential, expiry, state === 'needsPassphrase' ? 'session' : 'removed', signal);
      onChange();
      return check;
    },
    async logout({ host }, signal) {
      const removed = await own.remove(host, signal);
      if (!removed)
        throw appFailure('registry.notFound', {
          params: { registry: host, reason: 'Slipway keeps no credential for it' },
        });
      onChange();
    },
    async test({ host, repository }, signal) {
      const credential = await all.forHost(host, signal);
      const check = await checkRegistry(host, credential, signal, options);
      // What was granted before may not hold any more.
      client.forget();
      return { ...check, access: await client.access.find(host, repository, signal) };
    },
    repositories: ({ host, after }, signal) => client.browser.repositories(host, after, signal),
    tags: ({ host, repository, after }, signal) => client.browser.tags(host, repository, after, signal),
    manifest: ({ image }, signal) => client.browser.manifest(image, signal),
    rateLimits: async () => [...rateLimits.list()],
    ...localRegistry,
    vault: () => vault.status(),
    async unlock({ passphrase }, signal) {
      const status = await vault.unlock(passphrase, signal);
      onChange();
      return status;
    },
  };
}

/** What a token tells of its end holds; of a password, only the person knows. */
function expiryOfInput({ secret }: CredentialInput, given: string | undefined): CredentialExpiry | undefined {
  const told = expiryOf(secret);
  if (told !== undefined) return { expiresAt: formatMoment(told), expiryFrom: 'token' };
  return given === undefined ? undefined : { expiresAt: given, expiryFrom: 'person' };
}
