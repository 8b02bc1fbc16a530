import { z } from 'zod';
import { Moment } from './run.ts';

/** What is started where the settings name nothing else: the CNCF's distribution. */
export const localRegistryImage = 'docker.io/library/registry:3';

/** The registry that Slipway runs in the user's engine. */
export const LocalRegistryStatus = z.discriminatedUnion('state', [
  /** Nobody can tell: there is no engine at the moment. */
  z.object({ state: z.literal('noEngine') }),
  /** None was started, or it was removed; `dataKept` when what was pushed to it is still there. */
  z.object({ state: z.literal('absent'), dataKept: z.boolean() }),
  z.object({ state: z.literal('running'), host: z.string(), image: z.string(), startedAt: Moment.optional() }),
  z.object({ state: z.literal('stopped'), host: z.string(), image: z.string() }),
]);
export type LocalRegistryStatus = z.infer<typeof LocalRegistryStatus>;
