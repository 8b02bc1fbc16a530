import type { Run, Step, StepAttempt } from '@shared/model/run.ts';

/** A stretch of time (ms, UTC). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a step of a task waited for before it began. Stretches of no length are left out. */
export interface StepWait {
  /** For the steps that it needs. */
  readonly needs: Stretch | undefined;
  /** All that it needs was done: its delay, the pull of its image. */
  readonly begin: Stretch | undefined;
}

const noWait: StepWait = { needs: undefined, begin: undefined };

/** Tells how a step's time before its beginning was spent. Quick builds tell nothing of it: their steps follow each other. */
export function waitOf(
  step: Step,
  run: Pick<Run, 'startTime' | 'finishTime'>,
  byId: ReadonlyMap<string, Step>,
  now: number,
): StepWait {
  if (step.needs === undefined || run.startTime === undefined) return noWait;
  const start = Date.parse(run.startTime);
  const end = moment(step.startTime) ?? moment(run.finishTime) ?? now;
  const ready = readyAt(step.needs, byId, start);
  if (ready === undefined) return { needs: stretch(start, end), begin: undefined };
  return { needs: stretch(start, Math.min(ready, end)), begin: stretch(ready, end) };
}

/** When the last of these steps had ended well; undefined while one hasn't. */
function readyAt(needs: readonly string[], byId: ReadonlyMap<string, Step>, start: number): number | undefined {
  let ready = start;
  for (const id of needs) {
    const need = byId.get(id);
    const finish = need?.status === 'succeeded' ? moment(need.finishTime) : undefined;
    if (finish === undefined) return undefined;
    ready = Math.max(ready, finish);
  }
  return ready;
}

function stretch(from: number, to: number): Stretch | undefined {
  return to > from ? { from, to } : undefined;
}

function moment(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

/** How long a detached step's container went on behind the step itself: until the run was over. */
export function afterlifeOf(step: Step, run: Pick<Run, 'finishTime'>, now: number): Stretch | undefined {
  const finish = moment(step.finishTime);
  if (step.detached !== true || step.status !== 'succeeded' || finish === undefined) return undefined;
  return stretch(finish, moment(run.finishTime) ?? now);
}

/**
 * The steps that a task's duration hung on, in order: from the one that ended last back to the beginning, over that of its
 * needs that each one waited for. Empty where there is nothing to choose: on a quick build, and for less than two steps.
 */
export function criticalPath(steps: readonly Step[]): readonly string[] {
  const last = latest(steps.filter((step) => step.needs !== undefined));
  const path = last === undefined ? [] : pathTo(last.id, steps);
  return path.length < 2 ? [] : path;
}

/** The steps of a run that matter most, in order: those that led to its failure, or those that its duration hung on. */
export interface TellingPath {
  readonly kind: 'failure' | 'critical';
  readonly ids: readonly string[];
}

/** While a run goes well, what it hangs on changes all the time: undefined then, and where there is nothing to tell. */
export function tellingPath({ steps, finishTime }: Pick<Run, 'steps' | 'finishTime'>): TellingPath | undefined {
  const failed = steps.find(({ status }) => status === 'failed' || status === 'timedout');
  const ids =
    failed?.needs !== undefined ? pathTo(failed.id, steps) : finishTime === undefined ? [] : criticalPath(steps);
  return ids.length < 2 ? undefined : { kind: failed === undefined ? 'critical' : 'failure', ids };
}

/** The chain of steps that led to this one, itself at the end: each the one of the next one's needs that ended last. */
export function pathTo(stepId: string, steps: readonly Step[]): readonly string[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const path: string[] = [];
  for (let at = byId.get(stepId); at !== undefined && !path.includes(at.id);) {
    path.unshift(at.id);
    at = latest((at.needs ?? []).flatMap((id) => byId.get(id) ?? []));
  }
  return path;
}

function latest(steps: readonly Step[]): Step | undefined {
  let found: Step | undefined;
  let end = -Infinity;
  for (const step of steps) {
    const finish = moment(step.finishTime) ?? -Infinity;
    if (finish > end) [found, end] = [step, finish];
  }
  return found;
}

/** One launch of a step, told as people count: the second try of three, in round two of `repeat`. */
export interface Try {
  readonly attempt: StepAttempt;
  /** Within its round, from 1. */
  readonly number: number;
  /** How many tries its round has had; while it goes on, how many it may have. */
  readonly of: number;
  readonly failed: boolean;
}

/** The launches of a step; empty when there was but one. */
export function triesOf(step: Pick<Step, 'attempts' | 'retries' | 'status'>): readonly Try[] {
  const attempts = step.attempts ?? [];
  const lastRound = attempts.at(-1)?.round;
  const perRound = new Map<number, number>();
  for (const { round } of attempts) perRound.set(round, (perRound.get(round) ?? 0) + 1);
  const before = new Map<number, number>();
  return attempts.map((attempt) => {
    const number = (before.get(attempt.round) ?? 0) + 1;
    before.set(attempt.round, number);
    const failed = attempt.error !== undefined || (attempt.exitCode ?? 0) !== 0;
    const had = perRound.get(attempt.round) ?? number;
    const goesOn = step.status === 'running' && attempt.round === lastRound;
    return { attempt, number, of: goesOn ? Math.max(had, (step.retries ?? 0) + 1) : had, failed };
  });
}

/** How many rounds there were. */
export function roundsOf(tries: readonly Try[]): number {
  return tries.at(-1)?.attempt.round ?? 1;
}
