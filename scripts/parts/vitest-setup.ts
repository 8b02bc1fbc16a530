// Vitest's global setup for the tests that need real parts: started once, told to each test file through inject('parts').
import type { TestProject } from 'vitest/node';
import { type Parts, type RunningParts, startParts } from './parts.ts';
import { partsFromEnvironment } from './given.ts';

declare module 'vitest' {
  interface ProvidedContext {
    parts: Parts;
  }
}

// Two projects of one run (integration and cli) share them: this module is loaded for each.
const shared = globalThis as { slipwayParts?: { users: number; running: Promise<RunningParts> } };

export default async function setup(project: TestProject) {
  const given = partsFromEnvironment();
  if (given !== undefined) {
    project.provide('parts', given);
    return undefined;
  }
  shared.slipwayParts ??= { users: 0, running: startParts() };
  const use = shared.slipwayParts;
  use.users++;
  project.provide('parts', (await use.running).parts);
  return async () => {
    use.users--;
    if (use.users > 0) return;
    delete shared.slipwayParts;
    await (await use.running).stop();
  };
}
