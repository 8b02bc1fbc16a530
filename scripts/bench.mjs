// npm run bench: scripts/bench/*.bench.ts, one after the other, each in a process of its own and beside its peers.
//   npm run bench -- build-context      those whose name contains this
// A benchmark is a module that exports `bench({ parts, peers })` and prints what it measured, ratios included.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './run-ts.mjs';
import { asCommand, prepareToTest } from './setup.mjs';
import { projectRoot } from './setup/folders.mjs';
import { runAttached, say } from './setup/shell.mjs';

const self = fileURLToPath(import.meta.url);
const folder = path.join(projectRoot, 'scripts/bench');

await asCommand(async () => {
  const [first, file] = process.argv.slice(2);
  if (first === '--one' && file !== undefined) return one(file);
  await prepareToTest();
  const chosen = readdirSync(folder).filter((name) => name.endsWith('.bench.ts') && name.includes(first ?? ''));
  if (chosen.length === 0) say(`no benchmark in scripts/bench is called *${first ?? ''}*.bench.ts`);
  let failed = 0;
  for (const name of chosen) {
    console.log(`\n# ${name.replace('.bench.ts', '')}\n`);
    failed += Number(
      (await runAttached(process.execPath, ['--expose-gc', self, '--one', path.join(folder, name)])) !== 0,
    );
  }
  return Math.min(failed, 1);
});

/** @param {string} file */
async function one(file) {
  const { withBenchParts } = await importTypeScript(path.join(folder, 'parts.ts'));
  const { bench } = await importTypeScript(file);
  await withBenchParts(bench);
  return 0;
}
