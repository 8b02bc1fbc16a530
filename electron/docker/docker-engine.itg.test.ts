import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { startEngine } from '../../scripts/parts/engine.ts';
import { expectOk, json, request } from '../../scripts/parts/http.ts';
import { loadImage } from '../../scripts/parts/images.ts';
import { authorization, requestsOf } from '../../scripts/parts/registry.ts';
import { type ContainerEngine, homeLabel, type PushProgress, runLabel } from '../engine/ports.ts';
import { buildOf, credentialsFor, folderOf, noCredentials, watch } from './buildkit/test-build.ts';
import { createDockerEngine, type DockerEngineOptions } from './docker-engine.ts';
import { proxyEngine } from './proxy-testing.ts';
import { registryThat, slowRegistry } from './registry-testing.ts';

const never = new AbortController().signal;
const parts = inject('parts');
const homeId = `home-${randomBytes(4).toString('hex')}`;
/** Indexes too: an engine that has all platforms of an image pushes them all, and a registry would convert what isn't asked for. */
const manifestTypes = [
  'docker.distribution.manifest.v2',
  'docker.distribution.manifest.list.v2',
  'oci.image.manifest.v1',
  'oci.image.index.v1',
]
  .map((type) => `application/vnd.${type}+json`)
  .join();
const openEngines: ContainerEngine[] = [];
let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
});
afterEach(async () => {
  await Promise.all(openEngines.splice(0).map((engine) => engine.close()));
  rmSync(home, { recursive: true, force: true });
});

/** An engine of a home where there is nothing but what is named. */
function engineWith(options: Partial<DockerEngineOptions> & { readonly host?: string }): ContainerEngine {
  const { host = '', ...others } = options;
  const engine = createDockerEngine({
    home,
    homeId,
    env: { PATH: process.env['PATH'] },
    settings: () => ({ engineHost: host, embeddedEngine: false }),
    homedir: home,
    systemFolder: home,
    ...others,
  });
  openEngines.push(engine);
  return engine;
}

/** Gives the test's busybox another name in an engine. */
async function tagBusybox(host: string, name: string): Promise<void> {
  const [, repo, tag] = /^(.*):([^:/]+)$/.exec(name) ?? [];
  await expectOk(host, `/images/${parts.busybox.local}/tag?repo=${repo}&tag=${tag}`, { method: 'POST' });
}

