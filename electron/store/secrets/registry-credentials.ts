import type { Clock, Credential, CredentialSource } from '../../engine/ports.ts';
import { type CredentialInput, CredentialKind, type RegistryCredential } from '@shared/model/registry.ts';
import { z } from 'zod';
import { readEntry } from './json-entry.ts';
import type { Vault } from './vault.ts';

/** What the vault holds for a registry host. */
const Stored = z.object({
  username: z.string(),
  /** Or the token. */
  password: z.string(),
  savedAt: z.iso.datetime(),
  kind: CredentialKind.default('password'),
  expiresAt: z.iso.datetime().optional(),
  expiryFrom: z.enum(['person', 'token']).optional(),
});

/** When a credential ends, and who says so. */
export type CredentialExpiry = Required<Pick<RegistryCredential, 'expiresAt' | 'expiryFrom'>>;

/** A credential as registries are given it. */
export function credentialOf(input: CredentialInput): Credential {
  switch (input.kind) {
    case 'password':
    case 'servicePrincipal':
      return { username: input.username, password: input.secret };
    case 'identityToken':
      return { username: tokenUser, password: '', identityToken: input.secret };
    case 'registryToken':
      return { username: tokenUser, password: '', registryToken: input.secret };
  }
}

/** As Docker names whoever a token is for. */
const tokenUser = '<token>';

/** The registry credentials that Slipway keeps itself: one a host, in the vault. */
export interface RegistryCredentials extends CredentialSource {
  /** Every credential, without its password. @throws as {@link Vault.get} */
  list(): Promise<readonly RegistryCredential[]>;
  /** One of them, without its password. @throws as {@link Vault.get} */
  find(host: string): Promise<RegistryCredential | undefined>;
  /** Keeps a credential in place of an older one for the host. `session`: until this process ends, never on disk. */
  save(
    host: string,
    credential: CredentialInput,
    expiry: CredentialExpiry | undefined,
    until: 'removed' | 'session',
    signal: AbortSignal,
  ): Promise<void>;
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

  async function find(host: string): Promise<RegistryCredential | undefined> {
    const stored = await read(host);
    if (stored === undefined) return undefined;
    const { password: _never, ...shown } = stored;
    return { host, source: 'slipway', ...shown };
  }

  return {
    hosts,

    async forHost(host) {
      const stored = await read(host);
      if (stored === undefined) return undefined;
      const { kind, username, password: secret } = stored;
      return credentialOf({ kind, username, secret });
    },

    find,

    async list() {
      const entries = await Promise.all((await hosts()).map(find));
      return entries.flatMap((entry) => entry ?? []);
    },

    async save(host, credential, expiry, until, signal) {
      const stored: z.infer<typeof Stored> = {
        kind: credential.kind,
        username: 'username' in credential ? credential.username : '',
        password: credential.secret,
        savedAt: new Date(clock.now()).toISOString(),
        ...expiry,
      };
      const name = `${namespace}${host}`;
      if (until === 'session') vault.rememberForSession(name, JSON.stringify(stored));
      else await vault.put(name, JSON.stringify(stored), signal);
    },

    remove: (host, signal) => vault.remove(`${namespace}${host}`, signal),
  };
}
