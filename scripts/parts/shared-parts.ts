// Parts that somebody keeps running (scripts/parts/up.mjs): SLIPWAY_PARTS names the file that describes them.
import { readFileSync } from 'node:fs';
import type { Parts } from './parts.ts';

export function partsFromEnvironment(): Parts | undefined {
  const file = process.env['SLIPWAY_PARTS'];
  return file === undefined || file === '' ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Parts);
}
