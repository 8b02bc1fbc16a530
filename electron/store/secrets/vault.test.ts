import { AppFailure } from '@shared/model/app-error.ts';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildVaultProcess, memoryKeyring, noKeyring, type VaultProcess } from './vault-testing.ts';
import { openVault, type Vault } from './vault.ts';

const secret = 'lock-&-quay 7 \u{1f6a2} 비밀';
const passphrase = 'correct horse battery';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'slipway-vault-'));
  return () => rm(home, { recursive: true, force: true });
});
const file = () => path.join(home, 'secrets.json');
const text = (value: Uint8Array | undefined) => (value === undefined ? undefined : Buffer.from(value).toString());
const codeOf = async (work: Promise<unknown>) => {
  const failure: unknown = await work.then(() => undefined).catch((error: unknown) => error);
  if (failure instanceof AppFailure) return failure.error.code;
  if (failure !== undefined) throw new Error('no AppFailure', { cause: failure });
  return undefined;
};

describe('with a keyring', () => {
  it('keeps secrets for the next start, and for its eyes only', async () => {
    const keyring = memoryKeyring();
    const vault = openVault({ home, homeId: 'h', keyring });
    expect(await vault.status()).toEqual({ state: 'keyring', keyring: 'test keyring' });
    await vault.put('registry/reg.example:5000', secret);
    await vault.put('run/ca1', new Uint8Array([0, 255, 10]));

    const later = openVault({ home, homeId: 'h', keyring });
    expect(text(await later.get('registry/reg.example:5000'))).toBe(secret);
    expect([...((await later.get('run/ca1')) ?? [])]).toEqual([0, 255, 10]);
    expect(await later.get('run/ca2')).toBeUndefined();
    expect(await later.names()).toEqual(['registry/reg.example:5000', 'run/ca1']);

    const onDisk = await readFile(file(), 'utf8');
    for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) {
      expect(onDisk).not.toContain(form);
    }
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['secrets.json', 'secrets.lock']);
  });

  it('writes the file as its own person only, whatever a draft that was left had', async () => {
    await writeFile(`${file()}.new`, 'half a file');
    await chmod(`${file()}.new`, 0o666);
    await openVault({ home, homeId: 'h', keyring: memoryKeyring() }).put('run/a', secret);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('removes', async () => {
    const vault = openVault({ home, homeId: 'h', keyring: memoryKeyring() });
    await vault.put('run/a', 'one');
    await vault.put('run/b', 'two');
    expect(await vault.remove('run/a')).toBe(true);
    expect(await vault.remove('run/a')).toBe(false);
    expect(await vault.get('run/a')).toBeUndefined();
    expect(text(await vault.get('run/b'))).toBe('two');
  });

  it('seals the same value differently each time', async () => {
    const vault = openVault({ home, homeId: 'h', keyring: memoryKeyring() });
    await vault.put('run/a', 'same');
    const first = await readFile(file(), 'utf8');
    await vault.put('run/a', 'same');
    expect(await readFile(file(), 'utf8')).not.toBe(first);
  });

  it('does not overwrite a key that serves a copy of this home', async () => {
    const held = new Map<string, string>();
    await openVault({ home, homeId: 'h', keyring: memoryKeyring(held) }).put('run/a', secret);
    const key = held.get('h');
    const copy = await mkdtemp(path.join(os.tmpdir(), 'slipway-vault-'));
    await openVault({ home: copy, homeId: 'h', keyring: memoryKeyring(held) }).put('run/b', secret);
    await rm(copy, { recursive: true });
    expect(held.get('h')).toBe(key);
  });

  it('cannot be read by another person who copied the file', async () => {
    await openVault({ home, homeId: 'h', keyring: memoryKeyring() }).put('run/a', secret);
    const withoutKey = openVault({ home, homeId: 'h', keyring: memoryKeyring() });
    expect(await codeOf(withoutKey.get('run/a'))).toBe('secret.noKeyring');
    const otherKey = new Map([['h', Buffer.alloc(32, 7).toString('base64')]]);
    const thief = openVault({ home, homeId: 'h', keyring: memoryKeyring(otherKey) });
    expect(await codeOf(thief.get('run/a'))).toBe('store.damaged');
  });

  it('says so when the keyring is out of reach, and keeps the file', async () => {
    const keyring = memoryKeyring();
    await openVault({ home, homeId: 'h', keyring }).put('run/a', secret);
    const headless = openVault({ home, homeId: 'h', keyring: noKeyring });
    expect(await headless.status()).toEqual({ state: 'locked' });
    expect(await headless.names()).toEqual(['run/a']);
    expect(await codeOf(headless.get('run/a'))).toBe('secret.noKeyring');
    expect(await codeOf(headless.put('run/b', 'x'))).toBe('secret.noKeyring');
    expect(await codeOf(headless.unlock(passphrase))).toBe('secret.noKeyring');
    expect(text(await openVault({ home, homeId: 'h', keyring }).get('run/a'))).toBe(secret);
  });

  it('turns to a passphrase when the keyring takes no key', async () => {
    const keyring = async () =>
      ({
        kind: 'available',
        keyring: {
          name: 'locked keyring',
          get: async () => undefined,
          set: async () => Promise.reject(new Error('unlock prompt was dismissed')),
        },
      }) as const;
    const vault = openVault({ home, homeId: 'h', keyring });
    expect(await codeOf(vault.put('run/a', secret))).toBe('secret.noKeyring');
    expect(await vault.status()).toEqual({ state: 'needsPassphrase', reason: 'unlock prompt was dismissed' });
    expect(await vault.unlock(passphrase)).toEqual({ state: 'unlocked' });
    await vault.put('run/a', secret);
    expect(text(await vault.get('run/a'))).toBe(secret);
  });
});

