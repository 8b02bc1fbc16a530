// A real program in the background, for tests: its words go to a file, and it goes away with us.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface Background {
  readonly pid: number;
  readonly logFile: string;
  /** SIGTERM, a wait, then SIGKILL. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Wait until `ready` answers true; the program's own words where it ends or takes too long. */
  until(ready: () => Promise<boolean>, what: string, timeout?: number): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

export function startInBackground(
  command: string,
  args: readonly string[],
  options: { logFile: string; env?: NodeJS.ProcessEnv; cwd?: string },
): Background {
  const log = openSync(options.logFile, 'a');
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let failure: Error | undefined;
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      running.delete(child);
      resolve();
    };
    child.on('exit', end);
    child.on('error', (error) => {
      failure = error;
      end();
    });
  });
  running.add(child);
  child.unref();

  const lastWords = () => readFileSync(options.logFile, 'utf8').trim().split('\n').slice(-12).join('\n');
  return {
    pid: child.pid ?? 0,
    logFile: options.logFile,
    async stop() {
      if (ended) return;
      child.ref();
      child.kill('SIGTERM');
      const tooLong = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await gone;
      clearTimeout(tooLong);
    },
    async kill() {
      if (ended) return;
      child.ref();
      child.kill('SIGKILL');
      await gone;
    },
    async until(ready, what, timeout = 60_000) {
      const end = Date.now() + timeout;
      for (;;) {
        if (failure) throw failure;
        if (ended) throw new Error(`${what}: ${command} ended:\n${lastWords()}`);
        if (await ready().catch(() => false)) return;
        if (Date.now() > end) throw new Error(`${what}: not ready in ${timeout} ms:\n${lastWords()}`);
        await delay(40);
      }
    },
  };
}
