import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { request } from '../scripts/parts/http.ts';
import { publishImage } from '../scripts/parts/images.ts';
import { startRegistry } from '../scripts/parts/registry.ts';
import { folderOf } from './docker/buildkit/test-build.ts';
import { type RegistryFront, startRegistryFront } from './registry-front-testing.ts';
import { endOf, homeIdOf, logOf, thingsLabelled, windowAt } from './runtime-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json';

/** What is about to be asked of the registry when it dies. */
const moments: readonly (readonly [what: string, asked: RegExp])[] = [
  ['the first layer', /^(?:PATCH|PUT) .*\/blobs\/uploads\//],
  ['the first platform’s manifest', /^PUT .*\/manifests\/(?:sha256|1-linux)/],
  // Of an engine that pushes it itself: that of a platform.
  ['the index, by its digest', /^PUT .*\/manifests\/sha256:/],
  ['the index, under its first tag', /^PUT .*\/manifests\/1$/],
  ['the second tag', /^PUT .*\/manifests\/2$/],
];

describe.each(parts.engines)('a registry that dies while Docker Engine $name pushes an index to it', ({ host }) => {
  async function setUp() {
    const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-lost-registry-'));
    onTestFinished(() => rm(work, { recursive: true, force: true }));
    const registry = await startRegistry(path.join(work, 'registry'));
    onTestFinished(() => registry.stop());
    const front = await startRegistryFront(registry);
    onTestFinished(() => front.stop());
    const old = await publishImage(registry, {
      repository: 'app',
      tag: '2',
      files: { old: 'old' },
      architectures: ['amd64', 'arm64'],
    });
    const home = path.join(work, 'home');
    const runtime = await windowAt(home, host);
    onTestFinished(() => runtime.close());
    const context = await folderOf({ Dockerfile: 'FROM scratch\nCOPY cargo /\n', cargo: randomBytes(1000) });
    const tags = ['1', '2'].map((tag) => `${front.host}/app:${tag}`);
    const build = async () => {
      const asked = QuickBuildRequest.parse({ context, tags, platforms });
      return endOf(runtime, (await runtime.handlers.runs.quickBuild(asked, never)).runId);
    };
    const digestOf = async (tag: string) =>
      (await request(registry.url, `/v2/app/manifests/${tag}`, { method: 'HEAD', headers: { accept } })).headers[
        'docker-content-digest'
      ];
    const leftOf = (runId: string) => thingsLabelled(host, homeIdOf(home), runId);
    return { front, old, runtime, build, digestOf, leftOf };
  }

  /** Does so once, before such a request. */
  function once(front: RegistryFront, asked: RegExp, work: () => Promise<void>): void {
    front.before = (line) => {
      if (!asked.test(line)) return undefined;
      front.before = () => undefined;
      return work();
    };
  }

  it.each(moments)('is pushed to all the same when it is back: before %s', async (_what, asked) => {
    const { front, build, digestOf, leftOf } = await setUp();
    let deaths = 0;
    once(front, asked, async () => {
      deaths += 1;
      await front.kill();
      await front.restart();
    });
    const run = await build();
    expect(run).toMatchObject({ status: 'Succeeded', outputImages: [{ pushed: true }, { pushed: true }] });
    expect(deaths).toBe(1);
    for (const { tag = '', digest } of run.outputImages) expect(await digestOf(tag)).toBe(digest);
    expect(await leftOf(run.runId)).toEqual([]);
  });

  it.each(moments.slice(2, 4))(
    'ends the run where it stays away, and the tag leads where it led: before %s',
    async (_what, asked) => {
      const { front, old, runtime, build, digestOf, leftOf } = await setUp();
      once(front, asked, () => front.kill());
      const run = await build();
      expect(run).toMatchObject({
        status: 'Failed',
        error: {
          code: expect.stringMatching(/^registry\.(?:unreachable|refused)$/) as unknown,
          fixes: [{ kind: 'retry' }],
        },
      });
      const log = await logOf(runtime, run.runId);
      expect(log).toContain('attempt 4');
      expect(log).toMatch(new RegExp(`Run ID: ${run.runId} failed after .*(?:refused|ECONNREFUSED)`));
      expect(await leftOf(run.runId)).toEqual([]);
      await front.restart();
      expect(await digestOf('2')).toBe(old.digest);

      const next = await build();
      expect(next).toMatchObject({ status: 'Succeeded' });
      for (const { tag = '', digest } of next.outputImages) expect(await digestOf(tag)).toBe(digest);
    },
  );
});
