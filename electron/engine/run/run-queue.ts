import { isFinal, type Run, type WaitReason } from '@shared/model/run.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import type { ProcessIdentity, RunStore } from '../journal.ts';
import type { Clock } from '../ports.ts';

/** What the queue needs. */
export interface RunQueueParts {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly self: ProcessIdentity;
  readonly isAlive: (owner: ProcessIdentity) => boolean;
  /** Whether to take over queued runs whose process is gone: a window does, a command line doesn't. */
  readonly adopts: boolean;
  /** Runs side by side, over all processes of this home. */
  readonly limit: () => number;
  readonly engineReady: () => boolean;
  /** Images that a run would write, as far as they can be told before it starts. */
  readonly plannedImages: (run: Run) => readonly string[];
  /** Carries a claimed run to a final state. Settles when that is on disk; never rejects for what the run itself did. */
  readonly execute: (run: Run, signal: AbortSignal) => Promise<void>;
  /** Told of what should never happen: an `execute` that rejected. */
  readonly onFault: (error: unknown) => void;
}

/** Decides which queued run may start, and why the others wait. */
export interface RunQueue {
  /** Looks at the queue again: after a run was queued or ended, when the engine or the settings changed. */
  wake(): void;
  /**
   * Cancels a run of any process: a queued one at once, an active one through its owner.
   * @throws `run.notFound`, `run.finished`
   */
  cancel(runId: string): void;
  /** Runs that this process carries out now. */
  readonly active: ReadonlySet<string>;
  /** Starts nothing more, cancels what runs and waits for it. */
  close(): Promise<void>;
}

/** Makes a queue over the store. First in, first out; a run that must wait for its tag lets later ones pass. */
export function createRunQueue(parts: RunQueueParts): RunQueue {
  const { store, self } = parts;
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  let closed = false;
  let scheduled = false;

  const mine = (owner: ProcessIdentity) => sameProcess(owner, self) || (parts.adopts && !parts.isAlive(owner));

  function look(): void {
    scheduled = false;
    if (closed) return;
    const active = store.active().filter(({ owner }) => parts.isAlive(owner));
    const writing = new Map(
      active.flatMap(({ run }) => parts.plannedImages(run).map((image) => [image, run.runId] as const)),
    );
    let slots = Math.max(0, parts.limit() - active.length);
    let ahead = active.length;
    for (const { run, owner } of store.queued()) {
      const images = parts.plannedImages(run);
      const reason = waitReason(images, writing, slots, ahead);
      ahead += 1;
      if (!mine(owner)) {
        if (reason === undefined) slots -= 1;
        continue;
      }
      if (reason === undefined && store.claim(run.runId, self)) {
        slots -= 1;
        for (const image of images) writing.set(image, run.runId);
        begin(store.get(run.runId));
      } else if (reason !== undefined && JSON.stringify(reason) !== JSON.stringify(run.waitReason)) {
        store.update(run.runId, { waitReason: reason });
      }
    }
  }

  function waitReason(
    images: readonly string[],
    writing: ReadonlyMap<string, string>,
    slots: number,
    ahead: number,
  ): WaitReason | undefined {
    if (!parts.engineReady()) return { kind: 'engine' };
    for (const image of images) {
      const writer = writing.get(image);
      if (writer !== undefined) return { kind: 'sameTag', runId: writer, tag: image };
    }
    if (slots <= 0) return { kind: 'concurrency', limit: parts.limit(), ahead };
    return undefined;
  }

  function begin(run: Run): void {
    const abort = new AbortController();
    const done = parts
      .execute(run, abort.signal)
      .catch(parts.onFault)
      .finally(() => {
        running.delete(run.runId);
        wake();
      });
    running.set(run.runId, { abort, done });
  }

  function wake(): void {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(look);
  }

  const stopListening = store.onChange((runId) => {
    const ours = running.get(runId);
    if (ours === undefined) wake();
    else if (!ours.abort.signal.aborted && store.get(runId).cancelRequested)
      ours.abort.abort(appFailure('run.canceled', { params: { runId } }));
  });

  return {
    wake,
    get active() {
      return new Set(running.keys());
    },
    cancel(runId) {
      const run = store.get(runId);
      if (isFinal(run.status)) throw appFailure('run.finished', { params: { runId, status: run.status } });
      if (run.status === 'Queued' && store.claim(runId, self)) {
        store.update(runId, {
          status: 'Canceled',
          finishTime: formatMoment(parts.clock.now()),
          error: toAppError(appFailure('run.canceled', { params: { runId } })),
          steps: run.steps.map((step) => ({ ...step, status: 'skipped' })),
        });
        return;
      }
      store.update(runId, { cancelRequested: true });
      running.get(runId)?.abort.abort(appFailure('run.canceled', { params: { runId } }));
    },
    async close() {
      closed = true;
      stopListening();
      for (const [runId, { abort }] of running) abort.abort(appFailure('run.canceled', { params: { runId } }));
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

function sameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.started === other.started;
}
