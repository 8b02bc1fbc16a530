import { describe, expect, it } from 'vitest';
import type { Run, Step, Vertex } from '@shared/model/run.ts';
import { barOf, firstFailure, movedBytes, nextFailure, timeAxis, waterfallRows } from './waterfall.ts';

const start = Date.parse('2026-11-23T12:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

function step(id: string, status: Step['status'], from?: number, to?: number): Step {
  return {
    id,
    kind: 'build',
    status,
    timeoutSeconds: 60,
    ...(from === undefined ? {} : { startTime: at(from) }),
    ...(to === undefined ? {} : { finishTime: at(to) }),
  };
}

function vertex(
  number: number,
  status: Vertex['status'],
  from?: number,
  to?: number,
  more: Partial<Vertex> = {},
): Vertex {
  return {
    stepId: 'build',
    number,
    digest: `sha256:${number}`,
    inputs: [],
    name: `[${number}/9] RUN x`,
    status,
    cached: false,
    ...(from === undefined ? {} : { startTime: at(from) }),
    ...(to === undefined ? {} : { finishTime: at(to) }),
    progress: [],
    ...more,
  };
}

const done: Pick<Run, 'startTime' | 'finishTime' | 'steps'> = {
  startTime: at(0),
  finishTime: at(10),
  steps: [step('build', 'succeeded', 0, 8), step('push', 'succeeded', 8, 10)],
};

/** Each row's bar. */
function bars(run: Pick<Run, 'startTime' | 'finishTime' | 'steps'>, vertices: readonly Vertex[], now = start) {
  const axis = timeAxis(run, now);
  return waterfallRows(run, vertices).map((row) => [row.id, barOf(row, axis, now)]);
}

describe('The waterfall', () => {
  it('puts each vertex under its step, on one axis from start to end', () => {
    expect(bars(done, [vertex(1, 'succeeded', 0, 2), vertex(2, 'succeeded', 2, 8)])).toEqual([
      ['build', { start: 0, width: 0.8, open: false }],
      ['build#1', { start: 0, width: 0.2, open: false }],
      ['build#2', { start: 0.2, width: expect.closeTo(0.6) as number, open: false }],
      ['push', { start: 0.8, width: expect.closeTo(0.2) as number, open: false }],
    ]);
  });

  it('hides the vertices of a folded step', () => {
    const rows = waterfallRows(done, [vertex(1, 'succeeded', 0, 2)], new Set(['build']));
    expect(rows.map((row) => row.id)).toEqual(['build', 'push']);
  });

  it('lets the axis of a live run grow in leaps, and its bars reach to now', () => {
    const live = { startTime: at(0), steps: [step('build', 'running', 0)] };
    const spans = [4, 5, 6, 8, 9].map((now) => timeAxis(live, start + now * 1000).span);
    expect(spans).toEqual([5_000, 10_000, 10_000, 10_000, 10_000]);
    expect(bars(live, [vertex(1, 'running', 5), vertex(2, 'pending')], start + 8_000)).toEqual([
      ['build', { start: 0, width: 0.8, open: true }],
      ['build#1', { start: 0.5, width: expect.closeTo(0.3) as number, open: true }],
      ['build#2', undefined],
    ]);
  });

  it("keeps bars on the axis when the daemon's clock is another", () => {
    expect(bars(done, [vertex(1, 'succeeded', -50, -40), vertex(2, 'succeeded', 5, 500)]).slice(1, 3)).toEqual([
      ['build#1', { start: 0, width: 0, open: false }],
      ['build#2', { start: 0.5, width: 0.5, open: false }],
    ]);
  });

  it.each([
    [0.8, [0, 200, 400, 600, 800]],
    [10, [0, 2_000, 4_000, 6_000, 8_000, 10_000]],
    [41, [0, 10_000, 20_000, 30_000, 40_000]],
    [3_600, [0, 900_000, 1_800_000, 2_700_000, 3_600_000]],
  ])('ticks %d s in steps that people count in', (seconds, ticks) => {
    expect(timeAxis({ ...done, finishTime: at(seconds) }, start).ticks).toEqual(ticks);
  });

  it('has an axis before anything has started', () => {
    expect(timeAxis({}, start).ticks).toContain(0);
    expect(bars({ steps: [step('build', 'pending')] }, [])).toEqual([['build', undefined]]);
  });
});

describe('Failures', () => {
  const failed = { ...done, steps: [step('build', 'failed', 0, 8), step('push', 'timedout', 8, 10)] };
  const rows = waterfallRows(failed, [
    vertex(1, 'succeeded', 0, 1),
    vertex(2, 'failed', 1, 2),
    vertex(3, 'canceled', 1, 2),
    vertex(4, 'failed', 2, 3),
  ]);

  it('begin with the first failed vertex, not with its step', () => {
    expect(firstFailure(rows)?.id).toBe('build#2');
    expect(firstFailure(waterfallRows(failed, []))?.id).toBe('build');
    expect(firstFailure(waterfallRows(done, []))).toBeUndefined();
  });

  it.each([
    [undefined, 1, 'build#2'],
    ['build#2', 1, 'build#4'],
    ['build#4', 1, 'push'],
    ['push', 1, 'build#2'],
    ['build#3', -1, 'build#2'],
    ['build#2', -1, 'push'],
    [undefined, -1, 'push'],
  ] as const)('follow on %s by %d with %s', (from, by, id) => {
    expect(nextFailure(rows, from, by)?.id).toBe(id);
  });
});

describe('movedBytes', () => {
  it('adds up the layers', () => {
    const progress = [
      { id: 'a', current: 5, total: 10, done: false },
      { id: 'b', current: 20, total: 20, done: true },
    ];
    expect(movedBytes({ progress })).toEqual({ current: 25, total: 30 });
  });

  it('knows no total while one part has none', () => {
    const progress = [
      { id: 'a', current: 5, total: 10, done: false },
      { id: 'b', current: 7, total: 0, done: false },
    ];
    expect(movedBytes({ progress })).toEqual({ current: 12, total: 0 });
    expect(movedBytes({ progress: [] })).toBeUndefined();
  });
});
