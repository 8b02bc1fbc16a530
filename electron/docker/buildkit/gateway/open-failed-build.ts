import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { CredentialSource, ImageBuild } from '../../../engine/ports.ts';
import type { ContainerTerminal, ShellRequest } from '../../../engine/ports/containers.ts';
import type { BuildKitEngine } from '../engine.ts';
import { BuildTerminal } from './build-terminal.ts';
import type { Gateway } from './gateway.ts';
import { type FailedInstruction, type HeldBuild, holdBuild, untilItFails } from './held-build.ts';
import { type InstructionContainer, startContainer } from './container.ts';
import { startProcess } from './processes.ts';

/** How the engine says that a program isn't there, or can't be run. */
const missing = /not found|no such file|not a directory|permission denied|exec format error/i;

/**
 * Builds until an instruction fails, and opens a shell in its state; see
 * {@link import('../../../engine/ports.ts').ContainerEngine.openFailedBuild}. When the signal fires before there is a shell, this
 * rejects with its reason once nothing of the build runs any more.
 */
export async function openFailedBuild(
  engine: BuildKitEngine,
  build: ImageBuild,
  credentials: CredentialSource,
  shell: ShellRequest,
  signal: AbortSignal,
): Promise<ContainerTerminal> {
  const held = await holdBuild(engine, build, credentials, signal);
  try {
    return await openShell(held, await untilItFails(held, build, signal), shell, signal);
  } catch (error) {
    // Then all is told of what it failed.
    await held.end();
    signal.throwIfAborted();
    throw error instanceof AppFailure ? error : held.progress.failure(error);
  }
}

/** Opens it on a connection of its own: of a shell that prints without end and isn't read, the build itself must still be reached. */
async function openShell(
  held: HeldBuild,
  failed: FailedInstruction,
  { commands, columns, rows, env = [] }: ShellRequest,
  signal: AbortSignal,
): Promise<ContainerTerminal> {
  const { gateway, close } = await held.connect(signal);
  // What runs outlives the signal, once there is a shell.
  const opening = new AbortController();
  const giveUp = () => opening.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    const { container, command } = await startWith(commands, failed, gateway, opening.signal);
    const how = { args: command, env, tty: true };
    const process = startProcess(gateway, container.id, failed.instruction, how, opening.signal);
    return new BuildTerminal(process, { columns, rows }, async () => {
      await container.end();
      close();
      await held.end();
    });
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A container that the first of these shells holds which is there. */
async function startWith(
  commands: ShellRequest['commands'],
  failed: FailedInstruction,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<{ readonly container: InstructionContainer; readonly command: readonly string[] }> {
  let cause = '';
  for (const command of commands) {
    const started = await startContainer(gateway, failed, command, signal);
    if ('id' in started) return { container: started, command };
    cause = started.refusal.trim();
    if (!missing.test(cause)) throw appFailure('container.startFailed', { cause, fixes: [{ kind: 'retry' }] });
  }
  const tried = commands.map((command) => command.join(' ')).join(', ');
  throw appFailure('container.noShell', { params: { commands: tried }, cause });
}
