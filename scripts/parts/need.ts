// A test that this machine cannot run says so, and never passes for one that ran.

import { cannotHereMark } from '../test/totals.mjs';

/**
 * Skip, with the reason. Where CI is set, scripts/test.mjs fails a run in which a test was skipped in any other way;
 * so what CI machines must have (an engine, a registry, emulation) fails there instead.
 */
export function cannotHere(
  context: { skip(note?: string): never },
  reason: string,
  options: { evenInCI?: boolean } = {},
): never {
  if (process.env['CI'] === 'true' && !options.evenInCI) throw new Error(`CI must have this part: ${reason}`);
  context.skip(cannotHereMark + reason);
}
