import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRunStore } from '../../store/run-store.ts';
import type { NewRun, RunStore } from '../journal.ts';
import { createRunLogs } from '../logs/run-logs.ts';
import { removeExpired } from './retention.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 1);
const clock = { now: () => now };
const never = new AbortController().signal;
const quickBuild: NewRun = {
  runType: 'QuickBuild',
  cause: { kind: 'manual' },
  platforms: [],
  steps: [],
  request: {
    kind: 'quickBuild',
    build: {
      context: '/src',
      tags: [],
      buildArgs: [],
      secrets: [],
      ssh: [],
      labels: {},
      platforms: [],
      noCache: false,
      pull: false,
      push: true,
      timeoutSeconds: 300,
    },
  },
};

let home: string;
let store: RunStore;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-retention-'));
  store = openRunStore({ home, clock });
});

afterEach(() => {
  store.close();
  rmSync(home, { recursive: true, force: true });
});

it('removes what finished too long ago with its log and folder, and what has no record; the rest stays', async () => {
  const logs = createRunLogs({ home, clock });
  const finished = (days: number) => new Date(now - days * day).toISOString();
  for (const change of [
    { status: 'Succeeded', finishTime: finished(31) },
    { status: 'Failed', finishTime: finished(29) },
    { status: 'Failed', finishTime: finished(31), keep: true },
    { status: 'Running' },
  ] as const) {
    const { runId } = store.create(quickBuild, { pid: 1, started: 'x' });
    const log = logs.open(runId, 1_048_576);
    log.engineLine('', 'hello');
    await log.close();
    mkdirSync(path.join(home, 'runs', runId, 'temporary'));
    store.update(runId, change);
  }
  mkdirSync(path.join(home, 'runs/ca99/logs'), { recursive: true });

  expect(await removeExpired({ home, store, logs, clock, days: 30 }, never)).toEqual(['ca1']);

  expect(store.list({ limit: 10 }).map(({ runId }) => runId)).toEqual(['ca4', 'ca3', 'ca2']);
  const left = ['ca1', 'ca2', 'ca3', 'ca4', 'ca99'].filter((runId) => existsSync(path.join(home, 'runs', runId)));
  expect(left).toEqual(['ca2', 'ca3', 'ca4']);
  expect(await logs.count('ca3')).toBe(1);
});

it('has nothing to do in a new home', async () => {
  expect(await removeExpired({ home, store, logs: createRunLogs({ home, clock }), clock, days: 30 }, never)).toEqual(
    [],
  );
});
