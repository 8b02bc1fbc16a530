// node_modules as package-lock.json says. Node built-ins only.
import { readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { exists, projectRoot } from './folders.mjs';
import { SetupProblem, run, say } from './shell.mjs';

const minimumNode = [20, 18];

/** Run `npm ci` where node_modules is missing or made from another lock. */
export async function ensureNodeModules() {
  requireNode();
  const lock = await readFile(path.join(projectRoot, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(projectRoot, 'node_modules/.slipway-lock');
  const made = await readFile(stamp, 'utf8').catch(() => undefined);
  if (made === wanted) return;
  if (made === undefined && (await agreesWithLock(lock))) {
    await writeFile(stamp, wanted); // `npm install` or `npm ci` was run by hand
    return;
  }
  const there = await exists(path.join(projectRoot, 'node_modules'));
  say(
    there
      ? 'package-lock.json has changed: installing its packages (npm ci)'
      : 'installing the packages of package-lock.json (npm ci)',
  );
  try {
    await npm('ci');
  } catch (error) {
    // A lock that was made where some platforms' optional packages could not be seen doesn't satisfy `npm ci`.
    if (!(error instanceof Error) || !error.message.includes('EUSAGE')) throw asProblem(error);
    say('npm ci finds package-lock.json incomplete: using npm install, which leaves the lock as it is');
    await npm('install', '--no-save').catch((/** @type {unknown} */ failure) => {
      throw asProblem(failure);
    });
  }
  await writeFile(stamp, wanted);
}

/** Errors alone: newer Electron asks for a newer Node than is needed to start it, and npm warns of that. @param {string[]} args */
async function npm(...args) {
  await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: projectRoot,
    shell: process.platform === 'win32',
  });
}

/** @param {unknown} error */
function asProblem(error) {
  const words = error instanceof Error ? error.message : String(error);
  return new SetupProblem(`the packages of package-lock.json could not be installed.\n${words}`);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [least = 0, leastMinor = 0] = minimumNode;
  if (major > least || (major === least && minor >= leastMinor)) return;
  throw new SetupProblem(`Node ${minimumNode.join('.')} or newer is needed; this is ${process.versions.node}`);
}

/** npm keeps a copy of the lock that it installed from. @param {Buffer} lock */
async function agreesWithLock(lock) {
  const kept = await readFile(path.join(projectRoot, 'node_modules/.package-lock.json'), 'utf8').catch(() => undefined);
  if (kept === undefined) return false;
  const installed = JSON.parse(kept).packages;
  /** @type {[string, {version?: string, optional?: boolean}][]} */
  const wanted = Object.entries(JSON.parse(lock.toString()).packages);
  return wanted.every(
    ([name, { version, optional }]) =>
      name === '' || installed[name]?.version === version || (optional && !installed[name]),
  );
}
