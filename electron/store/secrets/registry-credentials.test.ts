import { AppFailure } from '@shared/model/app-error.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRegistryCredentials } from './registry-credentials.ts';
import { memoryKeyring, noKeyring } from './vault-testing.ts';
import { openVault } from './vault.ts';

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const signal = new AbortController().signal;
const credential = { username: 'harbour', password: 'lock-&-quay 7' };
const input = { kind: 'password', username: 'harbour', secret: 'lock-&-quay 7' } as const;

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'slipway-credentials-'));
  return () => rm(home, { recursive: true, force: true });
});

describe('registry credentials', () => {
  it('are kept a host each, shown without password, and removed', async () => {
    const credentials = createRegistryCredentials(openVault({ home, homeId: 'h', keyring: memoryKeyring() }), clock);
    await credentials.save(
      '127.0.0.1:5000',
      { kind: 'password', username: 'first', secret: 'x' },
      undefined,
      'removed',
      signal,
    );
    await credentials.save('127.0.0.1:5000', input, undefined, 'removed', signal);
    await credentials.save(
      'docker.io',
      { kind: 'password', username: 'me', secret: 'y' },
      undefined,
      'removed',
      signal,
    );

    expect(await credentials.hosts(signal)).toEqual(['127.0.0.1:5000', 'docker.io']);
    expect(await credentials.list()).toEqual([
      {
        host: '127.0.0.1:5000',
        username: 'harbour',
        source: 'slipway',
        kind: 'password',
        savedAt: '2026-01-02T03:04:05.000Z',
      },
      { host: 'docker.io', username: 'me', source: 'slipway', kind: 'password', savedAt: '2026-01-02T03:04:05.000Z' },
    ]);
    expect(await credentials.forHost('127.0.0.1:5000', signal)).toEqual(credential);

    expect(await credentials.remove('127.0.0.1:5000', signal)).toBe(true);
    expect(await credentials.remove('127.0.0.1:5000', signal)).toBe(false);
    expect(await credentials.forHost('127.0.0.1:5000', signal)).toBeUndefined();
  });

  it.each(['127.0.0.1', '127.0.0.1:5001', '127.0.0.1:50', '127.0.0.1:5000.example', 'x127.0.0.1:5000'])(
    'are for their own host and port, not for %s',
    async (host) => {
      const credentials = createRegistryCredentials(openVault({ home, homeId: 'h', keyring: memoryKeyring() }), clock);
      await credentials.save('127.0.0.1:5000', input, undefined, 'removed', signal);
      expect(await credentials.forHost(host, signal)).toBeUndefined();
    },
  );

  it('may last for the session only', async () => {
    const credentials = createRegistryCredentials(openVault({ home, homeId: 'h', keyring: noKeyring }), clock);
    await credentials.save('reg.example', input, undefined, 'session', signal);
    expect(await credentials.forHost('reg.example', signal)).toEqual(credential);
    await expect(readFile(path.join(home, 'secrets.json'))).rejects.toThrow('ENOENT');
  });

  it('say that they are locked, not that there are none', async () => {
    const first = openVault({ home, homeId: 'h', keyring: noKeyring });
    await first.unlock('correct horse battery');
    await createRegistryCredentials(first, clock).save('reg.example', input, undefined, 'removed', signal);

    const later = createRegistryCredentials(openVault({ home, homeId: 'h', keyring: noKeyring }), clock);
    const failure: unknown = await later.forHost('reg.example', signal).catch((error: unknown) => error);
    expect(failure instanceof AppFailure && failure.error).toMatchObject({
      code: 'secret.locked',
      fixes: [{ kind: 'unlockSecrets' }],
    });
    expect(await later.forHost('other.example', signal)).toBeUndefined();
  });
});
