import { appFailure } from '@shared/model/app-error.ts';
import type { TaskSecret } from '@shared/model/task.ts';
import { commandLine } from '../engine/run/equivalents.ts';
import type { Vault } from '../store/secrets/vault.ts';

const namespace = 'task-secret/';

/** The values that a person has tied to the addresses which tasks name (spec: README, `keyvault:`). */
export interface TaskSecrets {
  /** Values by id. @throws `task.secretUnknown`, `secret.locked`, `secret.noKeyring` */
  resolve(secrets: readonly TaskSecret[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Whether there is a value, without opening it. */
  known(secret: TaskSecret): Promise<boolean>;
  /** Ties a value to an address (or to the id of a secret without one). @throws as `Vault.put` */
  tie(address: string, value: string): Promise<void>;
  untie(address: string): Promise<boolean>;
  /** Addresses that have a value. */
  addresses(): Promise<readonly string[]>;
}

/** Keeps them in the vault. */
export function createTaskSecrets(vault: Vault): TaskSecrets {
  const nameOf = (address: string) => `${namespace}${normal(address)}`;
  return {
    async resolve(secrets, signal) {
      const values = new Map<string, string>();
      for (const secret of secrets) {
        signal.throwIfAborted();
        const address = addressOf(secret);
        const value = await vault.get(nameOf(address));
        if (value === undefined) {
          throw appFailure('task.secretUnknown', {
            params: { id: secret.id, keyvault: address },
            fixes: [
              { kind: 'copyCommand', command: commandLine(['slipway', 'secret', 'set', address]) },
              { kind: 'editInputs' },
            ],
          });
        }
        values.set(secret.id, Buffer.from(value).toString('utf8'));
      }
      return values;
    },
    known: async (secret) => (await vault.names()).includes(nameOf(addressOf(secret))),
    tie: (address, value) => vault.put(nameOf(address), value),
    untie: (address) => vault.remove(nameOf(address)),
    addresses: async () =>
      (await vault.names()).filter((name) => name.startsWith(namespace)).map((name) => name.slice(namespace.length)),
  };
}

function addressOf({ id, keyvault }: TaskSecret): string {
  return keyvault ?? id;
}

/** ACR reads a vault's URL in small letters, with or without a slash at its end. */
function normal(address: string): string {
  return address.trim().toLowerCase().replace(/\/+$/, '');
}
