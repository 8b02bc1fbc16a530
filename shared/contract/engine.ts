import { z } from 'zod';
import { EngineStatus } from '../model/engine-status.ts';
import { command, query } from './define.ts';

export const engine = {
  status: query(z.void(), EngineStatus),
  /** Looks again, starting the embedded engine where that is the way. */
  find: command(z.void(), EngineStatus),
  /**
   * Tells the kernel of the engine's machine of QEMU, by the image of the settings, which runs with all rights there: only after a person
   * said so.
   */
  setUpEmulation: command(z.object({ consent: z.literal(true) }), EngineStatus),
};
