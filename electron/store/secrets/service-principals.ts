import { AzureCloud, type ServicePrincipal, type ServicePrincipalInput } from '@shared/model/service-principal.ts';
import { z } from 'zod';
import type { Clock } from '../../engine/ports.ts';
import { readEntry } from './json-entry.ts';
import type { Vault } from './vault.ts';

/** What the vault holds for a cloud. */
const Stored = z.object({
  tenant: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  savedAt: z.iso.datetime(),
});

/** The service principals that Slipway keeps: one for each of Azure's clouds, in the vault. */
export interface ServicePrincipals {
  /** Whether there is one, without opening the vault. */
  has(cloud: AzureCloud): Promise<boolean>;
  /** With its secret. @throws as {@link Vault.get} */
  of(cloud: AzureCloud): Promise<ServicePrincipalInput | undefined>;
  /** Every one, without its secret. @throws as {@link Vault.get} */
  list(): Promise<readonly ServicePrincipal[]>;
  /** Keeps one in place of an older one for its cloud. @throws as {@link Vault.put} */
  save(principal: ServicePrincipalInput, signal: AbortSignal): Promise<void>;
  /** False when there was none. */
  remove(cloud: AzureCloud, signal: AbortSignal): Promise<boolean>;
}

/** @param clock tells `savedAt` */
export function createServicePrincipals(vault: Vault, clock: Clock): ServicePrincipals {
  const nameOf = (cloud: AzureCloud) => `service-principal/${cloud}`;
  const read = (cloud: AzureCloud) => readEntry(vault, nameOf(cloud), Stored);
  return {
    has: async (cloud) => (await vault.names()).includes(nameOf(cloud)),

    async of(cloud) {
      const stored = await read(cloud);
      if (stored === undefined) return undefined;
      const { tenant, clientId, clientSecret } = stored;
      return { cloud, tenant, clientId, clientSecret };
    },

    async list() {
      const entries = await Promise.all(
        AzureCloud.options.map(async (cloud) => {
          const stored = await read(cloud);
          if (stored === undefined) return [];
          const { tenant, clientId, savedAt } = stored;
          return [{ cloud, tenant, clientId, savedAt }];
        }),
      );
      return entries.flat();
    },

    async save({ cloud, tenant, clientId, clientSecret }, signal) {
      const savedAt = new Date(clock.now()).toISOString();
      const stored: z.infer<typeof Stored> = { tenant, clientId, clientSecret, savedAt };
      await vault.put(nameOf(cloud), JSON.stringify(stored), signal);
    },

    remove: (cloud, signal) => vault.remove(nameOf(cloud), signal),
  };
}
