// Running other programs, and saying what is being done. Node built-ins only: this runs before `npm ci`.
import { spawn, spawnSync } from 'node:child_process';

/** One plain line about something that is about to happen. @param {string} line */
export function say(line) {
  process.stderr.write(`slipway: ${line}\n`);
}

/** Something the person must do before we can go on; the message is all they need to see. */
export class SetupProblem extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetupProblem';
  }
}

/**
 * Run to the end and answer what came out; a failure carries the program's own words.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, shell?: boolean}} [options]
 * @returns {Promise<string>} stdout
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(out);
      const words = (err.trim() || out.trim()).split('\n').slice(0, 40).join('\n');
      reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}${words && `:\n${words}`}`));
    });
  });
}

/** Like run(), with false in place of an error. @param {string} command @param {readonly string[]} args */
export function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/**
 * Tell when npm has gone. `kill` of an npm ends npm and its shell, and neither tells what they had started
 * (https://github.com/npm/cli/issues/6684); so we look whether our parent is still the same.
 * @param {() => void} gone
 * @returns {() => void} stops looking
 */
function whenNpmEnds(gone) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 500);
  return () => clearInterval(timer);
}

/**
 * Run with our terminal; answers the exit code. Signals that we get go on to the child, and it decides. Where npm started us and is
 * ended, the child is asked to end too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & {endSignal?: NodeJS.Signals}} [options] `endSignal`: passed on in place of
 *   every signal
 * @returns {Promise<number>}
 */
export function runAttached(command, args, { endSignal, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => child.kill(endSignal ?? signal);
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    const stopLooking = whenNpmEnds(() => pass('SIGTERM'));
    const done = () => {
      stopLooking();
      for (const signal of signals) process.off(signal, pass);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('close', (code, signal) => {
      done();
      resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1));
    });
  });
}

/** The program's path, or nothing. @param {string} program @returns {string | undefined} */
export function which(program) {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}
