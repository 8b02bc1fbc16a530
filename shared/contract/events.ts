import { z } from 'zod';
import { EngineStatus } from '../model/engine-status.ts';

/** Few and coarse: they say what to ask for again, and drive no control flow. */
export const AppEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('runChanged'), runId: z.string() }),
  z.object({ kind: z.literal('runRemoved'), runId: z.string() }),
  z.object({ kind: z.literal('engineChanged'), status: EngineStatus }),
  /** One of the engines came, went, or was named otherwise; `engineChanged` is about the default one. */
  z.object({ kind: z.literal('enginesChanged') }),
  z.object({ kind: z.literal('settingsChanged') }),
  z.object({ kind: z.literal('registriesChanged') }),
  z.object({ kind: z.literal('rateLimitsChanged') }),
  z.object({ kind: z.literal('keyVaultChanged') }),
  z.object({ kind: z.literal('gitHostsChanged') }),
  /** A deep link, a menu entry or a second start asks the window to show something. */
  z.object({ kind: z.literal('navigate'), to: z.string() }),
]);
export type AppEvent = z.infer<typeof AppEvent>;
