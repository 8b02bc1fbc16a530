import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { proxyEngine } from '../docker/proxy-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const [engine, current] = parts.engines;
const base = `FROM ${parts.busybox.local}\n`;
let slipway: CommandLine;

beforeAll(async () => {
  slipway = await commandLine({ DOCKER_HOST: engine.host });
});
afterAll(() => slipway.remove());

describe('contexts', () => {
  it('a symlink that leaves the context travels as a link, and what it names stays at home', async () => {
    const outside = path.join(slipway.work, 'outside');
    await writeFile(outside, 'not for the build');
    const context = await slipway.folder('links', {
      Dockerfile: `${base}COPY . /hold\nRUN ls -l /hold; cat /hold/absolute /hold/relative || echo dangling\n`,
    });
    await symlink(outside, path.join(context, 'absolute'));
    await symlink('../outside', path.join(context, 'relative'));
    const { code, stderr } = await slipway.run(['build', context]);
    expect(code).toBe(0);
    expect(stderr).toContain('dangling');
    expect(stderr).toContain('relative -> ../outside');
    expect(stderr).not.toContain('not for the build');

    await writeFile(path.join(context, 'Dockerfile'), `${base}COPY relative /hold\n`);
    const copied = await slipway.run(['build', context]);
    expect(copied).toMatchObject({ code: 1, stdout: '' });
    expect(copied.stderr).not.toContain('not for the build');
  });

  it('takes names of every kind', async () => {
    const names = [
      '-rf',
      ' blank ',
      'a\tb',
      '닻과 돛.txt',
      'e\u0301',
      '🚢⚓',
      "it's $HOME `x`",
      'x'.repeat(255),
      '가'.repeat(85),
    ];
    const context = await slipway.folder('이름 names 🧭', {
      'Dockerfile 선박': `${base}COPY . /hold\nRUN test $(ls -A /hold | wc -l) = ${names.length + 1} && cat "/hold/닻과 돛.txt"\n`,
      ...Object.fromEntries(names.map((name) => [name, `in ${name}\n`])),
    });
    const { code, stderr } = await slipway.run(['build', context, '-f', `${context}/Dockerfile 선박`, '--no-cache']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('in 닻과 돛.txt');
  });

  it('files that change and vanish while they are sent never break more than that build', async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, randomBytes(20_000)]));
    const context = await slipway.folder('restless', { Dockerfile: `${base}COPY . /hold\n`, ...files });
    let going = true;
    const churn = (async () => {
      for (let round = 0; going; round += 1) {
        const file = path.join(context, `f${round % 300}`);
        await truncate(file, 10 + (round % 7));
        await unlink(file);
        await writeFile(file, randomBytes(10_000 + (round % 20_000)));
      }
    })();
    const ends = [];
    for (let build = 0; build < 3; build += 1) ends.push(await slipway.run(['build', context, '--json']));
    going = false;
    await churn;
    for (const ended of ends) {
      const last = ended.events().at(-1);
      expect(last).toMatchObject({ event: 'run.finished' });
      if (ended.code !== 0)
        expect(last).toMatchObject({ status: 'Failed', error: { code: expect.stringMatching(/^(context|build)\./) } });
    }
    expect((await slipway.run(['build', context])).code).toBe(0);
  });
});

describe('output', () => {
  it('of a line of 10 MB nothing is lost', async () => {
    const context = await slipway.folder('long', {
      Dockerfile: `${base}RUN head -c 10000000 /dev/zero | tr '\\0' x; echo; echo behind it\n`,
    });
    // The BuildKit of 20.10 tells nothing behind the first MiB that comes at once (docker's own client hangs on it).
    const ended = await slipway.run(['build', context, '--json', '--no-cache'], { env: { DOCKER_HOST: current.host } });
    expect(ended.code).toBe(0);
    const lines = ended.events().flatMap(({ event, text }) => (event === 'step.log' ? [String(text)] : []));
    const long = lines.filter((line) => /^x+$/.test(line));
    expect(long.reduce((sum, line) => sum + line.length, 0)).toBe(10_000_000);
    expect(lines).toContain('behind it');
  });

  it('behind the limit head and end are kept, and the run says so', async () => {
    await writeFile(path.join(slipway.home, 'settings.json'), JSON.stringify({ logLimitBytes: 1_048_576 }));
    onTestFinished(() => rm(path.join(slipway.home, 'settings.json')));
    const count = 50_000;
    const context = await slipway.folder('loud', {
      Dockerfile: `${base}RUN awk 'BEGIN { for (i = 1; i <= ${count}; i++) printf "%d %0200d\\n", i, 0 }'\n`,
    });
    const ended = await slipway.run(['build', context, '--no-cache'], { env: { DOCKER_HOST: current.host } });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^note: The log of a step passed the limit\./m);
    const { stdout } = await slipway.run(['runs', 'logs', /Run (ca\w+)/.exec(ended.stderr)?.[1] ?? '']);
    expect(Buffer.byteLength(stdout)).toBeGreaterThan(1_000_000);
    expect(Buffer.byteLength(stdout)).toBeLessThan(1_052_000);
    const numbers = [...stdout.matchAll(/^(\d+) 0+$/gm)].map((match) => Number(match[1]));
    expect(numbers.slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers.at(-1)).toBe(count);
    expect(stdout).toMatch(/ \d+ lines \(\d+ bytes\) of step ID: build are left out here\./);
    expect(stdout).toContain('was successful after');
  });
});

