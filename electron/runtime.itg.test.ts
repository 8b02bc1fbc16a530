import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { toAppError } from '@shared/model/app-error.ts';
import { type QuickBuildInput, QuickBuildRequest } from '@shared/model/quick-build.ts';
import { requestsOf } from '../scripts/parts/registry.ts';
import { createRegistry } from './registry/registry.ts';
import { buildingAt } from './building-testing.ts';
import { person } from './docker/containers/terminal-testing.ts';
import { endOf, lineSeen, logOf } from './runtime-testing.ts';
import { formatRunId, parseRunId } from './store/run-id.ts';

const parts = inject('parts');
const signal = new AbortController().signal;
const { open, private: closed } = parts.registries;

describe.each(parts.engines)('the runtime on Docker Engine $name', (engine) => {
  const { runtime, work, runtimeAt, folder, start, build, quickRun } = buildingAt(engine, closed);

  it('opens a shell where a quick build failed, with its secrets, until nothing fails any more', async () => {
    const files = (seal: string) => ({
      Dockerfile: `FROM ${parts.busybox.open}
ARG TOKEN
ENV CARGO=tea
WORKDIR /quay
COPY seal.txt .
RUN --mount=type=secret,id=key grep wax seal.txt && test -s /run/secrets/key
`,
      'seal.txt': seal,
    });
    const context = await folder('sealed', files('none'));
    const secret = 'velvet-anchor-93';
    const run = await build({
      context,
      push: false,
      buildArgs: [{ name: 'TOKEN', value: secret, secret: true }],
      secrets: [{ id: 'key', source: { kind: 'value', value: secret } }],
    });
    expect(run).toMatchObject({ status: 'Failed', error: { code: 'build.failed', params: { exitCode: 1 } } });
    const openShell = () => runtime().openShell({ runId: run.runId, stepId: 'build', columns: 91, rows: 27 }, signal);

    const shell = await openShell();
    const { types, sees } = person(shell);
    await types('cat seal.txt; echo " $CARGO in $(pwd)"; wc -c < /run/secrets/key; stty size\n');
    await sees(/none tea in \/quay\r\n16\r\n27 91\r\n/);
    await types('exit 5\n');
    expect(await shell.ended).toBe(5);

    await folder('sealed', {
      ...files('red wax'),
      Dockerfile: `FROM ${parts.busybox.open}\nARG TOKEN\nCOPY $TOKEN /\n`,
    });
    const refused = await openShell().catch((error: unknown) => toAppError(error));
    expect(refused).toMatchObject({ code: 'build.failed' });
    expect(JSON.stringify(refused)).not.toContain(secret);

    await folder('sealed', files('red wax'));
    await expect(openShell()).rejects.toMatchObject({ error: { code: 'build.notFailed' } });
    await rm(context, { recursive: true });
    await expect(openShell()).rejects.toMatchObject({ error: { code: 'context.notFound' } });
  });

  it('builds, pushes every tag, and tells digests, sizes and base images', async () => {
    const context = await folder('web', {
      Dockerfile: `FROM ${parts.busybox.private} AS build\nRUN echo made > /made\nFROM ${parts.busybox.open}\nCOPY --from=build /made /made\n`,
    });
    const name = `${closed.host}/web-${engine.name}`;
    const run = await build({ context, tags: [`${name}:$ID`, `${name}:latest`] });
    expect(run).toMatchObject({
      status: 'Succeeded',
      runType: 'QuickBuild',
      steps: [
        { id: 'build', status: 'succeeded' },
        { id: 'push', status: 'succeeded' },
      ],
    });

    const [first, second] = run.outputImages;
    expect(first).toMatchObject({
      registry: closed.host,
      repository: `web-${engine.name}`,
      tag: run.runId,
      pushed: true,
    });
    expect(first?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second).toMatchObject({ tag: 'latest', digest: first?.digest });
    expect(first?.size).toBeGreaterThan(0);
    expect(first?.compressedSize).toBeGreaterThan(0);
    const manifest = await fetch(`${closed.url}/v2/web-${engine.name}/manifests/latest`, {
      method: 'HEAD',
      headers: {
        accept:
          'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json',
        authorization: `Basic ${Buffer.from(`${closed.login.user}:${closed.login.password}`).toString('base64')}`,
      },
    });
    expect(manifest.headers.get('docker-content-digest')).toBe(first?.digest);

    expect(run.dependencies[0]).toMatchObject({
      image: { repository: `web-${engine.name}`, digest: first?.digest },
      'runtime-dependency': { registry: open.host, digest: parts.busybox.digest },
      'buildtime-dependency': [{ registry: closed.host }],
    });
    const log = await logOf(runtime(), run.runId);
    expect(log).toContain(`Successfully pushed image: ${name}:latest`);
    expect(log).toMatch(new RegExp(`Run ID: ${run.runId} was successful after \\d+s`));
    expect(log).not.toContain(closed.login.password);
  });

  it('gives a second tag to what is there without moving a layer', async () => {
    const context = await folder('tags', {
      Dockerfile: `FROM ${parts.busybox.open}\nRUN echo ${engine.name} > /tags\n`,
    });
    const name = `${open.host}/tags-${engine.name}`;
    await build({ context, tags: [`${name}:1`, `${name}:2`, `${name}:3`] });
    const uploads = (await requestsOf(open)).filter(
      (request) => request.path.includes(`/tags-${engine.name}/blobs/uploads/`) && request.method === 'POST',
    );
    const manifests = (await requestsOf(open)).filter(
      (request) => request.path.includes(`/tags-${engine.name}/manifests/`) && request.method === 'PUT',
    );
    // The base layer, the new layer and the configuration, once each; more would be another push.
    expect(uploads.length).toBeLessThanOrEqual(4);
    expect(manifests.map((request) => request.path.split('/').at(-1))).toEqual(expect.arrayContaining(['1', '2', '3']));
  });

  it('pushes each image of a repository under its own tags', async () => {
    const dockerfile = (what: string) => `FROM ${parts.busybox.open}\nRUN echo ${what} ${engine.name} > /what\n`;
    const context = await folder('kinds', { tea: dockerfile('tea'), coffee: dockerfile('coffee') });
    const name = `${open.host}/kinds-${engine.name}`;
    const run = await quickRun(
      context,
      `steps:
  - build: -t ${name}:tea -t ${name}:leaf -f tea .
  - build: -t ${name}:coffee -t ${name}:bean -f coffee .
  - push: ["${name}:tea", "${name}:coffee", "${name}:leaf", "${name}:bean"]
`,
    );
    expect(run).toMatchObject({ status: 'Succeeded' });
    const client = createRegistry({ forHost: async () => undefined, hosts: async () => [] });
    const there = async (tag: string) => (await client.head(`${name}:${tag}`, signal)).digest;
    const [tea, coffee, leaf, bean] = await Promise.all(['tea', 'coffee', 'leaf', 'bean'].map(there));
    expect(tea).not.toBe(coffee);
    expect([leaf, bean]).toEqual([tea, coffee]);
    expect(run.outputImages.map(({ tag, digest }) => [tag, digest])).toEqual(
      expect.arrayContaining([
        ['tea', tea],
        ['coffee', coffee],
        ['leaf', tea],
        ['bean', coffee],
      ]),
    );
  });

  it('marks cached steps the second time, and sends the file that changed alone', async () => {
    const context = await folder('cache', {
      Dockerfile: `FROM ${parts.busybox.open}\nCOPY big /big\nCOPY small /small\n`,
      big: 'b'.repeat(3_000_000),
      small: 'one',
    });
    const first = await build({ context, tags: ['cache:1'], push: false });
    expect(first.sentBytes).toBeGreaterThan(3_000_000);
    const second = await build({ context, tags: ['cache:1'], push: false });
    expect(second.cachedVertices).toBeGreaterThan(0);
    expect(second.sentFiles).toBe(0);
    await writeFile(path.join(context, 'small'), 'two, and longer');
    const third = await build({ context, tags: ['cache:1'], push: false });
    expect(third.sentFiles).toBe(1);
    expect(third.sentBytes).toBeLessThan(10_000);
    const vertices = await runtime().handlers.runs.vertices({ runId: third.runId }, signal);
    const cachedNames = vertices.filter((vertex) => vertex.cached).map((vertex) => vertex.name);
    expect(cachedNames.some((name) => name.includes('COPY big'))).toBe(true);
    expect(cachedNames.some((name) => name.includes('COPY small'))).toBe(false);
  });

  it('keeps secrets out of record and log, and has them for a re-run after a restart', async () => {
    const context = await folder('secret', {
      Dockerfile: `FROM ${parts.busybox.open}\nARG TOKEN\nRUN --mount=type=secret,id=key echo "$TOKEN" && cat /run/secrets/key && test "$TOKEN$(cat /run/secrets/key)" = tok-en-''0123key-''0123\n`,
    });
    const before = await runtimeAt('sealed home');
    await before.start();
    const request = QuickBuildRequest.parse({
      context,
      tags: ['secret:1'],
      push: false,
      noCache: true,
      buildArgs: [{ name: 'TOKEN', value: 'tok-en-0123', secret: true }],
      secrets: [{ id: 'key', source: { kind: 'value', value: 'key-0123' } }],
    });
    const { runId } = await before.handlers.runs.quickBuild(request, signal);
    expect(await endOf(before, runId)).toMatchObject({ status: 'Succeeded' });
    expect(await logOf(before, runId)).toContain('***');
    await before.close();
    const entries = await readdir(path.join(work(), 'sealed home'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['slipway.db', 'secrets.json', 'step-build.log']),
    );
    for (const file of files) {
      const content = await readIfThere(file);
      const leaks = content.includes('tok-en-0123') || content.includes('key-0123');
      expect({ file, leaks }).toEqual({ file, leaks: false });
    }

    const after = await runtimeAt('sealed home');
    onTestFinished(() => after.close());
    await after.start();
    const again = await after.handlers.runs.rerun({ runId }, signal);
    expect((await endOf(after, again.runId)).status).toBe('Succeeded');
    expect(again.cause).toEqual({ kind: 'rerun', of: runId });
  });

  it('cancels a run while a step goes on', async () => {
    const context = await folder('cancel', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo begun && sleep 600\n` });
    const { runId } = await start({ context, tags: ['cancel:1'], push: false, noCache: true });
    await lineSeen(runtime(), runId, 'begun');
    await runtime().handlers.runs.cancel({ runId }, signal);
    expect(await endOf(runtime(), runId)).toMatchObject({
      status: 'Canceled',
      error: { code: 'run.canceled' },
      steps: [{ status: 'canceled' }],
    });
    expect(await logOf(runtime(), runId)).toContain(`Run ID: ${runId} was canceled after`);
  });

  it('ends a run that takes longer than it may', async () => {
    const context = await folder('timeout', { Dockerfile: `FROM ${parts.busybox.open}\nRUN sleep 600\n` });
    expect(await build({ context, tags: ['timeout:1'], push: false, noCache: true, timeoutSeconds: 2 })).toMatchObject({
      status: 'Timeout',
      steps: [{ status: 'timedout' }],
    });
  });

  it('says which instruction failed, with its exit code and line', async () => {
    const context = await folder('fail', {
      Dockerfile: `FROM ${parts.busybox.open}\nRUN true\nRUN echo why >&2; exit 42\n`,
    });
    const run = await build({ context, tags: ['fail:1'], push: false });
    expect(run).toMatchObject({
      status: 'Failed',
      error: { code: 'build.failed', params: { exitCode: 42 }, where: { line: 3 } },
      runErrorMessage: 'failed during run, err: exit status 42',
      outputImages: [],
    });
    expect(await logOf(runtime(), run.runId)).toContain('why');
  });

  it.each<[title: string, input: () => Promise<QuickBuildInput>, code: string]>([
    ['a folder that is not there', async () => ({ context: path.join(work(), 'nowhere') }), 'context.notFound'],
    [
      'a file for a folder',
      async () => ({ context: path.join(await folder('file', { Dockerfile: 'FROM scratch' }), 'Dockerfile') }),
      'context.notAFolder',
    ],
    ['no Dockerfile', async () => ({ context: await folder('empty', { other: '' }) }), 'dockerfile.notFound'],
    [
      'a tag that is none',
      async () => ({ context: await folder('tag', { Dockerfile: 'FROM scratch' }), tags: ['Not A Tag'] }),
      'image.invalidReference',
    ],
  ])('refuses %s before it is queued', async (_title, input, code) => {
    const before = (await runtime().handlers.runs.list({ limit: 1 }, signal))[0]?.runId;
    await expect(start(await input())).rejects.toMatchObject({ error: { code } });
    expect((await runtime().handlers.runs.list({ limit: 1 }, signal))[0]?.runId).toBe(before);
  });

  it.each<[title: string, dockerfile: string, tag: () => string, code: string]>([
    ['a Dockerfile that makes no sense', 'FROM scratch\nNONSENSE x\n', () => 'x:1', 'dockerfile.invalid'],
    ['a base image that is not there', `FROM ${open.host}/no/such:1\n`, () => 'x:1', 'image.notFound'],
    ['a registry that is down', `FROM ${parts.busybox.open}\n`, () => '127.0.0.1:1/x:1', 'registry.unreachable'],
  ])('tells of %s', async (_title, dockerfile, tag, code) => {
    const context = await folder(`bad ${code}`, { Dockerfile: dockerfile });
    expect(await build({ context, tags: [tag()] })).toMatchObject({ status: 'Failed', error: { code } });
  });

  it('gives no build the passphrase of the secret store', async () => {
    const context = await folder('passphrase', {
      Dockerfile: `FROM ${parts.busybox.open}\nRUN --mount=type=secret,id=p cat /run/secrets/p\n`,
    });
    const secrets = [{ id: 'p', source: { kind: 'env' as const, name: 'SLIPWAY_PASSPHRASE' } }];
    expect(await build({ context, tags: ['passphrase:1'], push: false, secrets })).toMatchObject({
      status: 'Failed',
      error: { code: 'secret.notFound', params: { name: 'SLIPWAY_PASSPHRASE' } },
    });
  });

  /** Where the next run's log will be. */
  async function nextLogFolder(): Promise<string> {
    const [last] = await runtime().handlers.runs.list({ limit: 1 }, signal);
    return path.join(work(), 'home/runs', formatRunId((parseRunId(last?.runId ?? '') ?? 0) + 1), 'logs');
  }

  it('stops a build whose log finds the disk full', async () => {
    const context = await folder('full', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo begun; sleep 600\n` });
    const logs = await nextLogFolder();
    await mkdir(logs, { recursive: true });
    await symlink('/dev/full', path.join(logs, 'step-build.log'));
    expect(await build({ context, tags: ['full:1'], push: false, noCache: true })).toMatchObject({
      status: 'Error',
      error: { code: 'disk.full' },
      steps: [{ status: 'failed', finishTime: expect.any(String) as unknown }],
    });
  });

  it('says on the record why there is no log', async () => {
    const context = await folder('no log', { Dockerfile: 'FROM scratch\nCOPY . /\n' });
    const logs = await nextLogFolder();
    await mkdir(path.dirname(logs), { recursive: true });
    await writeFile(logs, 'in the way');
    expect(await build({ context, tags: ['nolog:1'], push: false })).toMatchObject({
      status: 'Error',
      error: { code: 'internal', cause: expect.stringContaining(logs) as unknown },
      steps: [{ status: 'skipped' }],
    });
  });

  it('lets two builds of one tag follow one another', async () => {
    const context = await folder('twice', { Dockerfile: `FROM ${parts.busybox.open}\nRUN sleep 1\n` });
    const runs = await Promise.all([1, 2].map(() => start({ context, tags: ['twice:1'], push: false, noCache: true })));
    const both = await Promise.all(runs.map(({ runId }) => endOf(runtime(), runId)));
    const [first, second] = both.sort(
      (one, other) => Date.parse(one.startTime ?? '') - Date.parse(other.startTime ?? ''),
    );
    expect(both.map((run) => run.status)).toEqual(['Succeeded', 'Succeeded']);
    expect(Date.parse(second?.startTime ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.finishTime ?? ''));
  });
});

/** The database's driver removes its write-ahead log when its statements are collected as garbage, some time after the end. */
async function readIfThere(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (/-(wal|shm)$/.test(file) && (error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
