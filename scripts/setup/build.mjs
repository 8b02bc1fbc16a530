// Build where something has changed since the last build. Node built-ins only.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists, projectRoot } from './folders.mjs';
import { runAttached, say } from './shell.mjs';

const sources = [
  'electron',
  'renderer',
  'shared',
  'assets',
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'scripts/bundling.mjs',
];
const stamp = path.join(projectRoot, 'out/.built-from');

/** @returns {Promise<boolean>} out/ holds what the sources say */
export async function ensureBuilt() {
  const wanted = fingerprint();
  if (
    (await exists(path.join(projectRoot, 'out/main/main.cjs'))) &&
    (await readFile(stamp, 'utf8').catch(() => '')) === wanted
  )
    return true;
  say('building the app (npm run build)');
  const tool = path.join(projectRoot, 'node_modules/electron-vite/bin/electron-vite.js');
  const code = await runAttached(process.execPath, [tool, 'build', '--logLevel', 'warn'], { cwd: projectRoot });
  if (code !== 0) return false;
  await writeFile(stamp, wanted);
  return true;
}

/** Changes with any file that is added, removed or written. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of sources) {
    const top = path.join(projectRoot, source);
    const info = statSync(top, { throwIfNoEntry: false });
    if (info === undefined) continue;
    const files = info.isDirectory() ? readdirSync(top, { recursive: true, encoding: 'utf8' }).sort() : [''];
    for (const file of files) {
      if (/\.test\.tsx?$/.test(file)) continue;
      const { size, mtimeMs } = statSync(path.join(top, file), { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
      hash.update(`${source}/${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
