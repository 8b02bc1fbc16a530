import { randomUUID } from 'node:crypto';
import type { Gateway } from './gateway.ts';
import type { FailedInstruction } from './held-build.ts';
import { startProcess } from './processes.ts';

/** How long the engine may take to clear a container away, in ms. */
const patience = 10_000;

/** A container in the state of an instruction. */
export interface InstructionContainer {
  readonly id: string;
  /** Ends it, and all that runs in it. What the engine can't clear away goes with the build. */
  end(): Promise<void>;
}

/** A shell that didn't start, in the words of the engine. */
export interface Refusal {
  readonly refusal: string;
  /** It did start, but had something to complain of. */
  readonly isThere: boolean;
}

/**
 * Makes a container in the state of an instruction, with a shell in it that waits until its input is closed. So the container
 * ends, and all that runs in it, when our connection does; BuildKit itself would leave it running (20.10).
 * @throws GrpcStatus | ConnectionLost | the signal's reason
 */
export async function startContainer(
  gateway: Gateway,
  failed: FailedInstruction,
  shell: readonly string[],
  signal: AbortSignal,
): Promise<InstructionContainer | Refusal> {
  const started = await start(gateway, failed, shell, false, signal);
  return 'isThere' in started && started.isThere ? start(gateway, failed, shell, true, signal) : started;
}

/**
 * That a shell isn't there is told when its input is closed, not before. Until that is `sure`, words on its error output are taken
 * for a sign of it.
 */
async function start(
  gateway: Gateway,
  { instruction, results }: FailedInstruction,
  shell: readonly string[],
  sure: boolean,
  signal: AbortSignal,
): Promise<InstructionContainer | Refusal> {
  const { meta, mounts, network, platform } = instruction;
  // Newer daemons take letters and digits only.
  const id = `slipway${randomUUID().replaceAll('-', '')}`;
  await gateway.newContainer(
    {
      containerId: id,
      mounts: mounts.map((mount, index) => ({ ...mount, resultId: results[index] ?? '' })),
      network,
      platform,
      extraHosts: meta.extraHosts,
      hostname: meta.hostname,
    },
    signal,
  );
  const release = () => gateway.releaseContainer(id, AbortSignal.timeout(patience)).catch(() => undefined);
  try {
    const how = { args: [...shell, '-c', 'echo; read -r line'], env: [], tty: false };
    const keeper = startProcess(gateway, id, instruction, how, signal);
    const end = async () => {
      keeper.closeInput();
      await release();
    };
    const said = keeper.messages()[Symbol.asyncIterator]();
    let refusal = '';
    let isThere = false;
    let doubted = false;
    for (;;) {
      const next = await said.next();
      if (next.done === true) break;
      const { file, exit } = next.value;
      if (file?.fd === 1 && file.data.length > 0) {
        isThere = true;
        if (doubted) continue;
        void readOn(said);
        return { id, end };
      }
      if (file?.fd === 2 && file.data.length > 0) {
        refusal += Buffer.from(file.data).toString();
        if (sure || doubted) continue;
        doubted = true;
        keeper.closeInput();
      }
      if (exit?.error !== undefined) refusal += exit.error.message;
    }
    await end();
    return { refusal, isThere };
  } catch (error) {
    await release();
    throw error;
  }
}

/** What is not read fills the connection. */
async function readOn(said: AsyncIterator<unknown>): Promise<void> {
  try {
    while ((await said.next()).done !== true);
  } catch {
    // The container has ended, or the connection: told by every other process in it.
  }
}
