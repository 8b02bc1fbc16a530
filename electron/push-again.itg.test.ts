import { describe, expect, inject, it } from 'vitest';
import { requestsOf } from '../scripts/parts/registry.ts';
import { buildingAt } from './building-testing.ts';
import { startFaultProxy } from './registry/registry-testing.ts';
import { logOf } from './runtime-testing.ts';

const parts = inject('parts');
const { open, private: closed } = parts.registries;

describe.each(parts.engines)('an image that its registry has already, on Docker Engine $name', (engine) => {
  const { runtime, folder, build } = buildingAt(engine, closed);

  it('is given its new tags, without a layer being asked for', async () => {
    const context = await folder('again', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo ${engine.name} > /a\n` });
    const repository = `again-${engine.name}`;
    const first = await build({ context, tags: [`${open.host}/${repository}:1`] });
    const before = (await requestsOf(open)).length;
    const second = await build({ context, tags: ['2', '3'].map((tag) => `${open.host}/${repository}:${tag}`) });
    expect(second).toMatchObject({ status: 'Succeeded' });
    expect(second.outputImages.map(({ digest, pushed }) => [digest, pushed])).toEqual(
      Array.from({ length: 2 }, () => [first.outputImages[0]?.digest, true]),
    );
    const asked = (await requestsOf(open)).slice(before).filter(({ path }) => path.includes(`/${repository}/`));
    const given = asked.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));
    expect(new Set(given)).toEqual(new Set(['2', '3']));
    expect(given).toHaveLength(2);
    const log = await logOf(runtime(), second.runId);
    expect(log).toContain(`Successfully pushed image: ${open.host}/${repository}:3`);
    expect(log).toContain('is there already, with all its layers');
    expect(asked.some(({ method, path }) => method === 'HEAD' && path.includes('/blobs/'))).toBe(false);
  });

  it('is a finding of the run when the registry took it and does not give it back', async () => {
    const registry = await startFaultProxy(open.url, (_, method) =>
      method === 'GET' ? { kind: 'answer', status: 500 } : { kind: 'pass' },
    );
    const context = await folder('empty', {
      Dockerfile: `FROM ${parts.busybox.local}\nRUN echo ${engine.name} > /e\n`,
    });
    const run = await build({ context, tags: [`${registry.host}/empty-${engine.name}:1`] });
    const image = `${registry.host}/empty-${engine.name}:1`;
    expect(run).toMatchObject({ status: 'Succeeded', outputImages: [{ pushed: true }] });
    expect(run.findings).toEqual([
      { code: 'registry.pushedUnreadable', params: { image, reason: expect.stringContaining('500') as unknown } },
    ]);
  });

  it('is pushed whole when its manifest is there and a layer is not', async () => {
    const state = { refuses: false };
    const registry = await startFaultProxy(open.url, (_, method) => {
      if (!state.refuses || method !== 'PUT') return { kind: 'pass' };
      state.refuses = false;
      const errors = [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' }];
      return { kind: 'answer', status: 400, body: JSON.stringify({ errors }) };
    });
    const context = await folder('gone', { Dockerfile: `FROM ${parts.busybox.open}\nRUN echo ${engine.name} > /g\n` });
    const name = `${registry.host}/gone-${engine.name}`;
    const first = await build({ context, tags: [`${name}:1`] });
    expect(first).toMatchObject({ status: 'Succeeded' });
    const digest = first.outputImages[0]?.digest;
    state.refuses = true;
    const second = await build({ context, tags: [`${name}:2`, `${name}:3`] });
    expect(second).toMatchObject({ status: 'Succeeded', outputImages: [{ digest }, { digest }] });
    expect(state.refuses).toBe(false);
    expect(await logOf(runtime(), second.runId)).toContain(`Pushing image: ${name}:2, attempt 1`);
  });
});
