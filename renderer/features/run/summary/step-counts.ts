import type { Step } from '@shared/model/run.ts';
import { stateOfStep } from '../../../components/index.ts';
import type { State } from '../../../components/index.ts';

/** As they are told: what calls for a look first. */
const order: readonly State[] = [
  'failed',
  'timedout',
  'error',
  'running',
  'queued',
  'succeeded',
  'canceled',
  'skipped',
];

/** How many steps are in which state; states that none is in are left out. */
export function countSteps(steps: readonly Step[]): readonly { readonly state: State; readonly count: number }[] {
  const counts = new Map<State, number>();
  for (const step of steps) {
    const state = stateOfStep(step);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return order.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [{ state, count }];
  });
}

/** Whether there is more to tell of a step than its state and duration. */
export function standsOut(step: Step): boolean {
  return (
    step.status === 'failed' ||
    step.status === 'timedout' ||
    step.errorIgnored === true ||
    step.detached === true ||
    (step.attempts?.length ?? 0) > 1 ||
    (step.ports?.length ?? 0) > 0
  );
}
