import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { emulationFixes, platformSupport } from '@shared/model/emulation.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import { readDockerfile } from '../dockerfile/dockerfile.ts';
import { runningStages } from '../dockerfile/stage-platforms.ts';
import type { ContainerEngine, ImageBuild } from '../ports.ts';
import { platformOf } from './engine-platform.ts';

/** What the check reads of a build. */
export type PlatformBuild = Pick<ImageBuild, 'context' | 'platforms' | 'target' | 'buildArgs'>;

/**
 * Makes sure, before anything is sent, that an engine can do what the platforms of a build ask for. A platform that it can't run is no
 * matter to a build that runs nothing of it, as one that compiles for it elsewhere.
 * @throws AppFailure `platform.otherSystem`; `platform.noEmulation` with the place of the first instruction that couldn't run
 */
export async function checkPlatforms(
  { context, platforms, target, buildArgs }: PlatformBuild,
  engine: Pick<ContainerEngine, 'find' | 'platforms'>,
  signal: AbortSignal,
): Promise<void> {
  const info = await engine.find(signal);
  const other = platforms.find((each) => platformSupport(info, each) === 'otherSystem');
  if (other !== undefined) {
    throw appFailure('platform.otherSystem', {
      params: { platform: formatPlatform(other), os: other.os, engine: info.os },
      fixes: [{ kind: 'chooseEngine' }, { kind: 'editInputs' }],
    });
  }
  const own = platformOf(info);
  const dockerfile = readDockerfile(await readFile(context.dockerfile, 'utf8'));
  const values = new Map(buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
  const running = (platforms.length === 0 ? [own] : platforms).flatMap((each) =>
    runningStages(dockerfile, target, values, { target: each, build: own }),
  );
  const missing = (offered: readonly string[]) =>
    running.find(({ platform }) => platformSupport({ ...info, platforms: offered }, platform) === 'missing');
  // Emulation may have come since the engine was found.
  const lacking = missing(info.platforms) && missing(await engine.platforms(signal));
  if (lacking === undefined) return;
  throw appFailure('platform.noEmulation', {
    params: { platform: formatPlatform(lacking.platform) },
    where: {
      file: context.dockerfileName ?? (path.relative(context.root, context.dockerfile) || 'Dockerfile'),
      line: lacking.line,
    },
    fixes: emulationFixes,
  });
}
