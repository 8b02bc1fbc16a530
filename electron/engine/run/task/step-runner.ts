import { setTimeout as delay } from 'node:timers/promises';
import { familiarName, parseImageReference } from '@shared/model/image-reference.ts';
import { formatPlatform, type Platform } from '@shared/model/platform.ts';
import { isWorkspace } from '@shared/model/step-places.ts';
import type { BuildStep, CmdStep, Task, TaskStep } from '@shared/model/task.ts';
import type { RunLogWriter } from '../../journal.ts';
import type { CredentialSource } from '../../ports.ts';
import { runBuildStep } from '../../steps/build-step.ts';
import { launchContainer, pullForStep } from '../../steps/cmd-step.ts';
import { pushImages, toPush } from '../../steps/push-step.ts';
import { prepareBuild } from '../../steps/task-build.ts';
import { recordContents } from '../image-contents.ts';
import { noteRegistries } from '../note-registries.ts';
import { findDependencies } from '../image-dependencies.ts';
import type { RunParts } from '../run-parts.ts';
import { inStep } from '../step-record.ts';
import { runAttempts } from './step-attempts.ts';
import type { TaskOutputs } from './task-outputs.ts';
import type { TaskWorld } from './task-world.ts';

/** Where the steps of a run are carried out. */
export interface TaskSetting {
  readonly runId: string;
  /** The folder that the workspace began as; undefined when it was empty. */
  readonly context: string | undefined;
  /** Asked for by the run; builds are for it, commands take what their image is. */
  readonly platform: Platform | undefined;
  readonly credentials: CredentialSource;
  readonly world: TaskWorld;
  readonly outputs: TaskOutputs;
  readonly parts: RunParts;
  readonly log: RunLogWriter;
  /** Fires when the run is over: detached containers print no more. */
  readonly over: AbortSignal;
}

/**
 * Carries out one step, with its delay, time limit, attempts and record.
 * @param leave told of a container that has ended and stays for who wants to look into it; absent: it is removed
 * @throws AppFailure what it failed of; never for a failure that the step ignores
 */
export async function runStep(
  step: TaskStep,
  task: Task,
  setting: TaskSetting,
  leave: ((containerId: string) => void) | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { runId, parts, log } = setting;
  const frame = {
    runId,
    stepId: step.id,
    timeoutSeconds: step.timeout,
    workingDirectory: isWorkspace(step.workingDirectory) ? '' : step.workingDirectory,
    network: step.kind === 'cmd' ? (step.network ?? '') : '',
    ignoreErrors: step.ignoreErrors,
    goesOn: step.kind === 'cmd' && step.detach,
    prepare: async (stop: AbortSignal) => {
      if (step.startDelay > 0) {
        log.engineLine(step.id, `Waiting ${step.startDelay} seconds before executing step ID: ${step.id}`);
        await delay(step.startDelay * 1000, undefined, { signal: stop });
      }
      if (step.kind === 'cmd') await pullForStep(cmdWork(step, setting, leave), stop);
    },
  };
  await inStep(frame, parts, log, signal, (stop) => {
    switch (step.kind) {
      case 'cmd':
        return runAttempts(runId, step, parts, log, stop, (match, attempt) =>
          launchContainer(cmdWork(step, setting, leave), match, attempt),
        );
      case 'build':
        return runAttempts(runId, step, parts, log, stop, (match, attempt) =>
          build(step, task, setting, (stream, data) => match.see(stream, data), attempt),
        );
      case 'push':
        return push(step.id, step.images, setting, stop);
    }
  });
}

function cmdWork(step: CmdStep, setting: TaskSetting, leave: ((containerId: string) => void) | undefined) {
  const { runId, world, credentials, parts, log, over } = setting;
  return { runId, step, world, credentials, parts, log, stopped: over, leave };
}

async function build(
  step: BuildStep,
  task: Task,
  { runId, context, platform, credentials, world, outputs, parts, log }: TaskSetting,
  see: (stream: 'stdout' | 'stderr', data: Uint8Array) => void,
  signal: AbortSignal,
): Promise<void> {
  const prepared = await prepareBuild({ runId, step, task, world, context, platform, credentials, parts, log }, signal);
  const { build } = prepared;
  let building = true;
  try {
    log.engineLine(step.id, 'Scanning for dependencies...');
    const dependencies = findDependencies(
      build.context.dockerfile,
      build.target,
      build.buildArgs,
      parts.registry,
      signal,
    );
    dependencies.then(
      () => building && log.engineLine(step.id, 'Successfully scanned dependencies'),
      () => undefined, // told when they are waited for
    );
    const built = await runBuildStep(build, parts, log, signal, see);
    const { sentBytes = 0, sentFiles = 0 } = parts.store.get(runId);
    parts.store.update(runId, { sentBytes: sentBytes + built.sentBytes, sentFiles: sentFiles + built.sentFiles });
    const platforms = build.platforms.map(formatPlatform).join(',');
    const made = outputs.built(
      build.tags,
      built.image,
      await dependencies,
      platforms,
      (build.attestations ?? []).length > 0,
    );
    await recordContents(runId, made, parts, log, signal);
  } finally {
    building = false;
    await prepared.clear();
  }
}

async function push(
  stepId: string,
  images: readonly string[],
  setting: TaskSetting,
  signal: AbortSignal,
): Promise<void> {
  const { credentials, outputs, parts, log } = setting;
  const names = images.map((image) => familiarName(parseImageReference(image)));
  const known = names.flatMap((name) => toPush([name], { platforms: outputs.platformsOf(name) }));
  await noteRegistries(setting.runId, names, parts);
  const made = outputs.pushed(await pushImages(stepId, known, credentials, parts, log, signal));
  await recordContents(setting.runId, made, parts, log, signal);
}
