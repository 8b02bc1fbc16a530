import { appFailure, type AppFailure, type Fix } from '@shared/model/app-error.ts';
import type { TaskSecretSource } from '@shared/model/quick-run.ts';
import type { AzureCloud, ServicePrincipalInput } from '@shared/model/service-principal.ts';
import type { TaskSecret } from '@shared/model/task.ts';
import { type KeyVaultAddress, parseKeyVaultAddress } from '../azure/key-vault-address.ts';
import type { KeyVault } from '../azure/key-vault.ts';
import { commandLine } from '../engine/run/equivalents.ts';
import type { ServicePrincipals } from '../store/secrets/service-principals.ts';
import type { Vault } from '../store/secrets/vault.ts';

const namespace = 'task-secret/';

/**
 * The values of the secrets that tasks name (spec: README, `keyvault:`): what a person has tied to the address, else what Azure Key
 * Vault has there for the service principal of its cloud.
 */
export interface TaskSecrets {
  /** Values by id. @throws `task.secretUnknown`, `secret.locked`, `secret.noKeyring`, and as {@link KeyVault.read} */
  resolve(secrets: readonly TaskSecret[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Where its value would come from, without opening the vault or asking anybody. */
  sourceOf(secret: TaskSecret): Promise<TaskSecretSource>;
  /** Ties a value to an address (or to the id of a secret without one). @throws as `Vault.put` */
  tie(address: string, value: string): Promise<void>;
  untie(address: string): Promise<boolean>;
  /** Addresses that have a value. */
  addresses(): Promise<readonly string[]>;
}

/** Where the values are. */
export interface TaskSecretParts {
  readonly vault: Vault;
  readonly principals: ServicePrincipals;
  readonly keyVault: KeyVault;
}

/** What is asked of the Key Vaults of one cloud. */
interface Remote {
  readonly principal: ServicePrincipalInput;
  /** By the ids of the secrets. */
  readonly wanted: readonly (readonly [string, KeyVaultAddress])[];
}

/** Keeps tied values in the vault; what Key Vault answers is kept nowhere. */
export function createTaskSecrets({ vault, principals, keyVault }: TaskSecretParts): TaskSecrets {
  const nameOf = (address: string) => `${namespace}${normal(address)}`;

  return {
    async resolve(secrets, signal) {
      const values = new Map<string, string>();
      const remote = new Map<AzureCloud, Remote>();
      for (const secret of secrets) {
        signal.throwIfAborted();
        const tied = await vault.get(nameOf(addressOf(secret)));
        if (tied !== undefined) {
          values.set(secret.id, Buffer.from(tied).toString('utf8'));
          continue;
        }
        const address = keyVaultAddressOf(secret);
        const principal = address === undefined ? undefined : await principals.of(address.cloud);
        if (address === undefined || principal === undefined) throw unknown(secret, address?.cloud);
        const wanted = remote.get(address.cloud)?.wanted ?? [];
        remote.set(address.cloud, { principal, wanted: [...wanted, [secret.id, address]] });
      }
      for (const { principal, wanted } of remote.values()) {
        const read = await keyVault.read(principal, new Map(wanted), signal);
        for (const [id, value] of read) values.set(id, value);
      }
      return values;
    },

    async sourceOf(secret) {
      if ((await vault.names()).includes(nameOf(addressOf(secret)))) return 'stored';
      const address = keyVaultAddressOf(secret);
      return address !== undefined && (await principals.has(address.cloud)) ? 'keyVault' : 'missing';
    },

    tie: (address, value) => vault.put(nameOf(address), value),
    untie: (address) => vault.remove(nameOf(address)),
    addresses: async () =>
      (await vault.names()).filter((name) => name.startsWith(namespace)).map((name) => name.slice(namespace.length)),
  };
}

/** Says how a value is given: tied to the address, or, for an address of Key Vault's, read from there. */
function unknown(secret: TaskSecret, cloud: AzureCloud | undefined): AppFailure {
  const address = addressOf(secret);
  const tie: Fix = { kind: 'copyCommand', command: commandLine(['slipway', 'secret', 'set', address]) };
  const principal: readonly Fix[] =
    cloud === undefined ? [] : [{ kind: 'copyCommand', command: setPrincipal(cloud) }, { kind: 'setServicePrincipal' }];
  return appFailure('task.secretUnknown', {
    params: { id: secret.id, keyvault: address },
    ...(cloud === undefined && secret.keyvault !== undefined
      ? { cause: `${address} is not an address of Azure Key Vault` }
      : {}),
    fixes: [tie, ...principal, { kind: 'editInputs' }],
  });
}

/** The command that keeps a service principal, to be filled in. */
export function setPrincipal(cloud: AzureCloud): string {
  const words = ['slipway', 'secret', 'keyvault', 'set', '--tenant', 'TENANT', '--client-id', 'CLIENT_ID'];
  return commandLine([...words, ...(cloud === 'AzureCloud' ? [] : ['--cloud', cloud])]);
}

function keyVaultAddressOf({ keyvault }: TaskSecret): KeyVaultAddress | undefined {
  return keyvault === undefined ? undefined : parseKeyVaultAddress(normal(keyvault));
}

function addressOf({ id, keyvault }: TaskSecret): string {
  return keyvault ?? id;
}

/** ACR reads a vault's URL in small letters, with or without a slash at its end. */
function normal(address: string): string {
  return address.trim().toLowerCase().replace(/\/+$/, '');
}
