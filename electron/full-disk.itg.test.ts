import { mkdir, mkdtemp, rm, symlink, writeFile, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import type { AppError } from '@shared/model/app-error.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { type Engine, startEngine } from '../scripts/parts/engine.ts';
import { expectOk, json, request } from '../scripts/parts/http.ts';
import { loadImage, publishImage } from '../scripts/parts/images.ts';
import { freePort } from '../scripts/parts/registry.ts';
import { publishRegistryImage } from '../scripts/parts/registry-image.ts';
import { homeLabel, runLabel } from './engine/ports.ts';
import type { Runtime } from './runtime.ts';
import { fill, smallDisk } from './small-disk-testing.ts';
import { endOf, homeIdOf, integrityOf, lineSeen, recordOf, startTask, windowAt } from './runtime-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;
const never = new AbortController().signal;

/** How a run ends: on its record, or, where that can't be written, told to the process. */
async function whatEnds(runtime: Runtime, runId: string): Promise<Pick<Run, 'error'>> {
  let stop: () => void = () => undefined;
  const fault = new Promise<{ readonly error: AppError }>((resolve) => {
    stop = runtime.onFault((id, error) => void (id === runId && resolve({ error })));
  });
  try {
    return await Promise.race([fault, endOf(runtime, runId)]);
  } finally {
    stop();
  }
}

describe('a home on a disk that fills', () => {
  const [engine] = parts.engines;

  /** Runs the task until it has said `begun`, does what is to be done then, and fills the disk. */
  async function runOnSmallDisk(task: string, prepare: (home: string) => Promise<void> = () => Promise.resolve()) {
    const disk = await smallDisk(8, onTestFinished);
    const home = path.join(disk, 'home');
    await prepare(home);
    const runtime = await windowAt(home, engine.host);
    onTestFinished(() => runtime.close());
    const runId = await startTask(runtime, task);
    return { disk, home, runtime, runId };
  }

  /** The home is whole, the run is over, and the next one succeeds. */
  async function expectWell(runtime: Runtime, runId: string): Promise<void> {
    expect(integrityOf(runtime.home)).toBe('ok');
    const run = await recordOf(runtime, runId, ({ status }) => isFinal(status));
    expect(run.status).toBe('Error');
    const next = await startTask(runtime, `steps:\n  - cmd: ${image} echo on\n`);
    expect(await endOf(runtime, next)).toMatchObject({ status: 'Succeeded' });
  }

  it.each<[what: string, task: string]>([
    [
      'a step prints',
      `steps:\n  - cmd: ${image} sh -c 'echo begun; while usleep 10000; do seq 500; done'\n  - cmd: ${image} true\n`,
    ],
    [
      'a service prints, and the steps beside it say nothing',
      `steps:
  - id: service
    detach: true
    cmd: ${image} sh -c 'echo begun; while usleep 10000; do seq 500; done'
  - cmd: ${image} sleep 600
`,
    ],
  ])('ends the run, and says where there is no room, while %s', async (_, task) => {
    const { disk, runtime, runId } = await runOnSmallDisk(task);
    await lineSeen(runtime, runId, 'begun');
    const free = await fill(disk);
    const { error } = await whatEnds(runtime, runId);
    expect(error).toMatchObject({ code: 'disk.full', params: { path: expect.stringContaining(disk) as unknown } });
    await free();
    await expectWell(runtime, runId);
  });

  it('ends the run, and says where there is no room, when the record can’t be written', async () => {
    const roomy = await mkdtemp(path.join(os.tmpdir(), 'slipway-roomy-'));
    onTestFinished(() => rm(roomy, { recursive: true, force: true }));
    const { disk, home, runtime, runId } = await runOnSmallDisk(
      `steps:\n  - cmd: ${image} sh -c 'trap "exit 0" TERM; echo begun; sleep 600 & wait'\n  - cmd: ${image} true\n`,
      async (home) => {
        await mkdir(home);
        // Logs have room; the database has none.
        await symlink(roomy, path.join(home, 'runs'));
      },
    );
    await lineSeen(runtime, runId, 'begun');
    const homeId = homeIdOf(home);
    const free = await fill(disk);
    await stopContainersOf(engine.host, homeId, runId);
    const { error } = await whatEnds(runtime, runId);
    expect(error).toMatchObject({
      code: 'disk.full',
      params: { path: expect.stringMatching(/slipway\.db$/) as unknown },
    });
    await free();
    await expectWell(runtime, runId);
  });

  it('ends the run, and says where there is no room, while a workspace is laid out for a build', async () => {
    const { disk, runtime, runId } = await runOnSmallDisk(
      `steps:
  - cmd: ${image} sh -c 'echo FROM scratch > Dockerfile; head -c 20000000 /dev/urandom > cargo'
  - id: build
    build: .
`,
    );
    expect(await endOf(runtime, runId)).toMatchObject({
      status: 'Error',
      error: { code: 'disk.full', params: { path: expect.stringContaining(disk) as unknown } },
      steps: [{ status: 'succeeded' }, { id: 'build', status: 'failed' }],
    });
    // What was laid out is gone again: nothing else has to be.
    await expectWell(runtime, runId);
  });
});

describe.each([
  { kind: 'system', name: parts.engines[0].name },
  { kind: 'current', name: parts.engines[1].name },
] as const)('Docker Engine $name, whose disk is too small', ({ kind }) => {
  let engine: Engine;
  let runtime: Runtime;
  let work: string;
  let large: string;
  let ballast: string;
  const removals: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway-full-'));
    const disk = await smallDisk(120, (remove) => removals.push(remove));
    ballast = path.join(disk, 'ballast');
    engine = await startEngine(kind, path.join(disk, 'engine'));
    await loadImage(engine, parts.registries.open, parts.busybox.open, image);
    // Small while it travels.
    const cargo = 'x'.repeat(150_000_000);
    large = (await publishImage(parts.registries.open, { repository: 'full/large', tag: '1', files: { cargo } })).ref;
    await mkdir(path.join(work, 'context'));
    await writeFile(path.join(work, 'context/cargo'), Buffer.alloc(150_000_000, 'cargo'));
    await writeFile(path.join(work, 'context/Dockerfile'), `FROM ${image}\nCOPY cargo /\n`);
    await writeFile(path.join(work, 'context/Small'), 'FROM scratch\nCOPY Small /\n');
    await writeFile(path.join(work, 'context/Printing'), `FROM ${image}\nRUN cat /dev/zero > /cargo\n`);
    const own = `FROM --platform=$BUILDPLATFORM ${image} AS made\nARG TARGETARCH\nRUN echo $TARGETARCH && cat /dev/zero > /cargo\n`;
    await writeFile(path.join(work, 'context/Several'), `${own}FROM scratch\nCOPY --from=made /cargo /\n`);
    runtime = await windowAt(path.join(work, 'home'), engine.host);
  });
  afterAll(async () => {
    await runtime.close();
    await engine.stop();
    for (const remove of removals) await remove();
    await rm(work, { recursive: true, force: true });
  });

  async function makeRoom() {
    await expectOk(engine.host, '/build/prune?all=1', { method: 'POST' });
    const { bavail, bsize } = await statfs(path.dirname(ballast));
    expect(bavail * bsize).toBeGreaterThan(20_000_000);
  }

  it.each<[what: string, task: () => string, context: boolean]>([
    ['a pull', () => `steps:\n  - cmd: ${large} true\n`, false],
    ['a build that is sent too much', () => 'steps:\n  - build: .\n', true],
    [
      'a build of several platforms',
      () => 'steps:\n  - build: -f Several --platform linux/amd64,linux/arm64 .\n',
      true,
    ],
    ['a build that writes too much', () => 'steps:\n  - build: -f Printing .\n', true],
    ['a workspace', () => `steps:\n  - cmd: ${image} true\n`, true],
  ])('ends %s with an error that says so, and does the next', async (_, task, context) => {
    // A build that has failed is let go of only after that was told: until then it can't be cleared away.
    await vi.waitFor(makeRoom, { timeout: 60_000, interval: 200 });
    await writeFile(ballast, Buffer.alloc(20_000_000));
    const input = context ? { context: path.join(work, 'context') } : {};
    const runId = await startTask(runtime, task(), input);
    expect(await endOf(runtime, runId)).toMatchObject({
      status: 'Error',
      error: { code: 'disk.full', params: { host: engine.host } },
    });
    // Without any room an engine can't even be told to clear away.
    await rm(ballast);
    const next = await startTask(runtime, `steps:\n  - cmd: ${image} echo on\n`);
    expect(await endOf(runtime, next)).toMatchObject({ status: 'Succeeded' });
  });

  it('has no local registry until there is room, takes nothing half into it, and has one then', async () => {
    await vi.waitFor(makeRoom, { timeout: 60_000, interval: 200 });
    const { registries } = runtime.handlers;
    const registryImage = await publishRegistryImage(parts.registries.open);
    const port = await freePort();
    const start = () => registries.startLocal({ port, image: registryImage }, never);
    const full = { error: { code: 'disk.full', params: { host: engine.host }, fixes: [{ kind: 'retry' }] } };

    let free = await fill(path.dirname(ballast));
    await expect(start()).rejects.toMatchObject(full);
    await free();
    expect(await registries.local(undefined, never)).toMatchObject({ state: 'absent', dataKept: false });
    await expect(start()).resolves.toMatchObject({ state: 'running' });

    // Its image is there now; a container and a volume aren't.
    await registries.removeLocal({ data: true }, never);
    free = await fill(path.dirname(ballast));
    await expect(start()).rejects.toMatchObject(full);
    await free();
    expect(await registries.local(undefined, never)).toMatchObject({ state: 'absent', dataKept: false });
    await expect(start()).resolves.toMatchObject({ state: 'running' });
    await expectAnswers(port);

    const pushed = `127.0.0.1:${port}/full/app:1`;
    const task = `steps:\n  - build: -t ${pushed} -f Small .\n  - push: ["${pushed}"]\n`;
    const push = async () => endOf(runtime, await startTask(runtime, task, { context: path.join(work, 'context') }));
    // Built before, so that the engine itself has nothing to write.
    await push();
    await registries.removeLocal({ data: true }, never);
    await start();
    await expectAnswers(port);
    free = await fill(path.dirname(ballast));
    expect(await push()).toMatchObject({
      error: { code: expect.stringMatching(/^(?:registry|disk)\.full$/) as unknown },
    });
    await free();
    expect(await push()).toMatchObject({ status: 'Succeeded' });
    await registries.removeLocal({ data: true }, never);
  });
});

async function expectAnswers(port: number): Promise<void> {
  const status = () => request(`http://127.0.0.1:${port}`, '/v2/').then((answer) => answer.status);
  await vi.waitFor(async () => expect(await status()).toBe(200), { timeout: 30_000, interval: 100 });
}

async function stopContainersOf(host: string, homeId: string, runId: string): Promise<void> {
  const label = [`${homeLabel}=${homeId}`, `${runLabel}=${runId}`];
  const filters = encodeURIComponent(JSON.stringify({ label, status: ['running'] }));
  for (const { Id } of await json<readonly { Id: string }[]>(host, `/containers/json?filters=${filters}`))
    await expectOk(host, `/containers/${Id}/kill?signal=SIGTERM`, { method: 'POST' });
}
