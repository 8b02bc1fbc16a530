import type { BuildStep, Task } from '@shared/model/task.ts';
import type { ContainerTerminal, ShellRequest } from '../../ports/containers.ts';
import { imageBuildOf } from '../../steps/build-step.ts';
import { prepareBuild } from '../../steps/task-build.ts';
import { maskedFailure } from '../masking.ts';
import { createOpenTerminals } from '../open-terminals.ts';
import type { TaskSetting } from './step-runner.ts';

/** Shells in the failed builds of a run that stands still. */
export interface BuildShells {
  /** Opens one: see `ContainerEngine.openFailedBuild`. It builds from the files as they are now. */
  open(step: BuildStep, task: Task, shell: ShellRequest, signal: AbortSignal): Promise<ContainerTerminal>;
  /** Ends those of a step, also such as are about to be opened. Resolves when nothing of them is left. */
  end(stepId: string): Promise<void>;
}

/** Makes them for one run; they are gone with it at the latest. */
export function createBuildShells({
  runId,
  context,
  platform,
  world,
  credentials,
  parts,
  log,
}: TaskSetting): BuildShells {
  const terminals = createOpenTerminals();
  world.own(() => terminals.end());
  /** Builds of a step are laid out in the same place, one after the other. */
  let place: Promise<unknown> = Promise.resolve();

  async function build(step: BuildStep, task: Task, shell: ShellRequest, signal: AbortSignal) {
    const work = { runId, step, task, world, context, platform, credentials, parts, log };
    try {
      signal.throwIfAborted();
      const prepared = await prepareBuild(work, signal);
      try {
        const image = imageBuildOf(prepared.build, parts, log);
        return await parts.engine.openFailedBuild(image, credentials, shell, signal);
      } finally {
        await prepared.clear();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw maskedFailure(error, log);
    }
  }

  return {
    open(step, task, shell, asked) {
      const next = (signal: AbortSignal) => {
        const opening = place.then(() => build(step, task, shell, signal));
        place = opening.catch(() => undefined);
        return opening;
      };
      return terminals.open(step.id, next, asked);
    },
    end: (stepId) => terminals.end(stepId),
  };
}
