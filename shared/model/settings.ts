import { z } from 'zod';
import { automaticEngine, NamedEngine } from './named-engine.ts';
import { localRegistryImage } from './local-registry.ts';
import { defaultEmulationImage } from './emulation.ts';

/** What the runtime keeps, for window and command line alike. (Window size and the like are the window's own.) */
export const Settings = z.object({
  language: z.enum(['system', 'en', 'ko']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Login server that names without one get; empty for none. */
  defaultRegistry: z.string().default(''),
  /** The image of the registry that is started for those who have none. */
  localRegistryImage: z.string().min(1).default(localRegistryImage),
  /** Empty: looked for. */
  engineHost: z.string().default(''),
  /** Run a private dockerd when nothing answers, where that is possible. */
  embeddedEngine: z.boolean().default(true),
  /** Beside the one that is looked for. */
  engines: z
    .array(NamedEngine)
    .refine((engines) => new Set(engines.map(({ name }) => name)).size === engines.length, 'two have the same name')
    .default([]),
  /** The name of the engine that runs go to; one that isn't there any more counts as the one that is looked for. */
  defaultEngine: z.string().default(automaticEngine),
  /** What sets up QEMU in an engine, with all rights there. */
  emulationImage: z.string().min(1).default(defaultEmulationImage),
  /** Runs side by side; more wait. */
  concurrentRuns: z.number().int().min(1).max(64).default(2),
  /** Steps of a run side by side; 0 for as many as the task lets, as on ACR. */
  stepsSideBySide: z.number().int().min(0).max(64).default(0),
  /** Days that logs and records are kept. */
  retentionDays: z.number().int().min(1).max(3650).default(30),
  /** Bytes of log kept a step: the head, and within the same limit the end (up to 5 MiB, at most half of it). */
  logLimitBytes: z.number().int().min(1_048_576).default(536_870_912),
  /** Single-key shortcuts on the run screen (WCAG 2.1.4). */
  singleKeyShortcuts: z.boolean().default(true),
});
export type Settings = z.infer<typeof Settings>;
