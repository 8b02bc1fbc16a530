import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { BuildEvent, CredentialSource, ImageBuild } from '../../engine/ports.ts';
import { buildFailure } from './errors/build-failure.ts';
import { grpcClient } from './grpc/client.ts';
import { type Connect, upgradeToHttp2 } from './grpc/upgrade.ts';
import { type SessionAnswers, openBuildSession } from './session/build-session.ts';
import type { SocketAddress } from './session/plan.ts';
import { type ImageStore, type SolvedImage, solve } from './solve.ts';
import { followStatus } from './status.ts';
import { VertexLedger } from './vertices.ts';

/** Milliseconds that the daemon gets to tell the rest of a build's progress once the build is over. */
const lastWords = 10_000;

/** A daemon with BuildKit inside, as {@link buildWithBuildKit} needs to know it. */
export interface BuildKitEngine {
  /** Opens a raw connection to the daemon; called twice per build. */
  readonly connect: Connect;
  /** Where the daemon listens, when that needs no more than `net.connect`: spares the context a way through this thread. */
  readonly address?: SocketAddress | undefined;
  readonly store: ImageStore;
  /** Names (this installation, this context) in a stable way, so that only what changed is sent. */
  readonly sharedKey: string;
}

/**
 * Builds an image with BuildKit, by its own protocol: only changed files travel, credentials and secrets are asked for
 * when they are needed. Events come in order, the last before this settles. When the signal fires, the build is stopped
 * in the daemon, and this rejects with the signal's reason once nothing of it runs there any more.
 * @throws AppFailure `build.failed` and its like, see `errors/build-failure.ts`
 */
export async function buildWithBuildKit(
  engine: BuildKitEngine,
  build: ImageBuild,
  credentials: CredentialSource,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<SolvedImage> {
  if (build.platforms.length > 1 && engine.store === 'graphdriver') {
    throw appFailure('build.unsupportedOption', { params: { option: '--platform' }, fixes: [{ kind: 'editInputs' }] });
  }
  const ids = { ref: randomUUID(), session: randomUUID() };
  const asked = rememberFailures(build, credentials, signal);
  const ledger = new VertexLedger();
  const opening = new AbortController();
  const open = AbortSignal.any([signal, opening.signal]);
  const starting = Promise.all([
    upgradeToHttp2(engine.connect, '/grpc', {}, open).then(grpcClient),
    openBuildSession(
      {
        id: ids.session,
        name: path.basename(build.context.root),
        sharedKey: engine.sharedKey,
        context: build.context.root,
        dockerfileFolder: path.dirname(build.context.dockerfile),
        ssh: build.ssh,
        agentSocket: process.env['SSH_AUTH_SOCK'],
      },
      engine,
      asked.answers,
      onEvent,
      open,
    ),
  ]);
}