describe('registries', () => {
  it.each<[title: string, trouble: Trouble]>([
    [
      'asks for patience once',
      { times: 1, answer: (response) => response.writeHead(429, { 'retry-after': '1' }).end() },
    ],
    ['fails twice', { times: 2, answer: (response) => response.writeHead(500).end('{}') }],
    ['drops the connection once', { times: 1, answer: (response) => void response.destroy() }],
  ])('a registry that %s has the image in the end', async (_title, trouble) => {
    const host = await troubledRegistry(trouble);
    const context = await slipway.folder('patience', {
      Dockerfile: `${base}RUN echo ${randomBytes(8).toString('hex')}\n`,
    });
    const { code, stdout, stderr } = await slipway.run(['build', context, '-t', `${host}/patience:1`]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain(`${host}/patience:1@sha256:`);
  });

  it.each<[title: string, status: number, code: string, tries: number]>([
    ['always fails', 503, 'registry.failed', 4],
    ['always asks for patience', 429, 'registry.rateLimited', 4],
    ['forbids it', 403, 'registry.forbidden', 1],
  ])('one that %s is told, after as many tries as it deserves', async (_title, status, code, tries) => {
    const host = await troubledRegistry({
      times: Infinity,
      answer: (response) => response.writeHead(status).end('{}'),
    });
    const config = await mkdtemp(path.join(os.tmpdir(), 'docker-config-'));
    onTestFinished(() => rm(config, { recursive: true }));
    const auth = Buffer.from('somebody:some password').toString('base64');
    await writeFile(path.join(config, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    const context = await slipway.folder('trouble', { Dockerfile: base });
    const ended = await slipway.run(['build', context, '-t', `${host}/trouble:1`, '--json'], {
      env: { DOCKER_CONFIG: config },
    });
    expect(ended.code).toBe(1);
    expect(ended.events().at(-1)).toMatchObject({ status: 'Failed', outputImages: [], error: { code } });
    const attempts = ended.events().filter(({ text }) => /Pushing image: .*, attempt/.test(String(text)));
    expect(attempts).toHaveLength(tries);
  });
});

it('an engine that stops in mid-build is told as lost', async () => {
  const socket = path.join(await mkdtemp(path.join(os.tmpdir(), 'lost-')), 'docker.sock');
  const proxy = await proxyEngine(socket, engine.host, { buildkit: true });
  onTestFinished(async () => {
    await rm(path.dirname(socket), { recursive: true });
  });
  const context = await slipway.folder('lost', { Dockerfile: `${base}RUN echo begun; sleep 600\n` });
  const build = slipway.start(['build', context, '--no-cache', '--json'], { env: { DOCKER_HOST: proxy.host } });
  await build.line(/"text":"begun"/);
  await proxy.stop();
  const ended = await build.ended;
  expect(ended.code).toBe(1);
  expect(ended.events().at(-1)).toMatchObject({ status: 'Error', error: { code: 'engine.lost' } });
  expect((await slipway.show(String(ended.events()[0]?.['runId']))).status).toBe('Error');
});

it.each<[what: string, start: () => Promise<readonly string[]>]>([
  [
    'a build',
    async () => {
      const text = `${base}RUN echo begun; for i in $(seq 600); do seq 5000; sleep 1; done\n`;
      return ['build', await slipway.folder('full', { Dockerfile: text }), '--no-cache', '--json'];
    },
  ],
  [
    'a task',
    async () => {
      const task = `steps:
  - id: service
    detach: true
    cmd: ${parts.busybox.local} sh -c 'echo begun; for i in $(seq 600); do seq 5000; sleep 1; done'
  - cmd: ${parts.busybox.local} sleep 600
`;
      return ['run', await slipway.folder('full task', { 'acb.yaml': task }), '--json'];
    },
  ],
])('a full disk ends %s with an error, and the next run works once there is room', async (_what, start) => {
  const disk = await mkdtemp(path.join(os.tmpdir(), 'disk-'));
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])).toMatchObject({ status: 0 });
  onTestFinished(async () => {
    spawnSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });
  const env = { SLIPWAY_HOME: path.join(disk, 'home') };
  const running = slipway.start(await start(), { env });
  await running.line(/"text":"begun"/);
  // More than there is: what could be written stays.
  await writeFile(path.join(disk, 'ballast'), Buffer.alloc(20_000_000)).catch(() => undefined);
  const ended = await running.ended;
  expect(ended.code).toBe(1);
  expect(`${ended.stdout}${ended.stderr}`).toContain(disk);
  expect(ended.events().at(-1)).toMatchObject({ event: 'run.finished', status: 'Error', error: { code: 'disk.full' } });

  await rm(path.join(disk, 'ballast'));
  const runId = String(ended.events()[0]?.['runId']);
  const shown = await slipway.run(['runs', 'show', runId, '--json'], { env });
  expect(shown.events()[0]).toMatchObject({ runId, status: 'Error' });
  const next = await slipway.run(['build', await slipway.folder('after', { Dockerfile: base }), '--json'], { env });
  expect(next.code).toBe(0);
});

interface Trouble {
  /** So many times, on uploads of manifests. */
  readonly times: number;
  readonly answer: (response: http.ServerResponse) => void;
}

/** The open registry, behind a proxy that makes trouble when a manifest comes; its host. */
async function troubledRegistry({ times, answer }: Trouble): Promise<string> {
  let left = times;
  const { hostname, port } = new URL(parts.registries.open.url);
  const server = http.createServer((request, response) => {
    const { method, url: at = '', headers } = request;
    if (method === 'PUT' && at.includes('/manifests/') && left > 0) {
      left -= 1;
      request.resume().on('end', () => answer(response));
      return;
    }
    const onward = http.request({ hostname, port, path: at, method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
