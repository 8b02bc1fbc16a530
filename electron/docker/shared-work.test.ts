import { describe, expect, it } from 'vitest';
import { sharedWork } from './shared-work.ts';

function gate() {
  let open: (value: string) => void = () => undefined;
  const starts: AbortSignal[] = [];
  const ask = sharedWork((signal) => {
    starts.push(signal);
    return new Promise<string>((resolve, reject) => {
      open = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  return { ask, starts, open: (value: string) => open(value) };
}
const never = new AbortController().signal;

describe('shared work', () => {
  it('is done once for all who ask while it goes on, and anew afterwards', async () => {
    const { ask, starts, open } = gate();
    const both = [ask(never), ask(never)];
    open('found');
    expect(await Promise.all(both)).toEqual(['found', 'found']);
    const again = ask(never);
    open('found again');
    expect(await again).toBe('found again');
    expect(starts).toHaveLength(2);
  });

  it('goes on for the others when one gives up', async () => {
    const { ask, starts, open } = gate();
    const abort = new AbortController();
    const [one, other] = [ask(abort.signal), ask(never)];
    abort.abort(new Error('no time'));
    await expect(one).rejects.toThrow('no time');
    open('found');
    expect(await other).toBe('found');
    expect(starts[0]?.aborted).toBe(false);
  });

  it('stops when the last one gives up', async () => {
    const { ask, starts } = gate();
    const abort = new AbortController();
    const one = ask(abort.signal);
    abort.abort(new Error('no time'));
    await expect(one).rejects.toThrow('no time');
    expect(starts[0]?.aborted).toBe(true);
  });
});
