import { expect, it, vi } from 'vitest';
import type { RunPause } from '@shared/model/run.ts';
import type { RunParts } from '../run-parts.ts';
import { createPausedRuns, createPauses } from './pauses.ts';

const never = new AbortController().signal;

/** A run that may stop at these breakpoints, and what is seen of it from outside. */
function pausable(breakpoints: { before?: string[]; after?: string[]; onFailure?: boolean }) {
  const pausedRuns = createPausedRuns();
  const record: (RunPause | undefined)[] = [];
  const deadline = { hold: vi.fn<() => void>(), release: vi.fn<() => void>() };
  const store = {
    update: (_: string, change: { pause?: RunPause | undefined }) => void record.push(change.pause),
  } as unknown as RunParts['store'];
  const pauses = createPauses('ca1', { before: [], after: [], onFailure: false, ...breakpoints }, deadline, {
    store,
    clock: { now: () => 0 },
    pausedRuns,
  });
  const change = vi.fn<(command: object) => Promise<void>>(() => Promise.resolve());
  const stand = (stepId: string, at: RunPause['at'], signal = never) =>
    pauses.stand({ stepId, at, shell: 'none' }, { change, openShell: () => Promise.reject(new Error('none')) }, signal);
  return { pauses, pausedRuns, record, deadline, change, stand };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

it('stops before and after a step once, on failure each time', async () => {
  const { pauses, pausedRuns, stand } = pausable({ before: ['a'], onFailure: true });
  expect([pauses.stopsAt('a', 'before'), pauses.stopsAt('a', 'after'), pauses.stopsAt('b', 'before')]).toEqual([
    true,
    false,
    false,
  ]);
  for (const at of ['before', 'failure'] as const) {
    const standing = stand('a', at);
    await settle();
    await pausedRuns.get('ca1').resume({ action: 'continue', sendChanges: false });
    await standing;
  }
  expect([pauses.stopsAt('a', 'before'), pauses.stopsAt('a', 'failure')]).toEqual([false, true]);
});

it('tells where it stands, holds the time, and goes on as it is told', async () => {
  const { pausedRuns, record, deadline, change, stand } = pausable({});
  const standing = stand('a', 'failure');
  await settle();
  expect(record).toEqual([{ stepId: 'a', at: 'failure', since: '1970-01-01T00:00:00.000Z', shell: 'none' }]);
  expect([deadline.hold.mock.calls.length, deadline.release.mock.calls.length]).toEqual([1, 0]);
  await pausedRuns.get('ca1').resume({ action: 'retry', task: 'steps: []', sendChanges: true });
  await expect(standing).resolves.toBe('retry');
  expect(change).toHaveBeenCalledWith({ task: 'steps: []', sendChanges: true });
  expect(record.at(-1)).toBeUndefined();
  expect(deadline.release).toHaveBeenCalledOnce();
  expect(() => pausedRuns.get('ca1')).toThrow('run.notPaused');
});

it('stands still as before when the change does not hold', async () => {
  const { pausedRuns, change, stand } = pausable({});
  const standing = stand('a', 'before');
  await settle();
  change.mockRejectedValueOnce(new Error('taskfile.invalid'));
  await expect(pausedRuns.get('ca1').resume({ action: 'continue', task: '?', sendChanges: false })).rejects.toThrow(
    'taskfile.invalid',
  );
  expect(pausedRuns.get('ca1').pause.stepId).toBe('a');
  await pausedRuns.get('ca1').resume({ action: 'stop', sendChanges: false });
  await expect(standing).resolves.toBe('stop');
});

it('is told to go on once: not again while the first change is on its way', async () => {
  const { pausedRuns, change, stand } = pausable({});
  const standing = stand('a', 'failure');
  await settle();
  let changed: () => void = () => undefined;
  change.mockReturnValueOnce(new Promise<void>((resolve) => (changed = resolve)));
  const run = pausedRuns.get('ca1');
  const first = run.resume({ action: 'retry', task: 'steps: []', sendChanges: false });
  for (const action of ['continue', 'stop'] as const)
    await expect(run.resume({ action, sendChanges: false })).rejects.toThrow('run.notPaused');
  expect(change).toHaveBeenCalledOnce();
  changed();
  await first;
  await expect(standing).resolves.toBe('retry');
});

it('stands at one step at a time, and lets nothing pass meanwhile', async () => {
  const { pauses, pausedRuns, stand } = pausable({});
  const order: string[] = [];
  const first = stand('a', 'before').then(() => order.push('a'));
  const second = stand('b', 'before').then(() => order.push('b'));
  const passing = pauses.pass(never).then(() => order.push('c'));
  await settle();
  expect(pausedRuns.get('ca1').pause.stepId).toBe('a');
  await pausedRuns.get('ca1').resume({ action: 'continue', sendChanges: false });
  await first;
  await settle();
  expect(pausedRuns.get('ca1').pause.stepId).toBe('b');
  expect(order).toEqual(['a']);
  await pausedRuns.get('ca1').resume({ action: 'continue', sendChanges: false });
  await Promise.all([second, passing]);
  expect(order).toEqual(['a', 'b', 'c']);
});

it('ends when the run is canceled, waiting ones as well', async () => {
  const { record, stand } = pausable({});
  const cancel = new AbortController();
  const standing = [stand('a', 'before', cancel.signal), stand('b', 'before', cancel.signal)];
  await settle();
  cancel.abort(new Error('canceled'));
  for (const each of standing) await expect(each).rejects.toThrow('canceled');
  expect(record.at(-1)).toBeUndefined();
});
