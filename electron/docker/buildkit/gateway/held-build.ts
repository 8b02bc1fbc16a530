import { randomUUID } from 'node:crypto';
import { appFailure } from '@shared/model/app-error.ts';
import type { CredentialSource, ImageBuild } from '../../../engine/ports.ts';
import { readyDockerfile } from '../build.ts';
import { type BuildKitEngine, openCalls, openSession } from '../engine.ts';
import { readDaemonError } from '../errors/daemon-error.ts';
import type { GrpcClient } from '../grpc/client.ts';
import { GrpcStatus } from '../grpc/status.ts';
import { type BuildProgress, followBuild } from '../progress.ts';
import { SolveRequest } from '../proto/control.ts';
import { dockerfileFrontend, entitlements, frontendAttributes } from '../solve.ts';
import { buildIdHeader, type Gateway, gatewayOf } from './gateway.ts';
import { findInstruction, type Instruction } from './instruction.ts';

/** A build that BuildKit keeps open, for us to ask for parts of it. All that it holds goes with our connections. */
export interface HeldBuild {
  readonly gateway: Gateway;
  /** The same on a connection of its own: one that isn't read holds up nothing else. */
  connect(signal: AbortSignal): Promise<{ readonly gateway: Gateway; readonly close: () => void }>;
  readonly progress: BuildProgress;
  /** Resolves when nothing of it is left in the engine, or the engine is gone. */
  end(): Promise<void>;
}

/** Opens a build, which begins nothing by itself. @throws AppFailure as building does; the signal's reason */
export async function holdBuild(
  engine: BuildKitEngine,
  build: ImageBuild,
  credentials: CredentialSource,
  signal: AbortSignal,
): Promise<HeldBuild> {
  signal.throwIfAborted();
  const dockerfileText = await readyDockerfile(build, signal);
  const sessionId = randomUUID();
  const session = await openSession(sessionId, engine, build, credentials, () => undefined, signal);
  let control: GrpcClient;
  try {
    control = await openCalls(engine, signal);
  } catch (error) {
    await session.close();
    throw error;
  }
  const ref = randomUUID();
  const over = new AbortController();
  const progress = followBuild(control, ref, { build, dockerfileText, session }, () => undefined, over.signal);
  // Without a frontend it does what it is asked by a gateway, until it is canceled.
  const request = { ref, session: sessionId, entitlements: entitlements(build), internal: true };
  // If the engine goes away, every other call finds out for itself.
  const held = control
    .unary('/moby.buildkit.v1.Control/Solve', SolveRequest.encode(request), over.signal)
    .catch(() => undefined);
  const end = async (): Promise<void> => {
    over.abort(new Error('nobody needs this build any more'));
    await held;
    await progress.over();
    control.close();
    await session.close();
  };
  let ending: Promise<void> | undefined;
  const headers = { [buildIdHeader]: ref };
  return {
    gateway: gatewayOf(control.withHeaders(headers)),
    progress,
    end: () => (ending ??= end()),
    async connect(stop) {
      const calls = await openCalls(engine, stop);
      return { gateway: gatewayOf(calls.withHeaders(headers)), close: () => calls.close() };
    },
  };
}

/** An instruction that failed, and what is at each of its mounts: the id of a result, empty for nothing. */
export interface FailedInstruction {
  readonly instruction: Instruction;
  readonly results: readonly string[];
}

/**
 * Builds until an instruction fails that runs a program.
 * @throws AppFailure `build.notFailed`; GrpcStatus when something else fails; ConnectionLost | the signal's reason
 */
export async function untilItFails(
  { gateway, progress }: HeldBuild,
  build: ImageBuild,
  signal: AbortSignal,
): Promise<FailedInstruction> {
  const options = { frontend: dockerfileFrontend, frontendOptions: frontendAttributes(build) };
  for (const { id, definition } of await gateway.solve(options, signal)) {
    if (id === '') continue;
    const thrown = await failureOf(id, gateway, signal);
    if (thrown === undefined) continue;
    const { vertex, mounts } = readDaemonError(thrown);
    const digest = vertex ?? (await progress.failed(thrown.message));
    const instruction = digest && definition && findInstruction(definition, digest);
    // A daemon that tells details tells of the mounts of each program that ran.
    if (!instruction || (thrown.details !== undefined && mounts === undefined)) throw thrown;
    return { instruction, results: mounts ?? (await inputsOf(instruction, gateway, signal)) };
  }
  throw appFailure('build.notFailed');
}

/** How BuildKit fails to build a result; `undefined` when it doesn't. @throws whatever else goes wrong */
async function failureOf(id: string, gateway: Gateway, signal: AbortSignal): Promise<GrpcStatus | undefined> {
  try {
    await gateway.evaluate(id, signal);
    return undefined;
  } catch (error) {
    if (error instanceof GrpcStatus) return error;
    throw error;
  }
}

/** Where nobody tells what an instruction left behind (20.10), there still is what it began with. */
function inputsOf({ inputs }: Instruction, gateway: Gateway, signal: AbortSignal): Promise<readonly string[]> {
  return Promise.all(
    inputs.map(async (definition) => {
      if (definition === undefined) return '';
      const [result] = await gateway.solve({ definition }, signal);
      return result?.id ?? '';
    }),
  );
}
