import { createHash } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { parsePlatform } from '@shared/model/platform.ts';
import { expectOk } from '../scripts/parts/http.ts';
import { authorization } from '../scripts/parts/registry.ts';
import { buildingAt } from './building-testing.ts';

const parts = inject('parts');
const { private: registry } = parts.registries;
const names = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
const platforms = names.map((name) => parsePlatform(name));

/** Builds on the machine's own platform, for each: no emulation is needed. */
const dockerfile = `FROM --platform=$BUILDPLATFORM ${parts.busybox.open} AS tools
RUN echo common > /common
FROM tools AS made
ARG TARGETARCH TARGETVARIANT
RUN echo "$TARGETARCH$TARGETVARIANT" > /made
FROM scratch
COPY --from=tools /common /
COPY --from=made /made /
`;

describe.each(parts.engines)('an image of three platforms on Docker Engine $name', (engine) => {
  const { runtime, folder, build, quickRun } = buildingAt(engine, registry);

  it('is pushed as one index under each tag, which any client can read', async () => {
    const context = await folder('index', { Dockerfile: dockerfile });
    const repository = `index-${engine.name}`;
    const tags = ['1', 'latest'].map((tag) => `${registry.host}/${repository}:${tag}`);
    const run = await build({ context, tags, platforms: [...platforms, ...platforms.slice(0, 1)], noCache: true });
    expect(run).toMatchObject({ status: 'Succeeded', platforms });

    const index = await read(repository, 'latest');
    expect(await read(repository, '1')).toEqual(index);
    const images = (index.json['manifests'] as readonly Entry[]).filter(({ platform }) => platform.os !== 'unknown');
    expect(
      images.map(({ platform: { os: system, architecture, variant } }) =>
        [system, architecture, variant].filter(Boolean).join('/'),
      ),
    ).toEqual(names);
    const made: string[] = [];
    for (const { digest, size } of images) {
      const { json, bytes } = await read(repository, digest);
      expect(bytes).toBe(size);
      const layers = json['layers'] as readonly { readonly digest: string }[];
      for (const layer of layers) await blob(repository, layer.digest);
      const { architecture, variant } = JSON.parse(
        (await blob(repository, (json['config'] as Entry).digest)).toString(),
      ) as Record<string, string>;
      made.push(['linux', architecture, variant].filter(Boolean).join('/'));
    }
    expect(made).toEqual(names);

    for (const output of run.outputImages) {
      expect(output).toMatchObject({ repository, digest: index.digest, pushed: true });
      expect(output.platforms?.map(({ platform, digest }) => [platform, digest])).toEqual(
        images.map(({ digest }, at) => [names[at], digest]),
      );
      for (const { compressedSize } of output.platforms ?? []) expect(compressedSize).toBeGreaterThan(0);
    }
    expect(run.outputImages.map(({ tag }) => tag)).toEqual(['1', 'latest']);
  });

  it('stays in the engine without a push, under one name or one for each', async () => {
    const context = await folder('kept', { Dockerfile: dockerfile });
    const run = await build({ context, tags: ['kept:1'], platforms, push: false });
    const found = run.outputImages.map(({ tag, platform }) => [tag, platform]);
    expect(found).toEqual(
      engine.containerdStore ? [['1', names.join(',')]] : names.map((name) => [`1-${name.replaceAll('/', '-')}`, name]),
    );
    expect(run.findings.some(({ code }) => code === 'build.platformTags')).toBe(!engine.containerdStore);

    const contents = await runtime().handlers.runs.contents({ runId: run.runId }, new AbortController().signal);
    expect(contents).toHaveLength(names.length);
    expect(new Set(contents.map(({ platform }) => platform))).toEqual(new Set(names));
    for (const { measure, layers } of contents) {
      // What an earlier push has compressed stays so in containerd's store.
      expect(measure).toMatch(engine.containerdStore ? /^(?:un|com)p/ : /^unpacked$/);
      // By each file, and none of them empty, though the engine has run one platform alone.
      expect(layers.every(({ size, empty }) => size > 0 && !empty)).toBe(true);
      expect(layers.map(({ instruction }) => instruction.split(' ').slice(0, 3).join(' '))).toEqual([
        'COPY /common /',
        'COPY /made /',
      ]);
    }
  });

  it('is built and pushed by a task', async () => {
    const context = await folder('task', { Dockerfile: dockerfile });
    const image = `${registry.host}/task-${engine.name}:1`;
    const text = `version: v1.1.0\nsteps:\n  - build: -t ${image} --platform ${names.join(',')} .\n  - push: ["${image}"]\n`;
    const run = await quickRun(context, text);
    expect(run).toMatchObject({ status: 'Succeeded', outputImages: [{ pushed: true }] });
    const index = await read(`task-${engine.name}`, '1');
    expect(run.outputImages[0]?.digest).toBe(index.digest);
    expect(run.outputImages[0]?.platform).toBe(names.join(','));
  });
});

interface Entry {
  readonly digest: string;
  readonly size: number;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

const headers = authorization(registry.login);
const accept = [
  'oci.image.index.v1',
  'oci.image.manifest.v1',
  'docker.distribution.manifest.list.v2',
  'docker.distribution.manifest.v2',
]
  .map((type) => `application/vnd.${type}+json`)
  .join(', ');

/** A manifest, read as any client does, its digest checked. */
async function read(repository: string, place: string) {
  const { body } = await expectOk(registry.url, `/v2/${repository}/manifests/${place}`, {
    headers: { ...headers, accept },
  });
  const digest = digestOf(body);
  if (place.startsWith('sha256:')) expect(digest).toBe(place);
  return { digest, bytes: body.length, json: JSON.parse(body.toString()) as Readonly<Record<string, unknown>> };
}

async function blob(repository: string, digest: string): Promise<Buffer> {
  const { body } = await expectOk(registry.url, `/v2/${repository}/blobs/${digest}`, { headers });
  expect(digestOf(body)).toBe(digest);
  return body;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
