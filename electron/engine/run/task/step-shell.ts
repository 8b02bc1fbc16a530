import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { buildShellOf, isBuildShell } from '@shared/model/build-shell.ts';
import type { RunPause } from '@shared/model/run.ts';
import type { CmdStep, Task } from '@shared/model/task.ts';
import { containerOf } from '../../steps/cmd-step.ts';
import { wantsClassicBuilder } from '../../steps/task-build.ts';
import type { ContainerSpec, ContainerTerminal } from '../../ports/containers.ts';
import { env, shells } from '../shells.ts';
import { createBuildShells } from './build-shells.ts';
import type { TaskSetting } from './step-runner.ts';

/** Containers to look around in, for a run that stands still. */
export interface StepShells {
  /** A step's container has ended and was left; it is removed when the next one of the step is left, or with the run. */
  left(stepId: string, containerId: string): void;
  /** What a shell would be opened in at this step. @param failure what it failed of, where it did */
  kindFor(stepId: string, task: Task, failure: unknown): RunPause['shell'];
  /**
   * Opens one of that kind. In a container: with the files as the step left them, and its workspace, environment, user and network.
   * In a build: see {@link createBuildShells}.
   */
  open(
    stepId: string,
    task: Task,
    kind: RunPause['shell'],
    size: { readonly columns: number; readonly rows: number },
    signal: AbortSignal,
  ): Promise<ContainerTerminal>;
  /** Removes what was left of a step, its shells too, before it is carried out again. */
  forget(stepId: string): Promise<void>;
}

/** Makes the shells of one run. Everything that they need in the engine goes with the run at the latest. */
export function createStepShells(setting: TaskSetting): StepShells {
  const { runId, world, credentials, parts, log, over } = setting;
  const { containers } = parts.engine;
  /** The ended container of a step, and the one that a shell runs in. */
  const ended = new Map<string, string>();
  const holders = new Map<string, Promise<string>>();
  const builds = createBuildShells(setting);

  /** The step whose image a shell at this one uses: its own, or for a build that of a command that has the same workspace. */
  function stepFor(stepId: string, task: Task): CmdStep | undefined {
    const step = task.steps.find(({ id }) => id === stepId);
    return step?.kind === 'cmd' ? step : task.steps.find((each): each is CmdStep => each.kind === 'cmd');
  }

  async function specFor(step: CmdStep, image: string, signal: AbortSignal): Promise<ContainerSpec> {
    const work = { runId, step, world, credentials, parts, log, stopped: over };
    return { ...(await containerOf(work, signal)), image, args: [], ports: [], terminal: true };
  }

  /** A container that stays, waiting at its terminal: of the step's files when it has left some, else of its image. */
  async function hold(stepId: string, step: CmdStep, asked: AbortSignal): Promise<string> {
    const signal = AbortSignal.any([asked, over]);
    const left = ended.get(stepId);
    let image = step.image;
    if (left !== undefined) {
      image = await containers.commit(left, runId, signal);
      const made = image;
      world.own((stop) => containers.removeImage(made, stop));
    } else {
      await containers.pull(image, { force: false }, credentials, () => undefined, signal);
    }
    let refusal: unknown;
    for (const shell of shells[world.system]) {
      const id = await containers.create({ ...(await specFor(step, image, signal)), entryPoint: [...shell] }, signal);
      world.own((stop) => containers.remove(id, { graceMs: 0 }, stop));
      try {
        await containers.startDetached(id, () => undefined, over, signal);
        return id;
      } catch (error) {
        signal.throwIfAborted();
        refusal = error;
        await containers.remove(id, { graceMs: 0 }, signal);
      }
    }
    throw appFailure('container.noShell', { params: { image: step.image } }, refusal);
  }

  return {
    left: (stepId, containerId) => void ended.set(stepId, containerId),
    kindFor(stepId, task, failure) {
      const step = task.steps.find(({ id }) => id === stepId);
      if (step?.kind === 'cmd') return 'container';
      if (step?.kind === 'build' && failure !== undefined && !wantsClassicBuilder(step)) {
        const kind = buildShellOf(toAppError(failure), parts.engine.status());
        if (kind !== undefined) return kind;
      }
      return stepFor(stepId, task) === undefined ? 'none' : 'workspace';
    },
    async open(stepId, task, kind, size, signal) {
      if (isBuildShell(kind)) {
        const build = task.steps.find(({ id }) => id === stepId);
        if (build?.kind === 'build')
          return builds.open(build, task, { commands: shells[world.system], ...size, env }, signal);
      }
      const step = stepFor(stepId, task);
      if (step === undefined)
        throw appFailure('request.invalid', {
          params: { reason: 'this task has no command whose image could hold a shell' },
        });
      let holder = holders.get(stepId);
      if (holder === undefined) {
        holder = hold(stepId, step, signal);
        holders.set(stepId, holder);
        holder.catch(() => holders.delete(stepId));
      }
      return containers.openTerminal(
        await holder,
        {
          commands: shells[world.system],
          ...size,
          workingDirectory: step.disableWorkingDirectoryOverride ? undefined : step.workingDirectory,
          env,
        },
        signal,
      );
    },
    async forget(stepId) {
      const left = [ended.get(stepId), await holders.get(stepId)?.catch(() => undefined)];
      ended.delete(stepId);
      holders.delete(stepId);
      await builds.end(stepId);
      for (const id of left) if (id !== undefined) await containers.remove(id, { graceMs: 0 }, over);
    },
  };
}
