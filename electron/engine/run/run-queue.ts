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
  /** Whether an engine is there that would take the run, or nobody waits for one. */
  readonly engineReady: (run: Run) => boolean;
  /** Images that a run would write. Throws where that can't be told: the run then says why, once it starts. */
  readonly plannedImages: (run: Run) => readonly string[];
  /** Closes the active runs that aren't live: whose process is gone, or which this process has left. */
  readonly recover: (isLive: (runId: string, owner: ProcessIdentity) => boolean) => Promise<unknown>;
  /** Carries a claimed run to a final state. Settles when that is on disk; never rejects for what the run itself did. */
  readonly execute: (run: Run, signal: AbortSignal) => Promise<void>;
  /** Told of what nobody waits for: an `execute` that rejected, a database that can't be written (once, till it can again). Names the run that is carried out no more. */
  readonly onFault: (error: unknown, runId?: string) => void;
}

/** Decides which queued run may start, and why the others wait. */
export interface RunQueue {
  /** Looks at the queue again: after a run was queued or ended, when the engine or the settings changed. */
  wake(): void;
  /**
   * Cancels a run of any process: a queued one at once, an active one through its owner; one that nobody carries out any
   * more is closed as interrupted.
   * @throws `run.notFound`, `run.finished`
   */
  cancel(runId: string): void;
  /** Closes the runs whose process is gone without having ended them. */
  recover(): Promise<void>;
  /** Runs that this process carries out now. */
  readonly active: ReadonlySet<string>;
  /** Starts nothing more, cancels what runs and waits for it. */
  close(): Promise<void>;
}

/** A process that dies tells nobody, so the queue is looked at this often anyway; ms. */
const lookInterval = 2_000;

/** Makes a queue over the store. First in, first out; a run that must wait for its tag lets later ones pass. */
export function createRunQueue(parts: RunQueueParts): RunQueue {
  const { store, self } = parts;
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  let closed = false;
  let scheduled = false;
  let recovering: Promise<void> | undefined;
  /** The last look failed, and was told of. */
  let failing = false;

  const mine = (owner: ProcessIdentity) => sameProcess(owner, self) || (parts.adopts && !parts.isAlive(owner));
  const isLive = (runId: string, owner: ProcessIdentity) =>
    sameProcess(owner, self) ? running.has(runId) : parts.isAlive(owner);

  function look(): void {
    scheduled = false;
    if (closed) return;
    try {
      startWhatMay();
      failing = false;
    } catch (error) {
      fault(error);
    }
  }

  function fault(error: unknown): void {
    if (!failing) parts.onFault(error);
    failing = true;
  }

  function startWhatMay(): void {
    // The queue first: a run that is claimed in between is then counted twice, never not at all.
    const queued = store.queued();
    const all = store.active();
    const active = all.filter(({ run, owner }) => isLive(run.runId, owner));
    if (active.length < all.length) recover().catch(fault);
    const writing = new Map(active.flatMap(({ run }) => imagesOf(run).map((image) => [image, run.runId] as const)));
    let slots = Math.max(0, parts.limit() - active.length);
    let ahead = active.length;
    for (const { run, owner } of queued) {
      const images = imagesOf(run);
      const reason = waitReason(run, images, writing, slots, ahead);
      ahead += 1;
      if (reason !== undefined) {
        if (mine(owner) && JSON.stringify(reason) !== JSON.stringify(run.waitReason))
          store.update(run.runId, { waitReason: reason });
        continue;
      }
      // Nobody here starts the run of a process that is gone or has no engine, so it holds up nobody.
      if (!mine(owner) && (!parts.isAlive(owner) || run.waitReason?.kind === 'engine')) continue;
      slots -= 1;
      for (const image of images) writing.set(image, run.runId);
      if (mine(owner) && store.claim(run.runId, self)) begin(store.get(run.runId));
    }
  }

  function imagesOf(run: Run): readonly string[] {
    try {
      return parts.plannedImages(run);
    } catch {
      return []; // the run itself tells why, once it starts
    }
  }

  function recover(): Promise<void> {
    recovering ??= parts
      .recover(isLive)
      .then(() => undefined)
      .finally(() => {
        recovering = undefined;
      });
    return recovering;
  }

  function waitReason(
    run: Run,
    images: readonly string[],
    writing: ReadonlyMap<string, string>,
    slots: number,
    ahead: number,
  ): WaitReason | undefined {
    if (!parts.engineReady(run)) return { kind: 'engine' };
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
      .catch((error: unknown) => parts.onFault(error, run.runId))
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

  const looking = setInterval(wake, lookInterval).unref();

  return {
    wake,
    recover,
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
      clearInterval(looking);
      for (const [runId, { abort }] of running) abort.abort(appFailure('run.canceled', { params: { runId } }));
      await Promise.allSettled([...[...running.values()].map(({ done }) => done), recovering]);
    },
  };
}

function sameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.started === other.started;
}
