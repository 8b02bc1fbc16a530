import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { CredentialSource } from '../engine/ports.ts';
import { checkRegistry } from '../registry/check.ts';
import type { DockerConfigCredentials } from '../registry/credentials/docker-config.ts';
import type { RegistryCredentials } from '../store/secrets/registry-credentials.ts';
import type { Vault } from '../store/secrets/vault.ts';

export interface RegistryHandlerParts {
  readonly vault: Vault;
  /** Slipway's own. */
  readonly own: RegistryCredentials;
  readonly dockerConfig: DockerConfigCredentials;
  /** All sources, in the order in which they are asked. */
  readonly all: CredentialSource;
  readonly onChange: () => void;
}

/** The operations on registries and their credentials. Passwords go in, and never come out. */
export function registryHandlers({
  vault,
  own,
  dockerConfig,
  all,
  onChange,
}: RegistryHandlerParts): RuntimeHandlers['registries'] {
  return {
    async list(_input, signal) {
      const mine = await own.list();
      const hosts = new Set(mine.map((credential) => credential.host));
      const others = (await dockerConfig.list(signal)).filter((credential) => !hosts.has(credential.host));
      return [...mine, ...others];
    },
    async login({ host, username, password }, signal) {
      const credential = { username, password };
      const check = await checkRegistry(host, credential, signal);
      const { state } = await vault.status();
      await own.save(host, credential, state === 'needsPassphrase' ? 'session' : 'removed', signal);
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
    test: async ({ host }, signal) => checkRegistry(host, await all.forHost(host, signal), signal),
    vault: () => vault.status(),
    async unlock({ passphrase }, signal) {
      const status = await vault.unlock(passphrase, signal);
      onChange();
      return status;
    },
  };
}
