import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { json } from '../../scripts/parts/http.ts';
import { buildOf, credentialsFor, folderOf, noCredentials, watch } from './buildkit/test-build.ts';
import { createDockerEngine } from './docker-engine.ts';
import { proxyEngine } from './proxy-testing.ts';

const never = new AbortController().signal;
const parts = inject('parts');

describe('an engine without BuildKit’s end points, as Podman', () => {
  const part = parts.engines[0];

  /** Behind a proxy that refuses `/grpc` and `/session`, in a home where there is nothing else. */
  async function withoutBuildKit(onAddress?: (address: string) => void) {
    const home = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
    const proxy = await proxyEngine(path.join(home, 'docker.sock'), part.host, { buildkit: false, onAddress });
    const engine = createDockerEngine({
      home,
      homeId: 'home-1',
      env: { PATH: process.env['PATH'] },
      settings: () => ({ engineHost: '', embeddedEngine: false }),
      homedir: home,
      systemFolder: home,
    });
    onTestFinished(async () => {
      await engine.close();
      await proxy.stop();
      rmSync(home, { recursive: true, force: true });
    });
    return { proxy, engine };
  }

  it('is told apart', async () => {
    const { engine } = await withoutBuildKit();
    expect(await engine.find(never)).toMatchObject({ builder: 'tar', buildShell: 'none', platforms: ['linux/amd64'] });
  });

  it('builds from an upload, each instruction a vertex', async () => {
    const { engine, proxy } = await withoutBuildKit();
    const text = randomBytes(8).toString('hex');
    const context = await folderOf({
      Dockerfile: `FROM ${parts.busybox.local}\nARG WHAT\nCOPY note /\nRUN cat /note && echo "$WHAT" >&2\n`,
      note: text,
      '.dockerignore': 'ignored',
      ignored: 'x'.repeat(1_000_000),
    });
    const tags = [`slipway-test/tar:${text}`, `slipway-test/tar-too:${text}`];
    const build = buildOf(context, {
      tags,
      buildArgs: [{ name: 'WHAT', value: 'ahoy', secret: false }],
      labels: { by: 'test' },
    });
    const first = watch();
    const image = await engine.build(build, noCredentials, first.listen, never);
    expect(proxy.requests).toContain('POST /build');
    expect([...first.vertices().keys()]).toEqual([
      `[1/5] FROM ${parts.busybox.local}`,
      '[2/5] ARG WHAT',
      '[3/5] COPY note /',
      '[4/5] RUN cat /note && echo "$WHAT" >&2',
      '[5/5] LABEL by=test',
    ]);
    expect([...first.vertices().values()].map(({ status }) => status)).toEqual(Array(5).fill('succeeded'));
    expect(first.log()).toContain(text);
    expect(first.events).toContainEqual(
      expect.objectContaining({ kind: 'log', vertex: 4, stream: 'stderr', data: Buffer.from('ahoy\n') }),
    );
    expect(first.sent().bytes).toBeGreaterThan(0);
    expect(first.sent().bytes).toBeLessThan(100_000);
    for (const tag of tags)
      expect(await json(part.host, `/images/${tag}/json`)).toMatchObject({ Id: image.imageId, Size: image.size });

    const second = watch();
    await engine.build(build, noCredentials, second.listen, never);
    expect([...second.vertices().values()].map(({ cached }) => cached)).toEqual([false, true, true, true, true]);
  });

  it.each<[string, string, object]>([
    [
      'build.failed',
      'FROM BASE\nRUN true\nRUN exit 3\n',
      { params: { exitCode: 3, instruction: 'RUN exit 3', vertex: 3 }, where: { file: 'Dockerfile', line: 3 } },
    ],
    ['dockerfile.invalid', 'FROM BASE\nFROG\n', { where: { file: 'Dockerfile', line: 2 } }],
    ['image.notFound', 'FROM REGISTRY/no/such:image\n', { where: { file: 'Dockerfile', line: 1 } }],
  ])('fails with %s', async (code, dockerfile, details) => {
    const { engine } = await withoutBuildKit();
    const text = dockerfile.replace('BASE', parts.busybox.local).replace('REGISTRY', parts.registries.open.host);
    const context = await folderOf({ Dockerfile: text });
    await expect(engine.build(buildOf(context), noCredentials, () => undefined, never)).rejects.toMatchObject({
      error: { code, ...details },
    });
  });

  it('takes a base image from a private registry', async () => {
    const { engine } = await withoutBuildKit();
    const { host, login } = parts.registries.private;
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.private}\n` });
    const asked: string[] = [];
    const known = credentialsFor({
      [host]: { username: login.user, password: login.password },
      'other.example': { username: 'a', password: 'b' },
    });
    const credentials = {
      ...known,
      forHost: (one: string, signal: AbortSignal) => known.forHost((asked.push(one), one), signal),
    };
    const build = buildOf(context, { pull: true });
    await engine.build(build, credentials, () => undefined, never);
    expect(asked).toEqual([host]);
    await expect(engine.build(build, noCredentials, () => undefined, never)).rejects.toMatchObject({
      error: { code: 'registry.unauthorized' },
    });
  });

  it('isolates and bounds it as it is told: builds of Windows are', async () => {
    const addresses: string[] = [];
    const { engine } = await withoutBuildKit((address) => addresses.push(address));
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.local}\nRUN true\n` });
    const build = buildOf(context, { isolation: 'default', memory: '64m' });
    await engine.build(build, noCredentials, () => undefined, never);
    const [query] = addresses.flatMap((address) => /\/build\?(.*)/.exec(address)?.[1] ?? []);
    const asked = Object.fromEntries(new URLSearchParams(query));
    expect(asked).toMatchObject({ isolation: 'default', memory: String(64 * 1024 * 1024) });
  });

  it('refuses what an upload can’t carry', async () => {
    const { engine } = await withoutBuildKit();
    const context = await folderOf({ Dockerfile: 'FROM scratch\n' });
    const secrets = new Map([['token', () => Promise.resolve(Buffer.from('x'))]]);
    await expect(
      engine.build(buildOf(context, { secrets }), noCredentials, () => undefined, never),
    ).rejects.toMatchObject({
      error: { code: 'build.unsupportedOption', params: { option: '--secret' } },
    });
  });

  it('stops a build that is not wanted any more', async () => {
    const { engine } = await withoutBuildKit();
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.local}\nRUN echo go && sleep 100083\n` });
    const abort = new AbortController();
    const watched = watch();
    const listen = (event: Parameters<typeof watched.listen>[0]) => {
      watched.listen(event);
      if (watched.log().includes('go\n')) abort.abort(new Error('not wanted'));
    };
    await expect(
      engine.build(buildOf(context, { noCache: true }), noCredentials, listen, abort.signal),
    ).rejects.toThrow('not wanted');
    expect([...watched.vertices().values()].at(-1)).toMatchObject({ status: 'canceled' });
    const sleeping = async () =>
      (await json<{ Command: string }[]>(part.host, '/containers/json?all=1')).filter(({ Command }) =>
        Command.includes('sleep 100083'),
      );
    await expect.poll(sleeping, { timeout: 20_000 }).toEqual([]);
  });
});
