import { type GitHostCredential, placeCovering } from '@shared/model/git-host.ts';
import { z } from 'zod';
import type { Clock } from '../../engine/ports.ts';
import type { GitCredential } from '../../engine/ports/git.ts';
import { readEntry } from './json-entry.ts';
import type { Vault } from './vault.ts';

/** What the vault holds for a place. */
const Stored = z.object({ username: z.string(), password: z.string(), savedAt: z.iso.datetime() });

/** The tokens of git hosts that Slipway keeps: one a place (`formatGitPlace`), in the vault. */
export interface GitCredentials {
  /** Of the longest place that covers a repository's address; undefined for none. Opens the vault only where there is one. @throws as {@link Vault.get} */
  forRemote(remote: string, signal: AbortSignal): Promise<GitCredential | undefined>;
  /** The place whose token a repository would get, without opening the vault. */
  placeFor(remote: string): Promise<string | undefined>;
  /** Every one, without its token. @throws as {@link Vault.get} */
  list(): Promise<readonly GitHostCredential[]>;
  /** Keeps a credential in place of an older one. `session`: until this process ends, never on disk. @throws as {@link Vault.put} */
  save(place: string, credential: GitCredential, until: 'removed' | 'session', signal: AbortSignal): Promise<void>;
  /** False when there was none. */
  remove(place: string, signal: AbortSignal): Promise<boolean>;
}

const namespace = 'git/';

/** @param clock tells `savedAt` */
export function createGitCredentials(vault: Vault, clock: Clock): GitCredentials {
  const read = (place: string) => readEntry(vault, `${namespace}${place}`, Stored);

  async function places(): Promise<readonly string[]> {
    const names = await vault.names();
    return names.filter((name) => name.startsWith(namespace)).map((name) => name.slice(namespace.length));
  }
  const placeFor = async (remote: string) => placeCovering(remote, await places());

  return {
    placeFor,

    async forRemote(remote) {
      const place = await placeFor(remote);
      const stored = place === undefined ? undefined : await read(place);
      return stored === undefined ? undefined : { username: stored.username, password: stored.password };
    },

    async list() {
      const entries = await Promise.all(
        (await places()).map(async (place) => {
          const stored = await read(place);
          return stored === undefined ? [] : [{ place, username: stored.username, savedAt: stored.savedAt }];
        }),
      );
      return entries.flat();
    },

    async save(place, { username, password }, until, signal) {
      const stored: z.infer<typeof Stored> = { username, password, savedAt: new Date(clock.now()).toISOString() };
      const name = `${namespace}${place}`;
      if (until === 'session') vault.rememberForSession(name, JSON.stringify(stored));
      else await vault.put(name, JSON.stringify(stored), signal);
    },

    remove: (place, signal) => vault.remove(`${namespace}${place}`, signal),
  };
}
