import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { QuickBuildRequest, type QuickBuildInput } from '@shared/model/quick-build.ts';
import { createAuthority } from '../scripts/parts/certificates.ts';
import { request } from '../scripts/parts/http.ts';
import type { Runtime } from './runtime.ts';
import { endOf, lineSeen, logOf, recordOf, startTask, windowAt } from './runtime-testing.ts';
import { folderOf } from './docker/buildkit/test-build.ts';
import { type BareBuildKit, bareBuildKit } from './docker/buildkit-testing.ts';
import { person } from './docker/containers/terminal-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
/** Keeps images; and the one whose BuildKit stands by itself here. */
const [near, far] = parts.engines;
const { open, private: closed } = parts.registries;

let home: string;
let runtime: Runtime;
let bare: BareBuildKit;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'sw-'));
  bare = await bareBuildKit(far.host);
});
afterEach(async () => {
  await runtime.close();
  await bare.stop();
  await rm(home, { recursive: true, force: true });
});

const add = (host = bare.host) => runtime.handlers.engine.add({ name: 'cluster', host, kind: 'buildkit' }, never);
const listed = async () =>
  (await runtime.handlers.engine.list(undefined, never)).find(({ name }) => name === 'cluster');
const statusOf = async () => (await listed())?.status;
const build = async (input: QuickBuildInput) =>
  endOf(
    runtime,
    (await runtime.handlers.runs.quickBuild(QuickBuildRequest.parse({ engine: 'cluster', ...input }), never)).runId,
  );
const unique = () => path.basename(home).toLowerCase();

