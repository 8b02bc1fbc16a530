import { describe, expect, inject, it } from 'vitest';
import type { QuickBuildInput } from '@shared/model/quick-build.ts';
import type { Run } from '@shared/model/run.ts';
import { expectOk } from '../scripts/parts/http.ts';
import { authorization } from '../scripts/parts/registry.ts';
import { buildingAt } from './building-testing.ts';

const parts = inject('parts');
const signal = new AbortController().signal;
const { open, private: closed } = parts.registries;

describe.each(parts.engines)('what a build makes on Docker Engine $name', (engine) => {
  const { runtime, folder, start, build, quickRun } = buildingAt(engine, closed);
  const tagsAt = async (repository: string) => {
    const headers = authorization(closed.login);
    const { body } = await expectOk(closed.url, `/v2/${repository}/tags/list`, { headers });
    const { tags } = JSON.parse(body.toString()) as { readonly tags: readonly string[] };
    return tags.toSorted();
  };

  it('keeps what an image is made of, as the registry and the engine have it', async () => {
    const context = await folder('layers', {
      Dockerfile: `FROM ${parts.busybox.open}\nENV A=1\nRUN dd if=/dev/zero of=/zeros bs=1024 count=300\nCOPY cargo /cargo\nCMD ["cat"]\n`,
      cargo: 'x'.repeat(40_000),
    });
    const shape = async (tags: readonly string[], push: boolean) => {
      const run = await build({ context, tags: [...tags], push });
      expect(run.status).toBe('Succeeded');
      const contents = await runtime().handlers.runs.contents({ runId: run.runId }, signal);
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
    await runtime().handlers.runs.remove({ runIds: [pushed.run.runId] }, signal);
    await expect(runtime().handlers.runs.contents({ runId: pushed.run.runId }, signal)).rejects.toMatchObject({
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
      const before = await runtime().handlers.runs.list({ limit: 1 }, signal);
      const unsupported = { error: { code: 'build.cacheUnsupported', params: { supported: 'inline' } } };
      await expect(start(asked)).rejects.toMatchObject(unsupported);
      expect(await runtime().handlers.runs.list({ limit: 1 }, signal)).toEqual(before);
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
      const [contents] = await runtime().handlers.runs.contents({ runId: run.runId }, signal);
      const attestations = contents?.attestations ?? [];
      const texts = await Promise.all(
        attestations.map(({ digest }) => runtime().handlers.runs.statement({ runId: run.runId, digest }, signal)),
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
      runtime().handlers.runs.statement({ runId: pushed.runId, digest: '../../task' }, signal),
    ).resolves.toBeNull();

    const taskFile = `version: v1.1.0\nsteps:\n  - build: -t ${closed.host}/attested:2 --provenance=mode=min .\n  - push: [${closed.host}/attested:2]\n`;
    const task = await quickRun(context, taskFile);
    expect(task.status).toBe('Succeeded');
    expect(await seen(task)).toMatchObject({
      contents: { measure: 'compressed', image: task.outputImages[0]?.digest },
      attestations: [{ kind: 'provenance', kept: true }],
    });
  });
});
