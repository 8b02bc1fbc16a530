// A process that is nothing but Slipway's runtime, so that its memory can be told: builds and runs what its parent asks for.
import path from 'node:path';
import { parsePlatform } from '@shared/model/platform.ts';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { createClient } from '../../electron/docker/client.ts';
import { parseEndpoint } from '../../electron/docker/connection/endpoint.ts';
import { buildWithTar } from '../../electron/docker/tar-build.ts';
import { createRuntime } from '../../electron/runtime.ts';
import { highestMemory, restingMemory } from './memory.ts';

/** What a parent asks for: a build of this folder, as the window does it or by the upload of the whole context. */
export interface BuildOrder {
  readonly context: string;
  readonly way: 'runtime' | 'tar';
  /** Of the runtime; the engine's own where left out. */
  readonly platforms?: readonly string[];
  /** Of the runtime; none where left out. */
  readonly tags?: readonly string[];
}

/** The other thing that it may ask for: a run of this task, without a context. */
export interface TaskOrder {
  readonly task: string;
}

/** Times are in ms since 1970, with fractions. */
export interface TaskOutcome {
  readonly pressed: number;
  readonly over: number;
}

/** Times are in ms since 1970, with fractions. */
export interface BuildOutcome {
  readonly pressed: number;
  /** When the first line about one of the daemon's vertices was on disk and announced; the runtime's builds only. */
  readonly firstLine: number | undefined;
  readonly over: number;
  readonly sentBytes: number;
  readonly sentFiles: number;
  /** Memory of this process at its highest during the build, above what it was before; in bytes. */
  readonly memory: number;
}

/** The other answer: why the build didn't succeed. */
export interface BuildFailure {
  readonly failed: string;
}

const never = new AbortController().signal;
const [home, engine] = process.argv.slice(2);
if (home === undefined || engine === undefined) throw new Error('usage: runtime-host HOME ENGINE');

const runtime = await createRuntime({
  home,
  env: { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: path.join(home, 'docker-config'), DOCKER_HOST: engine },
  owner: 'cli',
});
await runtime.start();
process.on('message', (order: BuildOrder | TaskOrder) => {
  carryOut(order).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) =>
      process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => void runtime.close().then(() => process.exit(0)));
process.send?.('ready');

function carryOut(order: BuildOrder | TaskOrder): Promise<BuildOutcome | TaskOutcome> {
  if ('task' in order) return runTask(order.task);
  return order.way === 'tar' ? buildByTar(order.context) : buildByRuntime(order);
}

async function runTask(text: string): Promise<TaskOutcome> {
  const pressed = moment();
  const request = QuickRunRequest.parse({ source: { kind: 'text', text } });
  const { runId } = await runtime.handlers.runs.quickRun(request, never);
  const run = await ended(runId);
  if (run.status !== 'Succeeded') throw new Error(`run ${runId} is ${run.status}: ${JSON.stringify(run.error)}`);
  return { pressed, over: moment() };
}

async function buildByRuntime({ context, platforms = [], tags = [] }: BuildOrder): Promise<BuildOutcome> {
  const before = restingMemory();
  const pressed = moment();
  const request = QuickBuildRequest.parse({
    context,
    push: false,
    tags: [...tags],
    platforms: platforms.map(parsePlatform),
  });
  const { runId } = await runtime.handlers.runs.quickBuild(request, never);
  const firstLine = firstVertexLine(runId);
  const run = await ended(runId);
  const over = moment();
  if (run.status !== 'Succeeded') throw new Error(`run ${runId} is ${run.status}: ${JSON.stringify(run.error)}`);
  return {
    pressed,
    firstLine: await firstLine,
    over,
    sentBytes: run.sentBytes ?? 0,
    sentFiles: run.sentFiles ?? 0,
    memory: highestMemory() - before,
  };
}

async function buildByTar(context: string): Promise<BuildOutcome> {
  const client = await createClient(parseEndpoint(engine ?? '', { env: process.env }));
  const before = restingMemory();
  const pressed = moment();
  let sentBytes = 0;
  let sentFiles = 0;
  await buildWithTar(
    client,
    {
      runId: 'ca1',
      context: { root: context, dockerfile: path.join(context, 'Dockerfile') },
      tags: [],
      buildArgs: [],
      secrets: new Map(),
      ssh: [],
      labels: {},
      platforms: [],
      noCache: false,
      pull: false,
    },
    { forHost: () => Promise.resolve(undefined), hosts: () => Promise.resolve([]) },
    (event) => {
      if (event.kind !== 'sent') return;
      sentBytes = event.bytes;
      sentFiles = event.files;
    },
    never,
  );
  return { pressed, firstLine: undefined, over: moment(), sentBytes, sentFiles, memory: highestMemory() - before };
}

function ended(runId: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const look = () =>
      void runtime.handlers.runs.show({ runId }, never).then((run) => {
        if (!isFinal(run.status)) return;
        stop();
        resolve(run);
      }, reject);
    const stop = runtime.onEvent((event) => {
      if (event.kind === 'runChanged' && event.runId === runId) look();
    });
    look();
  });
}

/** As a reader of the log sees it: the line is on disk. */
function firstVertexLine(runId: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = false;
    const look = (at: number) => {
      if (seen) return;
      void runtime.logs.lines(runId, 1, 50).then((lines) => {
        if (seen || !lines.some((line) => line.vertex > 0)) return;
        seen = true;
        stop();
        resolve(at);
      }, reject);
    };
    const stop = runtime.logs.onLines(runId, () => look(moment()));
    look(moment());
  });
}

function moment(): number {
  return performance.timeOrigin + performance.now();
}
