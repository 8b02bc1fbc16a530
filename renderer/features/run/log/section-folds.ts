import type { StepLines } from '@shared/model/log-line.ts';
import { emptyLineMap, extendLineMap } from './line-map.ts';
import type { LineMap } from './line-map.ts';

/** Lines that fold under the one before them, which names them. Rows count a section's lines from 0. */
export interface Fold {
  readonly kind: 'group' | 'heading';
  /** The line that names it. */
  readonly row: number;
  /** The row behind its last line. */
  readonly end: number;
  /** Something ended it: no line of it is still to come. */
  readonly ended: boolean;
}

export interface SectionFolds {
  /** In order of their rows. */
  readonly folds: readonly Fold[];
  /** Lines that only end a group. They say nothing, and are not shown. */
  readonly ends: readonly number[];
}

export const noFolds: SectionFolds = { folds: [], ends: [] };

/**
 * The folds that marks make. A group ends where it says so or where the next one begins: they don't lie in each other, as with
 * those who made the marks. A heading reaches to the next one; one within a group ends with it.
 */
export function foldsOf(marks: StepLines['marks'], rows: number): SectionFolds {
  if (marks.length === 0) return noFolds;
  const folds: Fold[] = [];
  const ends: number[] = [];
  let group: number | undefined;
  let heading: number | undefined;
  let headingInGroup: number | undefined;
  const close = (kind: Fold['kind'], row: number | undefined, end: number, ended: boolean) => {
    if (row !== undefined) folds.push({ kind, row, end, ended });
  };
  const closeGroup = (end: number, ended: boolean) => {
    close('heading', headingInGroup, end, ended);
    close('group', group, end, ended);
    headingInGroup = undefined;
    group = undefined;
  };
  for (const { row, mark } of marks) {
    switch (mark) {
      case 'group':
        closeGroup(row, true);
        group = row;
        break;
      case 'endgroup':
        if (group !== undefined) ends.push(row);
        closeGroup(row, true);
        break;
      case 'heading':
        if (group === undefined) {
          close('heading', heading, row, true);
          heading = row;
        } else {
          close('heading', headingInGroup, row, true);
          headingInGroup = row;
        }
    }
  }
  closeGroup(rows, false);
  close('heading', heading, rows, false);
  return { folds: folds.sort((one, other) => one.row - other.row), ends };
}

/** The rows that show, as a map: its lines are the section's rows. A row that doesn't show leads to the one that it is under. */
export function visibleRows({ folds, ends }: SectionFolds, rows: number, isOpen: (fold: Fold) => boolean): LineMap {
  const hidden = [
    ...folds.filter((fold) => !isOpen(fold)).map(({ row, end }): [number, number] => [row + 1, end]),
    ...ends.map((row): [number, number] => [row, row + 1]),
  ].sort(([one], [other]) => one - other);
  const stretches: number[] = [];
  let at = 0;
  for (const [from, to] of hidden) {
    if (from > at) stretches.push(at, from - at);
    at = Math.max(at, to);
  }
  if (rows > at) stretches.push(at, rows - at);
  return extendLineMap(emptyLineMap, stretches);
}