describe('without a keyring', () => {
  it('stores nothing before there is a passphrase; the session may remember', async () => {
    const vault = openVault({ home, homeId: 'h', keyring: noKeyring });
    expect(await vault.status()).toEqual({ state: 'needsPassphrase', reason: 'none in this test' });
    expect(await codeOf(vault.put('registry/a', secret))).toBe('secret.noKeyring');
    vault.rememberForSession('registry/a', secret);
    expect(text(await vault.get('registry/a'))).toBe(secret);
    expect(await vault.names()).toEqual(['registry/a']);
    expect(await readdir(home)).not.toContain('secrets.json');
    expect(await openVault({ home, homeId: 'h', keyring: noKeyring }).get('registry/a')).toBeUndefined();
    expect(await vault.remove('registry/a')).toBe(true);
    expect(await vault.get('registry/a')).toBeUndefined();
  });

  describe('under a passphrase', () => {
    let vault: Vault;
    const restarted = (env?: string) => openVault({ home, homeId: 'h', keyring: noKeyring, passphrase: env });
    beforeEach(async () => {
      vault = restarted();
      await vault.unlock(passphrase);
      await vault.put('registry/a', secret);
    });

    it('is locked after a restart, and opens with the passphrase only', async () => {
      const later = restarted();
      expect(await later.status()).toEqual({ state: 'locked' });
      expect(await codeOf(later.get('registry/a'))).toBe('secret.locked');
      expect(await codeOf(later.put('registry/b', 'x'))).toBe('secret.locked');
      expect(await codeOf(later.remove('registry/a'))).toBe('secret.locked');
      expect(await later.get('registry/unknown')).toBeUndefined();
      expect(await codeOf(later.unlock('correct horse batterY'))).toBe('secret.wrongPassphrase');
      expect(await later.status()).toEqual({ state: 'locked' });
      expect(await later.unlock(passphrase)).toEqual({ state: 'unlocked' });
      expect(text(await later.get('registry/a'))).toBe(secret);
    });

    it('opens with the passphrase of the environment, without being asked', async () => {
      const later = restarted(passphrase);
      expect(text(await later.get('registry/a'))).toBe(secret);
      expect(await later.status()).toEqual({ state: 'unlocked' });
      expect(await codeOf(restarted('something else').get('registry/a'))).toBe('secret.wrongPassphrase');
    });

    it('keeps neither passphrase nor key in the clear, and stretches with scrypt of at least 2^17', async () => {
      const onDisk = await readFile(file(), 'utf8');
      expect(onDisk).not.toContain(passphrase);
      expect(JSON.parse(onDisk).key).toMatchObject({ kind: 'passphrase', kdf: 'scrypt', cost: 2 ** 17, blockSize: 8 });
    });
  });

  it('takes a passphrase in either Unicode form', async () => {
    const typed = '배포 열쇠 문장입니다';
    await openVault({ home, homeId: 'h', keyring: noKeyring, passphrase: typed.normalize('NFD') }).put('run/a', secret);
    const later = openVault({ home, homeId: 'h', keyring: noKeyring });
    expect(await later.unlock(typed.normalize('NFC'))).toEqual({ state: 'unlocked' });
  });

  it('refuses a new passphrase under eight characters', async () => {
    const vault = openVault({ home, homeId: 'h', keyring: noKeyring });
    expect(await codeOf(vault.unlock('seven 7'))).toBe('secret.tooShort');
    expect(await readdir(home)).not.toContain('secrets.json');
  });
});

