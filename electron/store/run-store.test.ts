import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { AppFailure } from '@shared/model/app-error.ts';
import type { OutputImage, Run, RunFilter, Vertex } from '@shared/model/run.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewRun, ProcessIdentity, RunStore } from '../engine/journal.ts';
import { DatabaseSync } from './database/sqlite.ts';
import { databaseFile, openRunStore } from './run-store.ts';

const owner: ProcessIdentity = { pid: 4711, started: 'boot.1' };
const other: ProcessIdentity = { pid: 4712, started: 'boot.2' };
const start = Date.UTC(2026, 0, 2, 3, 4, 5);

let home: string;
let now: number;
const stores: RunStore[] = [];

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-store-'));
  now = start;
});

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(home, { recursive: true, force: true });
});

/** Each is a connection of its own, as another process has one. */
function open(): RunStore {
  const store = openRunStore({ home, clock: { now: () => now } });
  stores.push(store);
  return store;
}

function quickBuild(context = '/src/app'): NewRun {
  return {
    runType: 'QuickBuild',
    cause: { kind: 'manual' },
    platforms: [],
    steps: [{ id: 'build', kind: 'build', status: 'pending', timeoutSeconds: 28_800 }],
    request: {
      kind: 'quickBuild',
      build: {
        context,
        tags: ['app:$ID'],
        buildArgs: [],
        secrets: [],
        ssh: [],
        labels: {},
        platforms: [],
        noCache: false,
        pull: false,
        push: true,
        timeoutSeconds: 28_800,
      },
    },
  };
}

const vertex = (number: number, change: Partial<Vertex> = {}): Vertex => ({
  stepId: 'build',
  number,
  digest: `sha256:${number}`,
  inputs: [],
  name: `[${number}/9] RUN make`,
  status: 'running',
  cached: false,
  progress: [],
  ...change,
});

const everything: RunFilter = { limit: 100_000 };
const ids = (runs: readonly Run[]) => runs.map(({ runId }) => runId);
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as AppFailure).error;
  }
  return undefined;
};

describe('a record', () => {
  it('is queued under the next run id, and is the same when the home is opened again', () => {
    const run = open().create(quickBuild(), owner);
    expect(run).toMatchObject({
      runId: 'ca1',
      status: 'Queued',
      createTime: '2026-01-02T03:04:05.000Z',
      findings: [],
      keep: false,
    });
    expect(open().get('ca1')).toEqual(run);
    expect(open().queued()).toEqual([{ run, owner }]);
  });

  it('counts run ids in base 36, and never gives one again', () => {
    const store = open();
    for (let count = 0; count < 36; count++) store.create(quickBuild(), owner);
    expect(ids(store.list({ limit: 3 }))).toEqual(['ca10', 'caz', 'cay']);
    store.remove(['ca10']);
    expect(store.create(quickBuild(), owner).runId).toBe('ca11');
  });

  it('changes what is given, and says when', () => {
    const store = open();
    store.create(quickBuild(), owner);
    store.update('ca1', { waitReason: { kind: 'engine' } });
    now += 1500;
    store.update('ca1', { images: ['reg.example/app:ca1'], waitReason: undefined });
    expect(store.get('ca1')).toMatchObject({
      images: ['reg.example/app:ca1'],
      lastUpdatedTime: '2026-01-02T03:04:06.500Z',
      status: 'Queued',
    });
    expect(open().get('ca1')).not.toHaveProperty('waitReason');
  });

  it('gathers findings', () => {
    const store = open();
    store.create(quickBuild(), owner);
    store.addFinding('ca1', { code: 'build.noTag', params: {} });
    store.addFinding('ca1', { code: 'log.limited', params: { lines: 3 } });
    expect(store.get('ca1').findings.map(({ code }) => code)).toEqual(['build.noTag', 'log.limited']);
  });

  it('never leaves a final state', () => {
    const store = open();
    store.create(quickBuild(), owner);
    store.update('ca1', { status: 'Canceled' });
    expect(codeOf(() => store.update('ca1', { status: 'Succeeded' }))).toMatchObject({
      code: 'run.finished',
      params: { runId: 'ca1', status: 'Canceled' },
    });
    expect(store.update('ca1', { logLines: 7 })).toMatchObject({ status: 'Canceled', logLines: 7 });
  });

  it.each(['ca1', 'ca0', 'ca01', 'cb1', 'ca', '', "ca1' OR 1=1", '../ca1'])(
    '%j is not found when it was never made',
    (runId) => {
      expect(codeOf(() => open().get(runId))).toMatchObject({ code: 'run.notFound', params: { runId } });
    },
  );

  it('that is damaged is named', () => {
    open().create(quickBuild(), owner);
    const database = new DatabaseSync(path.join(home, databaseFile));
    database.exec(`UPDATE runs SET record = '{"runId":'`);
    database.close();
    expect(codeOf(() => open().get('ca1'))).toMatchObject({ code: 'store.damaged', params: { runId: 'ca1' } });
  });
});

