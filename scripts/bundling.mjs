// What the build and the tests must agree on when they bundle code for Node.
import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { projectRoot } from './setup/folders.mjs';

/** Not bundled: what the runtime itself provides, and what brings compiled code along. */
export const external = [
  'electron',
  '@photostructure/sqlite',
  '@napi-rs/keyring',
  'cpu-features', // optional, of ssh2 beneath dockerode
  /\.node$/,
  /^node:/,
  ...builtinModules,
];

/** `electron/**\/NAME.worker.ts` becomes the entry `NAME.worker`. @returns {Record<string, string>} */
export function findWorkers() {
  const electron = path.join(projectRoot, 'electron');
  /** @type {Record<string, string>} */
  const workers = {};
  for (const entry of readdirSync(electron, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.worker.ts')) continue;
    const name = path.basename(entry, '.ts');
    if (name in workers) throw new Error(`two workers are called ${name}; they share one folder when built`);
    workers[name] = path.join(electron, entry);
  }
  return workers;
}
