import type { Run, Step, Vertex } from '@shared/model/run.ts';

/** A bar on the time axis, in fractions of it. */
export interface Bar {
  readonly start: number;
  readonly width: number;
  /** Its end moves on. */
  readonly open: boolean;
}

/** A step, or a vertex under its step. */
export type WaterfallRow = {
  readonly id: string;
  readonly stepId: string;
  readonly startTime: string | undefined;
  readonly finishTime: string | undefined;
} & ({ readonly kind: 'step'; readonly step: Step } | { readonly kind: 'vertex'; readonly vertex: Vertex });

/** The one time axis of a run. */
export interface TimeAxis {
  /** Where it begins (ms, UTC). */
  readonly begin: number;
  /** Milliseconds that it spans. */
  readonly span: number;
  /** Milliseconds from the start. */
  readonly ticks: readonly number[];
}

/** Lengths of axes and distances of ticks that people count in, in seconds. */
const niceSeconds = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 420, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200,
  10_800, 14_400, 21_600, 28_800, 43_200, 86_400,
];

/** The run's steps, each with its vertices. `folded` names steps whose vertices are hidden. */
export function waterfallRows(
  run: Pick<Run, 'steps'>,
  vertices: readonly Vertex[],
  folded: ReadonlySet<string> = new Set(),
): readonly WaterfallRow[] {
  const perStep = new Map<string, Vertex[]>();
  for (const vertex of vertices) {
    const own = perStep.get(vertex.stepId);
    if (own === undefined) perStep.set(vertex.stepId, [vertex]);
    else own.push(vertex);
  }
  return run.steps.flatMap((step): WaterfallRow[] => {
    const { id, startTime, finishTime } = step;
    const row: WaterfallRow = { kind: 'step', id, stepId: id, step, startTime, finishTime };
    if (folded.has(id)) return [row];
    const own = perStep.get(id) ?? [];
    return [
      row,
      ...own.map((vertex): WaterfallRow => ({
        kind: 'vertex',
        id: rowId(vertex),
        stepId: id,
        vertex,
        startTime: vertex.startTime,
        finishTime: vertex.finishTime,
      })),
    ];
  });
}

/** The axis of a run as it is at `now` (ms). A live one grows in leaps: bars that shrink all the time can't be read. */
export function timeAxis(run: Pick<Run, 'startTime' | 'finishTime'>, now: number): TimeAxis {
  const begin = run.startTime === undefined ? now : Date.parse(run.startTime);
  const live = run.finishTime === undefined;
  const elapsed = Math.max(1, (run.finishTime === undefined ? now : Date.parse(run.finishTime)) - begin);
  const span = live ? nextNice(elapsed * 1.1) : elapsed;
  return { begin, span, ticks: ticksOf(span) };
}

/** Where a row's bar lies; undefined for what hasn't begun. */
export function barOf(row: WaterfallRow, axis: TimeAxis, now: number): Bar | undefined {
  if (row.startTime === undefined) return undefined;
  const open = isRunning(row);
  const end = open ? now : Date.parse(row.finishTime ?? row.startTime);
  return { ...onAxis(Date.parse(row.startTime), end, axis), open };
}

/** A stretch of time in fractions of the axis. What lies outside of it ends at its edge: the daemon's clock may not be ours. */
export function onAxis(
  from: number,
  to: number,
  { begin, span }: TimeAxis,
): { readonly start: number; readonly width: number } {
  const start = clamp((from - begin) / span);
  return { start, width: Math.max(0, clamp((to - begin) / span) - start) };
}

/** Whether it goes on. */
export function isRunning(row: WaterfallRow): boolean {
  const { status } = row.kind === 'step' ? row.step : row.vertex;
  return status === 'running' && row.finishTime === undefined;
}

export function rowId(vertex: Pick<Vertex, 'stepId' | 'number'>): string {
  return `${vertex.stepId}#${vertex.number}`;
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

function nextNice(ms: number): number {
  const seconds = niceSeconds.find((each) => each * 1000 >= ms);
  return seconds === undefined ? Math.ceil(ms / 86_400_000) * 86_400_000 : seconds * 1000;
}

/** Four to six ticks. */
function ticksOf(span: number): readonly number[] {
  const step = nextNice(span / 5);
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

/** What a vertex has moved so far, and how much it is in all where that is known. */
export function movedBytes(
  vertex: Pick<Vertex, 'progress'>,
): { readonly current: number; readonly total: number } | undefined {
  if (vertex.progress.length === 0) return undefined;
  let current = 0;
  let total = 0;
  for (const part of vertex.progress) {
    current += part.current;
    total += part.total;
  }
  const known = vertex.progress.every((part) => part.total > 0);
  return current === 0 && total === 0 ? undefined : { current, total: known ? total : 0 };
}

/** The row to show first of a failed run: its first failed vertex, else its first failed step. */
export function firstFailure(rows: readonly WaterfallRow[]): WaterfallRow | undefined {
  return rows.find((row) => row.kind === 'vertex' && row.vertex.status === 'failed') ?? rows.find(hasFailed);
}

/** Whether a step or vertex failed or ran out of time. */
export function hasFailed(row: WaterfallRow): boolean {
  const { status } = row.kind === 'step' ? row.step : row.vertex;
  return status === 'failed' || status === 'timedout';
}

/** The next failure behind a row (or before it), round the ends; a step counts only where no vertex of it failed. */
export function nextFailure(
  rows: readonly WaterfallRow[],
  from: string | undefined,
  by: 1 | -1,
): WaterfallRow | undefined {
  const failures = rows.filter(
    (row) =>
      hasFailed(row) &&
      (row.kind === 'vertex' ||
        !rows.some((other) => other.kind === 'vertex' && other.stepId === row.id && hasFailed(other))),
  );
  const order = new Map(rows.map((row, index) => [row.id, index]));
  const here = from === undefined ? (by > 0 ? -1 : rows.length) : (order.get(from) ?? -1);
  const behind = (row: WaterfallRow) => ((order.get(row.id) ?? 0) - here) * by > 0;
  return by > 0 ? (failures.find(behind) ?? failures[0]) : (failures.findLast(behind) ?? failures.at(-1));
}
