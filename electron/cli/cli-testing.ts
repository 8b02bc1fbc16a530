// For tests: the built command line in plain Node, away from the checkout, so that nothing of Electron can be found.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Run } from '@shared/model/run.ts';

/** One line of `--json`. */
export type CliEvent = Readonly<Record<string, unknown>> & { readonly event?: string };

/** How a command ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, each line as JSON. */
  events(): readonly CliEvent[];
}

/** A command that goes on. */
export interface Running {
  readonly pid: number;
  /** What it has printed so far, on both streams, a line each, in the order in which they came. */
  readonly lines: readonly string[];
  /** Resolves with the next line, or one that came already, in which the pattern is found; rejects when the command ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** As {@link line}, when so many lines have it. */
  lineTimes(pattern: RegExp, times: number): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Types a line; only where standard input stays open. */
  type(line: string): void;
  /** Presses a key. */
  press(key: string): void;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Standard input doesn't end: a person sits there. */
  readonly typing?: boolean;
  /** At a real terminal of this size, in characters; both streams are one then. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** A person with a home of their own and the built `slipway`. */
export interface CommandLine {
  /** The folder of the program. */
  readonly program: string;
  /** `SLIPWAY_HOME` */
  readonly home: string;
  /** Where contexts are made, and the current folder of every command. */
  readonly work: string;
  /** Runs a command to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts a command. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** A record, by `runs show --json`. */
  show(runId: string): Promise<Run>;
  /** Makes a folder with these files; returns its absolute path. */
  folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
  /** Ends what still runs, and removes everything. */
  remove(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
/** What `npm run build` does not bundle: native code. */
const natives = ['@napi-rs/keyring', '@photostructure/sqlite'];

/** Sets up a copy of `out/main` with a home; `env` is all that its commands see beside what names the home. */
export async function commandLine(env: NodeJS.ProcessEnv): Promise<CommandLine> {
  // A blank and Hangul in every path of every test.
  const place = await mkdtemp(path.join(os.tmpdir(), 'slipway cli 명령 '));
  const program = path.join(place, 'program/out/main');
  await cp(path.join(root, 'out/main'), program, { recursive: true, filter: (file) => !file.endsWith('.map') });
  for (const name of natives) {
    const link = path.join(place, 'program/node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), link);
  }
  const home = path.join(place, 'home');
  const work = path.join(place, 'work');
  await mkdir(work);
  const running = new Set<ChildProcess>();

  function start(args: readonly string[], options: RunOptions = {}): Running {
    const words = [process.execPath, path.join(program, 'cli.cjs'), ...args];
    const [command = '', ...given] = options.terminal === undefined ? words : atTerminal(words, options.terminal);
    const child = spawn(command, given, {
      cwd: options.cwd ?? work,
      env: { PATH: process.env['PATH'], HOME: place, DOCKER_CONFIG: place, SLIPWAY_HOME: home, ...env, ...options.env },
    });
    running.add(child);
    child.stdin.on('error', () => undefined); // a command that reads none may end first
    if (options.typing === true) child.stdin.write(options.stdin ?? '');
    else child.stdin.end(options.stdin ?? '');
    return follow(child, () => running.delete(child));
  }

  const run = (args: readonly string[], options?: RunOptions) => start(args, options).ended;
  return {
    program,
    home,
    work,
    start,
    run,
    async show(runId) {
      const { stdout, stderr } = await run(['runs', 'show', runId, '--json']);
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout) as Run;
    },
    async folder(name, files) {
      const folder = path.join(work, name);
      await mkdir(folder, { recursive: true });
      for (const [file, content] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        await writeFile(path.join(folder, file), content);
      }
      return folder;
    },
    async remove() {
      await Promise.all(
        [...running].map(async (child) => {
          child.kill('SIGKILL');
          await once(child, 'close');
        }),
      );
      await rm(place, { recursive: true, force: true });
    },
  };
}

/** util-linux's `script` gives a program a terminal of its own. */
function atTerminal(
  words: readonly string[],
  { columns, rows }: NonNullable<RunOptions['terminal']>,
): readonly string[] {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  return ['script', '-qec', `stty cols ${columns} rows ${rows}; exec ${quoted}`, '/dev/null'];
}

function follow(
  child: ReturnType<typeof spawn> & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream },
  done: () => void,
): Running {
  const lines: string[] = [];
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  let closed = false;
  const tell = () => {
    for (const look of waiting) look();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (output[name] += text));
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      lines.push(line);
      tell();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      closed = true;
      done();
      const { stdout, stderr } = output;
      resolve({ code, stdout, stderr, events: () => eventsOf(stdout) });
      tell();
    });
  });
  const lineTimes = (pattern: RegExp, times: number) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = lines.filter((line) => pattern.test(line))[times - 1];
        if (found === undefined && !closed) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`no line ${pattern} in:\n${lines.slice(-30).join('\n')}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    signal: (name) => void child.kill(name),
    type: (line) => void child.stdin?.write(`${line}\n`),
    press: (key) => void child.stdin?.write(key),
    lineTimes,
    line: (pattern) => lineTimes(pattern, 1),
  };
}

function eventsOf(stdout: string): readonly CliEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CliEvent);
}
