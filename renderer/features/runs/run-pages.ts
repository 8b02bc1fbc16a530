import type { Run } from '@shared/model/run.ts';

/**
 * The runs that are known after the newest ones were asked for again: those, and behind them what was known to be older. What
 * should be among the newest and isn't there has gone.
 * @param whole the answer holds all runs that there are
 */
export function withNewest(known: readonly Run[], newest: readonly Run[], whole: boolean): readonly Run[] {
  const last = newest.at(-1);
  if (last === undefined || whole) return newest;
  const ids = new Set(newest.map((run) => run.runId));
  const older = known.filter((run) => run.createTime <= last.createTime && !ids.has(run.runId));
  return older.length === 0 ? newest : [...newest, ...older];
}

/** Adds a page of older runs. */
export function withOlder(known: readonly Run[], page: readonly Run[]): readonly Run[] {
  const ids = new Set(known.map((run) => run.runId));
  return [...known, ...page.filter((run) => !ids.has(run.runId))];
}

/** How many runs at the top weren't there before: those in front of the one that was first. */
export function countNew(before: string | undefined, runs: readonly Run[]): number {
  if (before === undefined) return 0;
  return Math.max(
    0,
    runs.findIndex((run) => run.runId === before),
  );
}
