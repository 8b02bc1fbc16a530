import { describe, expect, it } from 'vitest';
import type { CmdStep, Task } from '@shared/model/task.ts';
import type { RunLogWriter } from '../../journal.ts';
import type { Containers } from '../../ports/containers.ts';
import type { RunParts } from '../run-parts.ts';
import { createStepShells } from './step-shell.ts';
import { createStrictEngine } from './strict-engine-testing.ts';
import { openTaskWorld } from './task-world.ts';

const never = new AbortController().signal;

/** Something that is waited for until it is opened. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** The world of an empty task, on the strict engine with some calls replaced. */
async function worldOn(change: (containers: Containers) => Partial<Containers>) {
  const engine = createStrictEngine('actor');
  const containers = { ...engine.containers, ...change(engine.containers) };
  const lines: string[] = [];
  const parts = { engine: { ...engine, containers } } as unknown as RunParts;
  const log = { engineLine: (_: string, text: string) => void lines.push(text) } as unknown as RunLogWriter;
  const credentials = { forHost: () => Promise.resolve(undefined), hosts: () => Promise.resolve([]) };
  const world = await openTaskWorld(
    {
      runId: 'ca1',
      system: 'linux',
      task: { steps: [], networks: [], volumes: [] } as unknown as Task,
      context: undefined,
      credentials,
      registries: [],
      mayGrow: false,
      workspaceVolume: undefined,
      parts,
      log,
    },
    never,
  );
  return { engine, world, parts, log, credentials, lines };
}

describe('the world of a run', () => {
  it('takes along what was being made for it when it was closed', async () => {
    const { opened, open } = gate();
    const { engine, world } = await worldOn((given) => ({
      async createVolume(...asked) {
        await opened;
        return given.createVolume(...asked);
      },
    }));
    const mounts = Promise.allSettled([world.sharedMounts()]);
    const closed = world.close();
    open();
    await closed;
    await mounts;
    expect(engine.leftovers()).toEqual([]);
    expect(engine.mistakes).toEqual([]);
  });

  it('stops what goes on behind the steps when it is closed', async () => {
    const { world } = await worldOn(() => ({
      createVolume: (_run, _purpose, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
    }));
    const mounts = Promise.allSettled([world.sharedMounts()]);
    await world.close();
    expect(await mounts).toMatchObject([{ status: 'rejected', reason: { message: 'the run is over' } }]);
  });

  it('is filled anew by who tries again', async () => {
    let tries = 0;
    const { engine, world } = await worldOn((given) => ({
      createVolume: (...asked) =>
        ++tries === 1 ? Promise.reject(new Error('no space left on device')) : given.createVolume(...asked),
    }));
    await expect(world.sharedMounts()).rejects.toThrow('no space left');
    expect(await world.sharedMounts()).toMatchObject([{ path: '/workspace' }, { path: '/acb/home' }]);
    expect(await world.sharedMounts()).toBe(await world.sharedMounts());
    await world.close();
    expect(engine.leftovers()).toEqual([]);
  });

  it('removes at once what comes when it is closed already', async () => {
    const { world } = await worldOn(() => ({}));
    await world.close();
    const removed = gate();
    world.own(() => Promise.resolve(removed.open()));
    await expect(removed.opened).resolves.toBeUndefined();
  });

  it('tells once that things could not be removed, and tries all of them', async () => {
    const { world, lines } = await worldOn(() => ({}));
    const tried: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      world.own(() => {
        tried.push(name);
        return name === 'b' ? Promise.resolve() : Promise.reject(new Error(`${name} is in use`));
      });
    }
    await world.close();
    expect(tried).toEqual(['a', 'b', 'c']);
    expect(lines).toEqual([expect.stringMatching(/^WARNING: not everything .* \(2 left\): .*a is in use/)]);
  });
});

describe('a shell that is asked for while the run ends', () => {
  it('is given up, and nothing is left of it', async () => {
    const pulling = gate();
    const { opened, open } = gate();
    const { engine, world, parts, log, credentials } = await worldOn(() => ({
      async pull() {
        pulling.open();
        await opened;
      },
    }));
    const over = new AbortController();
    const shells = createStepShells({
      runId: 'ca1',
      context: undefined,
      platform: undefined,
      credentials,
      world,
      outputs: { built: () => [], platformsOf: () => undefined, pushed: () => [], tellDependencies: () => undefined },
      parts,
      log,
      over: over.signal,
    });
    const step = { id: 'a', kind: 'cmd', image: 'actor', binds: [], env: [] } as unknown as CmdStep;
    const task = { steps: [step] } as unknown as Task;
    const shell = Promise.allSettled([shells.open('a', task, 'container', { columns: 80, rows: 24 }, never)]);
    await pulling.opened;
    over.abort(new Error('the run is over'));
    open();
    expect(await shell).toMatchObject([{ status: 'rejected', reason: { message: 'the run is over' } }]);
    await world.close();
    expect(engine.leftovers()).toEqual([]);
    expect(engine.mistakes).toEqual([]);
  });
});
