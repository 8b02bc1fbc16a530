import { describe, expect, it } from 'vitest';
import type { Step, StepAttempt } from '@shared/model/run.ts';
import { piecesOf } from './bar-pieces.ts';
import { timeAxis } from './waterfall.ts';
import type { WaterfallRow } from './waterfall.ts';

const start = Date.parse('2026-11-23T12:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const over = { startTime: at(0), finishTime: at(10) };
const build: Step = {
  id: 'build',
  kind: 'build',
  status: 'succeeded',
  timeoutSeconds: 60,
  needs: [],
  startTime: at(0),
  finishTime: at(4),
};

function attempt(number: number, from: number, to?: number, exitCode?: number): StepAttempt {
  return {
    number,
    round: 1,
    startTime: at(from),
    ...(to === undefined ? {} : { finishTime: at(to) }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** Kind, start and end of each piece, in tenths of the run. */
function pieces(
  step: Partial<Step>,
  run: { readonly startTime: string; readonly finishTime?: string } = over,
  now = 10,
) {
  const whole: Step = { ...build, id: 'test', needs: ['build'], ...step };
  const { id, startTime, finishTime } = whole;
  const row: WaterfallRow = { kind: 'step', id, stepId: id, step: whole, startTime, finishTime };
  const axis = { ...timeAxis(over, start) };
  return piecesOf(row, run, new Map([['build', build]]), axis, start + now * 1000).map((piece) => [
    piece.kind,
    Math.round(piece.start * 10),
    Math.round((piece.start + piece.width) * 10),
    ...(piece.kind === 'try' && piece.try.failed ? ['failed'] : []),
    ...(piece.open ? ['open'] : []),
  ]);
}

describe('piecesOf', () => {
  it('tells waiting for needs, waiting to begin, and running', () => {
    expect(pieces({ startTime: at(5), finishTime: at(9) })).toEqual([
      ['needs', 0, 4],
      ['begin', 4, 5],
      ['whole', 5, 9],
    ]);
  });

  it('takes a bar of several tries apart', () => {
    const attempts = [attempt(1, 5, 6, 1), attempt(2, 7, 8, 0)];
    expect(pieces({ startTime: at(5), finishTime: at(8), attempts })).toEqual([
      ['needs', 0, 4],
      ['begin', 4, 5],
      ['try', 5, 6, 'failed'],
      ['between', 6, 7],
      ['try', 7, 8],
    ]);
  });

  it('reaches to now while a try runs, and while the next one is waited for', () => {
    const live = { startTime: at(0) };
    const running: Partial<Step> = { status: 'running', startTime: at(4), finishTime: undefined };
    expect(pieces({ ...running, attempts: [attempt(1, 4, 5, 1), attempt(2, 6)] }, live, 8)).toEqual([
      ['needs', 0, 4],
      ['try', 4, 5, 'failed'],
      ['between', 5, 6],
      ['try', 6, 8, 'open'],
    ]);
    expect(pieces({ ...running, attempts: [attempt(1, 4, 5, 1), attempt(2, 5, 6, 1)] }, live, 8)).toEqual([
      ['needs', 0, 4],
      ['try', 4, 5, 'failed'],
      ['try', 5, 6, 'failed'],
      ['between', 6, 8],
    ]);
  });

  it('draws very many tries as one bar', () => {
    const attempts = Array.from({ length: 500 }, (_, index) =>
      attempt(index + 1, 5 + index / 200, 5 + (index + 1) / 200, 1),
    );
    expect(pieces({ startTime: at(5), finishTime: at(8), attempts }).map(([kind]) => kind)).toEqual([
      'needs',
      'begin',
      'whole',
    ]);
  });

  it('shows how long a detached container goes on', () => {
    const detached: Partial<Step> = { startTime: at(4), finishTime: at(5), detached: true };
    expect(pieces(detached).at(-1)).toEqual(['goesOn', 5, 10]);
    expect(pieces(detached, { startTime: at(0) }, 7).at(-1)).toEqual(['goesOn', 5, 7, 'open']);
  });

  it('shows that a step was left out', () => {
    const skipped: Partial<Step> = { status: 'skipped', startTime: undefined, finishTime: undefined };
    expect(pieces(skipped)).toEqual([['never', 0, 10]]);
  });
});