describe('claiming', () => {
  it('starts a queued run for one process', () => {
    const [one, two] = [open(), open()];
    one.create(quickBuild(), owner);
    expect([two.claim('ca1', other), one.claim('ca1', owner)]).toEqual([true, false]);
    expect(one.active()).toEqual([{ run: one.get('ca1'), owner: other }]);
    expect(one.get('ca1')).toMatchObject({ status: 'Started', startTime: '2026-01-02T03:04:05.000Z' });
  });

  it('leaves alone what was canceled', () => {
    const store = open();
    store.create(quickBuild(), owner);
    store.update('ca1', { cancelRequested: true });
    expect(store.claim('ca1', owner)).toBe(false);
    expect(store.get('ca1').status).toBe('Queued');
  });
});

describe('vertices', () => {
  it('are kept in order, replaced by number, and counted on the run', () => {
    const store = open();
    store.create(quickBuild(), owner);
    store.saveVertices('ca1', [vertex(2), vertex(1, { cached: true })]);
    store.saveVertices('ca1', [vertex(2, { status: 'succeeded', cached: true }), vertex(3)]);
    expect(open().vertices('ca1')).toEqual([
      vertex(1, { cached: true }),
      vertex(2, { status: 'succeeded', cached: true }),
      vertex(3),
    ]);
    expect(store.get('ca1')).toMatchObject({ totalVertices: 3, cachedVertices: 2 });
  });

  it('go with their run', () => {
    const store = open();
    store.create(quickBuild(), owner);
    store.saveVertices('ca1', [vertex(1)]);
    store.remove(['ca1', 'ca99']);
    expect(codeOf(() => store.vertices('ca1'))).toMatchObject({ code: 'run.notFound' });
    const database = new DatabaseSync(path.join(home, databaseFile));
    expect(database.prepare('SELECT count(*) AS count FROM vertices').get()).toMatchObject({ count: 0 });
    database.close();
  });
});

