import { randomBytes } from 'node:crypto';
import { homeLabel, runLabel } from '../../engine/ports.ts';

/** The longest part of a name, in characters; engines take longer names, people don't. */
const longestPart = 40;

/** A name that nothing else in the engine has, and that tells what it is for: `slipway-ca1-build-6f0c2b1e`. */
export function uniqueName(runId: string, purpose: string): string {
  return ['slipway', made(runId), made(purpose), randomBytes(4).toString('hex')]
    .filter((part) => part !== '')
    .join('-');
}

/** What the engine takes in names; a step is called what its author likes. */
function made(text: string): string {
  return text
    .replace(/[^a-zA-Z0-9_.]+/g, '-')
    .slice(0, longestPart)
    .replace(/^-|-$/g, '');
}

/** By these a killed process's leftovers are found. */
export function labelsOf(homeId: string, runId: string): Record<string, string> {
  return { [homeLabel]: homeId, [runLabel]: runId };
}
