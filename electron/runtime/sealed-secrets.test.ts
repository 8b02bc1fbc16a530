import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyringAccess } from '../store/secrets/keyring.ts';
import { memoryKeyring, noKeyring } from '../store/secrets/vault-testing.ts';
import { openVault } from '../store/secrets/vault.ts';
import { createSealedSecrets, type SealedSecrets } from './sealed-secrets.ts';

const secrets = {
  buildArgs: { TOKEN: 'hunter2-hunter2' },
  secrets: { npm: '비밀 값' },
  values: { password: 'hunter3-hunter3' },
};
const none = { buildArgs: {}, secrets: {}, values: {} };

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-sealed-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** As a process has them that starts now. */
function sealedWith(keyring: () => Promise<KeyringAccess>): SealedSecrets {
  return createSealedSecrets(openVault({ home, homeId: 'home-1', keyring }));
}

it('a keyring that can be used keeps them for the next process, sealed', async () => {
  const keyring = memoryKeyring();
  await sealedWith(keyring).keep('ca1', secrets);
  expect(await sealedWith(keyring).of('ca1')).toEqual(secrets);
  expect(readFileSync(path.join(home, 'secrets.json'), 'utf8')).not.toMatch(/hunter2|비밀/);
});

it.each<[title: string, keyring: () => Promise<KeyringAccess>]>([
  ['no keyring', noKeyring],
  [
    'a keyring that takes nothing',
    async () => ({
      kind: 'available',
      keyring: { name: 'read-only', get: async () => undefined, set: () => Promise.reject(new Error('refused')) },
    }),
  ],
])('with %s this process has them, and no other', async (_title, keyring) => {
  const here = sealedWith(keyring);
  await here.keep('ca1', secrets);
  expect(await here.of('ca1')).toEqual(secrets);
  expect(await sealedWith(keyring).of('ca1')).toEqual(none);
});

it('they go with their run', async () => {
  const keyring = memoryKeyring();
  const sealed = sealedWith(keyring);
  for (const runId of ['ca1', 'ca2']) await sealed.keep(runId, secrets);
  await sealed.tidy((runId) => runId === 'ca2');
  expect([await sealedWith(keyring).of('ca1'), await sealedWith(keyring).of('ca2')]).toEqual([none, secrets]);
});
