import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { type Engine, startEngine } from '../scripts/parts/engine.ts';
import { loadImage } from '../scripts/parts/images.ts';
import { folderOf } from './docker/buildkit/test-build.ts';
import { type BareBuildKit, bareBuildKit } from './docker/buildkit-testing.ts';
import type { Runtime } from './runtime.ts';
import { endOf, lineSeen, recordOf, startTask, windowAt } from './runtime-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
const [near] = parts.engines;
const { open } = parts.registries;
const image = parts.busybox.local;

let work: string;
let engine: Engine;
/** The BuildKit of the same engine, as one by itself. */
let bare: BareBuildKit;
let runtime: Runtime;

beforeAll(async () => {
  work = await mkdtemp(path.join(os.tmpdir(), 'sw-'));
  engine = await startEngine('current', path.join(work, 'engine'));
  await loadImage(engine, open, parts.busybox.open, image);
  bare = await bareBuildKit(engine.host);
  runtime = await windowAt(path.join(work, 'home'), near.host);
  await runtime.handlers.settings.update({ concurrentRuns: 4 }, never);
  await runtime.handlers.engine.add({ name: 'harbour', host: engine.host, kind: 'docker' }, never);
  await runtime.handlers.engine.add({ name: 'cluster', host: bare.host, kind: 'buildkit' }, never);
});
afterAll(async () => {
  await runtime.close();
  await bare.stop();
  await engine.stop();
  await rm(work, { recursive: true, force: true });
});

const build = async (context: string, tags: readonly string[] = []) => {
  const request = QuickBuildRequest.parse({ context, tags, engine: 'cluster' });
  return (await runtime.handlers.runs.quickBuild(request, never)).runId;
};
const task = (text: string, name?: string) =>
  startTask(runtime, `steps:\n  - cmd: ${image} ${text}\n`, name === undefined ? {} : { engine: name });

it('runs on engines that are named end when those are killed, others don’t, and later ones go there again', async () => {
  const endless = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nRUN echo ${work}; sleep 600\n` });
  const lost = [await task(`sh -c 'echo ${work}; sleep 600'`, 'harbour'), await build(endless)];
  const elsewhere = await task(`sh -c 'echo ${work}; sleep 600'`);
  for (const runId of [...lost, elsewhere]) await lineSeen(runtime, runId, work);
  await engine.kill();
  const [ofTask, ofBuild] = await Promise.all(lost.map((runId) => endOf(runtime, runId)));
  const error = (host: string) => ({ status: 'Error', error: { code: 'engine.lost', params: { host } } });
  expect(ofTask).toMatchObject({ ...error(engine.host), engine: { name: 'harbour' } });
  expect(ofBuild).toMatchObject({ ...error(bare.host), engine: { name: 'cluster' } });
  expect((await runtime.handlers.runs.show({ runId: elsewhere }, never)).status).toBe('Running');
  await runtime.handlers.runs.cancel({ runId: elsewhere }, never);
  expect(await endOf(runtime, elsewhere)).toMatchObject({ status: 'Canceled', engine: { name: 'default' } });

  const copies = await folderOf({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
  const tag = `${open.host}/again-${path.basename(work).toLowerCase()}:1`;
  const next = [await task('echo back', 'harbour'), await build(copies, [tag])];
  for (const runId of next) await recordOf(runtime, runId, ({ waitReason }) => waitReason?.kind === 'engine');
  await engine.restart();
  for (const runId of next) expect(await endOf(runtime, runId)).toMatchObject({ status: 'Succeeded' });
});
