import { z } from 'zod';
import { EngineStatus } from '../model/engine-status.ts';
import { command, query } from './define.ts';

export const engine = {
  status: query(z.void(), EngineStatus),
  /** Looks again, starting the embedded engine where that is the way. */
  find: command(z.void(), EngineStatus),
};
