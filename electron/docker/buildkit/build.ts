import { randomUUID } from 'node:crypto';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import { formatPlatform, type Platform } from '@shared/model/platform.ts';
import { platformTag } from '@shared/model/platform-tag.ts';
import type { CredentialSource, ImageBuild } from '../../engine/ports.ts';
import { nameOfDockerfile, readDockerfile } from '../read-dockerfile.ts';
import { type BuildKitEngine, openCalls, openSession } from './engine.ts';
import { checkDockerfile } from './errors/check-dockerfile.ts';
import { GrpcStatus } from './grpc/status.ts';
import { followBuild } from './progress.ts';
import { type Listen, platformEvents } from './platform-events.ts';
import { type SolvedImage, solve } from './solve.ts';
import { VertexLedger } from './vertices.ts';

/** What a build left in the engine: an image; and those of the other platforms, where the engine keeps no index. */
export interface Solved extends SolvedImage {
  readonly platforms?: readonly (SolvedImage & { readonly platform: Platform })[];
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
  onEvent: Listen,
  signal: AbortSignal,
): Promise<Solved> {
  signal.throwIfAborted();
  const dockerfileText = await readyDockerfile(build, signal);
  const id = randomUUID();
  const session = await openSession(id, engine, build, credentials, onEvent, signal);
  try {
    const control = await openCalls(engine, signal);
    const solveOne: SolveOne = async (one, listen, stop) => {
      const ledger = new VertexLedger();
      for (let attempt = 1; ; attempt += 1) {
        const ref = randomUUID();
        const progress = followBuild(control, ref, { build: one, dockerfileText, session, ledger }, listen, stop);
        const [solved] = await Promise.allSettled([
          solve(control, one, { ref, session: id }, engine.store, stop, engine.exporter),
        ]);
        await progress.over();
        if (solved.status === 'fulfilled') return solved.value;
        stop.throwIfAborted();
        if (attempt === attempts || !lostSnapshot(solved.reason)) throw progress.failure(solved.reason);
      }
    };
    try {
      if (build.platforms.length > 1 && engine.store === 'graphdriver')
        return await solveEach(build, solveOne, onEvent, signal);
      return await solveOne(build, onEvent, signal);
    } finally {
      control.close();
    }
  } finally {
    await session.close();
  }
}

/** Of one build whose image could not be kept: all else is in the cache by then. */
const attempts = 3;

/**
 * Whether an image could not be kept because of the image that had its name: containerd clears that one's layers away while it unpacks
 * those of the new one (seen with Docker 28.5 about once in sixty builds of one tag).
 */
function lostSnapshot(thrown: unknown): boolean {
  return thrown instanceof GrpcStatus && /parent snapshot \S+ does not exist: not found/.test(thrown.message);
}

type SolveOne = (build: ImageBuild, listen: Listen, signal: AbortSignal) => Promise<SolvedImage>;

/**
 * Builds each platform by itself, side by side over one session: an engine without an index makes images of one platform. What they
 * have in common the daemon does once. The first that fails ends the others.
 */
async function solveEach(build: ImageBuild, solveOne: SolveOne, onEvent: Listen, signal: AbortSignal): Promise<Solved> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const eventsOf = platformEvents(onEvent);
  const results = await Promise.allSettled(
    build.platforms.map(async (platform) => {
      const name = formatPlatform(platform);
      const one = { ...build, platforms: [platform], tags: build.tags.map((tag) => platformTag(tag, platform)) };
      try {
        return { ...(await solveOne(one, eventsOf(name), stop)), platform };
      } catch (error) {
        failed.abort(failureFor(name, error));
        throw error;
      }
    }),
  );
  signal.throwIfAborted();
  const platforms = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const [first] = platforms;
  if (first === undefined || platforms.length < results.length) throw failed.signal.reason;
  return { imageId: first.imageId, platforms };
}

/** Says which platform's build it was that failed. */
function failureFor(platform: string, thrown: unknown): unknown {
  if (!(thrown instanceof AppFailure)) return thrown;
  return appFailure(thrown.error.code, { ...thrown.error, params: { ...thrown.error.params, platform } }, thrown);
}

/**
 * The text of a build's Dockerfile, where the engine can build it.
 * @throws AppFailure `dockerfile.*`, `context.unreadable`; the signal's reason
 */
export async function readyDockerfile(build: ImageBuild, signal: AbortSignal): Promise<string> {
  const text = (await readDockerfile(build.context, signal)).toString();
  checkDockerfile(text, nameOfDockerfile(build.context));
  return text;
}