describe.each(parts.engines)('Docker Engine $name', (part) => {
  it('is found, and says what it is', async () => {
    const engine = engineWith({ env: { DOCKER_HOST: part.host } });
    const info = await engine.find(never);
    expect(info).toMatchObject({
      host: part.host,
      source: 'DOCKER_HOST',
      product: 'Docker',
      os: 'linux',
      builder: part.containerdStore ? 'containerd' : 'graphdriver',
      embedded: false,
    });
    expect(info.version.startsWith(part.name)).toBe(true);
    expect(info.platforms[0]).toBe(`linux/${info.architecture}`);
    expect(info.diskFree).toBeGreaterThan(0);
    expect(engine.status()).toMatchObject({ state: 'ready', info });
  });

  it('builds, and tells the size', async () => {
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.local}\nRUN echo ahoy > /greeting\n` });
    const tag = `slipway-test/engine-${part.name}:1`;
    const image = await engineWith({ host: part.host }).build(
      buildOf(context, { tags: [tag] }),
      noCredentials,
      () => undefined,
      never,
    );
    const { Id, Size } = await json<{ Id: string; Size: number }>(part.host, `/images/${tag}/json`);
    expect(image).toMatchObject({ imageId: Id, size: Size });
    expect(image.digest !== undefined).toBe(part.containerdStore);
  });

  it('builds by the classic builder when it is asked to, which knows no TARGETARCH', async () => {
    const context = await folderOf({
      Dockerfile: `FROM ${parts.busybox.local}\nARG TARGETARCH\nRUN echo "arch=$TARGETARCH."\n`,
    });
    const outputOf = async (classic: boolean) => {
      const { listen, log } = watch();
      const build = buildOf(context, { classic, noCache: true });
      await engineWith({ host: part.host }).build(build, noCredentials, listen, never);
      return log();
    };
    expect(await outputOf(true)).toContain('arch=.');
    expect(await outputOf(false)).toContain('arch=amd64.');
  });

  it('pushes to an open registry; what is there already does not travel again', async () => {
    const image = `${parts.registries.open.host}/push/engine-${part.name}:1`;
    const engine = engineWith({ host: part.host });
    const context = await folderOf({ Dockerfile: 'FROM scratch\nCOPY cargo /\n', cargo: randomBytes(100_000) });
    await engine.build(buildOf(context, { tags: [image] }), noCredentials, () => undefined, never);
    const progress: PushProgress[] = [];
    const pushed = await engine.push(image, noCredentials, (one) => progress.push(one), never);

    const manifest = await request(parts.registries.open.url, `/v2/push/engine-${part.name}/manifests/1`, {
      headers: {
        accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
      },
    });
    expect(pushed).toEqual({ digest: manifest.headers['docker-content-digest'], size: manifest.body.length });
    expect(progress.map(({ line }) => line).filter((line) => line !== undefined)).toContainEqual(
      expect.stringMatching(/: Pushed$/),
    );

    const before = (await requestsOf(parts.registries.open)).length;
    const again: PushProgress[] = [];
    expect(await engine.push(image, noCredentials, (one) => again.push(one), never)).toEqual(pushed);
    const { layers } = JSON.parse(manifest.body.toString()) as { layers: unknown[] };
    expect(again.at(-1)?.existing).toBe(layers.length);
    const uploads = (await requestsOf(parts.registries.open))
      .slice(before)
      .filter(({ method, path: at }) => method === 'PATCH' && at.includes(part.name));
    expect(uploads).toEqual([]);
  });

  it('pushes to a private registry with its credential, and without it says who has to sign in', async () => {
    const { private: locked } = parts.registries;
    const image = `${locked.host}/push/engine-${part.name}:1`;
    await tagBusybox(part.host, image);
    const engine = engineWith({ host: part.host });
    const { user: username, password } = locked.login;
    const right = credentialsFor({ [locked.host]: { username, password } });
    const { digest } = await engine.push(image, right, () => undefined, never);
    const head = await request(locked.url, `/v2/push/engine-${part.name}/manifests/1`, {
      method: 'HEAD',
      headers: { accept: manifestTypes, ...authorization(locked.login) },
    });
    expect(head.headers['docker-content-digest']).toBe(digest);

    const wrong = credentialsFor({ [locked.host]: { username, password: 'nope' } });
    for (const credentials of [wrong, noCredentials]) {
      await expect(engine.push(image, credentials, () => undefined, never)).rejects.toMatchObject({
        error: {
          code: 'registry.unauthorized',
          params: { registry: locked.host, image },
          fixes: expect.arrayContaining([{ kind: 'signIn', registry: locked.host }]) as unknown,
        },
      });
    }
  });

  it.each([
    ['registry.rateLimited', 429, 'TOOMANYREQUESTS'],
    ['registry.unauthorized', 403, 'DENIED'],
  ])('says %s when the registry answers %i', async (code, status, word) => {
    const registry = await registryThat((_request, response) => {
      response.statusCode = status;
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ errors: [{ code: word, message: word.toLowerCase() }] }));
    });
    const image = `${registry}/push/engine:1`;
    await tagBusybox(part.host, image);
    await expect(
      engineWith({ host: part.host }).push(image, noCredentials, () => undefined, never),
    ).rejects.toMatchObject({ error: { code } });
  });

  it('says so when nobody is at the registry, or no image', async () => {
    const engine = engineWith({ host: part.host });
    const image = `127.0.0.1:9/push/engine:1`;
    await expect(
      engine.push(`${parts.registries.open.host}/no/such:image`, noCredentials, () => undefined, never),
    ).rejects.toMatchObject({
      error: { code: 'image.notFound' },
    });
    await tagBusybox(part.host, image);
    await expect(engine.push(image, noCredentials, () => undefined, never)).rejects.toMatchObject({
      error: { code: 'registry.unreachable', params: { registry: '127.0.0.1:9' } },
    });
  });

  it('stops a push that is not wanted any more', async () => {
    const { host, uploading, dropped } = await slowRegistry();
    const image = `${host}/push/engine:1`;
    const engine = engineWith({ host: part.host });
    const context = await folderOf({ Dockerfile: 'FROM scratch\nCOPY cargo /\n', cargo: randomBytes(30_000_000) });
    await engine.build(buildOf(context, { tags: [image] }), noCredentials, () => undefined, never);
    const abort = new AbortController();
    const push = Promise.allSettled([engine.push(image, noCredentials, () => undefined, abort.signal)]);
    await uploading;
    abort.abort(new Error('not wanted'));
    expect(await push).toMatchObject([{ status: 'rejected', reason: { message: 'not wanted' } }]);
    await dropped;
  });

  it('is swept of what dead runs of this home left, and of nothing else', async () => {
    const label = (home: string, run: string) => ({ [homeLabel]: home, [runLabel]: run });
    const decoys = [
      {},
      { [runLabel]: 'ca1' },
      { [homeLabel]: homeId },
      label(`${homeId}x`, 'ca1'),
      label('', 'ca1'),
      label(homeId, ''),
      label(homeId, 'ca2'),
    ];
    const ours = [label(homeId, 'ca1'), label(homeId, 'ca3')];
    const made = await Promise.all([...ours, ...decoys].map((labels) => makeAll(part.host, labels)));
    onTestFinished(() => removeAll(part.host, made.flat()));

    const engine = engineWith({ host: part.host });
    const live = (run: string) => run === 'ca2';
    expect(await engine.sweep(live, never)).toBe(3 * ours.length);
    const there = await Promise.all(made.map((group) => Promise.all(group.map((one) => isThere(part.host, one)))));
    expect(there).toEqual([...ours.map(() => [false, false, false]), ...decoys.map(() => [true, true, true])]);
    expect(await engine.sweep(live, never)).toBe(0);
  });
});

describe('an engine that goes away', () => {
  it('in the middle of a push is called lost, not a failed push', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-lost-'));
    const doomed = await startEngine('system', folder);
    onTestFinished(() => doomed.stop());
    await loadImage(doomed, parts.registries.open, parts.busybox.open, parts.busybox.local);
    const registry = await slowRegistry();
    const image = `${registry.host}/push/engine:1`;
    await tagBusybox(doomed.host, image);
    const engine = engineWith({ host: doomed.host });
    const push = Promise.allSettled([engine.push(image, noCredentials, () => undefined, never)]);
    await registry.uploading;
    process.kill(Number(await readFile(path.join(folder, 'dockerd.pid'), 'utf8')), 'SIGKILL');
    expect(await push).toMatchObject([
      { status: 'rejected', reason: { error: { code: 'engine.lost', params: { host: doomed.host } } } },
    ]);
    expect(engine.status()).toMatchObject({ state: 'absent', error: { code: 'engine.lost' } });
  });

  it('is missed while somebody listens, and found when it is back', async () => {
    const proxy = await proxyEngine(path.join(home, 'docker.sock'), parts.engines[0].host, { buildkit: true });
    onTestFinished(() => proxy.stop());
    const engine = engineWith({});
    const statuses: EngineStatus[] = [];
    onTestFinished(engine.onStatus((status) => statuses.push(status)));
    expect(await engine.find(never)).toMatchObject({ source: 'docker', host: proxy.host });

    await proxy.stop();
    await expect
      .poll(() => engine.status(), { timeout: 10_000 })
      .toMatchObject({ state: 'absent', error: { code: 'engine.lost' } });
    await proxy.start();
    await expect.poll(() => engine.status().state, { timeout: 20_000 }).toBe('ready');
    expect(statuses.map(({ state }) => state)).toEqual(['searching', 'ready', 'absent', 'searching', 'ready']);
  });

  it('is looked for anew by whoever needs it next', async () => {
    const proxy = await proxyEngine(path.join(home, 'docker.sock'), parts.engines[0].host, { buildkit: true });
    const engine = engineWith({});
    await engine.find(never);
    await proxy.stop();
    await expect(engine.find(never)).rejects.toMatchObject({ error: { code: 'engine.notFound' } });
    await proxy.start();
    onTestFinished(() => proxy.stop());
    expect(await engine.sweep(() => true, never)).toBe(0);
  });
});

describe('finding', () => {
  it('is done once for all who ask together', async () => {
    const proxy = await proxyEngine(path.join(home, 'docker.sock'), parts.engines[0].host, { buildkit: true });
    onTestFinished(() => proxy.stop());
    const engine = engineWith({});
    await Promise.all([engine.find(never), engine.find(never), engine.find(never)]);
    expect(proxy.requests.filter((line) => line === 'GET /version')).toHaveLength(1);
  });

  it('goes elsewhere once the settings say so', async () => {
    const settings = { engineHost: parts.engines[0].host, embeddedEngine: false };
    const engine = engineWith({ settings: () => settings });
    expect(await engine.find(never)).toMatchObject({ host: parts.engines[0].host });
    settings.engineHost = parts.engines[1].host;
    expect(await engine.find(never)).toMatchObject({ host: parts.engines[1].host });
  });

  it('fails with all that was tried, and why', async () => {
    const engine = engineWith({});
    await expect(engine.find(never)).rejects.toMatchObject({
      error: { code: 'engine.notFound', cause: expect.stringContaining('docker.sock') as string },
    });
    const status = engine.status();
    expect(status).toMatchObject({ state: 'absent', error: { code: 'engine.notFound' } });
    expect(status.attempts.find(({ source }) => source === 'embedded')).toMatchObject({
      outcome: 'skipped',
      skipReason: 'switchedOff',
    });
  });

  it('goes no further than to the place that was named', async () => {
    const engine = engineWith({ host: `unix://${home}/none.sock` });
    await expect(engine.find(never)).rejects.toMatchObject({
      error: { code: 'engine.notFound', params: { host: `unix://${home}/none.sock`, source: 'setting' } },
    });
  });

  it('refuses an engine that is too old to be spoken to', async () => {
    const old = http.createServer((asked, response) => {
      const version = { Version: '17.06.0', ApiVersion: '1.30', Os: 'linux', Arch: 'amd64' };
      response.setHeader('connection', 'close').end(asked.url === '/version' ? JSON.stringify(version) : '{}');
    });
    old.listen(path.join(home, 'docker.sock'));
    await once(old, 'listening');
    onTestFinished(() => void old.close());
    await expect(engineWith({}).find(never)).rejects.toMatchObject({
      error: { code: 'engine.tooOld', params: { version: '17.06.0', apiVersion: '1.30', needed: '1.39' } },
    });
  });

  it('runs an engine of its own where none answers, for as long as it is open', async () => {
    const states: string[] = [];
    const engine = engineWith({ settings: () => ({ engineHost: '', embeddedEngine: true }) });
    engine.onStatus(({ state }) => states.push(state));
    const info = await engine.find(never);
    expect(info).toMatchObject({ source: 'embedded', embedded: true });
    expect(states).toEqual(['searching', 'starting', 'ready']);
    expect((await request(info.host, '/_ping')).status).toBe(200);
    await engine.close();
    await expect(request(info.host, '/_ping')).rejects.toThrow();
  });
});

