import { appFailure } from '@shared/model/app-error.ts';
import type { VaultStatus } from '@shared/model/registry.ts';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { withFileLock } from './file-lock.ts';
import { type KeyringAccess, osKeyring } from './keyring.ts';
import { deriveKey, keyBytes, newScryptParameters, seal, stretchPassphrase, unseal } from './sealing.ts';
import {
  type KeyPlace,
  type VaultContent,
  type VaultFile,
  checkVaultFile,
  readVaultFile,
  writeVaultFile,
} from './vault-file.ts';

/**
 * Where secrets are kept (spec: reliability-security K3): one file, `secrets.json`, that the window and the command line both
 * read and write. Values are sealed with a random data key; that key is in the OS keyring, or wrapped under a passphrase.
 * Nothing is ever on disk in the clear, and without keyring and passphrase nothing is on disk at all.
 *
 * Names are namespaced: `registry/127.0.0.1:5000`, `run/ca12`. They are not secret, and can be listed while it is locked.
 *
 * All methods may reject with `store.damaged` (changed by someone without the key) or `store.newerVersion`.
 */
export interface Vault {
  status(): Promise<VaultStatus>;
  /**
   * Opens the vault; makes one under this passphrase when there is none and no keyring either. With a keyring it has
   * nothing to do.
   * @throws `secret.wrongPassphrase`; `secret.tooShort` for a new one under 8 characters; `secret.noKeyring` when the
   * key is in a keyring that can't be reached
   */
  unlock(passphrase: string, signal?: AbortSignal): Promise<VaultStatus>;
  /** @throws `secret.locked`; `secret.noKeyring` when there is neither keyring nor passphrase, `disk.full` */
  put(name: string, value: string | Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Undefined when there is no such secret, also while locked. @throws `secret.locked`, `secret.noKeyring` when there is one */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Removes a secret, here and from this session. False when there was none. @throws as `put` */
  remove(name: string, signal?: AbortSignal): Promise<boolean>;
  /** All names, those of the session included; sorted. */
  names(): Promise<readonly string[]>;
  /** Keeps a secret in the memory of this process only; it hides a stored one of the same name. */
  rememberForSession(name: string, value: string | Uint8Array): void;
}

export interface VaultOptions {
  /** Folder of the installation; made when the first secret is kept. */
  readonly home: string;
  /** Account under which the keyring has the key. */
  readonly homeId: string;
  /** Instead of the operating system's. */
  readonly keyring?: () => Promise<KeyringAccess>;
  /** Of `SLIPWAY_PASSPHRASE`: unlocks (or makes) a vault where there is no keyring, without being asked. */
  readonly passphrase?: string | undefined;
}

/** Characters of a new passphrase, at least. */
export const shortestPassphrase = 8;

const wrapLabel = 'slipway secrets: data key';
const namePattern = /^[a-z][a-z-]*\/[^\0]+$/;

/** The vault of a home. Reads nothing before it is asked. */
export function openVault({ home, homeId, keyring = osKeyring, passphrase }: VaultOptions): Vault {
  const file = path.join(home, 'secrets.json');
  const lockFile = path.join(home, 'secrets.lock');
  const session = new Map<string, Uint8Array>();
  /** The data key, once known, with the place that it was read from: another process may have made a new vault since. */
  let known: { readonly place: string; readonly key: Uint8Array } | undefined;
  /** Why the keyring is not to be used, found when it refused a key. */
  let refusal: string | undefined;

  const locked = () => appFailure('secret.locked', { params: { path: file }, fixes: [{ kind: 'unlockSecrets' }] });
  const noKeyring = (reason: string) =>
    appFailure('secret.noKeyring', { params: { reason }, cause: reason, fixes: [{ kind: 'unlockSecrets' }] });

  async function usableKeyring(): Promise<KeyringAccess> {
    return refusal === undefined ? await keyring() : { kind: 'absent', reason: refusal };
  }

  function remember(place: KeyPlace, key: Uint8Array): Uint8Array {
    known = { place: JSON.stringify(place), key };
    return key;
  }

  async function keyFromKeyring(): Promise<Uint8Array> {
    const access = await keyring();
    if (access.kind === 'absent') throw noKeyring(access.reason);
    let text: string | undefined;
    try {
      text = await access.keyring.get(homeId);
    } catch (error) {
      throw noKeyring(error instanceof Error ? error.message : String(error));
    }
    const key = text === undefined ? undefined : Buffer.from(text, 'base64');
    if (key?.length !== keyBytes) throw noKeyring(`${access.keyring.name} does not have the key of ${file}`);
    return key;
  }

  async function keyUnderPassphrase(
    place: Extract<KeyPlace, { kind: 'passphrase' }>,
    given: string,
  ): Promise<Uint8Array> {
    const key = unseal(await stretchPassphrase(given, place), wrapLabel, place.wrapped);
    if (key?.length !== keyBytes) throw appFailure('secret.wrongPassphrase', { fixes: [{ kind: 'unlockSecrets' }] });
    return key;
  }

  /** The data key of a file that is there, which is then checked as a whole. */
  async function keyOf(content: VaultFile): Promise<Uint8Array> {
    const { key: place } = content;
    let key = known?.place === JSON.stringify(place) ? known.key : undefined;
    if (key === undefined && place.kind === 'keyring') key = await keyFromKeyring();
    if (key === undefined && place.kind === 'passphrase') {
      if (passphrase === undefined) throw locked();
      key = await keyUnderPassphrase(place, passphrase);
    }
    if (key === undefined) throw locked();
    checkVaultFile(file, content, key);
    return remember(place, key);
  }

  /** A new data key in the keyring, or under the passphrase. Only under the lock. */
  async function newKey(): Promise<{ readonly place: KeyPlace; readonly key: Uint8Array }> {
    const access = await usableKeyring();
    if (access.kind === 'available') {
      try {
        return { place: { kind: 'keyring' }, key: await keyIntoKeyring(access.keyring) };
      } catch (error) {
        refusal = error instanceof Error ? error.message : String(error);
      }
    }
    if (passphrase !== undefined) return await wrappedKey(passphrase);
    throw noKeyring(access.kind === 'absent' ? access.reason : (refusal ?? ''));
  }

  async function keyIntoKeyring(ring: Extract<KeyringAccess, { kind: 'available' }>['keyring']): Promise<Uint8Array> {
    // One that is there already may serve a copy of this home: never overwritten.
    const there = await ring.get(homeId);
    const existing = there === undefined ? undefined : Buffer.from(there, 'base64');
    if (existing?.length === keyBytes) return existing;
    const key = randomBytes(keyBytes);
    await ring.set(homeId, key.toString('base64'));
    if ((await ring.get(homeId)) !== key.toString('base64')) throw new Error(`${ring.name} did not keep the key`);
    return key;
  }

  async function write(
    change: (content: VaultContent, entryKey: Uint8Array) => VaultContent,
    signal?: AbortSignal,
  ): Promise<void> {
    await withFileLock(
      lockFile,
      async () => {
        const there = await readVaultFile(file);
        const { place, key } = there === undefined ? await newKey() : { place: there.key, key: await keyOf(there) };
        const before: VaultContent = { format: 1, key: place, entries: there?.entries ?? {} };
        await writeVaultFile(file, change(before, deriveKey(key, entryPurpose)), key);
        remember(place, key);
      },
      signal,
    );
  }

  async function status(): Promise<VaultStatus> {
    const content = await readVaultFile(file);
    if (content?.key.kind === 'passphrase') {
      const open = known?.place === JSON.stringify(content.key) || passphrase !== undefined;
      if (open) await keyOf(content);
      return { state: open ? 'unlocked' : 'locked' };
    }
    const access = await usableKeyring();
    if (access.kind === 'available') return { state: 'keyring', keyring: access.keyring.name };
    if (content !== undefined) return { state: 'locked' };
    return passphrase === undefined ? { state: 'needsPassphrase', reason: access.reason } : { state: 'unlocked' };
  }

  return {
    status,

    async unlock(given, signal) {
      const content = await readVaultFile(file);
      if (content?.key.kind === 'passphrase') {
        const key = await keyUnderPassphrase(content.key, given);
        checkVaultFile(file, content, key);
        remember(content.key, key);
      } else if (content !== undefined) {
        await keyOf(content);
      } else if ((await usableKeyring()).kind === 'absent') {
        await makeUnder(given, signal);
      }
      return await status();
    },

    async put(name, value, signal) {
      if (!namePattern.test(name)) throw new Error(`not a secret's name: ${name}`);
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      await write(
        (content, key) => ({ ...content, entries: { ...content.entries, [name]: seal(key, name, bytes) } }),
        signal,
      );
      session.delete(name);
    },

    async get(name) {
      const remembered = session.get(name);
      if (remembered !== undefined) return remembered;
      const content = await readVaultFile(file);
      const entry = content === undefined || !Object.hasOwn(content.entries, name) ? undefined : content.entries[name];
      if (content === undefined) return undefined;
      if (entry === undefined) {
        if (known?.place === JSON.stringify(content.key)) checkVaultFile(file, content, known.key);
        return undefined;
      }
      const plain = unseal(deriveKey(await keyOf(content), entryPurpose), name, entry);
      if (plain === undefined)
        throw appFailure('store.damaged', { params: { path: file }, cause: `${name} does not open` });
      return plain;
    },

    async remove(name, signal) {
      const forgotten = session.delete(name);
      const content = await readVaultFile(file);
      if (content === undefined || !Object.hasOwn(content.entries, name)) return forgotten;
      await write(({ entries, ...rest }) => {
        const { [name]: _removed, ...kept } = entries;
        return { ...rest, entries: kept };
      }, signal);
      return true;
    },

    async names() {
      const content = await readVaultFile(file);
      return [...new Set([...Object.keys(content?.entries ?? {}), ...session.keys()])].sort();
    },

    rememberForSession(name, value) {
      if (!namePattern.test(name)) throw new Error(`not a secret's name: ${name}`);
      session.set(name, typeof value === 'string' ? Buffer.from(value) : value);
    },
  };

  async function makeUnder(given: string, signal?: AbortSignal): Promise<void> {
    await withFileLock(
      lockFile,
      async () => {
        const there = await readVaultFile(file);
        if (there !== undefined) {
          if (there.key.kind === 'passphrase') remember(there.key, await keyUnderPassphrase(there.key, given));
          return;
        }
        const { place, key } = await wrappedKey(given);
        await writeVaultFile(file, { format: 1, key: place, entries: {} }, key);
        remember(place, key);
      },
      signal,
    );
  }
}

const entryPurpose = 'slipway secrets: entries';

/** A new data key, wrapped. @throws AppFailure `secret.tooShort` */
async function wrappedKey(passphrase: string): Promise<{ readonly place: KeyPlace; readonly key: Uint8Array }> {
  if (passphrase.length < shortestPassphrase) {
    throw appFailure('secret.tooShort', { params: { min: shortestPassphrase }, fixes: [{ kind: 'unlockSecrets' }] });
  }
  const parameters = newScryptParameters();
  const key = randomBytes(keyBytes);
  const wrapped = seal(await stretchPassphrase(passphrase, parameters), wrapLabel, key);
  return { place: { kind: 'passphrase', kdf: 'scrypt', ...parameters, wrapped }, key };
}
