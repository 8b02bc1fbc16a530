import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { openRunStore } from '../../store/run-store.ts';
import type { ProcessIdentity, RunStore } from '../journal.ts';
import { createRunLogs } from '../logs/run-logs.ts';
import { recoverRuns } from './recover-runs.ts';
import { createRunQueue, type RunQueue, type RunQueueParts } from './run-queue.ts';

const self: ProcessIdentity = { pid: 1, started: 'here' };
const other: ProcessIdentity = { pid: 2, started: 'elsewhere' };
const dead: ProcessIdentity = { pid: 3, started: 'long ago' };

let home: string;
let store: RunStore;
let queue: RunQueue;
let engineReady: boolean;
/** Runs that were begun, each ended by the test. */
let begun: Map<string, { readonly signal: AbortSignal; readonly end: () => void }>;

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-queue-'));
  store = openRunStore({ home, clock: { now: Date.now } });
  engineReady = true;
  begun = new Map();
  queue = queueOf({ adopts: true });
});

afterEach(async () => {
  for (const { end } of begun.values()) end();
  await queue.close();
  store.close();
  rmSync(home, { recursive: true });
});

function queueOf(parts: Partial<RunQueueParts>): RunQueue {
  const clock = { now: Date.now };
  return createRunQueue({
    store,
    clock,
    self,
    isAlive: (owner) => owner.pid !== dead.pid,
    adopts: false,
    limit: () => 2,
    engineReady: () => engineReady,
    plannedImages: (run) => (run.request.kind === 'quickBuild' ? run.request.build.tags : run.images),
    onFault: (error) => expect.unreachable(String(error)),
    execute: (run: Run, signal) =>
      new Promise<void>((resolve) => {
        const end = () => {
          if (!isFinal(store.get(run.runId).status))
            store.update(run.runId, { status: signal.aborted ? 'Canceled' : 'Succeeded' });
          resolve();
        };
        signal.addEventListener('abort', end, { once: true });
        begun.set(run.runId, { signal, end });
      }),
    recover: (isLive) =>
      recoverRuns({ store, logs: createRunLogs({ home, clock }), clock, isLive, clearScratch: async () => undefined }),
    ...parts,
  });
}

async function replaceQueue(parts: Partial<RunQueueParts>): Promise<void> {
  await queue.close();
  queue = queueOf(parts);
}

function queued(tag: string, owner = self): string {
  const build = QuickBuildRequest.parse({ context: '/src', tags: [tag] });
  const { runId } = store.create(
    {
      runType: 'QuickBuild',
      cause: { kind: 'manual' },
      request: { kind: 'quickBuild', build },
      platforms: [],
      steps: [{ id: 'build', kind: 'build', status: 'pending', timeoutSeconds: 60 }],
    },
    owner,
  );
  queue.wake();
  return runId;
}

const expectWait = (runId: string, reason: object) =>
  vi.waitFor(() => expect(store.get(runId).waitReason).toEqual(reason));
const expectBegun = (runId: string) => vi.waitFor(() => expect([...begun.keys()]).toContain(runId));

