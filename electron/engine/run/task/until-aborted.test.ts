import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { untilAborted } from './until-aborted.ts';

it('answers what the work does, and leaves no listener', async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve('done'), signal)).resolves.toBe('done');
  await expect(untilAborted(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('waits no longer than the signal lets, while the work goes on for others', async () => {
  const stop = new AbortController();
  let finish: (value: string) => void = () => undefined;
  const work = new Promise<string>((resolve) => (finish = resolve));
  const mine = untilAborted(work, stop.signal);
  const theirs = untilAborted(work, new AbortController().signal);
  stop.abort(new Error('canceled'));
  await expect(mine).rejects.toThrow('canceled');
  finish('done');
  await expect(theirs).resolves.toBe('done');
});

it('waits not at all for who is gone already', async () => {
  await expect(untilAborted(new Promise(() => undefined), AbortSignal.abort(new Error('gone')))).rejects.toThrow(
    'gone',
  );
});
