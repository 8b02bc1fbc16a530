import { z } from 'zod';
import { Settings } from '../model/settings.ts';
import { command, query } from './define.ts';

export const settings = {
  get: query(z.void(), Settings),
  /** Changes what is given and keeps the rest. No defaults here: an absent member is "leave it". */
  update: command(
    z.object({
      language: z.enum(['system', 'en', 'ko']).optional(),
      theme: z.enum(['system', 'light', 'dark']).optional(),
      defaultRegistry: z.string().optional(),
      localRegistryImage: z.string().min(1).optional(),
      engineHost: z.string().optional(),
      embeddedEngine: z.boolean().optional(),
      emulationImage: z.string().min(1).optional(),
      concurrentRuns: z.number().int().min(1).max(64).optional(),
      stepsSideBySide: z.number().int().min(0).max(64).optional(),
      retentionDays: z.number().int().min(1).max(3650).optional(),
      logLimitBytes: z.number().int().min(1_048_576).optional(),
      singleKeyShortcuts: z.boolean().optional(),
    }),
    Settings,
  ),
};
