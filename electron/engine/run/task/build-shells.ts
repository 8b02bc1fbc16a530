import type { BuildStep, Task } from '@shared/model/task.ts';
import type { ContainerTerminal, ShellRequest } from '../../ports/containers.ts';
import { imageBuildOf } from '../../steps/build-step.ts';
import { prepareBuild } from '../../steps/task-build.ts';
import type { TaskSetting } from './step-runner.ts';

/** Shells in the failed builds of a run that stands still. */
export interface BuildShells {
  /** Opens one: see `ContainerEngine.openFailedBuild`. It builds from the files as they are now. */
  open(step: BuildStep, task: Task, shell: ShellRequest, signal: AbortSignal): Promise<ContainerTerminal>;
  /** Ends those of a step, also such as are about to be opened. Resolves when nothing of them is left. */
  close(stepId: string): Promise<void>;
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
  over,
}: TaskSetting): BuildShells {
  /** How each that is open, or about to be, is ended. */
  const open = new Map<() => Promise<void>, string>();
  /** Builds of a step are laid out in the same place, one after the other. */
  let place: Promise<unknown> = Promise.resolve();

  async function build(step: BuildStep, task: Task, shell: ShellRequest, signal: AbortSignal) {
    signal.throwIfAborted();
    const work = { runId, step, task, world, context, platform, credentials, parts };
    const prepared = await prepareBuild(work, signal);
    try {
      const image = imageBuildOf(prepared.build, parts, log);
      return await parts.engine.openFailedBuild(image, credentials, shell, signal);
    } finally {
      await prepared.clear();
    }
  }

  return {
    async open(step, task, shell, asked) {
      const leaving = new AbortController();
      const signal = AbortSignal.any([asked, over, leaving.signal]);
      const opening = place.then(() => build(step, task, shell, signal));
      place = opening.catch(() => undefined);
      const close = async () => {
        leaving.abort(new Error('the run goes on'));
        // Why it wasn't opened is told to whoever asked for it.
        const terminal = await opening.catch(() => undefined);
        await terminal?.close();
      };
      open.set(close, step.id);
      const disown = world.own(close);
      const gone = () => {
        open.delete(close);
        disown();
      };
      try {
        const terminal = await opening;
        terminal.ended.then(gone, gone);
        return terminal;
      } catch (error) {
        gone();
        throw error;
      }
    },
    async close(stepId) {
      await Promise.all([...open].flatMap(([close, of]) => (of === stepId ? [close()] : [])));
    },
  };
}
