import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { Setting } from './environment.ts';

/** One run of git. */
export interface GitCommand {
  readonly args: readonly string[];
  readonly settings?: readonly Setting[] | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly input?: string | undefined;
  /** Takes the output piece by piece, in place of `stdout`; what it throws ends git. */
  readonly onOutput?: ((data: Buffer) => void) | undefined;
  /** Takes each finished line of stderr, and of those that are written over and over one now and then. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly watch?: Watch | undefined;
}

/** When a run that reaches a server is given up. */
export interface Watch {
  /** Without a word and without growth for so long, in ms. */
  readonly silenceMs: number;
  /** Bytes that may have come since the run began, as {@link grown} tells. */
  readonly maxBytes: number;
  /** An AppFailure of it ends the run. */
  readonly grown: () => Promise<number>;
}

/** How it ended. stderr is as git wrote it, from its end at most {@link keptWords} characters: it may hold what no log may. */
export type GitOutcome =
  | { readonly kind: 'done'; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'failed'; readonly exitCode: number | undefined; readonly stderr: string };

/**
 * Runs git to its end, whatever that is.
 * @throws the signal's reason; AppFailure `source.timeout`, `source.tooLarge`. No process of it is left then.
 */
export type RunGit = (command: GitCommand, signal: AbortSignal) => Promise<GitOutcome>;

export const keptWords = 131_072;
const longestOutput = 268_435_456;
/** Between two lines that overwrite each other, in ms. */
const linePause = 1_000;
const watchPause = 500;
/** From asking to end to ending. git removes its temporary files in between. */
const grace = 3_000;

/** @param cwd where git always runs: an empty folder of ours, since it looks around where it is */
export function gitRunner(program: string, cwd: string, env: NodeJS.ProcessEnv, common: readonly Setting[]): RunGit {
  return async (command, signal) => {
    signal.throwIfAborted();
    const settings = [...common, ...(command.settings ?? [])].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(program, [...settings, ...command.args], {
      cwd,
      env: { ...env, ...command.env },
      detached: process.platform !== 'win32', // a group of its own, so that all of it can be ended
      windowsHide: true,
    });
    const outcome = await attend(child, command, signal);
    signal.throwIfAborted();
    return outcome;
  };
}

function attend(child: ChildProcessWithoutNullStreams, command: GitCommand, signal: AbortSignal): Promise<GitOutcome> {
  return new Promise((resolve, reject) => {
    let stopped: Error | 'aborted' | undefined;
    let killing: NodeJS.Timeout | undefined;
    const stop = (reason: Error | 'aborted') => {
      if (stopped !== undefined) return;
      stopped = reason;
      endGroup(child, 'SIGTERM');
      killing = setTimeout(() => endGroup(child, 'SIGKILL'), grace);
    };
    const onAbort = () => stop('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    const watching = watch(command.watch, stop);

    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (data: Buffer) => {
      watching.seen();
      if (stopped !== undefined) return;
      try {
        if (command.onOutput !== undefined) return command.onOutput(data);
        chunks.push(data);
        length += data.length;
        if (length > longestOutput) throw appFailure('source.tooLarge', { params: { limit: `${longestOutput} B` } });
      } catch (error) {
        stop(asError(error));
      }
    });
    let words = '';
    const lines = lineReader(command.onLine);
    const decoder = new StringDecoder('utf8');
    child.stderr.on('data', (data: Buffer) => {
      watching.seen();
      const text = decoder.write(data);
      words = (words + text).slice(-keptWords);
      if (stopped === undefined) lines(text);
    });
    child.stdin.on('error', () => undefined); // it may end without reading; its exit tells
    child.stdin.end(command.input ?? '');

    const settle = (outcome: () => void) => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(killing);
      watching.end();
      outcome();
    };
    child.on('error', (error) => settle(() => reject(error)));
    child.on('close', (exitCode) =>
      settle(() => {
        if (stopped !== undefined) endGroup(child, 'SIGKILL'); // what git itself left behind when it was told to end
        if (stopped instanceof Error) reject(stopped);
        else if (exitCode === 0)
          resolve({ kind: 'done', stdout: Buffer.concat(chunks).toString('utf8'), stderr: words });
        else resolve({ kind: 'failed', exitCode: exitCode ?? undefined, stderr: words });
      }),
    );
  });
}

function endGroup(child: ChildProcessWithoutNullStreams, how: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    if (child.exitCode !== null || child.signalCode !== null) return;
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' }).on('error', () =>
      child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, how);
  } catch {
    // all of it has ended
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

interface Watching {
  seen(): void;
  end(): void;
}

function watch(limits: Watch | undefined, stop: (reason: Error) => void): Watching {
  if (limits === undefined) return { seen: () => undefined, end: () => undefined };
  const { silenceMs, maxBytes, grown } = limits;
  let last = performance.now();
  let size = 0;
  let measuring = false;
  const look = async () => {
    measuring = true;
    const now = await grown().catch((error: unknown) => {
      if (error instanceof AppFailure) stop(error);
      return size; // files come and go while git works
    });
    measuring = false;
    if (now !== size) last = performance.now();
    size = now;
    if (size > maxBytes) stop(tooLarge(maxBytes));
    else if (performance.now() - last > silenceMs)
      stop(appFailure('source.timeout', { params: { seconds: silenceMs / 1000 }, fixes: [{ kind: 'retry' }] }));
  };
  const timer = setInterval(() => void (measuring || look()), Math.min(watchPause, silenceMs));
  return {
    seen: () => (last = performance.now()),
    end: () => clearInterval(timer),
  };
}

export function tooLarge(bytes: number) {
  const limit = bytes >= 1e9 ? `${bytes / 1e9} GB` : bytes >= 1e6 ? `${bytes / 1e6} MB` : `${bytes} B`;
  return appFailure('source.tooLarge', { params: { limit } });
}

/** Lines ended by `\n` at once; those that `\r` overwrites once a second. */
function lineReader(onLine: ((line: string) => void) | undefined): (text: string) => void {
  if (onLine === undefined) return () => undefined;
  let rest = '';
  let told = 0;
  return (text) => {
    const parts = (rest + text).split(/(?<=[\r\n])/);
    rest = /[\r\n]$/.test(parts.at(-1) ?? '') ? '' : (parts.pop() ?? '').slice(-keptWords);
    for (const part of parts) {
      const line = part.replace(/[\r\n]+$/, '');
      if (line.trim() === '') continue;
      const passing = part.endsWith('\r');
      if (passing && performance.now() - told < linePause) continue;
      told = performance.now();
      onLine(line);
    }
  };
}