describe('which run may start', () => {
  it('first in, first out, as many side by side as the settings allow', async () => {
    const [first, second, third] = [queued('a:1'), queued('b:1'), queued('c:1')];
    await expectWait(third, { kind: 'concurrency', limit: 2, ahead: 2 });
    expect([...begun.keys()]).toEqual([first, second]);
    begun.get(first)?.end();
    await expectBegun(third);
  });

  it('one that writes the same tag waits, and lets later ones pass', async () => {
    const first = queued('a:1');
    const same = queued('a:1');
    const later = queued('b:1');
    await expectWait(same, { kind: 'sameTag', runId: first, tag: 'a:1' });
    await expectBegun(later);
    begun.get(first)?.end();
    await expectBegun(same);
  });

  it('all wait for the engine, and start when it answers', async () => {
    engineReady = false;
    const run = queued('a:1');
    await expectWait(run, { kind: 'engine' });
    engineReady = true;
    queue.wake();
    await expectBegun(run);
  });

  it('another process’s runs are left to it, but count', async () => {
    const theirs = [queued('x:1', other), queued('y:1', other)];
    for (const runId of theirs) expect(store.claim(runId, other)).toBe(true);
    const ours = queued('a:1');
    await expectWait(ours, { kind: 'concurrency', limit: 2, ahead: 2 });
    expect(begun.size).toBe(0);
  });

  it('a window takes over what a killed process left queued', async () => {
    await expectBegun(queued('a:1', dead));
  });

  it('a command line does not, and is not held up by it', async () => {
    await replaceQueue({ adopts: false });
    const theirs = [queued('a:1', dead), queued('b:1', dead), queued('c:1', dead)];
    await expectBegun(queued('a:1'));
    expect(theirs.map((runId) => store.get(runId).status)).toEqual(['Queued', 'Queued', 'Queued']);
  });

  it('a tag belongs to the run that asked first, also before its process has started it', async () => {
    const theirs = queued('a:1', other);
    const ours = queued('a:1');
    await expectWait(ours, { kind: 'sameTag', runId: theirs, tag: 'a:1' });
  });

  it('a process that has no engine holds up nobody', async () => {
    for (const tag of ['x:1', 'y:1']) store.update(queued(tag, other), { waitReason: { kind: 'engine' } });
    await expectBegun(queued('a:1'));
  });

  it('a run whose images can’t be told starts, to say why', async () => {
    await replaceQueue({
      plannedImages: (run) => {
        throw new Error(`no registry for ${run.runId}`);
      },
    });
    await expectBegun(queued('a:1'));
  });

  it('what goes wrong while nobody waits is told once, and the queue goes on', async () => {
    const faults: unknown[] = [];
    let broken = true;
    await replaceQueue({
      limit: () => {
        if (broken) throw new Error('the disk is full');
        return 2;
      },
      onFault: (error) => faults.push(error),
    });
    const run = queued('a:1');
    await vi.waitFor(() => expect(faults).toEqual([new Error('the disk is full')]));
    broken = false;
    queue.wake();
    await expectBegun(run);
    expect(faults).toHaveLength(1);
  });
});

describe('a run that nobody carries out any more', () => {
  const interrupted = { status: 'Error', error: { code: 'run.interrupted' } };
  const expectInterrupted = (runId: string) =>
    vi.waitFor(() => expect(store.get(runId)).toMatchObject(interrupted), { timeout: 10_000 });

  /** Active, and its process was killed, while nobody looked. */
  async function abandoned(): Promise<string> {
    const runId = queued('a:1', dead);
    expect(store.claim(runId, dead)).toBe(true);
    return runId;
  }

  it('is closed without being asked for, and frees its tag', async () => {
    const theirs = await abandoned();
    await expectBegun(queued('a:1'));
    await expectInterrupted(theirs);
  });

  it('is closed at once when it is canceled', async () => {
    const theirs = await abandoned();
    queue.cancel(theirs);
    await expectInterrupted(theirs);
  });

  it('may be this process’s own, when its end could not be recorded', async () => {
    const faults: unknown[] = [];
    await replaceQueue({
      execute: () => Promise.reject(new Error('the disk is full')),
      onFault: (error) => faults.push(error),
    });
    await expectInterrupted(queued('a:1'));
    expect(faults).toEqual([new Error('the disk is full')]);
  });
});

describe('cancel', () => {
  it('ends a queued run at once, its steps never started', async () => {
    engineReady = false;
    const run = queued('a:1');
    queue.cancel(run);
    expect(store.get(run)).toMatchObject({
      status: 'Canceled',
      error: { code: 'run.canceled' },
      steps: [{ status: 'skipped' }],
    });
  });

  it('aborts an active run', async () => {
    const run = queued('a:1');
    await expectBegun(run);
    queue.cancel(run);
    await vi.waitFor(() => expect(store.get(run).status).toBe('Canceled'));
  });

  it('reaches a run through its record, as another process asks for it', async () => {
    const run = queued('a:1');
    await expectBegun(run);
    store.update(run, { cancelRequested: true });
    await vi.waitFor(() => expect(begun.get(run)?.signal.aborted).toBe(true));
  });

  it('refuses a run that is over', async () => {
    const run = queued('a:1');
    await expectBegun(run);
    begun.get(run)?.end();
    expect(() => queue.cancel(run)).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ code: 'run.finished' }) }),
    );
  });

  it('comes to all active runs when the queue closes', async () => {
    const run = queued('a:1');
    await expectBegun(run);
    await queue.close();
    expect(store.get(run).status).toBe('Canceled');
  });
});
