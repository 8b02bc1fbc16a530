import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import type { BuildEvent, CredentialSource, ImageBuild } from '../../engine/ports.ts';
import { type GrpcClient, grpcClient } from './grpc/client.ts';
import { type Connect, UpgradeRefused, upgradeToHttp2 } from './grpc/upgrade.ts';
import { type BuildSession, openBuildSession } from './session/build-session.ts';
import type { DaemonKind, SocketAddress } from './session/plan.ts';
import type { SessionThreads } from './session/session-threads.ts';
import type { Exporter, ImageStore } from './solve.ts';

/** A daemon with BuildKit inside, as those who build with it need to know it. */
export interface BuildKitEngine {
  /** Opens a raw connection to the daemon. */
  readonly connect: Connect;
  /** Where the daemon listens, when that needs no more than `net.connect`: spares the context a way through this thread. */
  readonly address?: SocketAddress | undefined;
  readonly store: ImageStore;
  /** What answers there; Docker where nothing is said. */
  readonly daemon?: DaemonKind;
  /** What becomes of the image, where the daemon keeps none. */
  readonly exporter?: Exporter;
  readonly threads: SessionThreads;
  /** Names (this installation, this context) in a stable way, so that only what changed is sent. */
  readonly sharedKey: string;
}

/** Opens a connection for calls to the daemon. @throws AppFailure `engine.lost | engine.refused`; the signal's reason */
export function openCalls(
  { connect, daemon }: Pick<BuildKitEngine, 'connect' | 'daemon'>,
  signal: AbortSignal,
): Promise<GrpcClient> {
  const open = () => (daemon === 'buildkit' ? connect(signal) : upgradeToHttp2(connect, '/grpc', {}, signal));
  return reach(async () => grpcClient(await open()), signal);
}

/** Opens the session on which the daemon asks for what the build needs. @throws as {@link openCalls} */
export function openSession(
  id: string,
  engine: BuildKitEngine,
  build: ImageBuild,
  credentials: CredentialSource,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<BuildSession> {
  const plan = {
    id,
    name: path.basename(build.context.root),
    sharedKey: engine.sharedKey,
    daemon: engine.daemon ?? 'docker',
    ...(engine.exporter?.outputFile === undefined ? {} : { outputFile: engine.exporter.outputFile }),
    context: build.context.root,
    dockerfileFolder: path.dirname(build.context.dockerfile),
    ssh: build.ssh,
    agentSocket: process.env['SSH_AUTH_SOCK'],
  };
  const answers = {
    credential: (host: string) => credentials.forHost(host, signal),
    secret: async (secret: string) => build.secrets.get(secret)?.(),
  };
  return reach(() => openBuildSession(plan, engine.threads, engine, answers, onEvent, signal), signal);
}

/** What fails on the way to the daemon is the engine's: it was there a moment ago. */
async function reach<Result>(open: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? error.message : String(error);
    throw appFailure(
      error instanceof UpgradeRefused ? 'engine.refused' : 'engine.lost',
      { cause, fixes: [{ kind: 'retry' }] },
      error,
    );
  }
}
