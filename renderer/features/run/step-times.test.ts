import { describe, expect, it } from 'vitest';
import type { Step, StepAttempt } from '@shared/model/run.ts';
import { afterlifeOf, criticalPath, pathTo, roundsOf, tellingPath, triesOf, waitOf } from './step-times.ts';

const start = Date.parse('2026-11-23T12:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const run = { startTime: at(0) };

function step(id: string, needs: readonly string[] | undefined, from?: number, to?: number, more: Partial<Step> = {}) {
  const status: Step['status'] = to !== undefined ? 'succeeded' : from !== undefined ? 'running' : 'pending';
  return {
    id,
    kind: 'cmd' as const,
    status,
    timeoutSeconds: 600,
    ...(needs === undefined ? {} : { needs: [...needs] }),
    ...(from === undefined ? {} : { startTime: at(from) }),
    ...(to === undefined ? {} : { finishTime: at(to) }),
    ...more,
  };
}

/** Seconds since the run's start. */
const seconds = (stretch: { readonly from: number; readonly to: number } | undefined) =>
  stretch && [(stretch.from - start) / 1000, (stretch.to - start) / 1000];

describe('waitOf', () => {
  const build = step('build', [], 1, 10);
  const lint = step('lint', [], 0, 4);
  const failed = step('broken', [], 0, 3, { status: 'failed' });
  it.each([
    ['the needs, then the delay', step('test', ['build', 'lint'], 13, 20), [0, 10], [10, 13]],
    ['nothing but its own delay', build, undefined, [0, 1]],
    ['nothing', lint, undefined, undefined],
    ['needs that are not done yet', step('push', ['later']), [0, 30], undefined],
    ['its delay, which goes on', step('deploy', ['build']), [0, 10], [10, 30]],
    ['a need that failed', step('after', ['lint', 'broken']), [0, 30], undefined],
    ['nothing that is told, on a quick build', step('build', undefined, 5, 8), undefined, undefined],
  ])('tells of a step that waited for %s', (_, asked, needs, begin) => {
    const byId = new Map([build, lint, failed, step('later', [], 2)].map((each) => [each.id, each]));
    const wait = waitOf(asked, run, byId, start + 30_000);
    expect([seconds(wait.needs), seconds(wait.begin)]).toEqual([needs, begin]);
  });

  it('ends with the run for a step that never began', () => {
    const wait = waitOf(step('after', ['broken']), { ...run, finishTime: at(5) }, new Map(), start + 90_000);
    expect(seconds(wait.needs)).toEqual([0, 5]);
  });

  it('is nothing before the run has started', () => {
    expect(waitOf(step('a', []), {}, new Map(), start)).toEqual({ needs: undefined, begin: undefined });
  });
});

describe('afterlifeOf', () => {
  it('reaches from the end of a detached step to that of the run', () => {
    const db = step('db', [], 0, 1, { detached: true });
    expect(seconds(afterlifeOf(db, {}, start + 7_000))).toEqual([1, 7]);
    expect(seconds(afterlifeOf(db, { finishTime: at(5) }, start + 7_000))).toEqual([1, 5]);
    expect(afterlifeOf(step('test', [], 0, 1), {}, start + 7_000)).toBeUndefined();
  });
});

describe('the path that a run hung on', () => {
  const steps = [
    step('fetch', [], 0, 2),
    step('lint', [], 0, 3),
    step('build', ['fetch'], 2, 9),
    step('test', ['build', 'lint'], 9, 12),
    step('docs', ['fetch'], 2, 5),
  ];

  it('leads from the step that ended last over what each one waited for', () => {
    expect(criticalPath(steps)).toEqual(['fetch', 'build', 'test']);
  });

  it('leads to any step', () => {
    expect(pathTo('docs', steps)).toEqual(['fetch', 'docs']);
    expect(pathTo('nothing', steps)).toEqual([]);
  });

  it('is of no interest where there is nothing to choose', () => {
    expect(criticalPath([step('one', [], 0, 3)])).toEqual([]);
    expect(criticalPath([step('build', undefined, 0, 3), step('push', undefined, 3, 4)])).toEqual([]);
    expect(criticalPath([step('a', []), step('b', ['a'])])).toEqual([]);
  });

  it('is that to the failure, where there is one', () => {
    const broken = steps.map((each) => (each.id === 'docs' ? { ...each, status: 'failed' as const } : each));
    expect(tellingPath({ steps: broken })).toEqual({ kind: 'failure', ids: ['fetch', 'docs'] });
    expect(tellingPath({ steps, finishTime: at(12) })).toEqual({ kind: 'critical', ids: ['fetch', 'build', 'test'] });
    expect(tellingPath({ steps })).toBeUndefined();
    expect(tellingPath({ steps: [step('one', [], 0, 3, { status: 'failed' })] })).toBeUndefined();
  });

  it('ends where a record names a step as its own need', () => {
    expect(pathTo('a', [step('a', ['b'], 0, 1), step('b', ['a'], 1, 2)])).toEqual(['b', 'a']);
  });
});

describe('triesOf', () => {
  const attempt = (number: number, round: number, exitCode?: number): StepAttempt => ({
    number,
    round,
    startTime: at(number),
    ...(exitCode === undefined ? {} : { exitCode }),
  });

  const attempts = [attempt(1, 1, 1), attempt(2, 1, 0), attempt(3, 2, 137), attempt(4, 2)];
  it.each<
    [what: string, step: Parameters<typeof triesOf>[0], told: readonly (readonly [number, number, number, boolean])[]]
  >([
    [
      'that is over',
      { status: 'succeeded', retries: 3, attempts },
      [
        [1, 1, 2, true],
        [1, 2, 2, false],
        [2, 1, 2, true],
        [2, 2, 2, false],
      ],
    ],
    [
      'that goes on, with those that it still has',
      { status: 'running', retries: 3, attempts },
      [
        [1, 1, 2, true],
        [1, 2, 2, false],
        [2, 1, 4, true],
        [2, 2, 4, false],
      ],
    ],
  ])('counts tries within the rounds of a step %s', (_, step, told) => {
    const tries = triesOf(step);
    expect(tries.map(({ attempt: { round }, number, of, failed }) => [round, number, of, failed])).toEqual(told);
    expect(roundsOf(tries)).toBe(2);
  });

  it('are none for a step that was launched once', () => {
    expect(triesOf({ status: 'succeeded' })).toEqual([]);
    expect(roundsOf([])).toBe(1);
  });
});
