import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '@shared/contract/events.ts';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { type AzureStandIn, principal, startAzure } from '../azure/azure-testing.ts';
import { createKeyVault } from '../azure/key-vault.ts';
import { createStrictEngine } from '../engine/run/task/strict-engine-testing.ts';
import { createRuntime, type Runtime } from '../runtime.ts';

const never = new AbortController().signal;
const vault = 'https://harbour.vault.azure.net/secrets';
const token = 'Sentinel+of/the=harbour & 부두';

let work: string;
let azure: AzureStandIn;
let runtime: Runtime;
const events: AppEvent[] = [];

beforeEach(async (context) => {
  azure = await startAzure(context, {
    secrets: { [`${vault}/token`]: token, [`${vault}/closed`]: 'gold' },
    closed: [`${vault}/closed`],
  });
  work = await mkdtemp(path.join(os.tmpdir(), 'slipway secrets 비밀 '));
  runtime = await createRuntime({
    home: path.join(work, 'home'),
    env: { HOME: work, DOCKER_CONFIG: work, SLIPWAY_PASSPHRASE: 'a passphrase for tests' },
    owner: 'window',
    engine: createStrictEngine('actor'),
    keyVault: createKeyVault({ connections: azure.connections }),
  });
  events.length = 0;
  runtime.onEvent((event) => events.push(event));
  await runtime.start();
});
afterEach(async () => {
  await runtime.close();
  await azure.stop();
  await rm(work, { recursive: true, force: true });
});

const taskOf = (address: string, print = 'print {{.Secrets.token}}') =>
  QuickRunRequest.parse({
    source: {
      kind: 'text',
      name: 'acb.yaml',
      text: `version: v1.1.0
secrets:
  - id: token
    keyvault: ${address}
steps:
  - id: show
    env: ['TOKEN={{.Secrets.token}}']
    cmd: actor sh /actor.sh ${print} env TOKEN
`,
    },
    allow: ['keyVaultSecrets'],
  });

async function runToEnd(request: QuickRunRequest): Promise<Run> {
  const { runId } = await runtime.handlers.runs.quickRun(request, never);
  return new Promise((resolve, reject) => {
    const look = () =>
      void runtime.handlers.runs.show({ runId }, never).then((run) => {
        if (isFinal(run.status)) resolve(run);
      }, reject);
    runtime.onEvent(look);
    look();
  });
}

const logOf = async ({ runId }: Run) =>
  (await runtime.handlers.runs.lines({ runId, from: 1, count: 10_000 }, never)).map(({ text }) => text).join('\n');
const sourceOf = async (address: string) =>
  (await runtime.handlers.taskFiles.preview(taskOf(address), never)).secrets[0]?.source;

