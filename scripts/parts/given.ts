// What a test is given through the environment.
import { readFileSync } from 'node:fs';
import type { Parts } from './parts.ts';

/** The real parts that run already: SLIPWAY_PARTS names the file that describes them (Playwright's setup, parts/up.mjs). */
export function partsFromEnvironment(): Parts | undefined {
  const file = process.env['SLIPWAY_PARTS'];
  return file === undefined || file === '' ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Parts);
}

/** For a desktop test: the parts. */
export function givenParts(): Parts {
  const parts = partsFromEnvironment();
  if (parts === undefined)
    throw new Error('no real parts: run this through e2e/playwright.config.ts, which starts them');
  return parts;
}

/** For a desktop test: the Electron to launch, to be named to Playwright as executablePath. */
export function givenElectron(): string {
  const executable = process.env['SLIPWAY_ELECTRON'];
  if (executable === undefined)
    throw new Error('no Electron: run this through e2e/playwright.config.ts, which finds it');
  return executable;
}
