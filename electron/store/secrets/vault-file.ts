import { appFailure, writeFailure } from '@shared/model/app-error.ts';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { authenticate, deriveKey, isAuthentic } from './sealing.ts';

const base64 = z.base64();
const Sealed = z.object({ iv: base64, sealed: base64 });

/** How the data key is kept. The bounds on scrypt keep a hostile file from taking the machine's memory. */
const KeyPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keyring') }),
  z.object({
    kind: z.literal('passphrase'),
    kdf: z.literal('scrypt'),
    cost: z
      .number()
      .int()
      .min(2 ** 14)
      .max(2 ** 20),
    blockSize: z.number().int().min(1).max(16),
    parallelization: z.number().int().min(1).max(4),
    salt: base64,
    wrapped: Sealed,
  }),
]);
export type KeyPlace = z.infer<typeof KeyPlace>;

/**
 * `secrets.json`: names in the clear, values sealed one by one, and over the whole a `mac` under the data key, so that
 * an entry which was taken out, swapped or put back is noticed.
 */
const VaultFile = z.object({
  format: z.literal(1),
  key: KeyPlace,
  entries: z.record(z.string(), Sealed),
  mac: base64,
});
export type VaultFile = z.infer<typeof VaultFile>;
/** What the `mac` covers. */
export type VaultContent = Omit<VaultFile, 'mac'>;

/**
 * Reads the file; undefined when there is none.
 * @throws AppFailure `store.damaged` when it is not what was written, `store.newerVersion` for a later format
 */
export async function readVaultFile(file: string): Promise<VaultFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw appFailure('store.damaged', { params: { path: file }, cause: String(error) }, error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(file, 'not JSON', error);
  }
  const version = z.object({ format: z.number() }).safeParse(json);
  if (version.success && version.data.format > 1) throw appFailure('store.newerVersion', { params: { path: file } });
  const parsed = VaultFile.safeParse(json);
  if (!parsed.success) throw damaged(file, z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}

/** @throws AppFailure `store.damaged` when the file was changed by someone without the key, or belongs to another key */
export function checkVaultFile(file: string, content: VaultFile, dataKey: Uint8Array): void {
  if (!isAuthentic(macKey(dataKey), canonical(content), content.mac)) {
    throw damaged(file, 'the seal over the file does not fit its key');
  }
}

/**
 * Replaces the file: written beside it, synced, renamed, the folder synced; mode 0600. Only to be called under the lock.
 * @throws AppFailure `disk.full`
 */
export async function writeVaultFile(file: string, content: VaultContent, dataKey: Uint8Array): Promise<void> {
  const whole: VaultFile = { ...content, mac: authenticate(macKey(dataKey), canonical(content)) };
  const draft = `${file}.new`;
  const folder = path.dirname(file);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(whole, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(draft, 0o600); // a draft that was there already kept its mode
    await rename(draft, file);
    await syncFolder(folder);
  } catch (error) {
    throw writeFailure(error, file);
  }
}

/** So that the rename is on disk as well; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function canonical({ format, key, entries }: VaultContent): string {
  const sorted = Object.keys(entries)
    .sort()
    .map((name) => [name, entries[name]?.iv, entries[name]?.sealed]);
  const place =
    key.kind === 'keyring'
      ? [key.kind]
      : [key.kind, key.kdf, key.cost, key.blockSize, key.parallelization, key.salt, key.wrapped.iv, key.wrapped.sealed];
  return JSON.stringify([format, place, sorted]);
}

function macKey(dataKey: Uint8Array): Uint8Array {
  return deriveKey(dataKey, 'slipway secrets: file');
}

function damaged(file: string, cause: string, original?: unknown) {
  return appFailure('store.damaged', { params: { path: file }, cause }, original);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
