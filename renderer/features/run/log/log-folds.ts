import { isFinal } from '@shared/model/run.ts';
import type { RunStatus } from '@shared/model/run.ts';
import { besideSteps, hasFailed, isRunning } from './log-sections.ts';
import type { LogSection } from './log-sections.ts';
import type { Fold } from './section-folds.ts';

/** What of a log by steps is open. */
export interface LogFolds {
  /** Someone has folded or scrolled: from then on nothing opens, closes or moves by itself. */
  readonly touched: boolean;
  /** Sections that are open. */
  readonly open: ReadonlySet<string>;
  /** Sections whose groups are open where nobody has folded them. */
  readonly spread: ReadonlySet<string>;
  /** Folds within sections that someone has folded or opened. */
  readonly byHand: ReadonlyMap<string, boolean>;
}

export const untouchedFolds: LogFolds = {
  touched: false,
  open: new Set(),
  spread: new Set(),
  byHand: new Map(),
};

/** What is open now. As long as nobody touches it that follows the run: what failed and what is running is open. */
export function foldsNow(folds: LogFolds, sections: readonly LogSection[], status: RunStatus): LogFolds {
  if (folds.touched) return folds;
  const running = sections.filter(isRunning).map(({ id }) => id);
  const failed = sections.filter(hasFailed).map(({ id }) => id);
  // No step failed, but the run did: the run's own last lines say why.
  const ownFailure = failed.length === 0 && isFinal(status) && status !== 'Succeeded' && status !== 'Canceled';
  return {
    ...folds,
    open: new Set([...running, ...failed, ...(ownFailure ? [besideSteps] : [])]),
    // A group that ends while one looks at it doesn't close.
    spread: new Set(running),
  };
}

/** Whether the lines of a fold show. A heading looks like much that isn't one (`--- a/file` of a diff), so it begins open. */
export function isFoldOpen({ byHand, spread }: LogFolds, sectionId: string, fold: Fold): boolean {
  return byHand.get(foldId(sectionId, fold.row)) ?? (fold.kind === 'heading' || !fold.ended || spread.has(sectionId));
}

export function foldId(sectionId: string, row: number): string {
  return `${sectionId}:${row}`;
}

export function touch(folds: LogFolds): LogFolds {
  return folds.touched ? folds : { ...folds, touched: true };
}

export function toggleSection(folds: LogFolds, section: LogSection): LogFolds {
  const opens = !folds.open.has(section.id);
  return {
    ...folds,
    touched: true,
    open: opens ? including(folds.open, section.id) : excluding(folds.open, section.id),
    spread: opens && isRunning(section) ? including(folds.spread, section.id) : folds.spread,
  };
}

export function toggleFold(folds: LogFolds, sectionId: string, fold: Fold): LogFolds {
  const byHand = new Map(folds.byHand).set(foldId(sectionId, fold.row), !isFoldOpen(folds, sectionId, fold));
  return { ...folds, touched: true, byHand };
}

/** Opens all there is; closes it where all was open. */
export function toggleAll(folds: LogFolds, sections: readonly LogSection[]): LogFolds {
  const allOpen = sections.every(
    (section) =>
      section.rows === 0 ||
      (folds.open.has(section.id) && section.folds.folds.every((fold) => isFoldOpen(folds, section.id, fold))),
  );
  const open = new Set(allOpen ? [] : sections.map(({ id }) => id));
  return { touched: true, open, spread: open, byHand: new Map() };
}

/** Opens whatever hides this row of a section. */
export function reveal(folds: LogFolds, section: LogSection, row: number): LogFolds {
  const around = section.folds.folds.filter((fold) => fold.row < row && row < fold.end);
  return {
    ...folds,
    touched: true,
    open: including(folds.open, section.id),
    byHand: new Map([
      ...folds.byHand,
      ...around.map((fold): [string, boolean] => [foldId(section.id, fold.row), true]),
    ]),
  };
}

function including(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids, id]);
}

function excluding(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((each) => each !== id));
}
