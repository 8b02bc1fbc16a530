import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { StepStatus } from '@shared/model/run.ts';
import { type Engine, startEngine } from '../scripts/parts/engine.ts';
import { loadImage, publishImage } from '../scripts/parts/images.ts';
import { freePort } from '../scripts/parts/registry.ts';
import { publishRegistryImage } from '../scripts/parts/registry-image.ts';
import { slowRegistry } from './docker/registry-testing.ts';
import type { Runtime } from './runtime.ts';
import { endOf, homeIdOf, lineSeen, logOf, recordOf, startTask, thingsLabelled, windowAt } from './runtime-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;
const never = new AbortController().signal;

interface Loss {
  readonly name: string;
  readonly task: string;
  /** What each step has become. */
  readonly steps: Readonly<Record<string, StepStatus>>;
  /** Lines in the log about what is left in the engine. */
  readonly leaves: 0 | 1;
  /** It is over when the engine sends a layer, to a registry that takes its time. */
  readonly pushes?: true;
}

const losses: readonly Loss[] = [
  {
    name: 'in the middle of a command',
    task: `steps:
  - id: stays
    cmd: ${image} sh -c 'echo begun; sleep 600'
  - id: never
    cmd: ${image} true
`,
    steps: { stays: 'failed', never: 'skipped' },
    leaves: 1,
  },
  {
    name: 'in the middle of a build',
    task: `steps:
  - id: build
    build: -t slipway-test/lost:{{.Run.ID}} .
  - id: never
    push: ["registry.test/lost:1"]
`,
    steps: { build: 'failed', never: 'skipped' },
    leaves: 0,
  },
  {
    name: 'in the middle of a build of several platforms',
    task: `steps:
  - id: build
    build: -t slipway-test/lost:{{.Run.ID}} -f Several --platform linux/amd64,linux/arm64 .
  - id: never
    push: ["registry.test/lost:1"]
`,
    steps: { build: 'failed', never: 'skipped' },
    leaves: 0,
  },
  {
    name: 'in the middle of a push',
    task: `steps:
  - id: build
    build: -t SLOW/push/engine:1 -f Pushed .
  - id: push
    push: ["SLOW/push/engine:1"]
  - id: never
    push: ["registry.test/lost:1"]
`,
    steps: { build: 'succeeded', push: 'failed', never: 'skipped' },
    leaves: 0,
    pushes: true,
  },
  {
    name: 'in the middle of a push of several platforms',
    task: `steps:
  - id: build
    build: -t SLOW/push/engine:1 -f PushedSeveral --platform linux/amd64,linux/arm64 .
  - id: push
    push: ["SLOW/push/engine:1"]
  - id: never
    push: ["registry.test/lost:1"]
`,
    steps: { build: 'succeeded', push: 'failed', never: 'skipped' },
    leaves: 0,
    pushes: true,
  },
  {
    name: 'while a service runs and is tested',
    task: `networks:
  - name: quay
    isDefault: true
steps:
  - id: service
    detach: true
    cmd: ${image} sleep 600
  - id: test
    cmd: ${image} sh -c 'ping -c 1 -W 5 service > /dev/null && echo begun; sleep 600'
`,
    steps: { service: 'succeeded', test: 'failed' },
    leaves: 1,
  },
];

describe.each([
  { kind: 'system', name: parts.engines[0].name },
  { kind: 'current', name: parts.engines[1].name },
] as const)('a task whose engine (Docker $name) is killed and started again', ({ kind }) => {
  let work: string;
  let engine: Engine;
  let runtime: Runtime;
  let context: string;

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway-lost-'));
    context = path.join(work, 'context');
    await mkdir(context);
    await writeFile(path.join(context, 'Dockerfile'), `FROM ${image}\nRUN echo begun; sleep 600\n`);
    const several = `FROM --platform=$BUILDPLATFORM ${image} AS made\nARG TARGETARCH\nRUN echo begun; sleep 600; echo $TARGETARCH\n`;
    await writeFile(path.join(context, 'Several'), `${several}FROM scratch\nCOPY --from=made / /\n`);
    await writeFile(path.join(context, 'Pushed'), `FROM ${image}\nRUN head -c 3000000 /dev/urandom > /cargo\n`);
    await writeFile(path.join(context, 'cargo'), randomBytes(3_000_000));
    await writeFile(path.join(context, 'PushedSeveral'), 'FROM scratch\nCOPY cargo /\n');
    engine = await startEngine(kind, path.join(work, 'engine'));
    await loadImage(engine, parts.registries.open, parts.busybox.open, image);
    runtime = await windowAt(path.join(work, 'home'), engine.host);
  });
  afterAll(async () => {
    await runtime.close();
    await engine.stop();
    await rm(work, { recursive: true, force: true });
  });

  it.each(losses.map((loss) => [loss.name, loss] as const))('%s', async (_, { task, steps, leaves, pushes }) => {
    const slow = pushes === undefined ? undefined : await slowRegistry();
    const runId = await startTask(runtime, task.replaceAll('SLOW', slow?.host ?? ''), { context });
    await (slow?.uploading ?? lineSeen(runtime, runId, 'begun'));
    await engine.kill();
    const run = await endOf(runtime, runId);
    const next = await startTask(runtime, `steps:\n  - cmd: ${image} echo back\n`);
    await recordOf(runtime, next, ({ waitReason }) => waitReason?.kind === 'engine');
    await engine.restart();

    expect(run).toMatchObject({ status: 'Error', error: { code: 'engine.lost', params: { host: engine.host } } });
    expect(Object.fromEntries(run.steps.map(({ id, status }) => [id, status]))).toEqual(steps);
    const log = await logOf(runtime, runId);
    const begun = pushes === undefined ? 'begun' : 'Pushing image: .*';
    expect(log).toMatch(new RegExp(`^(?:\\S+ \\S+ )?${begun}$[^]*^Run ID: ${runId} failed after`, 'm'));
    expect(log.match(/could be cleared away/g) ?? []).toHaveLength(leaves);
    expect(await endOf(runtime, next)).toMatchObject({ status: 'Succeeded' });
    expect(await logOf(runtime, next)).toContain('back');
    const homeId = homeIdOf(runtime.home);
    for (const id of [runId, next]) {
      await expect.poll(() => thingsLabelled(engine.host, homeId, id), { timeout: 30_000 }).toEqual([]);
    }
  });

  it('while a local registry is started, which starts when it is asked to again, with all that was pushed to it', async () => {
    const registryImage = await publishRegistryImage(parts.registries.open);
    const { registries } = runtime.handlers;
    const port = await freePort();
    const start = () => registries.startLocal({ port, image: registryImage }, never);
    await expect(start()).resolves.toMatchObject({ state: 'running' });
    const repository = 'kept/cargo';
    const host = `127.0.0.1:${port}`;
    await publishImage({ host, url: `http://${host}`, logFile: '' }, { repository, tag: '1' });
    await registries.removeLocal({ data: false }, never);
    await engine.kill();
    await expect(start()).rejects.toMatchObject({ error: { code: expect.stringMatching(/^engine\./) as string } });
    await engine.restart();
    // Looking for an engine goes on by itself.
    await vi.waitFor(async () => expect(await start()).toMatchObject({ state: 'running', host }), { timeout: 60_000 });
    expect(await registries.tags({ host, repository }, never)).toMatchObject({ tags: ['1'] });
    await registries.removeLocal({ data: true }, never);
  });
});
