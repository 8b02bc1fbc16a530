import { expect, it } from 'vitest';
import type { RunPause, Step } from '@shared/model/run.ts';
import { newlyFailed, pauseOf } from './announcements.ts';

function steps(...statuses: readonly Step['status'][]): { readonly steps: Step[] } {
  return { steps: statuses.map((status, index) => ({ id: `s${index}`, kind: 'cmd', status, timeoutSeconds: 60 })) };
}

it.each([
  ['a step that failed', steps('running', 'pending'), steps('failed', 'pending'), ['s0']],
  ['one that ran out of time', steps('running'), steps('timedout'), ['s0']],
  ['nothing of what had failed before', steps('failed', 'running'), steps('failed', 'succeeded'), []],
  ['nothing of a step that is tried again', steps('failed'), steps('pending'), []],
  ['a step that came in meanwhile', steps(), steps('failed'), ['s0']],
  ['three at most', steps(), steps('failed', 'failed', 'failed', 'failed'), ['s0', 's1', 's2']],
])('tells %s', (_, before, now, told) => {
  expect(newlyFailed(before, now).map(({ id }) => id)).toEqual(told);
});

it('tells each stop once', () => {
  const pause: RunPause = { stepId: 'test', at: 'before', since: '2026-11-23T12:00:00.000Z', shell: 'none' };
  const later = { ...pause, since: '2026-11-23T12:01:00.000Z' };
  expect(pauseOf({}, { pause })).toBe(pause);
  expect(pauseOf({ pause }, { pause: { ...pause } })).toBeUndefined();
  expect(pauseOf({ pause }, { pause: later })).toBe(later);
  expect(pauseOf({ pause }, {})).toBeUndefined();
});
