import { describe, expect, it } from 'vitest';
import { createOpenCalls } from './calls.ts';

function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted')));
}

describe('open calls', () => {
  it('answers what the work answers', async () => {
    await expect(createOpenCalls().run('a', async () => 'done')).resolves.toBe('done');
  });

  it('aborts the one call that is named, and no other', async () => {
    const calls = createOpenCalls();
    const first = calls.run('first', untilAborted);
    const seen: boolean[] = [];
    const second = calls.run('second', async (signal) => {
      await first;
      seen.push(signal.aborted);
    });
    calls.abort('first');
    calls.abort('nobody');
    await expect(first).resolves.toBe('aborted');
    await second;
    expect(seen).toEqual([false]);
  });

  it('aborts everything when the page goes', async () => {
    const calls = createOpenCalls();
    const all = Promise.all([calls.run('a', untilAborted), calls.run('b', untilAborted)]);
    calls.abortAll();
    await expect(all).resolves.toEqual(['aborted', 'aborted']);
  });

  it('forgets a call that has ended, also one that failed', async () => {
    const calls = createOpenCalls();
    let kept: AbortSignal | undefined;
    const failing = calls.run('a', async (signal) => {
      kept = signal;
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    calls.abort('a');
    expect(kept?.aborted).toBe(false);
  });
});
