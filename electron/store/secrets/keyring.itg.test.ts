import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensurePackages } from '../../../scripts/setup/debian.mjs';
import { buildVaultProcess, type VaultProcess } from './vault-testing.ts';

// A real Secret Service (GNOME Keyring) on a session bus of its own.
const unlocked = 'printf %s login-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null';
const lockedUp = 'gnome-keyring-daemon --start --components=secrets >/dev/null';

let home: string;
let person: string;
let vaultProcess: VaultProcess;

beforeAll(async () => {
  await ensurePackages(['keyring']);
  vaultProcess = await buildVaultProcess();
});
afterAll(() => rm(path.dirname(vaultProcess.program), { recursive: true, force: true }));
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'slipway-vault-'));
  person = await mkdtemp(path.join(os.tmpdir(), 'slipway-person-'));
  return async () => {
    await rm(home, { recursive: true, force: true });
    await rm(person, { recursive: true, force: true });
  };
});

/** Vault actions, one process each, in one session of this person; their outputs. */
function session(keyring: string | undefined, actions: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const commands = actions.map(
    (action) => `"${process.execPath}" "${vaultProcess.program}" "${home}" os ${action}; echo`,
  );
  const script = [keyring ?? 'true', ...commands].join('\n');
  const done = spawnSync('dbus-run-session', ['--', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, HOME: person, XDG_DATA_HOME: path.join(person, 'data'), XDG_RUNTIME_DIR: person, ...env },
    timeout: 60_000,
  });
  return {
    outputs: done.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('GNOME_KEYRING')),
    errors: done.stderr,
  };
}

describe.runIf(process.platform === 'linux')('the vault on a real keyring', () => {
  it('keeps its key there, for later sessions too', async () => {
    const first = session(unlocked, ['status', 'put registry/reg.example secret-of-reg', 'get registry/reg.example']);
    expect(first.outputs).toEqual(['{"state":"keyring","keyring":"Secret Service"}', 'secret-of-reg']);
    expect(session(unlocked, ['get registry/reg.example']).outputs).toEqual(['secret-of-reg']);
    expect(JSON.parse(await readFile(path.join(home, 'secrets.json'), 'utf8'))).toMatchObject({
      key: { kind: 'keyring' },
    });
  });

  it('cannot be read from another person’s keyring', async () => {
    session(unlocked, ['put registry/reg.example secret-of-reg']);
    await rm(path.join(person, 'data'), { recursive: true });
    const thief = session(unlocked, ['get registry/reg.example']);
    expect(thief.outputs).toEqual([]);
    expect(thief.errors).toContain('secret.noKeyring');
  });

  it('takes a keyring that stays locked for none, and never writes to the kernel’s instead', async () => {
    const refused = session(lockedUp, ['put registry/reg.example secret-of-reg']);
    expect(refused.errors).toContain('secret.noKeyring');
    expect(await readdir(home)).not.toContain('secrets.json');
    const under = session(lockedUp, ['put registry/a secret-of-a', 'get registry/a'], {
      SLIPWAY_PASSPHRASE: 'correct horse',
    });
    expect(under.outputs).toEqual(['secret-of-a']);
    expect(JSON.parse(await readFile(path.join(home, 'secrets.json'), 'utf8'))).toMatchObject({
      key: { kind: 'passphrase' },
    });
    expect(await readFile('/proc/keys', 'utf8')).not.toContain('slipway');
  });

  it('has no keyring without a session bus', async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: person };
    const status = JSON.parse(await vaultProcess.run([home, 'os', 'status'], env)) as { state: string };
    expect(status.state).toBe('needsPassphrase');
  });
});
