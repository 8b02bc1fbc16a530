import { parsePlatform, type Platform } from '@shared/model/platform.ts';
import { AppFailure } from '@shared/model/app-error.ts';
import { parentStage, readStages, targetStage } from './base-images.ts';
import { type Dockerfile, globalArgValues, type Stage } from './dockerfile.ts';
import { expandVariables } from './variables.ts';

/** Where programs of a platform have to run. */
export interface RunningStage {
  readonly platform: Platform;
  /** Of the first `RUN`, from 1. */
  readonly line: number;
}

/**
 * The platforms that a build for `target platform` runs programs of, each with the first place: stages that the target doesn't need,
 * or that run nothing, count for nothing. A stage takes the platform of its own `FROM`, else that of the stage that it begins as, else
 * the build's. What can't be told from the file is left out.
 */
export function runningStages(
  dockerfile: Dockerfile,
  target: string | undefined,
  buildArgs: ReadonlyMap<string, string>,
  platform: { readonly target: Platform; readonly build: Platform },
): readonly RunningStage[] {
  const { stages } = dockerfile;
  const plain = ({ os, architecture, variant }: Platform) => [os, architecture, variant].filter(Boolean).join('/');
  const values = new Map([
    ['BUILDPLATFORM', plain(platform.build)],
    ['BUILDOS', platform.build.os],
    ['BUILDARCH', platform.build.architecture],
    ['TARGETPLATFORM', plain(platform.target)],
    ['TARGETOS', platform.target.os],
    ['TARGETARCH', platform.target.architecture],
    ...globalArgValues(dockerfile, buildArgs),
  ]);
  const start = targetStage(stages, target) ?? stages.at(-1);
  const seen = new Set<Stage>();
  const pending = start === undefined ? [] : [start];
  const found: RunningStage[] = [];
  for (let stage = pending.pop(); stage !== undefined; stage = pending.pop()) {
    if (seen.has(stage)) continue;
    seen.add(stage);
    const parent = parentStage(stages, stage, expandVariables(stage.from, values));
    if (parent !== undefined) pending.push(parent);
    pending.push(...readStages(stages, stage));
    const own = platformOfStage(stage);
    if (stage.runs !== undefined && own !== undefined) found.push({ platform: own, line: stage.runs });
  }
  return found.sort((one, other) => one.line - other.line);

  function platformOfStage(stage: Stage): Platform | undefined {
    if (stage.platform !== undefined) return readPlatform(expandVariables(stage.platform, values));
    const parent = parentStage(stages, stage, expandVariables(stage.from, values));
    return parent === undefined ? platform.target : platformOfStage(parent);
  }
}

function readPlatform(text: string): Platform | undefined {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (error instanceof AppFailure) return undefined; // one of Docker's that ACR doesn't know: the engine will say
    throw error;
  }
}
