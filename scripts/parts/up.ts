// See up.mjs, which prepares the machine and bundles this.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectCache } from '../setup/folders.mjs';
import { startParts } from './parts.ts';

export async function keepUp(): Promise<void> {
  const running = await startParts();
  const { parts } = running;
  const file = path.join(projectCache, 'parts.json');
  await mkdir(projectCache, { recursive: true });
  await writeFile(file, JSON.stringify(parts, null, 2));
  console.log(JSON.stringify(parts, null, 2));
  console.log(`\nexport SLIPWAY_PARTS=${file}\n\nCtrl-C stops them.`);
  const alive = setInterval(() => undefined, 2 ** 30);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  clearInterval(alive);
  await running.stop();
  await rm(file, { force: true });
}