describe('BuildKit by itself', () => {
  it('builds and pushes without any Docker engine, and tells the digest', async () => {
    runtime = await windowAt(home, `unix://${home}/nobody.sock`);
    await add();
    const context = await folderOf({
      Dockerfile: `FROM ${parts.busybox.private}\nARG TOKEN\nCOPY cargo /\nRUN --mount=type=secret,id=key cat cargo /run/secrets/key\n`,
      cargo: `tea for ${unique()}`,
    });
    await runtime.handlers.registries.unlock({ passphrase: 'a passphrase for tests' }, never);
    const { user: username, password: secret } = closed.login;
    const credential = { kind: 'password' as const, username, secret };
    await runtime.handlers.registries.login({ host: closed.host, credential }, never);
    const tags = ['1', '2'].map((tag) => `${closed.host}/cluster-${unique()}:${tag}`);
    const secrets = [{ id: 'key', source: { kind: 'value' as const, value: 'velvet-anchor-93' } }];
    const run = await build({ context, tags, secrets });
    expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'cluster', host: bare.host } });
    const log = await logOf(runtime, run.runId);
    expect(log).toContain(`tea for ${unique()}`);
    expect(log).not.toContain('velvet-anchor-93');
    const authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
    const accept = ['manifest.v1', 'index.v1'].map((type) => `application/vnd.oci.image.${type}+json`).join();
    for (const [index, output] of run.outputImages.entries()) {
      const at = `/v2/cluster-${unique()}/manifests/${index + 1}`;
      const { headers } = await request(closed.url, at, {
        headers: { authorization, accept: `${accept},application/vnd.docker.distribution.manifest.v2+json` },
      });
      expect(output).toMatchObject({ pushed: true, digest: headers['docker-content-digest'] });
    }
    expect(run.outputImages).toHaveLength(2);
  });

  it('hands what is not pushed to an engine that keeps images, and says which', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nCOPY cargo /\n`, cargo: home });
    const name = `slipway-test/cluster-${unique()}:1`;
    const run = await build({ context, tags: [name] });
    expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'cluster' } });
    expect(run.findings).toContainEqual({ code: 'engine.handedOver', params: { engine: 'default' } });
    const there = await request(near.host, `/images/${name}/json`);
    expect(JSON.parse(there.body.toString())).toMatchObject({ Id: run.outputImages[0]?.imageId });
    expect(run.outputImages[0]).toMatchObject({ pushed: false, size: expect.any(Number) });
    await request(near.host, `/images/${name}?force=1`, { method: 'DELETE' });
    const untagged = await build({ context, tags: [] });
    expect(untagged.outputImages[0]?.imageId).toMatch(/^sha256:/);
    await request(near.host, `/images/${untagged.outputImages[0]?.imageId}?force=1`, { method: 'DELETE' });
  });

  const both = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' },
  ] as const;
  const copies = () => folderOf({ Dockerfile: 'FROM scratch\nCOPY cargo /\n', cargo: `tea ${unique()}` });
  const architectureIn = async (host: string, image: string) => {
    const { status, body } = await request(host, `/images/${image}/json`);
    await request(host, `/images/${image}?force=1`, { method: 'DELETE' });
    return status === 200 ? (JSON.parse(body.toString()) as { Architecture: string }).Architecture : status;
  };

  it.each([near, far])(
    'hands several platforms over one by one, as an engine has them that keeps no index: Docker $name',
    async ({ host }) => {
      runtime = await windowAt(home, host);
      await add();
      const name = `slipway-test/several-${unique()}`;
      const run = await build({ context: await copies(), tags: [`${name}:1`], platforms: [...both] });
      expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'cluster' } });
      const names = [`${name}:1-linux-amd64`, `${name}:1-linux-arm64`];
      expect(run.findings).toContainEqual({ code: 'engine.handedOver', params: { engine: 'default' } });
      expect(run.findings).toContainEqual({ code: 'build.platformTags', params: { images: names.join(', ') } });
      expect(run.outputImages.map(({ repository, tag, platform }) => [`${repository}:${tag}`, platform])).toEqual([
        [names[0], 'linux/amd64'],
        [names[1], 'linux/arm64'],
      ]);
      expect(await Promise.all(names.map((each) => architectureIn(host, each)))).toEqual(['amd64', 'arm64']);
    },
  );

  it('keeps some and pushes others of the same build', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const name = `mixed-${unique()}`;
    const tags = [`${name}:1`, `${open.host}/${name}:2`];
    const run = await build({ context: await copies(), tags, platforms: [...both] });
    expect(run).toMatchObject({ status: 'Succeeded' });
    expect(run.outputImages.map(({ tag, pushed }) => [tag, pushed])).toEqual([
      ['1-linux-amd64', false],
      ['1-linux-arm64', false],
      ['2', true],
    ]);
    const accept = ['oci.image.index.v1', 'docker.distribution.manifest.list.v2'].map(
      (type) => `application/vnd.${type}+json`,
    );
    const { body } = await request(open.url, `/v2/${name}/manifests/2`, { headers: { accept: accept.join() } });
    const { manifests } = JSON.parse(body.toString()) as { manifests: { platform: { architecture: string } }[] };
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
    const kept = [`${name}:1-linux-amd64`, `${name}:1-linux-arm64`];
    expect(await Promise.all(kept.map((each) => architectureIn(near.host, each)))).toEqual(['amd64', 'arm64']);
  });

  it('builds nothing that would stay while no engine is there to keep it', async () => {
    runtime = await windowAt(home, `unix://${home}/nobody.sock`);
    await add();
    const run = await build({ context: await copies(), tags: ['stays:1'] });
    expect(run).toMatchObject({ status: 'Error', error: { code: 'engine.notFound' }, totalVertices: 0 });
  });

  it('writes a cache once, when it builds', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const tags = [`${open.host}/cached-${unique()}:1`];
    const cacheTo = [`type=registry,ref=${open.host}/cached-${unique()}:cache`];
    const run = await build({ context: await copies(), tags, cacheTo });
    expect(run).toMatchObject({ status: 'Succeeded' });
    const log = await logOf(runtime, run.runId);
    expect(log.match(/exporting cache to registry$/gm)).toHaveLength(1);
  });

  it('builds nothing with attestations that could not be handed over', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const attestations = ['type=provenance'];
    const name = `attested-${unique()}:1`;
    await expect.poll(async () => (await statusOf())?.state).toBe('ready');
    const refused = build({ context: await copies(), tags: [name], attestations });
    await expect(refused).rejects.toMatchObject({ error: { code: 'build.attestationsUnsupported' } });
    const pushed = await build({ context: await copies(), tags: [`${open.host}/${name}`], attestations });
    expect(pushed).toMatchObject({ status: 'Succeeded' });
  });

  it('ends a run that it dies under with what happened, and takes the next one when it is back', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const endless = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nRUN echo ${unique()}; sleep 600\n` });
    const { runId } = await runtime.handlers.runs.quickBuild(
      QuickBuildRequest.parse({ context: endless, engine: 'cluster' }),
      never,
    );
    await lineSeen(runtime, runId, unique());
    await bare.stop();
    const run = await endOf(runtime, runId);
    expect(run).toMatchObject({
      status: 'Error',
      error: { code: 'engine.lost', params: { host: bare.host } },
      steps: [{ id: 'build', status: 'failed' }],
    });
    const tags = [`${open.host}/back-${unique()}:1`];
    const next = await runtime.handlers.runs.quickBuild(
      QuickBuildRequest.parse({ context: await copies(), tags, engine: 'cluster' }),
      never,
    );
    await recordOf(runtime, next.runId, ({ waitReason }) => waitReason?.kind === 'engine');
    await bare.start();
    expect(await endOf(runtime, next.runId)).toMatchObject({ status: 'Succeeded', engine: { name: 'cluster' } });
  });

  it('tells where a build failed, and opens a shell there', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nRUN echo there > /where; exit 3\n` });
    const run = await build({ context });
    expect(run).toMatchObject({
      status: 'Failed',
      error: { code: 'build.failed', params: { exitCode: 3 }, where: { line: 2 } },
    });
    const shell = await runtime.openShell({ runId: run.runId, stepId: 'build', columns: 80, rows: 24 }, never);
    const { types, sees } = person(shell);
    await types('cat /where\n');
    await sees(/\nthere\r\n/);
    await types('exit 0\n');
    await shell.ended;
  });

  it('stops a build that is canceled, and a push that is refused tells why', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    const endless = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nRUN echo ${unique()}; sleep 600\n` });
    const { runId } = await runtime.handlers.runs.quickBuild(
      QuickBuildRequest.parse({ context: endless, engine: 'cluster' }),
      never,
    );
    await expect.poll(() => logOf(runtime, runId)).toMatch(/echo/);
    await runtime.handlers.runs.cancel({ runId }, never);
    expect(await endOf(runtime, runId)).toMatchObject({ status: 'Canceled' });
    const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nCOPY Dockerfile /\n` });
    const refused = await build({ context, tags: [`${closed.host}/cluster-${unique()}:1`] });
    expect(refused).toMatchObject({ status: 'Failed', error: { code: 'registry.unauthorized' } });
  });

  it('gets no tasks: they go where containers run, and fail when they name it', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    await expect.poll(async () => (await statusOf())?.state).toBe('ready');
    await runtime.handlers.engine.use({ name: 'cluster' }, never);
    const text = `steps:\n  - cmd: ${parts.busybox.local} echo there\n`;
    const task = await endOf(runtime, await startTask(runtime, text));
    expect(task).toMatchObject({ status: 'Succeeded', engine: { name: 'default' } });
    const named = startTask(runtime, text, { engine: 'cluster' });
    await expect(named).rejects.toMatchObject({ error: { code: 'engine.buildsOnly' } });
  });

  it('says what it is, notices that it is gone, and finds it again', async () => {
    runtime = await windowAt(home, near.host);
    await add();
    await expect.poll(async () => (await statusOf())?.state).toBe('ready');
    expect(await statusOf()).toMatchObject({
      info: { product: 'BuildKit', builder: 'buildkit', host: bare.host, buildShell: 'left' },
    });
    // Its first sign of life is asked for right after: a question that is under way would look again by itself.
    await expect.poll(async () => (await listed())?.latencyMs).toBeDefined();
    await bare.stop();
    await expect.poll(async () => (await statusOf())?.state).toBe('absent');
    expect(await statusOf()).toMatchObject({ error: { code: 'engine.lost' } });
    await bare.start();
    await expect.poll(async () => (await statusOf())?.state, { timeout: 20_000 }).toBe('ready');
  });

  it('is no Docker engine, and a Docker engine is no BuildKit by itself', async () => {
    runtime = await windowAt(home, near.host);
    await add(near.host);
    const { status } = await runtime.handlers.engine.test({ name: 'cluster' }, never);
    expect(status).toMatchObject({ state: 'absent', error: { code: 'engine.notThere' } });
    await runtime.handlers.engine.add({ name: 'docker', host: bare.host, kind: 'docker' }, never);
    const other = await runtime.handlers.engine.test({ name: 'docker' }, never);
    expect(other.status).toMatchObject({ state: 'absent', error: { code: 'engine.notThere' } });
  });
});

