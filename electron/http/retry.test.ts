import { appFailure } from '@shared/model/app-error.ts';
import { describe, expect, it } from 'vitest';
import { type Attempt, retryAfter, withRetries } from './retry.ts';

const never = new AbortController().signal;
const failure = appFailure('registry.failed');
const again = (afterMs?: number): Attempt<string> => ({
  kind: 'again',
  failure,
  ...(afterMs === undefined ? {} : { afterMs }),
});
const done: Attempt<string> = { kind: 'done', value: 'answer' };

/** Plays the outcomes one after the other; tells what came out and how long was waited. */
async function play(outcomes: readonly Attempt<string>[], random = 0) {
  const left = [...outcomes];
  const waits: number[] = [];
  const options = {
    clock: { now: () => 0 },
    random: () => random,
    delay: async (ms: number) => {
      waits.push(ms);
    },
  };
  const attempt = async () => {
    const outcome = left.shift();
    if (outcome === undefined) throw new Error('one try too many');
    return outcome;
  };
  const result = await withRetries(attempt, options, never).catch((error: unknown) => error);
  return { result, waits, unused: left.length };
}

describe('withRetries', () => {
  it.each([
    ['at once', [done], 'answer', []],
    ['after two failures', [again(), again(), done], 'answer', [400, 800]],
    ['never', [again(), again(), again(), again()], failure, [400, 800, 1600]],
    ['waits as long as it is told', [again(3000), done], 'answer', [3000]],
    ['waits its own pause when told less', [again(1), done], 'answer', [400]],
    ['gives up when told to wait too long', [again(60_001)], failure, []],
  ])('%s', async (_what, outcomes, result, waits) => {
    expect(await play(outcomes)).toEqual({ result, waits, unused: 0 });
  });

  it('leaves part of the pause to chance, and is never earlier than it was told', async () => {
    expect((await play([again(), again(), done], 0.999)).waits.map(Math.round)).toEqual([200, 400]);
    expect((await play([again(3000), done], 0.999)).waits[0]).toBeGreaterThan(3000);
  });

  it('stops when the wait is aborted', async () => {
    const reason = new Error('canceled');
    const options = { clock: { now: () => 0 }, random: () => 0, delay: async () => Promise.reject(reason) };
    await expect(withRetries(async () => again(), options, never)).rejects.toBe(reason);
  });
});

describe('retryAfter', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['3', 3000],
    [' 120 ', 120_000],
    ['0', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['99999999999999999999', undefined],
    ['Thu, 01 Jan 1970 00:00:09 GMT', 8000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('reads %j as %j ms', (header, ms) => {
    expect(retryAfter(header, 1000)).toBe(ms);
  });
});
