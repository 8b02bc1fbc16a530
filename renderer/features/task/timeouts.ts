import type { TaskStep } from '@shared/model/task.ts';

/** The steps that would take longest if each took all the time that it has. */
export interface LongestPath {
  readonly steps: readonly string[];
  /** Their timeouts together. */
  readonly seconds: number;
}

/** The path through `needs` with the largest sum of timeouts; `needs` names steps above, so one pass is enough. */
export function longestPath(steps: readonly Pick<TaskStep, 'id' | 'needs' | 'timeout'>[]): LongestPath {
  const ends = new Map<string, { readonly seconds: number; readonly before: string | undefined }>();
  let last: string | undefined;
  let most = 0;
  for (const step of steps) {
    let before: string | undefined;
    let seconds = 0;
    for (const need of step.needs) {
      const end = ends.get(need);
      if (end !== undefined && end.seconds > seconds) {
        before = need;
        ({ seconds } = end);
      }
    }
    seconds += step.timeout;
    ends.set(step.id, { seconds, before });
    if (seconds > most) {
      most = seconds;
      last = step.id;
    }
  }
  const path: string[] = [];
  for (let id = last; id !== undefined; id = ends.get(id)?.before) path.unshift(id);
  return { steps: path, seconds: most };
}

/** Whether the run can end before its steps have had their time. */
export function runsOut(times: { readonly longestPathSeconds: number; readonly timeoutSeconds: number }): boolean {
  return times.longestPathSeconds > times.timeoutSeconds;
}
