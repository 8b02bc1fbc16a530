import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Duplex, PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { appFailure } from '@shared/model/app-error.ts';
import type { Containers, ContainerTerminal } from '../../engine/ports/containers.ts';
import type { Client } from '../client.ts';
import { isConnectionError, isGone, lostFailure, statusOf } from '../failures.ts';
import { pause } from '../pause.ts';

/** What to open, see {@link Containers.openTerminal}. */
export type TerminalOptions = Parameters<Containers['openTerminal']>[1];

/** By this variable the processes of a terminal are found again: engines have no way to end one that was started beside the container's own. */
const markName = 'SLIPWAY_TERMINAL';
/** How long a shell may take to end that was hung up on, and an engine to tell an exit code, in ms. */
const patience = 2_000;
/** Between two looks whether an exit code is known, in ms. */
const beforeAnother = 20;

/**
 * Opens a shell on a terminal of its own in a running container.
 * @throws AppFailure `container.noShell`; the engine's refusal, or the connection's error when the engine goes away
 */
export async function openTerminal(
  { docker, endpoint }: Client,
  id: string,
  options: TerminalOptions,
  signal: AbortSignal,
): Promise<ContainerTerminal> {
  const container = docker.getContainer(id);
  for (const command of options.commands) {
    const shell = await openShell(container, command, options, signal);
    if (shell !== undefined) return new Terminal(container, shell, options, endpoint.host);
  }
  const commands = options.commands.map((command) => command.join(' ')).join(', ');
  throw appFailure('container.noShell', { params: { commands } });
}

/** A shell that runs, or has run. */
interface Shell {
  readonly exec: Docker.Exec;
  readonly connection: Duplex;
  readonly command: readonly string[];
  readonly mark: string;
}

/** Opens one; `undefined` where the image doesn't have it. */
async function openShell(
  container: Docker.Container,
  command: readonly string[],
  { columns, rows, workingDirectory, user, env = [] }: TerminalOptions,
  signal: AbortSignal,
): Promise<Shell | undefined> {
  const mark = randomBytes(8).toString('hex');
  // The connection outlives the signal.
  const opening = new AbortController();
  const giveUp = () => opening.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    const exec = await container.exec({
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: true,
      Cmd: [...command],
      Env: [...env, `${markName}=${mark}`],
      ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
      ...(user === undefined ? {} : { User: user }),
      abortSignal: opening.signal,
    });
    const connection = await exec.start({ hijack: true, stdin: true, Tty: true, abortSignal: opening.signal });
    // Whatever becomes of it is told by the shell's end.
    connection.on('error', () => undefined);
    try {
      // The engine answers when the shell has started, or can't be.
      if (!(await resize(exec, columns, rows, opening.signal)) && (await isMissing(exec, opening.signal))) {
        connection.destroy();
        return undefined;
      }
      return { exec, connection, command, mark };
    } catch (error) {
      connection.destroy();
      throw error;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Docker's words for what can't be run become exit codes: 126 for one that isn't there as well, before version 23. */
async function isMissing(exec: Docker.Exec, signal: AbortSignal): Promise<boolean> {
  const exitCode = await exitCodeOf(exec, signal);
  return exitCode === 126 || exitCode === 127;
}

/** Answers whether there was a shell to be told. */
async function resize(exec: Docker.Exec, columns: number, rows: number, signal: AbortSignal): Promise<boolean> {
  try {
    const size = { w: columns, h: rows, abortSignal: signal };
    await exec.resize(size);
    return true;
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return false;
  }
}

/** The engine tells the end of the output a little before it knows the exit code. */
export async function exitCodeOf(exec: Docker.Exec, signal: AbortSignal): Promise<number> {
  for (let waited = 0; ; waited += beforeAnother) {
    const { Running, ExitCode } = await exec.inspect({ abortSignal: signal } as object);
    if (!Running && ExitCode !== null) return ExitCode;
    if (waited > patience) throw new Error('the engine does not tell the exit code of a program');
    await pause(beforeAnother, signal);
  }
}

class Terminal implements ContainerTerminal {
  readonly output = new PassThrough();
  readonly ended: Promise<number>;
  readonly #container: Docker.Container;
  readonly #shell: Shell;
  readonly #options: TerminalOptions;
  readonly #never = new AbortController().signal;
  #over = false;
  #closing: Promise<void> | undefined;

  constructor(container: Docker.Container, shell: Shell, options: TerminalOptions, host: string) {
    this.#container = container;
    this.#shell = shell;
    this.#options = options;
    this.ended = this.#untilEnd().catch((error: unknown) => {
      throw isConnectionError(error) ? lostFailure(host, error) : error;
    });
    // Whoever doesn't ask for the exit code needn't be told why there is none.
    this.ended.catch(() => undefined);
    // Nobody looks any more.
    this.output.once('close', () => void this.close());
  }

  async write(data: Uint8Array): Promise<void> {
    const { connection } = this.#shell;
    if (!connection.writable || connection.write(data)) return;
    await Promise.race([once(connection, 'drain'), once(connection, 'close')]);
  }

  async resize(columns: number, rows: number): Promise<void> {
    // One that has ended has no size.
    if (!this.#over) await resize(this.#shell.exec, columns, rows, AbortSignal.timeout(patience));
  }

  close(): Promise<void> {
    this.#closing ??= this.#hangUp();
    return this.#closing;
  }

  async #untilEnd(): Promise<number> {
    const { connection, exec } = this.#shell;
    try {
      await new Promise<void>((resolve) => {
        connection.once('end', resolve);
        connection.once('close', resolve);
        connection.pipe(this.output);
      });
      return await exitCodeOf(exec, this.#never);
    } catch (error) {
      // The container was removed, and the shell with it.
      if (isGone(error)) return 137;
      throw error;
    } finally {
      this.#over = true;
      this.output.end();
      connection.destroy();
    }
  }

  /** Ends the shell and what it started: as when a terminal is closed, and then by force what is left. */
  async #hangUp(): Promise<void> {
    if (!this.#over) {
      await this.#signalAll('HUP');
      await this.#endedSoon();
      await this.#signalAll('KILL');
      await this.#endedSoon();
    }
    this.#shell.connection.destroy();
  }

  async #endedSoon(): Promise<void> {
    const waiting = new AbortController();
    try {
      const ended = this.ended.catch(() => undefined);
      await Promise.race([ended, pause(patience, waiting.signal).catch(() => undefined)]);
    } finally {
      waiting.abort();
    }
  }

  /** By the shell that is there, and nothing but what is built into it. */
  async #signalAll(signal: 'HUP' | 'KILL'): Promise<void> {
    const { command, mark } = this.#shell;
    const script = [
      'for p in /proc/[0-9]*; do',
      '  while IFS= read -r line || [ -n "$line" ]; do',
      `    case $line in *${markName}=${mark}*) kill -s ${signal} "\${p#/proc/}";; esac`,
      '  done < "$p/environ"',
      'done 2>/dev/null',
    ].join('\n');
    const { user } = this.#options;
    try {
      const exec = await this.#container.exec({
        Cmd: [...command, '-c', script],
        ...(user === undefined ? {} : { User: user }),
        abortSignal: AbortSignal.timeout(patience),
      });
      await exec.start({ Detach: true, abortSignal: AbortSignal.timeout(patience) });
    } catch {
      // The container has ended or the engine is gone, and the shell with it.
    }
  }
}
