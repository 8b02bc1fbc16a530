import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerSystem } from '@shared/model/step-places.ts';
import { bodyOf } from './docker/containers/create-container.ts';
import { checkScenario } from './engine/run/task/scenario-run-testing.ts';
import type { Scenario } from './engine/run/task/scenario-testing.ts';
import { scenarios } from './engine/run/task/scenarios-testing.ts';
import { createStrictEngine, type StrictEngine } from './engine/run/task/strict-engine-testing.ts';
import { strictScenarios } from './engine/run/task/strict-scenarios-testing.ts';
import { createRuntime, type Runtime } from './runtime.ts';

const image = 'registry.test/actor:1';
const linux = [...scenarios, ...strictScenarios.filter(({ system }) => system === 'linux')];
const windows = strictScenarios.filter(({ system }) => system === 'windows');

describe.each<[ContainerSystem, readonly Scenario[]]>([
  ['linux', linux],
  ['windows', windows],
])('tasks on the strict fake, of %s', (system, table) => {
  let work: string;
  let engine: StrictEngine;
  let runtime: Runtime;

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway-scenarios-'));
    engine = createStrictEngine(image, system);
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

  it.each(table.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    engine.asked.containers.length = 0;
    engine.asked.builds.length = 0;
    await checkScenario(scenario, runtime, image);
    expect(engine.mistakes).toEqual([]);
    expect(engine.leftovers()).toEqual([]);
    expectAsked(scenario.asked);
  });

  function expectAsked({ containers = {}, builds = [] }: NonNullable<Scenario['asked']> = {}): void {
    for (const [step, body] of Object.entries(containers)) {
      const spec = engine.asked.containers.find(({ stepId }) => stepId === step);
      expect([step, spec && likewise(bodyOf(spec, {}), body)]).toEqual([step, body]);
    }
    for (const [index, build] of builds.entries()) expect(likewise(engine.asked.builds[index], build)).toEqual(build);
  }
});

/** As much of something as the expected speaks of; what is undefined there must not be here. */
function likewise(found: unknown, expected: unknown): unknown {
  if (Array.isArray(found) && Array.isArray(expected) && found.length === expected.length)
    return found.map((each, index) => likewise(each, expected[index]));
  if (!isRecord(found) || !isRecord(expected)) return found;
  return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, likewise(found[name], value)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