interface Made {
  readonly kind: 'containers' | 'networks' | 'volumes';
  readonly id: string;
}

/** A container, a network and a volume with these labels. */
async function makeAll(host: string, labels: object): Promise<readonly Made[]> {
  const name = `sweep-${randomBytes(6).toString('hex')}`;
  const post = (at: string, body: unknown) =>
    json<{ Id: string; Name: string }>(host, at, { method: 'POST', json: body });
  const volume = await post('/volumes/create', { Name: name, Labels: labels });
  const network = await post('/networks/create', { Name: name, Labels: labels, Internal: true });
  const container = await post(`/containers/create?name=${name}`, {
    Image: parts.busybox.local,
    Labels: labels,
    HostConfig: { NetworkMode: name, Binds: [`${name}:/data`] },
  });
  return [
    { kind: 'containers', id: container.Id },
    { kind: 'networks', id: network.Id },
    { kind: 'volumes', id: volume.Name },
  ];
}

async function isThere(host: string, { kind, id }: Made): Promise<boolean> {
  const at = kind === 'containers' ? `/containers/${id}/json` : `/${kind}/${id}`;
  return (await request(host, at)).status === 200;
}

async function removeAll(host: string, made: readonly Made[]): Promise<void> {
  for (const kind of ['containers', 'networks', 'volumes']) {
    for (const one of made)
      if (one.kind === kind) await request(host, `/${kind}/${one.id}?force=1`, { method: 'DELETE' });
  }
}
