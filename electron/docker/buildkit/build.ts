import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { BuildEvent, CredentialSource, ImageBuild } from '../../engine/ports.ts';
import { nameOfDockerfile, readDockerfile } from '../read-dockerfile.ts';
import { buildFailure } from './errors/build-failure.ts';
import { checkDockerfile } from './errors/check-dockerfile.ts';
import { type GrpcClient, grpcClient } from './grpc/client.ts';
import { type Connect, UpgradeRefused, upgradeToHttp2 } from './grpc/upgrade.ts';
import { OutputTails } from './output-tails.ts';
import { type BuildSession, openBuildSession } from './session/build-session.ts';
import type { SocketAddress } from './session/plan.ts';
import type { SessionThreads } from './session/session-threads.ts';
import { type ImageStore, type SolvedImage, solve } from './solve.ts';
import { followStatus } from './status.ts';
import { VertexLedger } from './vertices.ts';

/**
 * Milliseconds of silence after which a build that is over counts as told. 20.10 stops in the middle of some very long logs and
 * never ends them; docker's own client then waits for ever.
 */
const lastWords = 10_000;

/** A daemon with BuildKit inside, as {@link buildWithBuildKit} needs to know it. */
export interface BuildKitEngine {
  /** Opens a raw connection to the daemon. */
  readonly connect: Connect;
  /** Where the daemon listens, when that needs no more than `net.connect`: spares the context a way through this thread. */
  readonly address?: SocketAddress | undefined;
  readonly store: ImageStore;
  readonly threads: SessionThreads;
  /** Names (this installation, this context) in a stable way, so that only what changed is sent. */
  readonly sharedKey: string;
}

/**
 * Builds an image with BuildKit, by its own protocol: only changed files travel; credentials and secrets are asked for
 * when they are needed. Events come in order, the last before this settles. When the signal fires, the build is stopped
 * in the daemon, and this rejects with the signal's reason once nothing of it runs there any more.
 * @throws AppFailure as `errors/build-failure.ts` has it; what a credential or a secret failed with; `context.*`
 */
export async function buildWithBuildKit(
  engine: BuildKitEngine,
  build: ImageBuild,
  credentials: CredentialSource,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<SolvedImage> {
  signal.throwIfAborted();
  if (build.platforms.length > 1 && engine.store === 'graphdriver') {
    throw appFailure('build.unsupportedOption', { params: { option: '--platform' }, fixes: [{ kind: 'editInputs' }] });
  }
  const dockerfileText = (await readDockerfile(build.context, signal)).toString();
  checkDockerfile(dockerfileText, nameOfDockerfile(build.context));
  const id = randomUUID();
  const session = await reach(() => openSession(id, engine, build, credentials, onEvent, signal), signal);
  try {
    const control = grpcClient(await reach(() => upgradeToHttp2(engine.connect, '/grpc', {}, signal), signal));
    try {
      return await runBuild({ control, session, sessionId: id, engine, build, dockerfileText, onEvent }, signal);
    } finally {
      control.close();
    }
  } finally {
    await session.close();
  }
}

interface Running {
  readonly control: GrpcClient;
  readonly session: BuildSession;
  readonly sessionId: string;
  readonly engine: BuildKitEngine;
  readonly build: ImageBuild;
  readonly dockerfileText: string;
  readonly onEvent: (event: BuildEvent) => void;
}

async function runBuild(running: Running, signal: AbortSignal): Promise<SolvedImage> {
  const { control, session, sessionId, engine, build, onEvent } = running;
  const ref = randomUUID();
  const ledger = new VertexLedger();
  const tails = new OutputTails();
  const endOfStatus = new AbortController();
  let silence: NodeJS.Timeout | undefined = undefined;
  const listen = (event: BuildEvent) => {
    // Of a canceled build nobody waits for every line.
    if (!signal.aborted) silence?.refresh();
    if (event.kind === 'log') tails.add(event.vertex, event.data);
    onEvent(event);
  };
  const following = followStatus(control, ref, ledger, listen, endOfStatus.signal);
  const [solved] = await Promise.allSettled([solve(control, build, { ref, session: sessionId }, engine.store, signal)]);
  // Canceled or not, the daemon ends the status once nothing of the build is left.
  silence = setTimeout(() => endOfStatus.abort(), lastWords);
  await Promise.allSettled([following]); // where it failed, so did the build, or nothing but its last words is missing
  clearTimeout(silence);
  if (solved.status === 'fulfilled') return solved.value;
  signal.throwIfAborted();
  throw (
    session.failure() ??
    buildFailure(solved.reason, {
      dockerfile: nameOfDockerfile(build.context),
      dockerfileText: running.dockerfileText,
      platform: build.platforms.map(formatPlatform).join(','),
      vertex: (digest) => (digest === undefined ? undefined : ledger.byDigestOrUndefined(digest)) ?? ledger.failed(),
      outputOf: (number) => tails.of(number),
    })
  );
}

function openSession(
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
    context: build.context.root,
    dockerfileFolder: path.dirname(build.context.dockerfile),
    ssh: build.ssh,
    agentSocket: process.env['SSH_AUTH_SOCK'],
  };
  const answers = {
    credential: (host: string) => credentials.forHost(host, signal),
    secret: async (secret: string) => build.secrets.get(secret)?.(),
  };
  return openBuildSession(plan, engine.threads, engine, answers, onEvent, signal);
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
