import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the operating system keeps a person's keys. */
export interface Keyring {
  /** As people know it: `Secret Service`, `macOS Keychain`, `Windows Credential Manager`. */
  readonly name: string;
  /** Undefined when there is none under this account. Rejects when the keyring can't be asked (locked, gone). */
  get(account: string): Promise<string | undefined>;
  /** Rejects when the keyring doesn't take it. */
  set(account: string, value: string): Promise<void>;
}

/** The keyring, or why there is none. */
export type KeyringAccess =
  { readonly kind: 'available'; readonly keyring: Keyring } | { readonly kind: 'absent'; readonly reason: string };

const service = 'slipway';

/**
 * The keyring of this person on this machine. On Linux only a Secret Service counts (GNOME Keyring, KWallet, KeePassXC):
 * the kernel's keyutils, which the library would fall back to, forget everything when the machine restarts.
 *
 * The native library is loaded here, not before: it is not on the way to the first window.
 */
export async function osKeyring(): Promise<KeyringAccess> {
  const name = keyringName();
  if (name === undefined) return { kind: 'absent', reason: `no keyring is known for ${process.platform}` };
  if (process.platform === 'linux' && !hasSessionBus()) {
    return { kind: 'absent', reason: 'there is no D-Bus session, and so no Secret Service' };
  }
  let AsyncEntry;
  try {
    ({ AsyncEntry } = await import('@napi-rs/keyring'));
    new AsyncEntry(service, 'probe', { linux: { store: 'secret-service' } });
  } catch (error) {
    return { kind: 'absent', reason: error instanceof Error ? error.message : String(error) };
  }
  const Entry = AsyncEntry;
  const entry = (account: string) => new Entry(service, account, { linux: { store: 'secret-service' } });
  return {
    kind: 'available',
    keyring: {
      name,
      get: async (account) => (await entry(account).getPassword()) ?? undefined,
      set: (account, value) => entry(account).setPassword(value),
    },
  };
}

function keyringName(): string | undefined {
  switch (process.platform) {
    case 'linux':
      return 'Secret Service';
    case 'darwin':
      return 'macOS Keychain';
    case 'win32':
      return 'Windows Credential Manager';
    default:
      return undefined;
  }
}

function hasSessionBus(): boolean {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime } = process.env;
  return Boolean(address) || (Boolean(runtime) && existsSync(path.join(runtime ?? '', 'bus')));
}
