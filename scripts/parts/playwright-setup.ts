// Playwright's global setup: a screen, the Electron to run, and the same real parts as the integration tests have.
// Told to the tests by the environment; `given.ts` reads it.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { needsDisplay, startVirtualDisplay } from '../setup/display.mjs';
import { ensureElectron } from '../setup/electron.mjs';
import { projectCache } from '../setup/folders.mjs';
import { partsFromEnvironment } from './given.ts';
import { startParts } from './parts.ts';

export default async function setup() {
  const stops: (() => unknown)[] = [];
  if (needsDisplay() || process.env['CI'] === 'true') {
    const screen = await startVirtualDisplay();
    process.env['DISPLAY'] = screen.display;
    stops.push(() => screen.stop());
  }
  process.env['SLIPWAY_ELECTRON'] = (await ensureElectron()).executable;
  if (partsFromEnvironment() === undefined) {
    const running = await startParts();
    const file = path.join(projectCache, `parts-${process.pid}.json`);
    await mkdir(projectCache, { recursive: true });
    await writeFile(file, JSON.stringify(running.parts));
    process.env['SLIPWAY_PARTS'] = file;
    stops.push(
      () => running.stop(),
      () => rm(file, { force: true }),
    );
  }
  return async () => {
    for (const stop of stops) await stop();
  };
}
