import type { Run, Step } from '@shared/model/run.ts';
import { afterlifeOf, triesOf, waitOf } from './step-times.ts';
import type { Stretch, Try } from './step-times.ts';
import { barOf, onAxis } from './waterfall.ts';
import type { Bar, TimeAxis, WaterfallRow } from './waterfall.ts';

/**
 * What a row of the waterfall shows on the axis, from the left. `needs` and `begin` are what it waited for; `never`: it was left
 * out; `try` one launch of several, `between` the time to the next one; `goesOn` a detached container behind its step.
 */
export type Piece = Bar &
  (
    | { readonly kind: 'needs' | 'begin' | 'never' | 'between' | 'goesOn' | 'whole' }
    | { readonly kind: 'try'; readonly try: Try }
  );

/** More tries than this can't be told apart on a bar: it is drawn as one. */
const mostTries = 60;

/** The pieces of a row. @param byId the run's steps */
export function piecesOf(
  row: WaterfallRow,
  run: Pick<Run, 'startTime' | 'finishTime'>,
  byId: ReadonlyMap<string, Step>,
  axis: TimeAxis,
  now: number,
): readonly Piece[] {
  const bar = barOf(row, axis, now);
  const whole: readonly Piece[] = bar === undefined ? [] : [{ ...bar, kind: 'whole' }];
  if (row.kind === 'vertex') return whole;
  const { step } = row;
  const lie = (kind: 'needs' | 'begin' | 'never' | 'between' | 'goesOn', stretch: Stretch | undefined, open = false) =>
    stretch === undefined ? [] : [{ ...onAxis(stretch.from, stretch.to, axis), open, kind } as const];
  const wait = waitOf(step, run, byId, now);
  if (step.status === 'skipped') return lie('never', joined(wait.needs, wait.begin));
  return [
    ...lie('needs', wait.needs),
    ...lie('begin', wait.begin),
    ...(bar === undefined ? [] : (tryPieces(step, axis, now) ?? whole)),
    ...lie('goesOn', afterlifeOf(step, run, now), run.finishTime === undefined),
  ];
}

function joined(one: Stretch | undefined, other: Stretch | undefined): Stretch | undefined {
  const [first, last] = [one ?? other, other ?? one];
  return first === undefined || last === undefined ? undefined : { from: first.from, to: last.to };
}

/** A step's launches and the time between them; undefined where there is nothing to tell apart. */
function tryPieces(step: Step, axis: TimeAxis, now: number): readonly Piece[] | undefined {
  const tries = triesOf(step);
  if (tries.length < 2 || tries.length > mostTries) return undefined;
  const end = step.finishTime === undefined ? now : Date.parse(step.finishTime);
  return tries.flatMap((each, index): readonly Piece[] => {
    const { startTime, finishTime } = each.attempt;
    const from = Date.parse(startTime);
    const to = finishTime === undefined ? end : Date.parse(finishTime);
    const next = tries[index + 1];
    const until = next === undefined ? end : Date.parse(next.attempt.startTime);
    const open = finishTime === undefined && step.finishTime === undefined;
    return [
      { ...onAxis(from, to, axis), open, kind: 'try', try: each },
      ...(until > to ? [{ ...onAxis(to, until, axis), open: false, kind: 'between' } as const] : []),
    ];
  });
}
