import path from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { bareBuildKit } from '../docker/buildkit-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const [near, far] = parts.engines;
let slipway: CommandLine;

beforeEach(async () => {
  slipway = await commandLine({ DOCKER_HOST: near.host });
});
afterEach(() => slipway.remove());

it('slipway engine names engines, shows them, and builds go where they are told to', async () => {
  const nobody = `unix://${slipway.work}/nobody.sock`;
  expect(await slipway.run(['engine', 'add', 'far', far.host])).toMatchObject({
    code: 0,
    stdout: `Added far: ${far.host}\n`,
  });
  expect((await slipway.run(['engine', 'add', 'off', nobody])).code).toBe(0);
  const list = (await slipway.run(['engine', 'list'])).stdout.split('\n').map((line) => line.split('\t'));
  expect(list).toMatchObject(
    [
      ['* default', 'answers', near.host, expect.stringContaining('Docker 20.10'), /^linux\/amd64/, /^\d+ ms$/],
      ['  far', 'answers', far.host, expect.stringContaining('Docker '), /^linux\/amd64/, /^\d+ ms$/],
      ['  off', 'does not answer', nobody, 'engine.notThere'],
      [''],
    ].map((row) => row.map((cell) => (cell instanceof RegExp ? expect.stringMatching(cell) : cell))),
  );

  const context = await slipway.folder('짐', { Dockerfile: `FROM ${parts.busybox.local}\nRUN echo cargo\n` });
  const built = await slipway.run(['build', context, '--engine', 'far', '--json']);
  expect(built.code).toBe(0);
  const runId = String(built.events()[0]?.['runId']);
  expect(await slipway.show(runId)).toMatchObject({ engine: { name: 'far', host: far.host } });
  const again = await slipway.run(['runs', 'rerun', runId, '--json']);
  expect(again.code).toBe(0);
  expect(await slipway.show(String(again.events()[0]?.['runId']))).toMatchObject({ engine: { name: 'far' } });
  const command = `${parts.busybox.local} echo there`;
  expect(await slipway.run(['run', '--engine', 'far', '--cmd', command, '/dev/null'])).toMatchObject({ code: 0 });

  expect(await slipway.run(['build', context, '--engine', 'off', '--json'])).toMatchObject({ code: 3 });
  const unknown = await slipway.run(['build', context, '--engine', 'nowhere']);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('default, far, off') });

  expect((await slipway.run(['engine', 'use', 'far'])).code).toBe(0);
  expect((await slipway.run(['engine', '--json'])).events()).toMatchObject([{ info: { host: far.host } }]);
  expect((await slipway.run(['engine', 'show', 'default', '--json'])).events()).toMatchObject([
    { name: 'default', isDefault: false, status: { state: 'ready', info: { host: near.host } } },
  ]);
  expect((await slipway.run(['engine', 'test', 'off'])).code).toBe(3);
  expect((await slipway.run(['engine', 'remove', 'far'])).stdout).toBe('Removed far.\n');
  expect((await slipway.run(['engine', 'remove', 'far'])).code).toBe(2);
  expect((await slipway.run(['engine', '--json'])).events()).toMatchObject([{ info: { host: near.host } }]);
});

it('slipway build takes another engine when the default one is away, and says so', async () => {
  const env = { DOCKER_HOST: `unix://${slipway.work}/nobody.sock` };
  await slipway.run(['engine', 'add', 'far', far.host], { env });
  const context = await slipway.folder('짐', { Dockerfile: `FROM ${parts.busybox.local}\nRUN echo cargo\n` });
  const { code, stderr } = await slipway.run(['build', context], { env });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('the run went to far') });
});

it('slipway build and run say at the request that no engine has the platform', async () => {
  await slipway.run(['engine', 'add', 'far', far.host]);
  const context = await slipway.folder('짐', {
    Dockerfile: 'FROM scratch\nCOPY . /\n',
    'acb.yaml': 'steps:\n  - build: --platform windows/amd64 .\n',
  });
  for (const args of [
    ['build', context, '--platform', 'Windows/AMD64'],
    ['run', context],
  ]) {
    const { code, stderr } = await slipway.run(args);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('far: windows/amd64') });
  }
  const json = await slipway.run(['build', context, '--platform', 'windows', '--json']);
  expect(json.events()).toMatchObject([{ event: 'run.finished', status: 'Error', error: { code: 'engine.noneFits' } }]);
  expect((await slipway.run(['runs', 'list', '--json'])).events()).toEqual([]);
});

it('slipway build sends a build to BuildKit by itself', async () => {
  const bare = await bareBuildKit(far.host);
  try {
    expect((await slipway.run(['engine', 'add', 'cluster', bare.host, '--buildkit', '--use'])).code).toBe(0);
    const context = await slipway.folder('짐', { Dockerfile: `FROM ${parts.busybox.open}\nCOPY Dockerfile /\n` });
    const tag = `${parts.registries.open.host}/by-command-line:$ID`;
    const built = await slipway.run(['build', context, '-t', tag, '--json']);
    expect(built.code).toBe(0);
    expect(built.events().at(-1)).toMatchObject({ outputImages: [{ digest: expect.stringMatching(/^sha256:/) }] });
    expect(await slipway.show(String(built.events()[0]?.['runId']))).toMatchObject({ engine: { name: 'cluster' } });
    const command = `${parts.busybox.local} echo there`;
    expect((await slipway.run(['run', '--cmd', command, '/dev/null'])).code).toBe(0);
  } finally {
    await bare.stop();
  }
});

it.each<[what: string, args: readonly string[]]>([
  ['an option of ssh as a host', ['far', 'ssh://-oProxyCommand=touch']],
  ['a password', ['far', 'tcp://me:velvet@desk']],
  ['a name that is a path', ['../far', 'tcp://desk']],
  ['certificates twice', ['far', 'tcp://desk', '--tls-folder', 'certs', '--tls-ca', 'ca.pem']],
])('slipway engine add refuses %s', async (_, args) => {
  const { code, stderr } = await slipway.run(['engine', 'add', ...args]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining('velvet') });
});

it('slipway engine add keeps where certificates are, as absolute paths', async () => {
  const flags = ['--tls-ca', 'ca.pem', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--use'];
  expect((await slipway.run(['engine', 'add', 'far', 'tcp://127.0.0.1:1', ...flags])).code).toBe(0);
  const { code, stderr } = await slipway.run(['engine']);
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(path.join(slipway.work, 'ca.pem')),
  });
});
