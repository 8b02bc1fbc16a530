import { appFailure } from '@shared/model/app-error.ts';
import { emulationFixes, platformSupport } from '@shared/model/emulation.ts';
import { distinctPlatforms, formatPlatform, knownPlatform, type Platform } from '@shared/model/platform.ts';
import type { Task, TaskStep } from '@shared/model/task.ts';
import type { ContainerEngine } from '../../ports.ts';

/** The platforms that the steps of a task name, each once: all of them go to one engine. */
export function platformsOfTask({ steps }: Pick<Task, 'steps'>): readonly Platform[] {
  return distinctPlatforms(steps.flatMap(platformsOfStep));
}

/**
 * Makes sure, before anything of a task begins, that its engine can do what its steps name: builds for its operating systems, and
 * commands for its processors too. What the instructions of a build need is looked at when its files are there (`checkPlatforms`).
 * @throws AppFailure `platform.otherSystem | noEmulation`, naming the step
 */
export async function assertPlatforms(
  { steps }: Pick<Task, 'steps'>,
  engine: Pick<ContainerEngine, 'find' | 'platforms'>,
  signal: AbortSignal,
): Promise<void> {
  const named = steps.flatMap((step) => platformsOfStep(step).map((platform) => ({ step, platform })));
  if (named.length === 0) return;
  const info = await engine.find(signal);
  const other = named.find(({ platform }) => platformSupport(info, platform) === 'otherSystem');
  if (other !== undefined) {
    const { step, platform } = other;
    throw appFailure('platform.otherSystem', {
      params: { platform: formatPlatform(platform), os: platform.os, engine: info.os },
      where: { step: step.id },
      fixes: [{ kind: 'chooseEngine' }, { kind: 'editInputs' }],
    });
  }
  const commands = named.filter(({ step }) => step.kind === 'cmd');
  const missing = (offered: readonly string[]) =>
    commands.find(({ platform }) => platformSupport({ ...info, platforms: offered }, platform) === 'missing');
  // Emulation may have come since the engine was found.
  const lacking = missing(info.platforms) && missing(await engine.platforms(signal));
  if (lacking === undefined) return;
  throw appFailure('platform.noEmulation', {
    params: { platform: formatPlatform(lacking.platform) },
    where: { step: lacking.step.id },
    fixes: emulationFixes,
  });
}

function platformsOfStep(step: TaskStep): readonly Platform[] {
  switch (step.kind) {
    case 'build':
      return step.platforms.flatMap(readPlatform);
    case 'cmd':
      return step.platform === undefined ? [] : readPlatform(step.platform);
    case 'push':
      return [];
  }
}

/** None for one that ACR doesn't know: the step itself says what is wrong with it, or the engine has it. */
function readPlatform(text: string): readonly Platform[] {
  return [knownPlatform(text) ?? []].flat();
}
