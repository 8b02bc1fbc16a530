import { randomUUID } from 'node:crypto';
import { appFailure } from '@shared/model/app-error.ts';
import type { BuildEvent, CredentialSource, ImageBuild } from '../../engine/ports.ts';
import { nameOfDockerfile, readDockerfile } from '../read-dockerfile.ts';
import { type BuildKitEngine, openCalls, openSession } from './engine.ts';
import { checkDockerfile } from './errors/check-dockerfile.ts';
import { followBuild } from './progress.ts';
import { type SolvedImage, solve } from './solve.ts';

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
  const dockerfileText = await readyDockerfile(engine, build, signal);
  const id = randomUUID();
  const session = await openSession(id, engine, build, credentials, onEvent, signal);
  try {
    const control = await openCalls(engine, signal);
    try {
      const ref = randomUUID();
      const progress = followBuild(control, ref, { build, dockerfileText, session }, onEvent, signal);
      const [solved] = await Promise.allSettled([
        solve(control, build, { ref, session: id }, engine.store, signal, engine.exporter),
      ]);
      await progress.over();
      if (solved.status === 'fulfilled') return solved.value;
      signal.throwIfAborted();
      throw progress.failure(solved.reason);
    } finally {
      control.close();
    }
  } finally {
    await session.close();
  }
}

/**
 * The text of a build's Dockerfile, where the engine can build it.
 * @throws AppFailure `build.unsupportedOption`, `dockerfile.*`, `context.unreadable`; the signal's reason
 */
export async function readyDockerfile(
  { store }: Pick<BuildKitEngine, 'store'>,
  build: ImageBuild,
  signal: AbortSignal,
): Promise<string> {
  if (build.platforms.length > 1 && store === 'graphdriver') {
    throw appFailure('build.unsupportedOption', { params: { option: '--platform' }, fixes: [{ kind: 'editInputs' }] });
  }
  const text = (await readDockerfile(build.context, signal)).toString();
  checkDockerfile(text, nameOfDockerfile(build.context));
  return text;
}
