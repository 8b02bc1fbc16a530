import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { startLimitedRegistry } from '../scripts/parts/limited-registry.ts';
import { buildingAt } from './building-testing.ts';
import { startFaultProxy } from './registry/registry-testing.ts';

const parts = inject('parts');
const { open, private: closed } = parts.registries;
const signal = new AbortController().signal;

async function limitedRegistry(limit: number, remaining: number): Promise<string> {
  const limited = await startLimitedRegistry(open, { limit, remaining });
  onTestFinished(() => limited.stop());
  return limited.host;
}

describe.each(parts.engines)('the limit of a registry, in a run on Docker Engine $name', (engine) => {
  const { runtime, folder, build, quickRun } = buildingAt(engine, closed);
  const toldOf = async (host: string) =>
    (await runtime().handlers.registries.rateLimits(undefined, signal)).find(({ registry }) => registry === host);

  it('that is nearly reached by a base image is found by the run, and kept for all to see', async () => {
    const host = await limitedRegistry(10_000, 1_000);
    const context = await folder('base', { Dockerfile: `FROM ${host}/base/busybox:1\nRUN true\n` });
    const run = await build({ context, tags: ['limits:1'], push: false, pull: true });
    expect(run.status).toBe('Succeeded');
    const told = await toldOf(host);
    expect(told).toMatchObject({ limit: 10_000, windowSeconds: 21_600 });
    expect(told?.remaining).toBeLessThanOrEqual(1_000);
    expect(run.findings).toEqual([
      { code: 'registry.rateLimitLow', params: { registry: host, limit: 10_000, remaining: told?.remaining } },
    ]);
  });

  it('that is nearly reached by a push is found once, by a build and by a task', async () => {
    const host = await limitedRegistry(10_000, 900);
    const context = await folder('pushed', { Dockerfile: `FROM ${parts.busybox.local}\nRUN echo pushed > /own\n` });
    const low = { code: 'registry.rateLimitLow', params: expect.objectContaining({ registry: host }) as unknown };
    const run = await build({ context, tags: [`${host}/limits/${engine.name}:1`, `${host}/limits/${engine.name}:2`] });
    expect(run).toMatchObject({ status: 'Succeeded', findings: [low] });
    const image = `${host}/limits/${engine.name}:3`;
    const task = await quickRun(context, `steps:\n  - build: -t ${image} .\n  - push: ["${image}"]\n`);
    expect(task).toMatchObject({ status: 'Succeeded', findings: [low] });
  });

  it('that has room is no finding', async () => {
    const host = await limitedRegistry(10_000, 9_000);
    const context = await folder('roomy', { Dockerfile: `FROM ${host}/base/busybox:1\nRUN true\n` });
    const run = await build({ context, tags: ['limits:1'], push: false, pull: true });
    expect(run).toMatchObject({ status: 'Succeeded', findings: [] });
    expect(await toldOf(host)).toMatchObject({ limit: 10_000 });
  });

  it('that is reached ends the run with the time to wait, which stands by the registry too', async () => {
    const body = JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'pull rate limit' }] });
    const headers = { 'retry-after': '3600', 'content-type': 'application/json' };
    const proxy = await startFaultProxy(open.url, () => ({ kind: 'answer', status: 429, headers, body }));
    onTestFinished(() => proxy.stop());
    const { host } = proxy;
    const context = await folder('out', { Dockerfile: `FROM ${host}/base/busybox:1\nRUN true\n` });
    const run = await build({ context, tags: ['limits:1'], push: false, pull: true });
    expect(run).toMatchObject({
      status: 'Failed',
      error: { code: 'registry.rateLimited', params: { registry: host, image: `${host}/base/busybox:1` } },
    });
    const { retryAt = '' } = (await toldOf(host)) ?? {};
    expect(Date.parse(retryAt)).toBeGreaterThan(Date.now() + 1_800_000);
  });
});
