// Everything that the project needs on this machine, so that nobody has to prepare anything by hand.
//   node scripts/setup.mjs          what `npm start` needs
//   node scripts/setup.mjs test     what `npm test` needs as well
// Quick when nothing is to be done. Starts with Node alone, so: built-in modules only, until node_modules is there.
import { existsSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './setup/debian.mjs';
import { needsDisplay } from './setup/display.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { SetupProblem, run, say, which } from './setup/shell.mjs';

/** @typedef {import('./setup/electron.mjs').Electron} Electron */

/** The packages alone: enough for checks and unit tests. */
export async function prepareToBuild() {
  await ensureNodeModules();
}

/** What it takes to see the window. Docker Engine too, but without it the app starts and explains. @returns {Promise<Electron>} */
export async function prepareToStart() {
  await ensureNodeModules();
  const electron = await ensureElectron();
  await ensurePackages(needsDisplay() ? ['window', 'display'] : ['window']);
  await ensureSomeEngine();
  return electron;
}

/** What the tests with real parts need: all of it, and a display of their own. @returns {Promise<Electron>} */
export async function prepareToTest() {
  await ensureNodeModules();
  const electron = await ensureElectron();
  await ensurePackages(['window', 'display', 'engine', 'emulation', 'registry', 'keyring', 'images', 'git']);
  return electron;
}

/** Without one the app starts as well, and explains; so nothing here stops. */
async function ensureSomeEngine() {
  const sockets = ['/var/run/docker.sock', `${os.homedir()}/.docker/desktop/docker.sock`, '/run/podman/podman.sock'];
  const runtime = process.env['XDG_RUNTIME_DIR'];
  if (runtime !== undefined) sockets.push(`${runtime}/docker.sock`, `${runtime}/podman/podman.sock`);
  if (process.env['DOCKER_HOST'] || which('dockerd') || sockets.some((socket) => existsSync(socket))) return;
  if (!(await ensurePackages(['engine'], { optional: true })) || process.getuid?.() !== 0 || !which('service')) return;
  if (existsSync('/var/run/docker.sock')) return;
  say('starting Docker Engine, which was just installed (service docker start)');
  await run('service', ['docker', 'start']).catch((error) => say(`it did not start: ${error.message}`));
}

/**
 * Run a script's main function: what the person must do is said without a stack trace.
 * @param {() => Promise<number | void>} main answers the exit code
 */
export async function asCommand(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await asCommand(async () => {
    const electron = process.argv[2] === 'test' ? await prepareToTest() : await prepareToStart();
    say(`ready: Electron ${electron.version}${electron.standIn ? ' (standing in)' : ''} at ${electron.executable}`);
  });
}
