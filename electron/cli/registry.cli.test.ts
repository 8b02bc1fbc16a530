import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { publishImage } from '../../scripts/parts/images.ts';
import { freePort } from '../../scripts/parts/registry.ts';
import { publishRegistryImage } from '../../scripts/parts/registry-image.ts';
import { startTokenRegistry, type TokenRegistry } from '../../scripts/parts/token-registry.ts';
import { startServer } from '../http/server-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const [, current] = parts.engines;
const { private: closed, open } = parts.registries;
const repository = `cli-registry/${process.pid}`;

describe('slipway registry', () => {
  let slipway: CommandLine;
  let folder: string;
  let tokens: TokenRegistry;
  let image: string;
  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: current.host, SLIPWAY_PASSPHRASE: 'a passphrase for tests' });
    folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-cli-registry-'));
    tokens = await startTokenRegistry(folder, ['pull']);
    image = await publishRegistryImage(open);
    for (const tag of ['1', '2', '3']) await publishImage(closed, { repository, tag, labels: { quay: 'east 동쪽' } });
  });
  afterAll(async () => {
    await slipway.run(['registry', 'remove', '--data']);
    await tokens.stop();
    await rm(folder, { recursive: true, force: true });
    await slipway.remove();
  });

  const login = (...more: readonly string[]) =>
    slipway.run(['registry', 'login', closed.host, '-u', closed.login.user, '--password-stdin', ...more], {
      stdin: closed.login.password,
    });

  it('lists repositories, tags and what is behind one', async () => {
    expect(await login()).toMatchObject({ code: 0 });
    const repositories = await slipway.run(['registry', 'repositories', closed.host, '--json']);
    expect(repositories.events()).toEqual(expect.arrayContaining([{ repository }, { repository: 'base/busybox' }]));
    const tags = await slipway.run(['registry', 'tags', `${closed.host}/${repository}`]);
    expect(tags).toMatchObject({ code: 0, stderr: '' });
    // In the registry's own order.
    expect(tags.stdout.trim().split('\n').sort()).toEqual(['1', '2', '3']);
    const two = await slipway.run(['registry', 'tags', `${closed.host}/${repository}`, '--top', '2']);
    expect(two.stdout.trim().split('\n')).toHaveLength(2);
    expect(two.stderr).toContain('--top');

    const shown = await slipway.run(['registry', 'manifest', `${closed.host}/${repository}:1`]);
    expect(shown.stdout).toMatch(/^Digest\tsha256:[0-9a-f]{64}$/m);
    expect(shown.stdout).toContain('Label\tquay=east 동쪽\n');
    expect(shown.stdout).toMatch(new RegExp(`^Pull\tdocker pull ${closed.host}/${repository}@sha256:`, 'm'));
    const index = await slipway.run(['registry', 'manifest', `${closed.host}/base/busybox:1`, '--json']);
    expect(index.events()).toEqual([expect.objectContaining({ kind: 'index', digest: parts.busybox.digest })]);
  });

  it.each([
    [['registry', 'tags', `${closed.host}/no-such/repository`], 1, 'no-such/repository'],
    [['registry', 'manifest', `${closed.host}/${repository}:absent`], 1, 'absent'],
    [['registry', 'tags', 'not a name'], 2, 'not a name'],
    [['registry', 'tags', `${closed.host}/${repository}`, '--top', 'many'], 2, '--top many'],
    [['registry', 'login', 'reg.example', '--kind', 'handshake'], 2, 'handshake'],
    [['registry', 'start', '--port', '70000'], 2, '--port 70000'],
  ] as const)('%j ends with %i', async (args, code, words) => {
    const ended = await slipway.run(args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(words);
  });

  it('says when a credential ends, and that one ends soon', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    for (const [date, words] of [
      [day(90), 'valid until'],
      [day(5), 'ends on'],
      [day(-5), 'expired on'],
    ] as const) {
      expect(await login('--expires', date)).toMatchObject({ code: 0 });
      expect((await slipway.run(['registry', 'list'])).stdout).toContain(`${words} ${date}`);
    }
    expect(await login('--expires', 'next year')).toMatchObject({ code: 2 });

    // A run that pushes there says so as well.
    const context = await slipway.folder('expired', { Dockerfile: `FROM ${parts.busybox.private}\n` });
    const built = await slipway.run(['build', context, '-t', `${closed.host}/${repository}:built`, '--json']);
    expect(built.code).toBe(0);
    const [created] = built.events();
    expect((await slipway.show(String(created?.['runId']))).findings).toContainEqual({
      code: 'registry.credentialExpired',
      params: { registry: closed.host, expiresAt: day(-5) },
    });
    await login();
  });

  it('keeps a service principal, an identity token and a registry token', async () => {
    const signIn = (kind: string, secret: string, ...more: readonly string[]) =>
      slipway.run(['registry', 'login', tokens.host, '--kind', kind, '--password-stdin', ...more], { stdin: secret });
    const shown = async () =>
      (await slipway.run(['registry', 'list', '--json'])).events().find(({ host }) => host === tokens.host);
    expect(await signIn('identityToken', 'wrong')).toMatchObject({ code: 1 });
    expect(await signIn('identityToken', tokens.identityToken)).toMatchObject({ code: 0 });
    expect(await shown()).toMatchObject({ kind: 'identityToken', username: '', source: 'slipway' });
    const test = await slipway.run(['registry', 'test', tokens.host, '--json']);
    expect(test.events()).toEqual([expect.objectContaining({ signedIn: true, access: { catalog: 'no' } })]);
    expect(await signIn('registryToken', tokens.tokenFor('registry:catalog:*'))).toMatchObject({ code: 0 });
    // It tells its end itself.
    expect(await shown()).toMatchObject({ kind: 'registryToken', expiryFrom: 'token' });
    expect((await slipway.run(['registry', 'repositories', tokens.host])).code).toBe(0);
    // An application's id is none of these.
    expect(await signIn('servicePrincipal', 'x', '-u', 'harbour')).toMatchObject({ code: 2 });
    const listed = await slipway.run(['registry', 'list']);
    expect(listed.stdout + listed.stderr).not.toContain(tokens.identityToken);
  });

  it('shows what a registry told of its limit, without asking for it', async () => {
    const limited = await startServer((request, response) => {
      const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '4;w=21600' };
      const place = request.url ?? '';
      const body = place === '/v2/' ? '{}' : '{"tags":["1"]}';
      response.writeHead(200, headers).end(body);
    });
    try {
      expect(await slipway.run(['registry', 'tags', `${limited.host}/app`])).toMatchObject({ code: 0, stdout: '1\n' });
      const before = limited.seen.length;
      const list = await slipway.run(['registry', 'list']);
      expect(list.stdout).toContain(`${limited.host}\t\tnot signed in\tonly 4 of 100 requests left\n`);
      expect((await slipway.run(['registry', 'list', '--json'])).events()).toContainEqual({
        host: limited.host,
        rateLimit: expect.objectContaining({ limit: 100, remaining: 4, windowSeconds: 21_600 }) as unknown,
      });
      expect(limited.seen).toHaveLength(before);
    } finally {
      await limited.stop();
    }
  });

  it('lists without looking for an engine', async () => {
    let asked = 0;
    const engine = net.createServer((connection) => {
      asked++;
      connection.destroy();
    });
    await new Promise<void>((resolve) => engine.listen(path.join(folder, 'engine.sock'), resolve));
    try {
      const env = { DOCKER_HOST: `unix://${folder}/engine.sock` };
      expect(await slipway.run(['registry', 'list'], { env })).toMatchObject({ code: 0 });
      expect(asked).toBe(0);
    } finally {
      await new Promise((resolve) => engine.close(resolve));
    }
  });

  it('starts a registry of its own, pushes to it, stops and removes it', async () => {
    const port = await freePort();
    const host = `127.0.0.1:${port}`;
    expect((await slipway.run(['registry', 'status', '--json'])).events()).toEqual([
      { state: 'absent', dataKept: false },
    ]);
    const started = await slipway.run(['registry', 'start', '--port', String(port), '--image', image]);
    expect(started).toMatchObject({ code: 0, stdout: `${host} runs (${image}).\n` });
    const listed = async () => (await slipway.run(['registry', 'list'])).stdout;
    expect(await listed()).toContain(`${host}\t\tnot signed in\tlocal registry, running when last seen\n`);
    const context = await slipway.folder('local', { Dockerfile: `FROM ${parts.busybox.local}\nLABEL a=b\n` });
    expect(await slipway.run(['build', context, '-t', `${host}/app:1`])).toMatchObject({ code: 0 });
    expect((await slipway.run(['registry', 'tags', `${host}/app`])).stdout).toBe('1\n');
    expect((await slipway.run(['registry', 'stop', '--json'])).events()).toEqual([{ state: 'stopped', host, image }]);
    expect((await slipway.run(['registry', 'tags', `${host}/app`])).stderr).toContain(host);
    expect(await listed()).toContain(`${host}\t\tnot signed in\tlocal registry, stopped\n`);
    expect((await slipway.run(['registry', 'list', '--json'])).events()).toContainEqual({ host, local: 'stopped' });
    expect(await slipway.run(['registry', 'start', '--image', image])).toMatchObject({ code: 0 });
    expect((await slipway.run(['registry', 'tags', `${host}/app`])).stdout).toBe('1\n');
    expect(await slipway.run(['registry', 'remove', '--data'])).toMatchObject({ code: 0 });
    expect(await listed()).not.toContain(host);
    expect((await slipway.run(['registry', 'status', '--json'])).events()).toEqual([
      { state: 'absent', dataKept: false },
    ]);
  });

  it('builds once, and pushes to two registries with a credential for each', async () => {
    await login();
    const granting = await startTokenRegistry(path.join(folder, 'granting'), ['pull', 'push']);
    try {
      const { user, password } = granting.login;
      expect(
        await slipway.run(['registry', 'login', granting.host, '-u', user, '--password-stdin'], { stdin: password }),
      ).toMatchObject({ code: 0 });
      const targets = [`${closed.host}/${repository}/both:1`, `${granting.host}/both:1`];
      const context = await slipway.folder('both', {
        Dockerfile: `FROM ${parts.busybox.private}\nRUN echo both > /both\n`,
        'acb.yaml': [
          'version: v1.1.0',
          'steps:',
          `  - build: ${targets.map((target) => `-t ${target}`).join(' ')} .`,
          `  - push: [${targets.map((target) => `"${target}"`).join(', ')}]`,
          '',
        ].join('\n'),
      });
      const ran = await slipway.run(['run', context, '-f', 'acb.yaml']);
      expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
      const digests = await Promise.all(
        targets.map(async (target) => {
          const [details] = (await slipway.run(['registry', 'manifest', target, '--json'])).events();
          return details?.['digest'];
        }),
      );
      expect(digests[0]).toMatch(/^sha256:/);
      expect(digests[1]).toBe(digests[0]);
    } finally {
      await granting.stop();
    }
  });
});
