import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { QuickBuildRequest, type QuickBuildInput } from '@shared/model/quick-build.ts';
import { json, request } from '../scripts/parts/http.ts';
import { cannotHere } from '../scripts/parts/need.ts';
import { person } from './docker/containers/terminal-testing.ts';
import { type EngineProxy, proxyEngine } from './docker/proxy-testing.ts';
import { homeLabel, runLabel } from './engine/ports.ts';
import type { Runtime } from './runtime.ts';
import { endOf, homeIdOf, lineSeen, logOf, recordOf, startTask, thingsLabelled, windowAt } from './runtime-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
/** The one that is looked for, and the one that is named. */
const [near, far] = parts.engines;
const image = parts.busybox.local;
const linuxOnly = [{ os: 'linux' as const, architecture: 'amd64' as const }];

describe('runs of a home with several engines', () => {
  let work: string;
  let home: string;
  let runtime: Runtime;
  const proxies: EngineProxy[] = [];

  beforeEach(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'sw-'));
    home = path.join(work, 'home');
    await mkdir(home);
  });
  afterEach(async () => {
    await runtime.close();
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
    await rm(work, { recursive: true, force: true });
  });

  async function proxyOf(name: string, host: string, buildkit = true, os?: 'windows'): Promise<EngineProxy> {
    const proxy = await proxyEngine(path.join(work, `${name}.sock`), host, { buildkit, os });
    proxies.push(proxy);
    return proxy;
  }
  const add = (name: string, host: string) => runtime.handlers.engine.add({ name, host, kind: 'docker' }, never);
  const context = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const folder = await mkdtemp(path.join(work, 'context-'));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    return folder;
  };
  const cargo = () => context({ Dockerfile: `FROM ${image}\nRUN echo cargo > /cargo\n` });
  const build = async (input: QuickBuildInput) =>
    (await runtime.handlers.runs.quickBuild(QuickBuildRequest.parse(input), never)).runId;
  const has = async (host: string, name: string) => (await request(host, `/images/${name}/json`)).status === 200;
  const statusOf = async (name: string) =>
    (await runtime.handlers.engine.list(undefined, never)).find((each) => each.name === name)?.status.state;

  it('go to the one that they name, and so does a re-run', async () => {
    runtime = await windowAt(home, near.host);
    await add('far', far.host);
    const tags = [`slipway-test/named-${path.basename(work).toLowerCase()}:$ID`];
    const first = await endOf(runtime, await build({ context: await cargo(), tags, engine: 'far' }));
    expect(first).toMatchObject({ status: 'Succeeded', engine: { name: 'far', host: far.host } });
    expect(first.findings.map(({ code }) => code)).toEqual(['build.keptInEngine']);
    expect(await logOf(runtime, first.runId)).toContain('Using engine far');
    const again = await runtime.handlers.runs.rerun({ runId: first.runId }, never);
    const second = await endOf(runtime, again.runId);
    expect(second).toMatchObject({ status: 'Succeeded', engine: { name: 'far' } });
    const [name = ''] = second.images;
    expect([await has(near.host, name), await has(far.host, name)]).toEqual([false, true]);
    const own = await endOf(runtime, await build({ context: await cargo(), tags }));
    expect(own).toMatchObject({ status: 'Succeeded', engine: { name: 'default', host: near.host } });
    const task = await startTask(runtime, `steps:\n  - cmd: ${image} echo there\n`, { engine: 'far' });
    expect(await endOf(runtime, task)).toMatchObject({ status: 'Succeeded', engine: { name: 'far' } });
    for (const { images } of [first, second])
      await request(far.host, `/images/${images[0]}?force=1`, { method: 'DELETE' });
    await request(near.host, `/images/${own.images[0]}?force=1`, { method: 'DELETE' });
  });

  it('go to the default one as soon as that is another', async () => {
    runtime = await windowAt(home, near.host);
    await add('far', far.host);
    await runtime.handlers.engine.use({ name: 'far' }, never);
    const task = await startTask(runtime, `steps:\n  - cmd: ${image} echo there\n`);
    expect(await endOf(runtime, task)).toMatchObject({ status: 'Succeeded', engine: { name: 'far' }, findings: [] });
  });

  it('go to the first that has the platform, and say so', async (test) => {
    if (!parts.emulation.ok) cannotHere(test, parts.emulation.reason);
    // Without BuildKit an engine tells its own platform alone.
    runtime = await windowAt(home, (await proxyOf('plain', near.host, false)).host);
    await add('far', far.host);
    const scratch = await context({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
    const platforms = [{ os: 'linux' as const, architecture: 'arm64' as const }];
    const run = await endOf(runtime, await build({ context: scratch, platforms }));
    expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'far' } });
    const params = { engine: 'far', default: 'default', platforms: 'linux/arm64' };
    expect(run.findings).toContainEqual({ code: 'engine.defaultLacksPlatform', params });
    const windows = [{ os: 'windows' as const, architecture: 'amd64' as const }];
    // Said when it is asked for: there is no run of it.
    const before = (await runtime.handlers.runs.list({ limit: 100 }, never)).length;
    await expect(build({ context: scratch, platforms: windows })).rejects.toMatchObject({
      error: { code: 'engine.noneFits', params: { engines: 'default: windows/amd64; far: windows/amd64' } },
    });
    expect(await runtime.handlers.runs.list({ limit: 100 }, never)).toHaveLength(before);
    // One that is away may have it: the run itself says what became of that.
    await add('lighthouse', `unix://${work}/nobody.sock`);
    await expect.poll(() => statusOf('lighthouse')).toBe('absent');
    const none = await endOf(runtime, await build({ context: scratch, platforms: windows }));
    expect(none).toMatchObject({ status: 'Error', error: { code: 'engine.noneFits' } });
    expect(none.error?.params['engines']).toBe('default: windows/amd64; far: windows/amd64; lighthouse: ?');
  });

  it('go to one that has all that their steps name, before anything of them begins', async (test) => {
    if (!parts.emulation.ok) cannotHere(test, parts.emulation.reason);
    runtime = await windowAt(home, (await proxyOf('plain', near.host, false)).host);
    await add('far', far.host);
    const folder = await context({ 'other.Dockerfile': 'FROM scratch\nCOPY . /\n' });
    const steps = (platform: string) =>
      `steps:\n  - id: begin\n    cmd: ${image} echo begun\n  - build: --platform ${platform} -f other.Dockerfile .\n`;
    const run = await endOf(runtime, await startTask(runtime, steps('linux/arm64'), { context: folder }));
    expect(run).toMatchObject({ status: 'Succeeded', engine: { name: 'far' } });
    const params = { engine: 'far', default: 'default', platforms: 'linux/arm64' };
    expect(run.findings).toContainEqual({ code: 'engine.defaultLacksPlatform', params });
    const none = startTask(runtime, steps('windows/amd64'), { context: folder });
    await expect(none).rejects.toMatchObject({ error: { code: 'engine.noneFits' } });
  });

  it('go to an engine of Windows where they are for it, and to no other', async () => {
    // A Linux one that says that it is one: where a run goes is all that is looked at.
    const harbour = await proxyOf('harbour', near.host, false, 'windows');
    runtime = await windowAt(home, near.host);
    const scratch = await context({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
    const platforms = [{ os: 'windows' as const, architecture: 'amd64' as const }];
    await expect(build({ context: scratch, platforms })).rejects.toMatchObject({
      error: { code: 'engine.noneFits', params: { platforms: 'windows/amd64', engines: 'default: windows/amd64' } },
    });
    await add('harbour', harbour.host);
    await expect.poll(() => statusOf('harbour')).toBe('ready');
    const run = await endOf(runtime, await build({ context: scratch, platforms }));
    expect(run).toMatchObject({ engine: { name: 'harbour', host: harbour.host } });
    const params = { engine: 'harbour', default: 'default', platforms: 'windows/amd64' };
    expect(run.findings).toContainEqual({ code: 'engine.defaultLacksPlatform', params });
    expect(harbour.requests.some((request) => request.endsWith('/build'))).toBe(true);
    const linux = build({ context: scratch, engine: 'harbour', platforms: linuxOnly });
    await expect(linux).rejects.toMatchObject({ error: { code: 'engine.noneFits' } });
    const both = build({ context: scratch, platforms: [...platforms, ...linuxOnly] });
    await expect(both).rejects.toMatchObject({
      error: { params: { engines: 'default: windows/amd64; harbour: linux/amd64' } },
    });
  });

  it('go to another while the default one is away, and wait for the one that they name, which holds up nobody', async () => {
    const harbour = await proxyOf('harbour', near.host);
    await harbour.stop();
    runtime = await windowAt(home, harbour.host);
    await add('far', far.host);
    await add('harbour', harbour.host);
    await runtime.handlers.settings.update({ concurrentRuns: 1 }, never);
    const text = `steps:\n  - cmd: ${image} echo there\n`;
    const waiting = await startTask(runtime, text, { engine: 'harbour' });
    await recordOf(runtime, waiting, ({ waitReason }) => waitReason?.kind === 'engine');
    const other = await endOf(runtime, await startTask(runtime, text));
    expect(other).toMatchObject({ status: 'Succeeded', engine: { name: 'far' } });
    expect(other.findings).toContainEqual({
      code: 'engine.defaultAbsent',
      params: { engine: 'far', default: 'default' },
    });
    expect(await runtime.handlers.runs.show({ runId: waiting }, never)).toMatchObject({ status: 'Queued' });
    await harbour.start();
    expect(await endOf(runtime, waiting)).toMatchObject({ status: 'Succeeded', engine: { name: 'harbour' } });
  });

  it('are canceled where they are, also when the name was taken away', async () => {
    runtime = await windowAt(home, near.host);
    await add('far', far.host);
    const task = await startTask(runtime, `steps:\n  - cmd: ${image} sh -c 'echo begun; sleep 600'\n`, {
      engine: 'far',
    });
    await lineSeen(runtime, task, 'begun');
    expect(await thingsLabelled(far.host, homeIdOf(home), task)).not.toEqual([]);
    await runtime.handlers.engine.remove({ name: 'far' }, never);
    await runtime.handlers.runs.cancel({ runId: task }, never);
    expect(await endOf(runtime, task)).toMatchObject({ status: 'Canceled', engine: { name: 'far' } });
    expect(await thingsLabelled(far.host, homeIdOf(home), task)).toEqual([]);
    const [gone] = (await runtime.handlers.engine.list(undefined, never)).filter(({ name }) => name === 'far');
    expect(gone).toBeUndefined();
    await expect(runtime.handlers.runs.rerun({ runId: task }, never)).rejects.toMatchObject({
      error: { code: 'engine.unknown', params: { name: 'far' } },
    });
  });

  it('have their shell where they failed', async () => {
    runtime = await windowAt(home, near.host);
    await add('far', far.host);
    const failing = await context({ Dockerfile: `FROM ${image}\nRUN echo far > /where; false\n` });
    const run = await endOf(runtime, await build({ context: failing, engine: 'far' }));
    expect(run).toMatchObject({ status: 'Failed', engine: { name: 'far' } });
    await runtime.handlers.engine.remove({ name: 'far' }, never);
    const open = () => runtime.openShell({ runId: run.runId, stepId: 'build', columns: 80, rows: 24 }, never);
    await expect(open()).rejects.toMatchObject({ error: { code: 'engine.unknown' } });
    await add('far', far.host);
    const shell = await open();
    const { types, sees } = person(shell);
    await types('cat /where\n');
    await sees(/\nfar\r\n/);
    await types('exit 0\n');
    await shell.ended;
  });

  it('leave nothing behind in any of them when they were killed', async () => {
    runtime = await windowAt(home, near.host);
    const homeId = homeIdOf(home);
    const volume = async (host: string, owner: string, run: string) => {
      const body = { Name: `sweep-${owner}-${run}`, Labels: { [homeLabel]: owner, [runLabel]: run } };
      await json(host, '/volumes/create', { method: 'POST', json: body });
      return body.Name;
    };
    const left = await volume(far.host, homeId, 'caz');
    const foreign = await volume(far.host, `other-${homeId}`, 'caz');
    await add('far', far.host);
    await expect.poll(() => statusOf('far')).toBe('ready');
    const there = async (name: string) => (await request(far.host, `/volumes/${name}`)).status;
    await expect.poll(() => there(left)).toBe(404);
    expect(await there(foreign)).toBe(200);
    await request(far.host, `/volumes/${foreign}`, { method: 'DELETE' });
  });

  it('see how each engine is: its platforms, how far away it is, when it was there last, and why it is gone', async () => {
    runtime = await windowAt(home, near.host);
    const harbour = await proxyOf('harbour', far.host);
    await add('harbour', harbour.host);
    const listing = async () =>
      (await runtime.handlers.engine.list(undefined, never)).find((each) => each.name === 'harbour');
    await expect.poll(async () => (await listing())?.latencyMs).toBeGreaterThan(0);
    const there = await listing();
    expect(there).toMatchObject({ isDefault: false, status: { state: 'ready', info: { host: harbour.host } } });
    await harbour.stop();
    await expect.poll(() => statusOf('harbour')).toBe('absent');
    const gone = await runtime.handlers.engine.test({ name: 'harbour' }, never);
    expect(gone).toMatchObject({ status: { state: 'absent', error: { code: 'engine.notThere' } } });
    expect(Date.parse(gone.lastSeen ?? '')).toBeGreaterThanOrEqual(Date.parse(there?.lastSeen ?? ''));
  });
});
