import type { Clock, Credential, CredentialSource } from '../../engine/ports.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { z } from 'zod';
import { readEntry } from './json-entry.ts';
import type { Vault } from './vault.ts';

/** What the vault holds for a registry host. */
const Stored = z.object({ username: z.string(), password: z.string(), savedAt: z.iso.datetime() });

/** The registry credentials that Slipway keeps itself: one a host, in the vault. */
export interface RegistryCredentials extends CredentialSource {
  /** Every credential, without its password. @throws as {@link Vault.get} */
  list(): Promise<readonly RegistryCredential[]>;
  /** Keeps a credential in place of an older one for the host. `session`: until this process ends, never on disk. */
  save(host: string, credential: Credential, until: 'removed' | 'session', signal: AbortSignal): Promise<void>;
  /** False when there was none. */
  remove(host: string, signal: AbortSignal): Promise<boolean>;
}

const namespace = 'registry/';

/** @param clock tells `savedAt` */
export function createRegistryCredentials(vault: Vault, clock: Clock): RegistryCredentials {
  const read = (host: string) => readEntry(vault, `${namespace}${host}`, Stored);

  async function hosts(): Promise<readonly string[]> {
    const names = await vault.names();
    return names.filter((name) => name.startsWith(namespace)).map((name) => name.slice(namespace.length));
  }

  return {
    hosts,

    async forHost(host) {
      const stored = await read(host);
      return stored === undefined ? undefined : { username: stored.username, password: stored.password };
    },

    async list() {
      const entries = await Promise.all(
        (await hosts()).map(async (host) => {
          const stored = await read(host);
          return stored === undefined
            ? []
            : [{ host, username: stored.username, source: 'slipway' as const, savedAt: stored.savedAt }];
        }),
      );
      return entries.flat();
    },

    async save(host, { username, password }, until, signal) {
      const stored: z.infer<typeof Stored> = { username, password, savedAt: new Date(clock.now()).toISOString() };
      const name = `${namespace}${host}`;
      if (until === 'session') vault.rememberForSession(name, JSON.stringify(stored));
      else await vault.put(name, JSON.stringify(stored), signal);
    },

    remove: (host, signal) => vault.remove(`${namespace}${host}`, signal),
  };
}
