import { isFoldOpen } from './log-folds.ts';
import type { LogFolds } from './log-folds.ts';
import { besideSteps, hasFailed, isRunning } from './log-sections.ts';
import type { LogSection } from './log-sections.ts';
import { emptyLineMap, lineOfRow, rowOfLine } from './line-map.ts';
import type { LineMap } from './line-map.ts';
import type { RowAnchor } from './row-anchor.ts';
import { visibleRows } from './section-folds.ts';
import type { Fold } from './section-folds.ts';

/** A log by steps as rows of a list: each section's header, and below it what of the section shows. */
export interface Outline {
  readonly rows: number;
  readonly parts: readonly OutlinePart[];
}

export interface OutlinePart {
  readonly section: LogSection;
  readonly open: boolean;
  /** The row of its header. */
  readonly row: number;
  /** Which of the section's lines follow the header. */
  readonly body: LineMap;
  /** Its folds that have a row, by the line that names them. */
  readonly folds: ReadonlyMap<number, OutlineFold>;
}

export interface OutlineFold {
  readonly fold: Fold;
  readonly open: boolean;
}

/** `at` counts the section's lines from 0; a fold stands in the place of the line that names it. */
export type OutlineRow =
  | { readonly kind: 'section'; readonly part: OutlinePart }
  | { readonly kind: 'fold'; readonly part: OutlinePart; readonly at: number; readonly fold: OutlineFold }
  | { readonly kind: 'line'; readonly part: OutlinePart; readonly at: number };

/** A row by what it is, which stays when rows come and go around it. */
export interface Place {
  readonly sectionId: string;
  /** Undefined for the header. */
  readonly at: number | undefined;
}

/** Lines of a step, counted from 0 among its own. */
export interface StepSpan {
  readonly stepId: string;
  readonly from: number;
  readonly count: number;
}

export function outlineOf(sections: readonly LogSection[], folds: LogFolds): Outline {
  const parts: OutlinePart[] = [];
  let rows = 0;
  for (const section of sections) {
    const open = section.rows > 0 && folds.open.has(section.id);
    const known = new Map(
      section.folds.folds.map((fold): [number, OutlineFold] => [
        fold.row,
        { fold, open: isFoldOpen(folds, section.id, fold) },
      ]),
    );
    const body = open
      ? visibleRows(section.folds, section.rows, (fold) => known.get(fold.row)?.open ?? true)
      : emptyLineMap;
    parts.push({ section, open, row: rows, body, folds: known });
    rows += 1 + body.rows;
  }
  return { rows, parts };
}

/** What a row is; undefined outside of the outline. */
export function rowAt({ rows, parts }: Outline, row: number): OutlineRow | undefined {
  const part = row < rows ? partAt(parts, row) : undefined;
  if (part === undefined) return undefined;
  if (row === part.row) return { kind: 'section', part };
  const at = lineOfRow(part.body, row - part.row - 1);
  const fold = part.folds.get(at);
  return fold === undefined ? { kind: 'line', part, at } : { kind: 'fold', part, at, fold };
}

/** The place of a row; undefined where there are none. */
export function placeAt(outline: Outline, row: number): Place | undefined {
  const found = rowAt(outline, Math.max(0, Math.min(row, outline.rows - 1)));
  if (found === undefined) return undefined;
  return { sectionId: found.part.section.id, at: found.kind === 'section' ? undefined : found.at };
}

/** The row of a place. What doesn't show has the row that it is under. */
export function rowOf({ parts }: Outline, { sectionId, at }: Place): number {
  const part = parts.find(({ section }) => section.id === sectionId);
  if (part === undefined) return 0;
  return at === undefined || part.body.rows === 0 ? part.row : part.row + 1 + rowOfLine(part.body, at);
}

/** Where someone has moved the view: a place in it, wherever its row goes. */
export interface PlaceAnchor {
  readonly edge: RowAnchor['edge'];
  readonly place: Place;
  /** Of the row at the top, what is scrolled away. */
  readonly fraction: number;
}

/** An anchor in the rows as they are, to be found again in others; undefined where there are none. */
export function placedAt(outline: Outline, { edge, row }: RowAnchor): PlaceAnchor | undefined {
  const place = placeAt(outline, Math.floor(row));
  return place === undefined ? undefined : { edge, place, fraction: row - Math.floor(row) };
}

export function anchorOf(outline: Outline, { edge, place, fraction }: PlaceAnchor): RowAnchor {
  const row = rowOf(outline, place);
  // Where it doesn't show any more, what it is under shows whole.
  return { edge, row: placeAt(outline, row)?.at === place.at ? row + fraction : row };
}

/** The part that a row belongs to, by halving. */
function partAt(parts: readonly OutlinePart[], row: number): OutlinePart | undefined {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((parts[middle]?.row ?? 0) <= row) low = middle + 1;
    else high = middle;
  }
  return parts[low - 1];
}

/** The lines behind these rows, neighbours in one. */
export function spansOf(outline: Outline, first: number, count: number): readonly StepSpan[] {
  const spans: { stepId: string; from: number; count: number }[] = [];
  for (let row = Math.max(0, first); row < Math.min(outline.rows, first + count); row++) {
    const found = rowAt(outline, row);
    if (found === undefined || found.kind === 'section') continue;
    const { stepId, offset } = found.part.section;
    const from = offset + found.at;
    const last = spans.at(-1);
    if (last?.stepId === stepId && last.from + last.count === from) last.count += 1;
    else spans.push({ stepId, from, count: 1 });
  }
  return spans;
}

/**
 * Where the view stands as long as nobody moves it: at the end of what failed; while the run goes on, at the end of what is
 * running, which is also where `following` leads someone who asks for it.
 */
export function restingAnchor({ parts, rows }: Outline, live: boolean, following: boolean): RowAnchor {
  const failed = parts.find(({ section }) => hasFailed(section));
  const running = live ? parts.findLast(({ section }) => isRunning(section)) : undefined;
  const own = parts.find(({ section, open }) => section.id === besideSteps && open);
  const end = following ? (running ?? failed ?? own) : (failed ?? running ?? own);
  if (end !== undefined) return { edge: 'bottom', row: end.row + end.body.rows };
  return live ? { edge: 'bottom', row: rows - 1 } : { edge: 'top', row: 0 };
}
