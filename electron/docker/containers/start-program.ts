import type { StartedProgram } from '../connection/container-connection.ts';
import type { Client } from '../client.ts';
import { exitCodeOf } from './terminal.ts';

/** How long an engine may take to tell how a program has ended that is over; ms. */
const patience = 5_000;

/**
 * Starts a program in a running container, beside its own.
 * @throws the engine's refusal, or the connection's error
 */
export async function startProgram(
  { docker }: Client,
  name: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<StartedProgram> {
  // The connection outlives the signal.
  const opening = new AbortController();
  const giveUp = () => opening.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    const exec = await docker.getContainer(name).exec({
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      Cmd: [...command],
      abortSignal: opening.signal,
    });
    const frames = await exec.start({ hijack: true, stdin: true, Tty: false, abortSignal: opening.signal });
    return { frames, exitCode: () => exitCodeOf(exec, AbortSignal.timeout(patience)) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
