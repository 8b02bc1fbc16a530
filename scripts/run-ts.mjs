// Run a TypeScript file of ours in this Node, which knows only JavaScript: bundle it (in some 50 ms), import it.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { projectCache, projectRoot } from './setup/folders.mjs';

/**
 * @param {string} file a TypeScript module
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(file) {
  return import(pathToFileURL(await bundleTypeScript(file)).href);
}

/**
 * @param {string} file a TypeScript module
 * @returns {Promise<string>} the JavaScript made of it and of all it imports, for a process that is to run it alone
 */
export async function bundleTypeScript(file) {
  const { build } = await import('rolldown');
  const name = path.relative(projectRoot, path.resolve(file)).replaceAll(path.sep, '~').replace(/\.ts$/, '.mjs');
  const output = path.join(projectCache, 'run-ts', name);
  await build({
    input: path.resolve(file),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('@shared/'),
    resolve: { alias: { '@shared': path.join(projectRoot, 'shared') } },
    logLevel: 'warn',
    checks: { sourcemapBroken: false }, // the lines stay true
    plugins: [keepWhereItWas],
    output: { file: output, format: 'esm', sourcemap: true, codeSplitting: false },
  });
  return output;
}

/** In two, since this module may be bundled itself: it must still look for these words, and not for what they became. */
const meta = ['import', 'meta'].join('.');

/** A bundled module still knows the folder that it was written in. @type {import('rolldown').Plugin} */
const keepWhereItWas = {
  name: 'keep-where-it-was',
  transform(code, id) {
    if (!code.includes(`${meta}.`)) return null;
    return code
      .replaceAll(`${meta}.dirname`, JSON.stringify(path.dirname(id)))
      .replaceAll(`${meta}.filename`, JSON.stringify(id))
      .replaceAll(`${meta}.url`, JSON.stringify(pathToFileURL(id).href));
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined) throw new Error('usage: node scripts/run-ts.mjs FILE.ts [arguments]');
  process.argv.splice(1, process.argv.length, path.resolve(file), ...rest);
  await importTypeScript(file);
}
