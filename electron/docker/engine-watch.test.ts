import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { appFailure } from '@shared/model/app-error.ts';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import { readyEngine } from '@shared/model/engine-testing.ts';
import { watchEngine } from './engine-watch.ts';

const ready = readyEngine();
const absent: EngineStatus = { state: 'absent', error: appFailure('engine.lost').error, attempts: [] };
const turns = async () => {
  for (let count = 0; count < 20; count++) await turn();
};

/** What comes of each look and of each search after it, in order; the last again and again. */
function watched(returns: readonly boolean[], finds: readonly ('ready' | 'absent')[] = ['ready']) {
  const seen: string[] = [];
  const counts: number[] = [];
  let found = 0;
  const watch = watchEngine(
    {
      returned: async (count) => {
        counts.push(count);
        return returns[counts.length - 1] ?? returns.at(-1) ?? false;
      },
      find: async () => {
        const next = finds[found++] ?? finds.at(-1);
        watch.tell(next === 'ready' ? ready : absent);
        if (next === 'absent') throw new Error('it is gone again');
      },
    },
    [0],
  );
  return { watch, seen, counts, listen: () => watch.onStatus(({ state }) => seen.push(state)) };
}

describe('an engine that is watched', () => {
  it('is looked for while somebody listens and it is away, and no more when it is there', async () => {
    const { watch, seen, counts, listen } = watched([false, false, true]);
    watch.tell(absent);
    await turns();
    expect(counts).toEqual([]);
    listen();
    await expect.poll(() => seen, { interval: 5 }).toEqual(['ready']);
    await turns();
    expect(counts).toEqual([0, 1, 2]);
  });

  it('is looked for again when it answered, and could not be found then', async () => {
    const { watch, seen, listen } = watched([true], ['absent', 'absent', 'ready']);
    listen();
    watch.tell(absent);
    await expect.poll(() => seen, { interval: 5 }).toEqual(['absent', 'absent', 'absent', 'ready']);
  });

  it('is looked for no more when nobody listens, or when it is closed', async () => {
    for (const end of ['stop', 'close'] as const) {
      const { watch, counts, listen } = watched([false]);
      const stop = listen();
      watch.tell(absent);
      await expect.poll(() => counts.length, { interval: 5 }).toBeGreaterThan(0);
      if (end === 'stop') stop();
      else watch.close();
      await turns();
      const before = counts.length;
      await turns();
      expect(counts).toHaveLength(before);
    }
  });

  it('is told to each who listens, who stops for himself alone', () => {
    const { watch } = watched([false]);
    const heard: string[] = [];
    const listener = (status: EngineStatus) => heard.push(status.state);
    const stops = [watch.onStatus(listener), watch.onStatus(listener)];
    watch.tell(ready);
    stops[0]?.();
    watch.tell(ready);
    stops[1]?.();
    watch.tell(ready);
    expect(heard).toEqual(['ready', 'ready', 'ready']);
  });
});
