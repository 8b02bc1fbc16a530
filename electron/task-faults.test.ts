import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appFailure } from '@shared/model/app-error.ts';
import { QuickRunRequest, type QuickRunInput } from '@shared/model/quick-run.ts';
import type { Containers } from './engine/ports/containers.ts';
import { createStrictEngine, type StrictEngine } from './engine/run/task/strict-engine-testing.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { endOf } from './runtime-testing.ts';

const never = new AbortController().signal;
const actor = (acts: string) => `actor sh /actor.sh ${acts}`;
let home: string;
let engine: StrictEngine;
let runtime: Runtime;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'slipway-faults-'));
});
afterEach(async () => {
  await runtime.close();
  await rm(home, { recursive: true, force: true });
});

async function start(change: (containers: Containers) => Partial<Containers> = () => ({})): Promise<void> {
  engine = createStrictEngine('actor');
  runtime = await createRuntime({
    home,
    env: { HOME: home, DOCKER_CONFIG: home },
    owner: 'window',
    engine: { ...engine, containers: { ...engine.containers, ...change(engine.containers) } },
  });
  await runtime.start();
}

async function run(text: string, input: Partial<QuickRunInput> = {}): Promise<string> {
  const request = QuickRunRequest.parse({ source: { kind: 'text', text }, ...input });
  return (await runtime.handlers.runs.quickRun(request, never)).runId;
}

it('a container that can’t be removed yet is removed with the run, and the step is what it was', async () => {
  let refusals = 1;
  await start((given) => ({
    remove: (...asked) => (refusals-- > 0 ? Promise.reject(new Error('in use')) : given.remove(...asked)),
  }));
  const runId = await run(`steps:\n  - id: a\n    cmd: ${actor('print ran')}\n`);
  expect(await endOf(runtime, runId)).toMatchObject({ status: 'Succeeded', steps: [{ status: 'succeeded' }] });
  expect(refusals).toBeLessThan(0);
  expect(engine.leftovers()).toEqual([]);
});

it('a pull is tried again as often as the step says, and its end is the step’s where that is not enough', async () => {
  let refusals = 2;
  await start((given) => ({
    pull: (...asked) =>
      refusals-- > 0 ? Promise.reject(appFailure('registry.unreachable', {})) : given.pull(...asked),
  }));
  const step = (retries: number) =>
    `steps:\n  - pull: true\n    cmdDownloadRetries: ${retries}\n    cmd: ${actor('print ran')}\n`;
  expect(await endOf(runtime, await run(step(2)))).toMatchObject({ status: 'Succeeded' });
  expect(refusals).toBe(-1);
  refusals = 2;
  expect(await endOf(runtime, await run(step(1)))).toMatchObject({
    status: 'Failed',
    error: { code: 'registry.unreachable' },
    steps: [{ status: 'failed' }],
  });
  expect(refusals).toBe(0);
});

it('the volume that a template asked for is gone where the text does not hold', async () => {
  await start();
  // Something else than what was seen when it was looked at.
  const mount = '{{if eq .Run.ID "ca0000000"}}/srv{{else}}/etc{{end}}:/x';
  const runId = await run(`steps:\n  - cmd: -v ${mount} ${actor('print {{.Run.SharedVolume}}')}\n`, {
    allow: ['hostMounts'],
  });
  expect(await endOf(runtime, runId)).toMatchObject({ status: 'Failed', error: { code: 'task.notAllowed' } });
  expect(engine.leftovers()).toEqual([]);
});

it('a run that was quicker than its request was kept says itself what it writes', async () => {
  await start();
  const context = path.join(home, 'context');
  await mkdir(context);
  await writeFile(path.join(context, 'Dockerfile'), 'FROM scratch\n');
  // Keeping it waits until somebody reads here.
  const draft = path.join(home, 'runs/ca1/task.json.draft');
  await mkdir(path.dirname(draft), { recursive: true });
  await once(spawn('mkfifo', [draft]), 'exit');
  const asked = run('version: v1.1.0\nsteps:\n  - build: -t app:$ID -t app:latest .\n', { context });
  // It is there before who asked for it is told.
  const created = new Promise<string>((resolve) => {
    const stop = runtime.onEvent((event) => {
      if (event.kind !== 'runChanged') return;
      stop();
      resolve(event.runId);
    });
  });
  const { images } = await endOf(runtime, await created);
  expect(images).toEqual(['app:ca1', 'app:latest']);
  expect(await readFile(draft, 'utf8')).toContain('app:$ID');
  expect((await runtime.handlers.runs.show({ runId: await asked }, never)).images).toEqual(images);
});

it('a run whose log takes no more ends, though nobody says a word', async () => {
  await start();
  const logs = path.join(home, 'runs/ca1/logs');
  await mkdir(logs, { recursive: true });
  const file = path.join(logs, 'step-service.log');
  await symlink('/dev/full', file);
  const runId = await run(
    `steps:\n  - id: service\n    detach: true\n    cmd: ${actor('print up stay')}\n  - id: silent\n    cmd: ${actor('stay')}\n`,
  );
  expect(await endOf(runtime, runId)).toMatchObject({
    status: 'Error',
    error: { code: 'disk.full', params: { path: file } },
  });
  expect(engine.leftovers()).toEqual([]);
});
