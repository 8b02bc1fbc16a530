import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { toAppError } from '@shared/model/app-error.ts';
import type { QuickBuildInput } from '@shared/model/quick-build.ts';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { expectOk } from '../scripts/parts/http.ts';
import { authorization, requestsOf } from '../scripts/parts/registry.ts';
import { person } from './docker/containers/terminal-testing.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { formatRunId, parseRunId } from './store/run-id.ts';

const parts = inject('parts');
const signal = new AbortController().signal;
const { open, private: closed } = parts.registries;

describe.each(parts.engines)('the runtime on Docker Engine $name', (engine) => {
  let work: string;
  let runtime: Runtime;

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway runtime 실행 '));
    runtime = await runtimeAt('home');
    await runtime.start();
    await runtime.handlers.registries.login(
      {
        host: closed.host,
        credential: { kind: 'password', username: closed.login.user, secret: closed.login.password },
      },
      signal,
    );
  });
  afterAll(async () => {
    await runtime.close();
    await rm(work, { recursive: true, force: true });
  });

  const runtimeAt = (home: string, owner: 'window' | 'cli' = 'window') =>
    createRuntime({
      home: path.join(work, home),
      // Nothing of this machine's own configuration counts here.
      env: {
        PATH: process.env.PATH,
        HOME: work,
        DOCKER_CONFIG: work,
        DOCKER_HOST: engine.host,
        SLIPWAY_PASSPHRASE: 'a passphrase for tests',
      },
      owner,
    });

  async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const context = path.join(work, name);
    await mkdir(context, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(context, file), text);
    return context;
  }

  const start = (input: QuickBuildInput) => runtime.handlers.runs.quickBuild(QuickBuildRequest.parse(input), signal);
  const build = async (input: QuickBuildInput) => ended(runtime, (await start(input)).runId);
  const quickRun = async (context: string, text: string) => {
    const request = QuickRunRequest.parse({ context, source: { kind: 'text', name: 'acb.yaml', text } });
    return ended(runtime, (await runtime.handlers.runs.quickRun(request, signal)).runId);
  };
  const tagsAt = async (repository: string) => {
    const headers = authorization(closed.login);
    const { body } = await expectOk(closed.url, `/v2/${repository}/tags/list`, { headers });
    const { tags } = JSON.parse(body.toString()) as { readonly tags: readonly string[] };
    return tags.toSorted();
  };
  const logOf = async (runId: string, from = runtime) => {
    let text = '';
    for await (const chunk of from.logs.text(runId, false)) text += chunk;
    return text;
  };

  it('keeps what an image is made of, as the registry and the engine have it', async () => {
    const context = await folder('layers', {
      Dockerfile: `FROM ${parts.busybox.open}\nENV A=1\nRUN dd if=/dev/zero of=/zeros bs=1024 count=300\nCOPY cargo /cargo\nCMD ["cat"]\n`,
      cargo: 'x'.repeat(40_000),
    });
    const shape = async (tags: readonly string[], push: boolean) => {
      const run = await build({ context, tags: [...tags], push });
      expect(run.status).toBe('Succeeded');
      const contents = await runtime.handlers.runs.contents({ runId: run.runId }, signal);
      expect(contents).toHaveLength(1);
      const [only] = contents;
      expect(only?.image).toBe(run.outputImages[0]?.digest ?? run.outputImages[0]?.imageId);
      expect(only?.platform).toBe('linux/amd64');
      const own = only?.layers.slice(only.baseLayers) ?? [];
      expect(own.map(({ instruction, empty }) => [instruction.split(' ')[0], empty])).toEqual([
        ['ENV', true],
        ['RUN', false],
        ['COPY', false],
        ['CMD', true],
      ]);
      return { measure: only?.measure, base: only?.layers.slice(0, only.baseLayers) ?? [], own, run };
    };
    const local = await shape([`layers-${engine.name}:1`], false);
    expect(local.measure).toBe('unpacked');
    expect(local.base.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(500_000);
    // What a file system makes of a file is its own affair.
    expect(local.own[1]?.size).toBeGreaterThanOrEqual(307_200);

    const names = [`${closed.host}/layers-${engine.name}:1`, `${closed.host}/layers-${engine.name}:2`];
    const pushed = await shape(names, true);
    expect(pushed.measure).toBe('compressed');
    const layers = [...pushed.base, ...pushed.own].filter(({ empty }) => !empty);
    const sum = layers.reduce((bytes, { size }) => bytes + size, 0);
    expect(sum).toBe(pushed.run.outputImages[0]?.compressedSize);
    expect(layers.map(({ digest = '' }) => digest).filter((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest))).toEqual(
      [],
    );
    await runtime.handlers.runs.remove({ runIds: [pushed.run.runId] }, signal);
    await expect(runtime.handlers.runs.contents({ runId: pushed.run.runId }, signal)).rejects.toMatchObject({
      error: { code: 'run.notFound' },
    });
  });

  it('says that a cache could not be read, and builds without it', async () => {
    const context = await folder('lost-cache', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo cargo\n` });
    const ref = `${open.host}/lost:cache`;
    const run = await build({ context, push: false, tags: ['lost-cache:1'], cacheFrom: [`type=registry,ref=${ref}`] });
    expect(run.status).toBe('Succeeded');
    const notice = { code: 'build.cacheNotImported', params: { ref, reason: expect.stringContaining('not found') } };
    expect(run.findings).toContainEqual(notice);
  });

  it('writes caches where the engine can, and refuses to before anything begins where it cannot', async () => {
    const context = await folder('beside', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo cargo > /cargo\n` });
    const asked: QuickBuildInput = {
      context,
      tags: [`${closed.host}/beside-${engine.name}:1`],
      cacheTo: [`type=registry,ref=${closed.host}/beside-${engine.name}:cache-$ID,mode=max`],
    };
    const taskFile = [
      'version: v1.1.0',
      'steps:',
      '  - cmd: bash echo never',
      `  - build: -t ${closed.host}/beside-${engine.name}:2 --cache-to type=registry,ref=${closed.host}/beside-${engine.name}:task .`,
      '    when: ["-"]',
      '',
    ].join('\n');
    if (!engine.containerdStore) {
      const before = await runtime.handlers.runs.list({ limit: 1 }, signal);
      const unsupported = { error: { code: 'build.cacheUnsupported', params: { supported: 'inline' } } };
      await expect(start(asked)).rejects.toMatchObject(unsupported);
      expect(await runtime.handlers.runs.list({ limit: 1 }, signal)).toEqual(before);
      const task = await quickRun(context, taskFile);
      expect(task).toMatchObject({ status: 'Failed', error: { code: 'build.cacheUnsupported' } });
      expect(task.steps.filter(({ status }) => status !== 'skipped' && status !== 'pending')).toEqual([]);
      return;
    }
    const run = await build(asked);
    expect(run.status).toBe('Succeeded');
    const tags = async () => tagsAt(`beside-${engine.name}`);
    expect(await tags()).toEqual(expect.arrayContaining(['1', `cache-${run.runId}`]));
    const task = await quickRun(context, taskFile.replace(/ {2}- cmd.*\n/, ''));
    expect(task.status).toBe('Succeeded');
    expect(await tags()).toContain('task');
  });

  it('keeps what was attested of images, pushed or not, without its secrets', async () => {
    const scanner = `${open.host}/scanner:1`;
    const scanning = await build({
      context: await folder('scanner', {
        Dockerfile: `FROM ${parts.busybox.open}\nCOPY scan.sh /\nENTRYPOINT ["/bin/sh", "/scan.sh"]\n`,
        // BuildKit's protocol of scanners: docs/attestations/sbom-protocol.md of its repository.
        'scan.sh': `test -s "$BUILDKIT_SCAN_SOURCE/cargo" && cat > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json" <<END
{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{"spdxVersion":"SPDX-2.3","name":"cargo list"}}
END
`,
      }),
      tags: [scanner],
    });
    expect(scanning.status).toBe('Succeeded');
    const context = await folder('attested', {
      Dockerfile: `FROM ${parts.busybox.open}\nARG TOKEN\nRUN echo tea > /cargo\n`,
    });
    const secret = 'cobalt-lantern-17';
    const input: QuickBuildInput = {
      context,
      buildArgs: [{ name: 'TOKEN', value: secret, secret: true }],
      attestations: [`type=sbom,generator=${scanner}`, 'type=provenance,mode=max'],
    };
    if (!engine.containerdStore) {
      const unsupported = { code: 'build.attestationsUnsupported', params: { option: '--sbom' } };
      await expect(start(input)).rejects.toMatchObject({ error: unsupported });
      return;
    }
    const seen = async (run: Run) => {
      const [contents] = await runtime.handlers.runs.contents({ runId: run.runId }, signal);
      const attestations = contents?.attestations ?? [];
      const texts = await Promise.all(
        attestations.map(({ digest }) => runtime.handlers.runs.statement({ runId: run.runId, digest }, signal)),
      );
      return { contents, attestations, texts };
    };
    const pushed = await build({ ...input, tags: [`${closed.host}/attested:1`] });
    expect(pushed.findings.map(({ code }) => code)).toContain('build.secretInProvenance');
    const { contents, attestations, texts } = await seen(pushed);
    expect(contents).toMatchObject({ measure: 'compressed', platform: 'linux/amd64' });
    expect(attestations).toMatchObject([
      { kind: 'sbom', predicateType: 'https://spdx.dev/Document', kept: true },
      { kind: 'provenance', predicateType: expect.stringMatching(/^https:\/\/slsa\.dev\/provenance\/v/), kept: true },
    ]);
    expect(texts[0]).toContain('cargo list');
    expect(texts[1]).toContain('build-arg:TOKEN');
    expect(texts.join()).not.toContain(secret);
    // What was told is what the registry has.
    for (const { digest, size } of attestations) {
      const headers = authorization(closed.login);
      const { body } = await expectOk(closed.url, `/v2/attested/blobs/${digest}`, { headers });
      expect(body).toHaveLength(size);
    }

    const kept = await seen(
      await build({ ...input, tags: ['attested:1'], push: false, attestations: ['type=provenance,mode=min'] }),
    );
    expect(kept.contents).toMatchObject({ measure: 'unpacked' });
    expect(kept.attestations).toMatchObject([{ kind: 'provenance' }]);
    expect(kept.texts.join()).not.toContain('TOKEN');
    await expect(
      runtime.handlers.runs.statement({ runId: pushed.runId, digest: '../../task' }, signal),
    ).resolves.toBeNull();

    const taskFile = `version: v1.1.0\nsteps:\n  - build: -t ${closed.host}/attested:2 --provenance=mode=min .\n  - push: [${closed.host}/attested:2]\n`;
    const task = await quickRun(context, taskFile);
    expect(task.status).toBe('Succeeded');
    expect(await seen(task)).toMatchObject({
      contents: { measure: 'compressed', image: task.outputImages[0]?.digest },
      attestations: [{ kind: 'provenance', kept: true }],
    });
  });

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
    const openShell = () => runtime.openShell({ runId: run.runId, stepId: 'build', columns: 91, rows: 27 }, signal);

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
    const log = await logOf(run.runId);
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
    const vertices = await runtime.handlers.runs.vertices({ runId: third.runId }, signal);
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
    expect(await ended(before, runId)).toMatchObject({ status: 'Succeeded' });
    expect(await logOf(runId, before)).toContain('***');
    await before.close();
    const entries = await readdir(path.join(work, 'sealed home'), { recursive: true, withFileTypes: true });
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
    expect((await ended(after, again.runId)).status).toBe('Succeeded');
    expect(again.cause).toEqual({ kind: 'rerun', of: runId });
  });

  it('cancels a run while a step goes on', async () => {
    const context = await folder('cancel', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo begun && sleep 600\n` });
    const { runId } = await start({ context, tags: ['cancel:1'], push: false, noCache: true });
    await lineSeen(runtime, runId, 'begun');
    await runtime.handlers.runs.cancel({ runId }, signal);
    expect(await ended(runtime, runId)).toMatchObject({
      status: 'Canceled',
      error: { code: 'run.canceled' },
      steps: [{ status: 'canceled' }],
    });
    expect(await logOf(runId)).toContain(`Run ID: ${runId} was canceled after`);
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
    expect(await logOf(run.runId)).toContain('why');
  });

  it.each<[title: string, input: () => Promise<QuickBuildInput>, code: string]>([
    ['a folder that is not there', async () => ({ context: path.join(work, 'nowhere') }), 'context.notFound'],
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
    const before = (await runtime.handlers.runs.list({ limit: 1 }, signal))[0]?.runId;
    await expect(start(await input())).rejects.toMatchObject({ error: { code } });
    expect((await runtime.handlers.runs.list({ limit: 1 }, signal))[0]?.runId).toBe(before);
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
    const [last] = await runtime.handlers.runs.list({ limit: 1 }, signal);
    return path.join(work, 'home/runs', formatRunId((parseRunId(last?.runId ?? '') ?? 0) + 1), 'logs');
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
    const both = await Promise.all(runs.map(({ runId }) => ended(runtime, runId)));
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

/** Resolves with the record when the run is over. */
async function ended(runtime: Runtime, runId: string): Promise<Run> {
  for (;;) {
    const changed = nextChange(runtime, runId);
    const run = await runtime.handlers.runs.show({ runId }, signal);
    if (isFinal(run.status)) return run;
    await changed;
  }
}

function nextChange(runtime: Runtime, runId: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = runtime.onEvent((event) => {
      if (event.kind !== 'runChanged' || event.runId !== runId) return;
      stop();
      resolve();
    });
  });
}

/** Resolves when a line of the log holds this text. */
async function lineSeen(runtime: Runtime, runId: string, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = async () => {
      const lines = await runtime.logs.lines(runId, 1, 1000);
      if (!lines.some((line) => line.text === text)) return;
      stop();
      resolve();
    };
    const stop = runtime.logs.onLines(runId, () => void look());
    void look();
  });
}
