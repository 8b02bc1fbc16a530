import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkScenario } from './engine/run/task/scenario-run-testing.ts';
import { scenarios } from './engine/run/task/scenarios-testing.ts';
import { createStrictEngine, type StrictEngine } from './engine/run/task/strict-engine-testing.ts';
import { createRuntime, type Runtime } from './runtime.ts';

const image = 'registry.test/actor:1';

describe('tasks on the strict fake', () => {
  let work: string;
  let engine: StrictEngine;
  let runtime: Runtime;

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway-scenarios-'));
    engine = createStrictEngine(image);
    runtime = await createRuntime({
      home: work,
      env: { HOME: work, DOCKER_CONFIG: work, SLIPWAY_PASSPHRASE: 'a passphrase for tests' },
      owner: 'window',
      engine,
    });
    await runtime.start();
  });
  afterAll(async () => {
    await runtime.close();
    await rm(work, { recursive: true, force: true });
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    await checkScenario(scenario, runtime, image);
    expect(engine.mistakes).toEqual([]);
    expect(engine.leftovers()).toEqual([]);
  });
});
