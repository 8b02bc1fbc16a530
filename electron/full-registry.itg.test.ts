import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { type QuickBuildInput, QuickBuildRequest } from '@shared/model/quick-build.ts';
import { publishImage } from '../scripts/parts/images.ts';
import { request } from '../scripts/parts/http.ts';
import { startRegistry } from '../scripts/parts/registry.ts';
import { folderOf } from './docker/buildkit/test-build.ts';
import { startRegistryFront } from './registry-front-testing.ts';
import { endOf, logOf, windowAt } from './runtime-testing.ts';
import { fill, smallDisk } from './small-disk-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
const accept = [
  'docker.distribution.manifest.v2',
  'docker.distribution.manifest.list.v2',
  'oci.image.manifest.v1',
  'oci.image.index.v1',
]
  .map((type) => `application/vnd.${type}+json`)
  .join();

interface Case {
  readonly what: string;
  readonly tags: readonly string[];
  readonly platforms?: QuickBuildInput['platforms'];
  /** Bytes of the layer. */
  readonly size: number;
  /** The disk is full before the request that this fits; without one, from the start where `size` would fit. */
  readonly fullAt?: RegExp | 'start';
}

const several: QuickBuildInput['platforms'] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];
const cases: readonly Case[] = [
  { what: 'an image that is larger than its room', tags: ['1'], size: 8_000_000 },
  { what: 'an image', tags: ['1'], size: 1000, fullAt: 'start' },
  { what: 'the manifest of an image', tags: ['1'], size: 1000, fullAt: /^PUT .*\/manifests\// },
  { what: 'several tags', tags: ['1', '2', '3'], size: 1000, fullAt: 'start' },
  { what: 'the second of several tags', tags: ['2', '1'], size: 1000, fullAt: /^PUT .*\/manifests\/1$/ },
  { what: 'several platforms', tags: ['1'], platforms: several, size: 1000, fullAt: 'start' },
  {
    what: 'the index of several platforms',
    tags: ['1', '2'],
    platforms: several,
    size: 1000,
    fullAt: /^PUT .*\/manifests\/1$/,
  },
];

describe.each(parts.engines)('a registry without room, for Docker Engine $name', ({ host }) => {
  it.each(cases)(
    'takes no part of $what: said at once, the tag leads where it led, and later it goes',
    async (given) => {
      const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-full-registry-'));
      onTestFinished(() => rm(work, { recursive: true, force: true }));
      const disk = await smallDisk(5, onTestFinished, path.join(work, 'registry/storage'));
      const registry = await startRegistry(path.join(work, 'registry'));
      const front = await startRegistryFront(registry);
      onTestFinished(async () => {
        await front.stop();
        await registry.kill();
      });
      const old = await publishImage(registry, { repository: 'app', tag: '1', files: { old: 'old' } });
      const runtime = await windowAt(path.join(work, 'home'), host);
      onTestFinished(() => runtime.close());

      const context = await folderOf({ Dockerfile: 'FROM scratch\nCOPY cargo /\n', cargo: randomBytes(given.size) });
      const { tags, platforms = [] } = given;
      const build = async () => {
        const images = tags.map((tag) => `${front.host}/app:${tag}`);
        const asked = QuickBuildRequest.parse({ context, tags: images, platforms });
        return endOf(runtime, (await runtime.handlers.runs.quickBuild(asked, never)).runId);
      };
      const digestOf = async (tag: string) =>
        (await request(registry.url, `/v2/app/manifests/${tag}`, { method: 'HEAD', headers: { accept } })).headers[
          'docker-content-digest'
        ];

      let free: () => Promise<void> = () => Promise.resolve();
      const fillUp = async () => {
        front.before = () => undefined;
        free = await fill(disk);
      };
      const { fullAt } = given;
      if (fullAt === 'start') await fillUp();
      else if (fullAt !== undefined) front.before = (asked) => (fullAt.test(asked) ? fillUp() : undefined);
      const run = await build();

      expect(run).toMatchObject({
        status: 'Failed',
        error: { code: 'registry.full', params: { registry: front.host }, fixes: [{ kind: 'retry' }] },
      });
      expect(run.error?.cause).toMatch(/no space left|"Err"|unknown error/i);
      // No try after it was known: the engine's own would take a minute each.
      const log = await logOf(runtime, run.runId);
      expect(log).not.toContain('waiting');
      expect(await digestOf('1')).toBe(old.digest);

      await free();
      if (given.size > 5_000_000) return;
      // Another image: of a manifest that it had no room for, distribution keeps an empty file, and takes it for the manifest.
      await writeFile(path.join(context, 'cargo'), randomBytes(given.size));
      const next = await build();
      expect(next).toMatchObject({ status: 'Succeeded' });
      for (const { tag = '', digest } of next.outputImages) expect(await digestOf(tag)).toBe(digest);
    },
  );
});