describe('BuildKit by itself behind TLS', () => {
  it('is met with certificates, and told apart from one that nobody vouches for', async () => {
    runtime = await windowAt(home, near.host);
    const at = (name: string) => path.join(home, name);
    const authority = await createAuthority(at('authority'));
    await authority.issue(at('server'), { names: 'IP:127.0.0.1' });
    await authority.issue(at('client'), {});
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(at(`server/${name}`))),
    );
    const secure = await bareBuildKit(far.host, { ca, cert, key, requestCert: true, rejectUnauthorized: true });
    try {
      const named = async (name: string, tls: object) => {
        await runtime.handlers.engine.add({ name, host: secure.host, kind: 'buildkit', ...tls }, never);
        return (await runtime.handlers.engine.test({ name }, never)).status;
      };
      expect(await named('right', { tls: { kind: 'folder', path: at('client') } })).toMatchObject({ state: 'ready' });
      const context = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nCOPY cargo /\n`, cargo: home });
      const tags = [`${open.host}/secure-${unique()}:1`];
      expect(await build({ context, tags, engine: 'right' })).toMatchObject({ status: 'Succeeded' });
      expect(await named('stranger', { tls: { kind: 'files' } })).toMatchObject({
        error: { code: 'engine.certificateUnknown' },
      });
      expect(await named('nobody', { tls: { kind: 'files', ca: at('authority/ca.pem') } })).toMatchObject({
        error: { code: 'engine.certificateWanted' },
      });
    } finally {
      await secure.stop();
    }
  });
});

describe('BuildKit in a pod', () => {
  const address = 'kube-pod://buildkit-0?context=kind-desk&namespace=build&container=buildkitd';
  /** kubectl as far as it is asked here: runs `buildctl dial-stdio` in the pod, which connects to its BuildKit. */
  const kubectl = async (script: string) => {
    const folder = path.join(home, 'programs');
    await mkdir(folder);
    await writeFile(path.join(folder, 'kubectl'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return `${folder}:/usr/bin:/bin`;
  };

  it('builds and pushes through the user’s own kubectl', async () => {
    const dial = `const s = require('net').connect(${bare.port}, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout);`;
    const PATH = await kubectl(`echo "$*" >> ${home}/asked\nexec ${process.execPath} -e "${dial}"`);
    runtime = await windowAt(home, near.host, { PATH });
    await add(address);
    const context = await folderOf({
      Dockerfile: `FROM ${parts.busybox.open}\nCOPY cargo /\nRUN cat cargo\n`,
      cargo: home,
    });
    const run = await build({ context, tags: [`${open.host}/pod-${unique()}:1`] });
    expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'cluster', host: address } });
    expect(await logOf(runtime, run.runId)).toContain(home);
    const asked = (await readFile(path.join(home, 'asked'), 'utf8')).trim().split('\n');
    expect(new Set(asked)).toEqual(
      new Set([
        '--context=kind-desk --namespace=build exec --container=buildkitd --stdin buildkit-0 -- buildctl dial-stdio',
      ]),
    );
  });

  it.each([
    [
      'kubectl’s own words',
      'echo "Error from server (NotFound): pods not found" >&2; exit 1',
      /kubectl: .*pods not found/,
    ],
    ['that there is no kubectl', undefined, /no program kubectl/],
  ])('tells %s where it can’t be reached', async (_, script, cause) => {
    const PATH = script === undefined ? path.join(home, 'nothing') : await kubectl(script);
    runtime = await windowAt(home, near.host, { PATH });
    await add(address);
    const { status } = await runtime.handlers.engine.test({ name: 'cluster' }, never);
    expect(status).toMatchObject({ error: { code: 'engine.notThere', cause: expect.stringMatching(cause) } });
  });
});
