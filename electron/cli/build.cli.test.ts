import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { authorization } from '../../scripts/parts/registry.ts';
import { request } from '../../scripts/parts/http.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const { open, private: closed } = parts.registries;
const [system] = parts.engines;

describe.each(parts.engines)('slipway build on Docker Engine $name', (engine) => {
  let slipway: CommandLine;

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
  });
  afterAll(() => slipway.remove());

  it('says on standard output what was made, and the rest on standard error', async () => {
    const context = await slipway.folder('두 번째 배 🚢', {
      Dockerfile: `FROM ${parts.busybox.open}\nCOPY ["화물 목록.txt", "/"]\nRUN echo loaded $(cat "/화물 목록.txt")\n`,
      '화물 목록.txt': `tea ${engine.name}`,
    });
    const { code, stdout, stderr } = await slipway.run([
      'build',
      context,
      '-t',
      `harbour-${engine.name}:1`,
      '--no-push',
      '--no-cache',
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(new RegExp(`^harbour-${engine.name}:1[@ ]sha256:[0-9a-f]{64} [\\d.]+ MB\n$`));
    expect(stderr).toContain(`loaded tea ${engine.name}`);
    expect(stderr).toMatch(/Run ca1 succeeded\.\n$/);
    expect(stderr).not.toContain('\u001B');
  });

  it('tells events, one a line, each step begun before its lines and finished after them', async () => {
    const context = await slipway.folder('events', {
      Dockerfile: `FROM ${parts.busybox.open}\nRUN echo to-out; echo to-err >&2\n`,
    });
    const name = `${open.host}/events-${engine.name}:$ID`;
    const ended = await slipway.run(['build', '-t', name, '--no-cache', '--json', context]);
    expect(ended).toMatchObject({ code: 0 });
    const events = ended.events();
    const { runId } = events[0] ?? {};
    expect(events[0]).toEqual({ event: 'run.created', runId: expect.stringMatching(/^ca\d+$/), time: aMoment });
    // The run's own lines belong to no step.
    const ofSteps = events.filter(({ event, stepId }) => event !== 'step.log' || stepId !== '');
    const shape = ofSteps.map(({ event, stepId }) => (typeof stepId === 'string' ? `${event} ${stepId}` : event));
    expect(shape.filter((each, index) => each !== shape[index - 1])).toEqual([
      'run.created',
      ...['build', 'push'].flatMap((step) => [`step.started ${step}`, `step.log ${step}`, `step.finished ${step}`]),
      'run.finished',
    ]);
    expect(events).toContainEqual({ event: 'step.started', stepId: 'build', time: aMoment });
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'step.log', stepId: 'build', stream: 'stdout', text: 'to-out' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'step.log', stepId: 'build', stream: 'stderr', text: 'to-err' }),
    );
    expect(events).toContainEqual({
      event: 'step.finished',
      stepId: 'push',
      status: 'succeeded',
      exitCode: 0,
      time: aMoment,
    });
    expect(events.at(-1)).toMatchObject({
      event: 'run.finished',
      runId,
      status: 'Succeeded',
      outputImages: [
        {
          registry: open.host,
          repository: `events-${engine.name}`,
          tag: runId,
          digest: await digestAt(open.url, `events-${engine.name}`, String(runId)),
          platform: 'linux/amd64',
        },
      ],
      dependencies: [{ 'runtime-dependency': { registry: open.host, digest: parts.busybox.digest } }],
    });
    expect(events.at(-1)).not.toHaveProperty('error');
  });

  it('writes caches, and prints what was attested, where the engine can', async () => {
    const context = await slipway.folder('beside', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo cargo\n` });
    const name = `${open.host}/beside-cli-${engine.name}`;
    const flags = ['--cache-to', `type=registry,ref=${name}:cache,mode=max`, '--cache-from', `${name}:none`];
    const ended = await slipway.run(['build', '-t', `${name}:1`, ...flags, '--provenance', context]);
    if (!engine.containerdStore) {
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain('--cache-to type=registry is asked for; possible here: inline');
      return;
    }
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain(`A cache could not be read, so nothing came from it. ${name}:none (not found)`);
    expect(await digestAt(open.url, `beside-cli-${engine.name}`, 'cache')).toMatch(/^sha256:/);
    const [runId = ''] = /(?<=Run )ca\w+(?= succeeded)/.exec(ended.stderr) ?? [];
    const { stdout } = await slipway.run(['runs', 'attestations', runId]);
    const [digest = '', kind, predicateType] = stdout.split('\t');
    expect([kind, predicateType]).toEqual(['provenance', expect.stringContaining('https://slsa.dev/provenance/')]);
    const statement = await slipway.run(['runs', 'attestations', runId, digest]);
    expect(JSON.parse(statement.stdout)).toMatchObject({ predicateType });
    const absent = await slipway.run(['runs', 'attestations', runId, 'sha256:none']);
    expect(absent).toMatchObject({ code: 2, stdout: '' });
  });

  it('signs in with the credentials of the docker configuration', async () => {
    const config = await mkdtemp(path.join(os.tmpdir(), 'docker-config-'));
    const { user, password } = closed.login;
    const auth = Buffer.from(`${user}:${password}`).toString('base64');
    await writeFile(path.join(config, 'config.json'), JSON.stringify({ auths: { [closed.host]: { auth } } }));
    const context = await slipway.folder('docker-config', { Dockerfile: `FROM ${parts.busybox.private}\n` });
    const name = `${closed.host}/by-config-${engine.name}`;
    const pushed = await slipway.run(['build', context, '-t', `${name}:1`], { env: { DOCKER_CONFIG: config } });
    await rm(config, { recursive: true });
    expect(pushed).toMatchObject({ code: 0 });
    expect(pushed.stdout).toContain(await digestAt(closed.url, `by-config-${engine.name}`, '1'));

    const without = await slipway.run(['build', context, '-t', `${name}:2`]);
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toContain(closed.host);
  });
});

describe('the command line', () => {
  let slipway: CommandLine;

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: system.host });
  });
  afterAll(() => slipway.remove());

  it('signs in with what `registry login` was given, under a passphrase', async () => {
    const env = { SLIPWAY_PASSPHRASE: 'fair winds and following seas' };
    const { user, password } = closed.login;
    const login = await slipway.run(['registry', 'login', closed.host, '-u', user, '--password-stdin'], {
      env,
      stdin: `${password}\n`,
    });
    expect(login).toMatchObject({ code: 0, stdout: `Signed in to ${closed.host} as ${user}.\n` });
    const context = await slipway.folder('login', { Dockerfile: `FROM ${parts.busybox.private}\n` });
    const built = await slipway.run(['build', context, '-t', `by-login:1`, '--registry', closed.host], {
      env,
    });
    expect(built).toMatchObject({ code: 0 });
    expect(built.stdout).toContain(await digestAt(closed.url, `by-login`, '1'));

    expect(
      await slipway.run(['registry', 'login', closed.host, '-u', user, '--password-stdin'], { env, stdin: 'wrong' }),
    ).toMatchObject({ code: 1, stdout: '' });
    expect((await slipway.run(['registry', 'list', '--json'], { env })).events()).toEqual([
      expect.objectContaining({ host: closed.host, username: user, source: 'slipway' }),
    ]);
    expect((await slipway.run(['registry', 'test', closed.host, '--json'], { env })).events()).toEqual([
      expect.objectContaining({ signedIn: true }),
    ]);
    expect(await slipway.run(['registry', 'logout', closed.host], { env })).toMatchObject({ code: 0 });
    expect((await slipway.run(['registry', 'list', '--json'], { env })).events()).toEqual([]);
  });

  it('has nothing of Electron within reach', () => {
    const look = (name: string) =>
      spawnSync(process.execPath, ['-e', `require.resolve(${JSON.stringify(name)})`], { cwd: slipway.program }).status;
    expect(look('@photostructure/sqlite')).toBe(0);
    expect(look('electron')).not.toBe(0);
  });

  it('exits with 1 when a step fails; the error names the instruction', async () => {
    const context = await slipway.folder('false', {
      Dockerfile: `FROM ${parts.busybox.open}\nRUN true\nRUN exit 42\n`,
    });
    const ended = await slipway.run(['build', context, '--json']);
    expect(ended.code).toBe(1);
    expect(ended.events().at(-1)).toMatchObject({
      event: 'run.finished',
      status: 'Failed',
      outputImages: [],
      error: { code: 'build.failed', line: 3, message: expect.any(String) },
    });
    const plain = await slipway.run(['build', context]);
    expect(plain).toMatchObject({ code: 1, stdout: '' });
    expect(plain.stderr).toContain('error: Dockerfile:3: ');
  });

  const dockerfile = { Dockerfile: 'FROM scratch\nCOPY . /\n' };
  it.each<[title: string, args: readonly string[], code: string]>([
    ['a folder that is not there', ['nowhere'], 'context.notFound'],
    ['a file for a folder', ['good/Dockerfile'], 'context.notAFolder'],
    ['a folder without a Dockerfile', ['empty'], 'dockerfile.notFound'],
    ['an archive that none is', ['https://host.invalid/x.zip'], 'context.notAnArchive'],
    ['a Dockerfile that is not there', ['good', '-f', 'good/Dockerfile.none'], 'dockerfile.notFound'],
    ['a tag that is none', ['good', '-t', 'No Tag'], 'image.invalidReference'],
    ['a tag with a template that does not end', ['good', '-t', 'x:{{.Run.ID'], 'template.invalid'],
    ['a platform that is none', ['good', '--platform', 'linux/amd64/v1/v2'], 'platform.invalid'],
    ['a secret without an id', ['good', '--secret', 'src=/dev/null'], 'request.invalid'],
    ['a time limit that is no number', ['good', '--timeout', 'soon'], 'request.invalid'],
    ['a flag that there is not', ['good', '--frobnicate'], 'request.invalid'],
    ['no folder', [], 'request.invalid'],
    ['two folders', ['good', 'empty'], 'request.invalid'],
  ])('exits with 2 for %s, told in one event and without a run', async (_title, args, code) => {
    await slipway.folder('good', dockerfile);
    await slipway.folder('empty', { 'read me': '' });
    const before = await slipway.run(['runs', 'list', '--json']);
    const ended = await slipway.run(['build', ...args, '--json']);
    expect(ended.code).toBe(2);
    expect(ended.events()).toEqual([
      {
        event: 'run.finished',
        status: 'Failed',
        outputImages: [],
        dependencies: [],
        error: expect.objectContaining({ code, message: expect.any(String), hint: expect.any(String) }),
      },
    ]);
    const plain = await slipway.run(['build', ...args]);
    expect(plain).toMatchObject({ code: 2, stdout: '' });
    expect(plain.stderr).toMatch(/^error: /);
    expect((await slipway.run(['runs', 'list', '--json'])).stdout).toBe(before.stdout);
  });

  it('exits with 3 without an engine; every place that was tried is told', async () => {
    const context = await slipway.folder('good', dockerfile);
    const dead = path.join(slipway.work, 'dead.sock');
    const env = { DOCKER_HOST: `unix://${dead}` };
    const plain = await slipway.run(['build', context], { env });
    expect(plain).toMatchObject({ code: 3, stdout: '' });
    expect(plain.stderr).toContain(`DOCKER_HOST unix://${dead}: not there`);
    const json = await slipway.run(['build', context, '--json'], { env });
    expect(json.code).toBe(3);
    expect(json.events()).toEqual([
      expect.objectContaining({
        event: 'run.finished',
        status: 'Error',
        error: expect.objectContaining({ code: 'engine.notFound' }),
      }),
    ]);
    const engine = await slipway.run(['engine', '--json'], { env });
    expect(engine.code).toBe(3);
    expect(engine.events()).toEqual([
      expect.objectContaining({
        state: 'absent',
        attempts: expect.arrayContaining([
          expect.objectContaining({ source: 'DOCKER_HOST', host: `unix://${dead}`, outcome: 'absent' }),
        ]),
      }),
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('exits with 4 when %s cancels, and the step is gone', async (signal) => {
    // A number of seconds that no other process sleeps.
    const seconds = String(7_000_000 + process.pid + (signal === 'SIGINT' ? 0 : 1));
    const context = await slipway.folder('sleep', {
      Dockerfile: `FROM ${parts.busybox.open}\nRUN echo begun; sleep ${seconds}\n`,
    });
    const build = slipway.start(['build', context, '--json']);
    await build.line(/"text":"begun"/);
    expect(sleepers(seconds)).toBe(1);
    build.signal(signal);
    const ended = await build.ended;
    expect(ended.code).toBe(4);
    expect(ended.events().at(-1)).toMatchObject({
      event: 'run.finished',
      status: 'Canceled',
      error: { code: 'run.canceled' },
    });
    expect(ended.events()).toContainEqual(
      expect.objectContaining({ event: 'step.finished', stepId: 'build', status: 'canceled' }),
    );
    await expect.poll(() => sleepers(seconds)).toBe(0);
    expect((await slipway.show(String(ended.events()[0]?.runId))).status).toBe('Canceled');
  });

  it('exits with 5 when it takes longer than it may', async () => {
    const context = await slipway.folder('slow', { Dockerfile: `FROM ${parts.busybox.open}\nRUN sleep 600\n` });
    const ended = await slipway.run(['build', context, '--timeout', '2', '--json']);
    expect(ended.code).toBe(5);
    expect(ended.events().at(-1)).toMatchObject({ status: 'Timeout', error: { code: 'run.timeout' } });
    expect(ended.events()).toContainEqual(expect.objectContaining({ event: 'step.finished', status: 'timedout' }));
  });
});

it.each([
  [{ LANG: 'ko_KR.UTF-8' }, '오류: '],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'ko_KR.UTF-8' }, '오류: '],
  [{ LANG: 'ko_KR.UTF-8', LC_MESSAGES: 'C' }, 'error: '],
])('speaks the language of the shell: %j', async (env, word) => {
  const slipway = await commandLine({ DOCKER_HOST: system.host, ...env });
  const { stderr } = await slipway.run(['build', 'nowhere']);
  await slipway.remove();
  expect(stderr.startsWith(word)).toBe(true);
});

const aMoment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);

/** How many processes of this machine sleep so many seconds. */
function sleepers(seconds: string): number {
  const found = spawnSync('pgrep', ['-fx', `sleep ${seconds}`], { encoding: 'utf8' }).stdout;
  return found.split('\n').filter((line) => line !== '').length;
}

async function digestAt(url: string, repository: string, tag: string): Promise<string> {
  const { headers } = await request(url, `/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: {
      accept: [
        'docker.distribution.manifest.v2',
        'docker.distribution.manifest.list.v2',
        'oci.image.manifest.v1',
        'oci.image.index.v1',
      ]
        .map((type) => `application/vnd.${type}+json`)
        .join(),
      ...authorization(url === closed.url ? closed.login : undefined),
    },
  });
  return String(headers['docker-content-digest']);
}
