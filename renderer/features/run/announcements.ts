import type { Run, RunPause, Step } from '@shared/model/run.ts';

/** Steps that have failed or run out of time since; at most three, as nobody listens to a list. */
export function newlyFailed(before: Pick<Run, 'steps'>, now: Pick<Run, 'steps'>): readonly Step[] {
  const then = new Map(before.steps.map((step) => [step.id, step.status]));
  return now.steps.filter((step) => hasFailed(step.status) && !hasFailed(then.get(step.id))).slice(0, 3);
}

function hasFailed(status: Step['status'] | undefined): boolean {
  return status === 'failed' || status === 'timedout';
}

/** Where the run has come to stand still since. */
export function pauseOf(before: Pick<Run, 'pause'>, now: Pick<Run, 'pause'>): RunPause | undefined {
  return now.pause !== undefined && now.pause.since !== before.pause?.since ? now.pause : undefined;
}
