import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { publishImage } from '../scripts/parts/images.ts';
import { leftOf, nothing } from './docker/containers/containers-testing.ts';
import { checkScenario } from './engine/run/task/scenario-run-testing.ts';
import { actorScript } from './engine/run/task/scenario-testing.ts';
import { scenarios } from './engine/run/task/scenarios-testing.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { homeIdOf } from './runtime-testing.ts';

const parts = inject('parts');

describe.each(parts.engines)('tasks on Docker Engine $name', (engine) => {
  let work: string;
  let runtime: Runtime;
  let image: string;
  /** Other tests leave what they like on this engine: what counts carries the label of this one's home. */
  let home: { readonly host: string; readonly homeId: string };

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway-scenarios-'));
    image = (
      await publishImage(parts.registries.open, {
        repository: 'scenario/actor',
        tag: '1',
        files: { '/actor.sh': actorScript },
      })
    ).ref;
    runtime = await createRuntime({
      home: work,
      env: {
        PATH: process.env.PATH,
        HOME: work,
        DOCKER_CONFIG: work,
        DOCKER_HOST: engine.host,
        SLIPWAY_PASSPHRASE: 'a passphrase for tests',
      },
      owner: 'window',
    });
    await runtime.start();
    home = { host: engine.host, homeId: homeIdOf(work) };
  });
  afterAll(async () => {
    await runtime.close();
    await rm(work, { recursive: true, force: true });
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    await checkScenario(scenario, runtime, image);
    expect(await leftOf(home)).toEqual(nothing);
  });

  it('run side by side with the same ids, and never meet', async () => {
    const detached = scenarios.filter(({ task }) => task.includes('detach: true'));
    await Promise.all([...detached, ...detached].map((scenario) => checkScenario(scenario, runtime, image)));
    expect(await leftOf(home)).toEqual(nothing);
  });
});