describe('a file that was changed', () => {
  const keyring = memoryKeyring();
  type Json = { format: number; key: unknown; entries: Record<string, { iv: string; sealed: string }>; mac: string };

  it.each<[string, (json: Json, raw: string) => string]>([
    ['empty', () => ''],
    ['torn', (_json, raw) => raw.slice(0, raw.length / 2)],
    ['not JSON', () => 'secrets'],
    ['another shape', () => '{"format":1}'],
    [
      'an entry taken out',
      ({ entries: { 'run/a': _out, ...entries }, ...rest }) => JSON.stringify({ ...rest, entries }),
    ],
    ['all entries taken out', (json) => JSON.stringify({ ...json, entries: {} })],
    [
      'two entries swapped',
      ({ entries, ...rest }) =>
        JSON.stringify({ ...rest, entries: { 'run/a': entries['run/b'], 'run/b': entries['run/a'] } }),
    ],
    [
      'a bit of a value',
      ({ entries, ...rest }) => {
        const { iv = '', sealed = '' } = entries['run/b'] ?? {};
        const bytes = Buffer.from(sealed, 'base64');
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        return JSON.stringify({ ...rest, entries: { ...entries, 'run/b': { iv, sealed: bytes.toString('base64') } } });
      },
    ],
    ['another seal', (json) => JSON.stringify({ ...json, mac: Buffer.alloc(32).toString('base64') })],
  ])('%s: is said to be damaged, not taken for empty', async (_what, change) => {
    const before = openVault({ home, homeId: 'h', keyring });
    await before.put('run/a', 'one');
    await before.put('run/b', 'two');
    const raw = await readFile(file(), 'utf8');
    const changed = change(JSON.parse(raw) as Json, raw);
    await writeFile(file(), changed);
    expect(await codeOf(before.get('run/a'))).toBe('store.damaged');
    expect(await codeOf(before.get('run/b'))).toBe('store.damaged');
    expect(await codeOf(before.put('run/c', 'x'))).toBe('store.damaged');
    expect(await codeOf(openVault({ home, homeId: 'h', keyring }).put('run/c', 'x'))).toBe('store.damaged');
    expect(await readFile(file(), 'utf8')).toBe(changed);
  });

  it('of a newer version is left alone', async () => {
    await writeFile(file(), '{"format":2,"future":true}');
    const vault = openVault({ home, homeId: 'h', keyring });
    expect(await codeOf(vault.put('run/a', 'x'))).toBe('store.newerVersion');
    expect(await readFile(file(), 'utf8')).toBe('{"format":2,"future":true}');
  });

  it('asks for no more memory than a vault of ours ever would', async () => {
    const wrapped = { iv: 'AAAAAAAAAAAAAAAA', sealed: 'AAAA' };
    const key = {
      kind: 'passphrase',
      kdf: 'scrypt',
      cost: 2 ** 30,
      blockSize: 8,
      parallelization: 1,
      salt: 'AAAA',
      wrapped,
    };
    await writeFile(file(), JSON.stringify({ format: 1, key, entries: {}, mac: 'AAAA' }));
    expect(await codeOf(openVault({ home, homeId: 'h', keyring: noKeyring }).unlock(passphrase))).toBe('store.damaged');
  });
});

describe('several processes', () => {
  const key = Buffer.alloc(32, 3).toString('base64');
  let other: VaultProcess;
  beforeAll(async () => {
    other = await buildVaultProcess();
  });
  afterAll(() => rm(path.dirname(other.program), { recursive: true, force: true }));

  it('write at once and lose nothing', async () => {
    const names = ['a', 'b', 'c'];
    await Promise.all(names.map((name) => other.run([home, key, 'put-many', name, '20'])));
    const vault = openVault({ home, homeId: 'home-1', keyring: memoryKeyring(new Map([['home-1', key]])) });
    expect(await vault.names()).toHaveLength(60);
    for (const name of names) expect(text(await vault.get(`run/${name}19`))).toBe(`value of ${name}19`);
  });

  it('that both make the vault end up with one key', async () => {
    const env = { SLIPWAY_PASSPHRASE: passphrase };
    await Promise.all(['a', 'b'].map((name) => other.run([home, 'none', 'put', `run/${name}`, name], env)));
    expect(await other.run([home, 'none', 'get', 'run/a'], env)).toBe('a');
    expect(await other.run([home, 'none', 'get', 'run/b'], env)).toBe('b');
  });

  it('see what another has written, without opening the vault anew', async () => {
    const vault = openVault({ home, homeId: 'home-1', keyring: memoryKeyring(new Map([['home-1', key]])) });
    await vault.put('run/mine', 'mine');
    await other.run([home, key, 'put', 'run/theirs', secret]);
    expect(text(await vault.get('run/theirs'))).toBe(secret);
  });
});
