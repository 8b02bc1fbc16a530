import { expect, it } from 'vitest';
import { currentProcess, isAlive } from '../process-identity.ts';
import type { Engines } from '../engine/ports/engines.ts';
import { createStrictEngine } from '../engine/run/task/strict-engine-testing.ts';
import { createSweeping } from './sweeping.ts';

/** What a sweep of an engine takes to be live, of these. */
async function liveOf(runIds: readonly string[]): Promise<readonly string[]> {
  const live: string[] = [];
  const engine = {
    ...createStrictEngine('actor'),
    sweep: async (isLive: (runId: string) => boolean) => {
      live.push(...runIds.filter((each) => isLive(each)));
      return 0;
    },
  };
  const engines: Pick<Engines, 'use'> = { use: (name) => ({ name: name ?? '', engine, release: () => undefined }) };
  const store = { active: () => [], queued: () => [] };
  const failed: unknown[] = [];
  const sweeping = createSweeping(engines, store, isAlive, (error) => failed.push(error), new AbortController().signal);
  sweeping.sweep('default', 'unix:///docker.sock');
  await sweeping.idle();
  sweeping.end();
  expect(failed).toEqual([]);
  return live;
}

it('leaves emulation alone that a living process sets up, and takes away what a dead one left', async () => {
  const { pid, started } = currentProcess();
  const [own, dead, earlier] = [`emulation-${pid}-${started}`, 'emulation-999999999-boot.1', `emulation-${pid}-boot.1`];
  expect(await liveOf([own, dead, earlier, 'emulation', 'emulation-x-y', 'ca1'])).toEqual([own]);
});
