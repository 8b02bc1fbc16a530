import { expect, it } from 'vitest';
import type { Step } from '@shared/model/run.ts';
import { countSteps, standsOut } from './step-counts.ts';

function step(status: Step['status'], more: Partial<Step> = {}): Step {
  return { id: 'a', kind: 'cmd', status, timeoutSeconds: 60, ...more };
}

it('counts steps by state, failures first', () => {
  const steps = [step('succeeded'), step('skipped'), step('failed'), step('succeeded'), step('pending')];
  expect(countSteps(steps)).toEqual([
    { state: 'failed', count: 1 },
    { state: 'queued', count: 1 },
    { state: 'succeeded', count: 2 },
    { state: 'skipped', count: 1 },
  ]);
  expect(countSteps([])).toEqual([]);
});

it.each<[string, Step, boolean]>([
  ['went well', step('succeeded'), false],
  ['was left out', step('skipped'), false],
  ['was canceled', step('canceled'), false],
  ['failed', step('failed'), true],
  ['ran out of time', step('timedout'), true],
  ['failed, and that is no matter', step('succeeded', { errorIgnored: true }), true],
  ['goes on', step('succeeded', { detached: true }), true],
  ['was tried once', step('succeeded', { attempts: [{ number: 1, round: 1, startTime: '' }] }), false],
  [
    'was tried twice',
    step('succeeded', {
      attempts: [
        { number: 1, round: 1, startTime: '' },
        { number: 2, round: 1, startTime: '' },
      ],
    }),
    true,
  ],
  ['can be reached', step('running', { ports: ['8080:80'] }), true],
])('tells whether a step stands out that %s', (_, asked, expected) => {
  expect(standsOut(asked)).toBe(expected);
});
