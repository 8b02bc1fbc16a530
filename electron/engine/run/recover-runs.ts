import { appFailure } from '@shared/model/app-error.ts';
import { formatMoment } from '@shared/format/moment.ts';
import type { Run, Step, Vertex } from '@shared/model/run.ts';
import type { ProcessIdentity, RunLogs, RunStore } from '../journal.ts';
import type { Clock } from '../ports.ts';

export interface RecoveryParts {
  readonly store: RunStore;
  readonly logs: RunLogs;
  readonly clock: Clock;
  /** Whether somebody still carries the run out. */
  /** Removes what a run had laid out on this machine. */
  readonly clearScratch: (runId: string) => Promise<void>;
  readonly isLive: (runId: string, owner: ProcessIdentity) => boolean;
}

/**
 * Closes the active runs that nobody carries out any more: their log is made whole, what was running is told as canceled,
 * what it had fetched goes, and the run becomes `Error` (interrupted). Queued runs stay queued. Safe while other processes do the same.
 * Returns the ids of the runs that were closed.
 */
export async function recoverRuns({
  store,
  logs,
  clock,
  clearScratch,
  isLive,
}: RecoveryParts): Promise<readonly string[]> {
  const recovered: string[] = [];
  for (const { run, owner } of store.active()) {
    if (isLive(run.runId, owner)) continue;
    const logLines = await logs.repair(run.runId);
    // Another process may have been quicker.
    if (!store.active().some((each) => each.run.runId === run.runId)) continue;
    const cleared = clearScratch(run.runId);
    cleared.catch(() => undefined); // awaited once the run is closed
    const finishTime = formatMoment(clock.now());
    store.saveVertices(
      run.runId,
      store
        .vertices(run.runId)
        .filter(isOpen)
        .map((vertex) => ({ ...vertex, status: 'canceled', finishTime })),
    );
    store.update(run.runId, interrupted(run, logLines, finishTime));
    await cleared;
    recovered.push(run.runId);
  }
  return recovered;
}

function isOpen(vertex: Vertex): boolean {
  return vertex.status === 'running' || vertex.status === 'pending';
}

function interrupted(run: Run, logLines: number, finishTime: string): Partial<Run> {
  const { error } = appFailure('run.interrupted', { params: { runId: run.runId }, fixes: [{ kind: 'retry' }] });
  const steps = run.steps.map((step): Step => {
    if (step.status === 'running') return { ...step, status: 'canceled', finishTime };
    return step.status === 'pending' ? { ...step, status: 'skipped' } : step;
  });
  return {
    status: 'Error',
    finishTime,
    logLines,
    steps,
    error,
    runErrorMessage: 'interrupted: the application was closed',
  };
}
