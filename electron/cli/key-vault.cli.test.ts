import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type AzureStandIn, principal, startAzure } from '../azure/azure-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const [engine] = parts.engines;
const image = parts.busybox.open;
const address = 'https://harbour.vault.azure.net/secrets/token';
const value = 'hunter2-of-the-harbour';

let azure: AzureStandIn;
let slipway: CommandLine;

beforeEach(async (context) => {
  azure = await startAzure(context, { secrets: { [address]: value } });
  // A proxy and its certificate, as in many companies: the program knows nothing of a test.
  slipway = await commandLine({
    DOCKER_HOST: engine.host,
    SLIPWAY_PASSPHRASE: 'a passphrase for tests',
    ...azure.environment,
  });
  return async () => slipway.remove();
});
afterEach(() => azure.stop());

const { tenant, clientId, clientSecret } = principal;
const set = (...more: readonly string[]) =>
  slipway.run(['secret', 'keyvault', 'set', '--tenant', tenant, '--client-id', clientId, ...more], {
    stdin: `${clientSecret}\n`,
  });

describe('slipway secret keyvault', () => {
  it('keeps a service principal, with which a run reads the secrets of its task', async () => {
    expect(await set()).toMatchObject({ code: 0, stdout: '' });
    expect(await slipway.run(['secret', 'keyvault', 'test'])).toMatchObject({ code: 0 });
    const task = `secrets:\n  - id: token\n    keyvault: ${address}\nsteps:\n  - cmd: ${image} sh -c 'echo {{.Secrets.token}} | wc -c; echo {{.Secrets.token}}'\n`;
    // A file may come from anybody, and name whatever the principal can read: asked first.
    const asked = await slipway.run(['run', '-f', '-', '/dev/null'], { stdin: task });
    expect(asked.stderr).toContain('keyVaultSecrets');
    expect(asked.code).toBe(2);
    expect([...azure.reached]).not.toContain('harbour.vault.azure.net:443');
    const { code, stderr } = await slipway.run(['run', '-f', '-', '/dev/null', '--allow', 'keyVaultSecrets'], {
      stdin: task,
    });
    expect(stderr).toContain('***');
    expect(stderr).toContain(String(value.length + 1));
    expect(stderr).not.toContain(value);
    expect(code).toBe(0);
    const files = (await readdir(slipway.home, { recursive: true, withFileTypes: true })).filter((file) =>
      file.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['slipway.db', 'secrets.json']));
    for (const { parentPath, name } of files) {
      const content = await readFile(path.join(parentPath, name));
      const found = [value, clientSecret, 'of-the-harbour'].filter((secret) => content.includes(secret));
      expect({ name, found }).toEqual({ name, found: [] });
    }
    expect([...azure.reached].sort()).toEqual(['harbour.vault.azure.net:443', 'login.microsoftonline.com:443']);
  });

  it('shows all of it but the secret, and forgets it', async () => {
    await set();
    await set('--cloud', 'AzureChinaCloud');
    const shown = await slipway.run(['secret', 'keyvault', 'show']);
    expect(shown.stdout).toBe(`AzureCloud\t${tenant}\t${clientId}\nAzureChinaCloud\t${tenant}\t${clientId}\n`);
    const json = await slipway.run(['secret', 'keyvault', 'show', '--json']);
    expect(json.events()).toMatchObject([{ cloud: 'AzureCloud', tenant, clientId }, { cloud: 'AzureChinaCloud' }]);
    expect(json.stdout + shown.stdout).not.toContain(clientSecret);
    expect(await readFile(path.join(slipway.home, 'secrets.json'), 'utf8')).not.toContain(clientSecret);

    expect((await slipway.run(['secret', 'keyvault', 'remove'])).code).toBe(0);
    expect((await slipway.run(['secret', 'keyvault', 'show'])).stdout).toBe(
      `AzureChinaCloud\t${tenant}\t${clientId}\n`,
    );
    const again = await slipway.run(['secret', 'keyvault', 'remove']);
    expect(again.stderr).toContain('slipway secret keyvault set --tenant TENANT --client-id CLIENT_ID');
    expect(again.code).toBe(1);
  });

  it('says why a service principal is refused', async () => {
    await slipway.run(['secret', 'keyvault', 'set', '--tenant', tenant, '--client-id', clientId], {
      stdin: 'mistyped',
    });
    const { code, stderr } = await slipway.run(['secret', 'keyvault', 'test']);
    expect(stderr).toContain('AADSTS7000215');
    expect(stderr).not.toContain('mistyped');
    expect(code).toBe(1);
  });

  it.each([
    [['--tenant', 'common', '--client-id', clientId], 'tenant'],
    [['--tenant', '../evil', '--client-id', clientId], 'tenant'],
    [['--tenant', tenant, '--client-id', 'me'], 'clientId'],
    [['--tenant', tenant, '--client-id', clientId, '--cloud', 'AzureGermanCloud'], '--cloud AzureGermanCloud'],
    [['--tenant', tenant], '--client-id'],
    [['--tenant', tenant, '--client-id', clientId, '--client-secret', 'x'], '--client-secret'],
  ])('%j is refused', async (args, words) => {
    const { code, stderr } = await slipway.run(['secret', 'keyvault', 'set', ...args], { stdin: clientSecret });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain(clientSecret);
    expect(code).toBe(2);
  });
});