describe('a secret of a task', () => {
  it('is read from Key Vault with the service principal, and is seen nowhere', async () => {
    await runtime.handlers.keyVault.save(principal, never);
    const run = await runToEnd(taskOf(`${vault}/token`, "print '{{.Secrets.token}}'"));
    expect(run.status).toBe('Succeeded');
    const log = await logOf(run);
    expect(log).toContain('TOKEN=***');

    const asked = azure.seen.map(({ line }) => line.replace(/ \/.*/, ''));
    expect(asked).toEqual(['POST login.microsoftonline.com', 'GET harbour.vault.azure.net']);
    const bearer = azure.seen[1]?.authorization?.replace('Bearer ', '') ?? '';
    expect(bearer).not.toBe('');
    const shown = JSON.stringify([
      run,
      log,
      events,
      await runtime.handlers.runs.taskText({ runId: run.runId }, never),
      await runtime.handlers.taskFiles.preview(taskOf(`${vault}/token`), never),
      await runtime.handlers.keyVault.principals(undefined, never),
    ]);
    const files = (await readdir(runtime.home, { recursive: true, withFileTypes: true })).filter((file) =>
      file.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['secrets.json', 'rendered.json']));
    const contents = await Promise.all(files.map(({ parentPath, name }) => readFile(path.join(parentPath, name))));
    for (const secret of [token, principal.clientSecret, bearer])
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -4)]) {
        expect(shown).not.toContain(form);
        expect(contents.filter((content) => content.includes(form))).toEqual([]);
      }
  });

  it('is the tied value where there is one, and nobody is asked', async () => {
    await runtime.handlers.keyVault.save(principal, never);
    await runtime.handlers.taskFiles.setSecret({ address: `${vault}/token`, value: 'a value of our own' }, never);
    const run = await runToEnd(taskOf(`${vault}/Token/`, 'print {{printf "%v" .Secrets.token | len}}'));
    expect(run.status).toBe('Succeeded');
    expect(await logOf(run)).toMatch(/^18$/m);
    expect(azure.seen).toEqual([]);
  });

  it('comes from where its preview says', async () => {
    const addresses = [
      `${vault}/token`,
      'https://harbour.vault.azure.cn/secrets/token',
      'https://v.example/secrets/token',
    ];
    const sources = () => Promise.all(addresses.map(sourceOf));
    expect(await sources()).toEqual(['missing', 'missing', 'missing']);
    await runtime.handlers.keyVault.save(principal, never);
    expect(await sources()).toEqual(['keyVault', 'missing', 'missing']);
    for (const address of addresses.slice(1))
      await runtime.handlers.taskFiles.setSecret({ address, value: 'x' }, never);
    expect(await sources()).toEqual(['keyVault', 'stored', 'stored']);
    expect(azure.seen).toEqual([]);
  });

  it('without a value ends the run before its first step, with the ways to give one', async () => {
    const run = await runToEnd(taskOf('https://harbour.vault.usgovcloudapi.net/secrets/token'));
    expect(run).toMatchObject({
      status: 'Failed',
      steps: [{ status: 'skipped' }],
      error: {
        code: 'task.secretUnknown',
        fixes: [
          { command: 'slipway secret set https://harbour.vault.usgovcloudapi.net/secrets/token' },
          { command: 'slipway secret keyvault set --tenant TENANT --client-id CLIENT_ID --cloud AzureUSGovernment' },
          { kind: 'setServicePrincipal' },
          { kind: 'editInputs' },
        ],
      },
    });
  });

  it('at an address that is not Azure’s is not asked for', async () => {
    await runtime.handlers.keyVault.save(principal, never);
    const address = 'https://harbour.vault.azure.net.evil.example/secrets/token';
    const run = await runToEnd(taskOf(address));
    expect(run.error).toMatchObject({
      code: 'task.secretUnknown',
      cause: `${address} is not an address of Azure Key Vault`,
    });
    expect([...azure.reached]).toEqual([]);
  });

  it('that the vault doesn’t give is the error of the run', async () => {
    await runtime.handlers.keyVault.save(principal, never);
    const run = await runToEnd(taskOf(`${vault}/closed`));
    expect(run).toMatchObject({
      status: 'Failed',
      error: { code: 'keyvault.forbidden', params: { keyvault: `${vault}/closed` } },
    });
  });
});

describe('the service principal', () => {
  it('is kept, tried, replaced and removed, and its secret is told to nobody', async () => {
    const { keyVault } = runtime.handlers;
    const cloud = 'AzureCloud';
    await expect(keyVault.test({ cloud }, never)).rejects.toMatchObject({ error: { code: 'keyvault.noPrincipal' } });
    await keyVault.save({ ...principal, clientSecret: 'mistyped' }, never);
    await expect(keyVault.test({ cloud }, never)).rejects.toMatchObject({
      error: { code: 'keyvault.principalRefused' },
    });
    await keyVault.save(principal, never);
    await keyVault.test({ cloud }, never);
    const { tenant, clientId } = principal;
    const savedAt = expect.any(String) as unknown;
    expect(await keyVault.principals(undefined, never)).toEqual([{ cloud, tenant, clientId, savedAt }]);
    await keyVault.remove({ cloud }, never);
    expect(await keyVault.principals(undefined, never)).toEqual([]);
    await expect(keyVault.remove({ cloud }, never)).rejects.toMatchObject({ error: { code: 'keyvault.noPrincipal' } });
    expect(events.filter(({ kind }) => kind === 'keyVaultChanged')).toHaveLength(3);
  });
});
