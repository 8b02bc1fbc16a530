/**
 * Whole runs as a table, by subject: a task file, and what must come of it. The same table is run on real engines and on the strict
 * fake. Commands are acts of `actorScript`, so that the fake can play them too. What only the fake can do stands in
 * `strict-scenarios-testing.ts`.
 */
import { attemptScenarios } from './attempt-scenarios-testing.ts';
import { imageScenarios } from './image-scenarios-testing.ts';
import { networkScenarios } from './network-scenarios-testing.ts';
import { orderScenarios } from './order-scenarios-testing.ts';
import type { Scenario } from './scenario-testing.ts';
import { worldScenarios } from './world-scenarios-testing.ts';

export const scenarios: readonly Scenario[] = [
  ...orderScenarios,
  ...attemptScenarios,
  ...worldScenarios,
  ...networkScenarios,
  ...imageScenarios,
];
