import { z } from 'zod';
import { EngineStatus } from '../model/engine-status.ts';
import { EngineListing, NamedEngine } from '../model/named-engine.ts';
import { command, query } from './define.ts';

const byName = z.object({ name: z.string() });

/** `status` and `find` are about the default engine. */
export const engine = {
  status: query(z.void(), EngineStatus),
  /** Looks again, starting the embedded engine where that is the way. */
  find: command(z.void(), EngineStatus),
  /** The default engine first. */
  list: query(z.void(), z.array(EngineListing)),
  /** Names an engine, and begins to look for it. @throws `engine.nameInvalid | nameTaken | addressInvalid` */
  add: command(NamedEngine.extend({ name: z.string() }), EngineListing),
  /** Forgets a name. What runs there goes on. @throws `engine.unknown` */
  remove: command(byName, z.void()),
  /** Makes it the default. @throws `engine.unknown` */
  use: command(byName, z.void()),
  /** Looks for it now; that it isn't there is an answer. @throws `engine.unknown` */
  test: command(byName, EngineListing),
  /**
   * Tells the kernel of the engine's machine of QEMU, by the image of the settings, which runs with all rights there: only after a person
   * said so. Without a name, in the default one.
   */
  setUpEmulation: command(z.object({ consent: z.literal(true), name: z.string().optional() }), EngineStatus),
};
