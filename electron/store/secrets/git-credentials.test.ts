import { AppFailure } from '@shared/model/app-error.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createGitCredentials } from './git-credentials.ts';
import { memoryKeyring, noKeyring } from './vault-testing.ts';
import { openVault } from './vault.ts';

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const signal = new AbortController().signal;
const credential = { username: 'oauth2', password: 'token-of-the-harbour' };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-tokens-'));
  return () => rm(home, { recursive: true, force: true });
});

describe('tokens of git hosts', () => {
  it('are kept a place each, sealed, shown without themselves, and removed', async () => {
    const tokens = createGitCredentials(openVault({ home, homeId: 'h', keyring: memoryKeyring() }), clock);
    await tokens.save('git.example', { username: 'first', password: 'x' }, 'removed', signal);
    await tokens.save('git.example', credential, 'removed', signal);
    await tokens.save('git.example/team', { username: 'team', password: 'y' }, 'removed', signal);

    expect(await tokens.list()).toEqual([
      { place: 'git.example', username: 'oauth2', savedAt: '2026-01-02T03:04:05.000Z' },
      { place: 'git.example/team', username: 'team', savedAt: '2026-01-02T03:04:05.000Z' },
    ]);
    expect(await tokens.forRemote('https://git.example/other/app.git', signal)).toEqual(credential);
    expect(await tokens.forRemote('https://git.example/team/app.git', signal)).toMatchObject({ username: 'team' });
    expect(await tokens.forRemote('https://git.example.evil/team/app.git', signal)).toBeUndefined();
    expect(await readFile(path.join(home, 'secrets.json'), 'utf8')).not.toContain(credential.password);

    expect(await tokens.remove('git.example/team', signal)).toBe(true);
    expect(await tokens.remove('git.example/team', signal)).toBe(false);
    expect(await tokens.placeFor('https://git.example/team/app.git')).toBe('git.example');
  });

  it('may last for the session only', async () => {
    const tokens = createGitCredentials(openVault({ home, homeId: 'h', keyring: noKeyring }), clock);
    await tokens.save('git.example', credential, 'session', signal);
    expect(await tokens.forRemote('https://git.example/a.git', signal)).toEqual(credential);
    await expect(readFile(path.join(home, 'secrets.json'))).rejects.toThrow('ENOENT');
  });

  it('say that they are locked, not that there are none', async () => {
    const first = openVault({ home, homeId: 'h', keyring: noKeyring });
    await first.unlock('correct horse battery');
    await createGitCredentials(first, clock).save('git.example', credential, 'removed', signal);

    const later = createGitCredentials(openVault({ home, homeId: 'h', keyring: noKeyring }), clock);
    const failure: unknown = await later
      .forRemote('https://git.example/a.git', signal)
      .catch((error: unknown) => error);
    expect(failure instanceof AppFailure && failure.error.code).toBe('secret.locked');
    expect(await later.forRemote('https://other.example/a.git', signal)).toBeUndefined();
  });
});
