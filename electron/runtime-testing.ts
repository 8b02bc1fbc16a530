/** For tests on real engines: a runtime of a home of its own, and what becomes of the tasks that it runs. */
import path from 'node:path';
import { QuickRunRequest, type QuickRunInput } from '@shared/model/quick-run.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { json } from '../scripts/parts/http.ts';
import { homeLabel, runLabel } from './engine/ports.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { openDatabase } from './store/database/database.ts';
import { databaseFile, openRunStore } from './store/run-store.ts';

const never = new AbortController().signal;

/** The runtime of a window at this home and engine, started. Nothing of this machine's own configuration counts. */
export async function windowAt(home: string, host: string, env: NodeJS.ProcessEnv = {}): Promise<Runtime> {
  const runtime = await createRuntime({
    home,
    env: { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: home, DOCKER_HOST: host, ...env },
    owner: 'window',
  });
  await runtime.start();
  return runtime;
}

/** Queues a task of this text; its run's id. */
export async function startTask(runtime: Runtime, text: string, input: Partial<QuickRunInput> = {}): Promise<string> {
  const request = QuickRunRequest.parse({ source: { kind: 'text', text }, ...input });
  return (await runtime.handlers.runs.quickRun(request, never)).runId;
}

/** Resolves with the record as soon as `look` agrees to it. */
export async function recordOf(runtime: Runtime, runId: string, look: (run: Run) => boolean): Promise<Run> {
  let stop: () => void = () => undefined;
  try {
    return await new Promise<Run>((resolve, reject) => {
      const again = () =>
        void runtime.handlers.runs.show({ runId }, never).then((run) => look(run) && resolve(run), reject);
      stop = runtime.onEvent((event) => {
        if (event.kind === 'runChanged' && event.runId === runId) again();
      });
      again();
    });
  } finally {
    stop();
  }
}

/** Resolves with the record when the run is over. */
export function endOf(runtime: Runtime, runId: string): Promise<Run> {
  return recordOf(runtime, runId, ({ status }) => isFinal(status));
}

/** Resolves when a line of the log is this text; rejects when the run ends without one. */
export async function lineSeen(runtime: Runtime, runId: string, text: string): Promise<void> {
  let stop: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const look = async () => {
        const lines = await runtime.logs.lines(runId, 1, 10_000);
        if (lines.some((line) => line.text === text)) resolve();
      };
      stop = runtime.logs.onLines(runId, () => void look().catch(reject));
      look().catch(reject);
      endOf(runtime, runId).then(
        (run) => look().finally(() => reject(new Error(`${run.status}: ${JSON.stringify(run.error)}`))),
        reject,
      );
    });
  } finally {
    stop();
  }
}

/** The log as text. */
export async function logOf(runtime: Runtime, runId: string): Promise<string> {
  let whole = '';
  for await (const chunk of runtime.logs.text(runId, false)) whole += chunk;
  return whole;
}

/** What labels tell a home by; it must be there. */
export function homeIdOf(home: string): string {
  const store = openRunStore({ home, clock: { now: Date.now } });
  try {
    return store.homeId;
  } finally {
    store.close();
  }
}

/** SQLite's own word on the database of a home: `ok`. */
export function integrityOf(home: string): unknown {
  const database = openDatabase(path.join(home, databaseFile));
  try {
    const answer = database.statement('PRAGMA integrity_check').get() as { readonly integrity_check: unknown };
    return answer.integrity_check;
  } finally {
    database.close();
  }
}

/** What carries the labels of a run. */
export async function thingsLabelled(host: string, homeId: string, runId: string): Promise<readonly unknown[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${homeLabel}=${homeId}`, `${runLabel}=${runId}`] }));
  const containers = await json<readonly unknown[]>(host, `/containers/json?all=true&filters=${filters}`);
  const networks = await json<readonly unknown[]>(host, `/networks?filters=${filters}`);
  const { Volumes } = await json<{ Volumes: readonly unknown[] | null }>(host, `/volumes?filters=${filters}`);
  return [...containers, ...networks, ...(Volumes ?? [])];
}