describe('a list', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;
  const armDigest = `sha256:${'cd'.repeat(32)}`;
  const commit = '3f2a'.repeat(10);
  const output: OutputImage = {
    registry: 'reg.example:5000',
    repository: 'sample/hello',
    tag: 'v1',
    digest,
    platform: 'linux/amd64,linux/arm64',
    platforms: [{ platform: 'linux/arm64', digest: armDigest }],
    pushed: true,
  };
  const source = { kind: 'git', remote: 'https://git.example/fleet.git', commit, branch: 'release/1.4' } as const;
  const engine = { name: 'harbour', host: 'ssh://ana@harbour', version: '28.5.2', builder: 'buildkit' } as const;

  beforeEach(() => {
    const store = open();
    store.create(quickBuild('/src/앱 one'), owner);
    now += 1000;
    store.create(quickBuild('/src/TWO'), owner);
    now += 1000;
    store.create(quickBuild('/src/100%_three'), owner);
    store.update('ca1', { status: 'Succeeded', outputImages: [output], images: ['reg.example:5000/sample/hello:v1'] });
    store.update('ca2', { status: 'Failed', source, engine, images: ['docker.io/library/nginx:edge'] });
  });

  it.each([
    ['nothing', {}, ['ca3', 'ca2', 'ca1']],
    ['a limit', { limit: 1 }, ['ca3']],
    ['a page', { before: 'ca3' }, ['ca2', 'ca1']],
    ['a status', { statuses: ['Succeeded', 'Failed'] }, ['ca2', 'ca1']],
    ['a moment', { since: '2026-01-02T03:04:06.000Z' }, ['ca3', 'ca2']],
    ['a task that nobody has', { task: 'nightly' }, []],
    ['the run id as text', { text: 'CA2' }, ['ca2']],
    ['a folder as text, in any case', { text: 'two' }, ['ca2']],
    ['Korean text', { text: '앱' }, ['ca1']],
    ['text with the signs of LIKE', { text: '100%_' }, ['ca3']],
    ['a status as text', { text: 'queued' }, ['ca3']],
    ['text and status', { text: 'src', statuses: ['Failed'] }, ['ca2']],
    ['the beginning of a commit as text', { text: commit.slice(0, 7) }, ['ca2']],
    ['a branch as text', { text: 'release/1.4' }, ['ca2']],
    ['an engine as text', { text: 'Harbour' }, ['ca2']],
    ['a platform as text', { text: 'linux/arm64' }, ['ca1']],
    ['a repository', { image: 'sample/hello' }, ['ca1']],
    ['a tag', { image: 'sample/hello:v1' }, ['ca1']],
    ['another tag', { image: 'sample/hello:v2' }, []],
    ['a full name', { image: 'reg.example:5000/sample/hello:v1' }, ['ca1']],
    ['a digest', { image: digest }, ['ca1']],
    ['the digest of a platform', { image: armDigest }, ['ca1']],
    ['a repository and digest', { image: `sample/hello@${digest}` }, ['ca1']],
    ['part of a repository', { image: 'hello' }, []],
    ['an official image', { image: 'nginx:edge' }, ['ca2']],
    ['an official image in full', { image: 'docker.io/library/nginx' }, ['ca2']],
  ] as const)('by %s', (_, filter, expected) => {
    const { statuses, ...rest } = filter as Partial<RunFilter>;
    expect(
      ids(open().list({ ...everything, ...rest, ...(statuses === undefined ? {} : { statuses: [...statuses] }) })),
    ).toEqual(expected);
  });

  it('uses an index for every filter but text', () => {
    const database = new DatabaseSync(path.join(home, databaseFile));
    for (const condition of [
      "status = 'Failed'",
      "task = 'x'",
      'created >= 1',
      "number IN (SELECT run FROM run_images WHERE name = 'x')",
    ]) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN SELECT number FROM runs WHERE ${condition} LIMIT 15`).all() as {
        readonly detail: string;
      }[];
      expect(plan.map(({ detail }) => detail).join('\n'), `${condition}`).toMatch(/SEARCH/);
    }
    database.close();
  });
});

it('knows the runs that are due to go', () => {
  const store = open();
  for (let count = 0; count < 4; count++) store.create(quickBuild(), owner);
  const finishTime = new Date(start).toISOString();
  store.update('ca1', { status: 'Succeeded', finishTime });
  store.update('ca2', { status: 'Failed', finishTime, keep: true });
  store.update('ca3', { status: 'Canceled', finishTime: new Date(start + 1000).toISOString() });
  expect(store.expired(start)).toEqual([]);
  expect(store.expired(start + 1)).toEqual(['ca1']);
  expect(store.expired(start + 5000)).toEqual(['ca1', 'ca3']);
});

it('has one id for a home, whoever asks', () => {
  expect(open().homeId).toMatch(/^[0-9a-f]{32}$/);
  expect(open().homeId).toBe(open().homeId);
});

describe('listeners', () => {
  it('are told by the same process after the commit', () => {
    const [store, witness] = [open(), open()];
    const seen: string[] = [];
    store.onChange((runId) => seen.push(`${runId} ${witness.get(runId).status}`));
    const stop = store.onRemove((runId) => seen.push(`${runId} gone`));
    store.create(quickBuild(), owner);
    store.claim('ca1', owner);
    store.update('ca1', { status: 'Running' });
    store.remove(['ca1']);
    stop();
    expect(seen).toEqual(['ca1 Queued', 'ca1 Started', 'ca1 Running', 'ca1 gone']);
  });

  it('are told of exactly what another process changed, once', async () => {
    const [here, there] = [open(), open()];
    here.create(quickBuild(), owner);
    here.create(quickBuild(), owner);
    const seen: string[] = [];
    here.onChange((runId) => seen.push(runId));
    here.onRemove((runId) => seen.push(`-${runId}`));
    there.update('ca2', { logLines: 1 });
    here.update('ca1', { logLines: 1 });
    there.create(quickBuild(), other);
    await vi.waitFor(() => expect(seen).toEqual(['ca1', 'ca2', 'ca3']), { timeout: 30_000 });
    there.remove(['ca2']);
    await vi.waitFor(() => expect(seen).toEqual(['ca1', 'ca2', 'ca3', '-ca2']), { timeout: 30_000 });
    here.update('ca1', { logLines: 2 });
    there.update('ca3', { logLines: 2 });
    await vi.waitFor(() => expect(seen).toEqual(['ca1', 'ca2', 'ca3', '-ca2', 'ca1', 'ca3']), { timeout: 30_000 });
  });
});

describe('the database', () => {
  it('of a later version is refused, and left as it is', () => {
    open().create(quickBuild(), owner);
    const database = new DatabaseSync(path.join(home, databaseFile));
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(codeOf(() => open().list(everything))).toMatchObject({
      code: 'store.newerVersion',
      params: { version: 999, path: path.join(home, databaseFile) },
    });
  });

  it('that is damaged is refused, naming the file', () => {
    writeFileSync(path.join(home, databaseFile), 'this is no database\n'.repeat(1000));
    expect(codeOf(() => open().list(everything))).toMatchObject({
      code: 'store.damaged',
      params: { path: path.join(home, databaseFile) },
    });
  });

  it('is not touched before it is needed', () => {
    const later = path.join(home, 'later');
    openRunStore({ home: later, clock: { now: () => now } }).close();
    expect(existsSync(later)).toBe(false);
  });
});

describe('several processes', () => {
  const script = path.join(import.meta.dirname, 'run-store.racer.ts');
  const runner = path.join(import.meta.dirname, '../../scripts/run-ts.mjs');

  /** Starts a process that waits for a line, and gives what it prints. */
  async function racers(count: number, task: string): Promise<string[][]> {
    const processes: ChildProcessByStdio<Writable, Readable, null>[] = [];
    for (let number = 0; number < count; number++) {
      const child = spawn(process.execPath, [runner, script, home, task], { stdio: ['pipe', 'pipe', 'inherit'] });
      processes.push(child);
      await once(child.stdout, 'readable');
    }
    const outputs = processes.map(async (child) => {
      let text = '';
      for await (const data of child.stdout) text += String(data);
      return text.trim().split('\n').slice(1);
    });
    for (const child of processes) child.stdin.end('go\n');
    return Promise.all(outputs);
  }

  it('make a new home and queue runs at once: every id is given once, and each sees its own grow', async () => {
    const given = await racers(3, 'create');
    expect(given.flat()).toHaveLength(150);
    expect(new Set(given.flat()).size).toBe(150);
    const numbers = given.map((own) => own.map((runId) => Number.parseInt(runId.slice(2), 36)));
    for (const own of numbers) expect(own).toEqual([...own].sort((one, two) => one - two));
    expect(Math.max(...numbers.flat())).toBe(150);
  }, 60_000);

  it('claim the same runs: exactly one gets each', async () => {
    const store = open();
    for (let count = 0; count < 60; count++) store.create(quickBuild(), owner);
    const claimed = await racers(3, 'claim');
    expect(claimed.flat().sort()).toEqual(ids(store.list(everything)).sort());
    for (const { run, owner: who } of store.active()) {
      expect(claimed.filter((own) => own.includes(run.runId))).toHaveLength(1);
      expect(who.started).toMatch(/^racer-/);
    }
  }, 60_000);
});
