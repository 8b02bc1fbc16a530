import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import { formatPlatform, knownPlatform } from '@shared/model/platform.ts';
import type { CmdStep } from '@shared/model/task.ts';
import { stepPlaces } from '@shared/model/step-places.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunLogWriter } from '../journal.ts';
import type { ContainerMount, ContainerSpec, OnOutput } from '../ports/containers.ts';
import type { CredentialSource, PushProgress } from '../ports.ts';
import type { RunParts } from '../run/run-parts.ts';
import { changeStep } from '../run/step-record.ts';
import type { OutputMatch } from '../run/task/output-match.ts';
import { isDockerSocket, isHostPath, splitBind, usesDockerSocket } from '../run/task/permissions.ts';
import { untilAborted } from '../run/task/until-aborted.ts';
import { containerGraceMs, type TaskWorld } from '../run/task/task-world.ts';
import { withPlatformsThere } from './missing-platform.ts';

/** A `cmd` step in the world of its run. */
export interface CmdWork {
  readonly runId: string;
  readonly step: CmdStep;
  readonly world: TaskWorld;
  readonly credentials: CredentialSource;
  readonly parts: RunParts;
  readonly log: RunLogWriter;
  /** Ends the output of detached containers. */
  readonly stopped: AbortSignal;
  /** The container stays behind when it has ended, for who wants to look into it; told here. */
  readonly leave?: ((containerId: string) => void) | undefined;
}

/** What a step's container is made of. */
export async function containerOf({ runId, step, world }: CmdWork, signal: AbortSignal): Promise<ContainerSpec> {
  const shared = await untilAborted(world.sharedMounts(), signal);
  const binds = step.binds.map((bind): ContainerMount => {
    const { source, target, readOnly } = splitBind(bind);
    return isHostPath(source)
      ? { kind: 'bind', source, path: target, readOnly }
      : { kind: 'volume', volume: source, path: target, readOnly };
  });
  const { home, homeVariable, dockerSocket } = stepPlaces[world.system];
  const socket: readonly ContainerMount[] =
    usesDockerSocket(step) && !binds.some((mount) => mount.kind === 'bind' && isDockerSocket(mount.source))
      ? [{ kind: 'bind', source: dockerSocket, path: dockerSocket }]
      : [];
  return {
    runId,
    stepId: step.id,
    image: step.image,
    platform: platformOf(step),
    args: step.args,
    entryPoint: step.entryPoint === undefined ? undefined : [step.entryPoint],
    env: [`${homeVariable}=${home}`, ...step.env],
    workingDirectory: step.disableWorkingDirectoryOverride ? undefined : step.workingDirectory,
    user: step.user,
    privileged: step.privileged,
    isolation: step.isolation,
    cpus: step.cpus,
    memory: step.memory,
    network: world.networkOf(step),
    ports: step.ports,
    expose: step.expose,
    mounts: [...shared, ...world.secretMounts(step.volumeMounts), ...socket, ...binds],
  };
}

/** In the words of engines, which read neither ACR's capitals nor all of its names; one that ACR doesn't know is theirs to judge. */
function platformOf({ platform }: Pick<CmdStep, 'platform'>): string | undefined {
  const known = platform === undefined ? undefined : knownPlatform(platform);
  return known === undefined ? platform : formatPlatform(known);
}

/** Pulls the image of a step that asks for it, with the retries that it asks for (spec: task-yaml 6.5). */
export async function pullForStep(work: CmdWork, signal: AbortSignal): Promise<void> {
  const { step, log } = work;
  if (!step.pull) return;
  log.engineLine(step.id, 'Step specified pull. Performing an explicit pull...');
  for (let attempt = 0; ; attempt++) {
    try {
      return await pull(work, true, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (attempt >= step.cmdDownloadRetries) throw error;
      await delay(step.cmdDownloadRetryDelay * 1000, undefined, { signal });
    }
  }
}

/**
 * Launches a step's container once and waits for it; one that is detached is left running.
 * @throws `step.failed` for another exit code than 0, `container.*`, `image.notFound`, `image.noPlatform`, `registry.*`
 */
export async function launchContainer(work: CmdWork, match: OutputMatch, signal: AbortSignal): Promise<void> {
  const { runId, step, world, parts, log } = work;
  const { containers } = parts.engine;
  const spec = await containerOf(work, signal);
  const id = await createOrPull(spec, work, signal);
  const remove = (stop: AbortSignal) => containers.remove(id, { graceMs: 0 }, stop);
  const disown = world.own(remove);
  const onOutput: OnOutput = (stream, data, time) => {
    match.see(stream, data);
    log.write(step.id, 0, stream, data, time);
  };
  if (step.detach) {
    await containers.startDetached(id, onOutput, work.stopped, signal);
    log.engineLine(step.id, id);
    // Also those that the engine chose.
    if (step.ports.length > 0)
      changeStep(runId, step.id, parts, { ports: [...(await containers.publishedPorts(id, signal))] });
    return;
  }
  let left = false;
  try {
    const { exitCode, outOfMemory } = await containers.run(id, onOutput, { graceMs: containerGraceMs }, signal);
    if (exitCode !== 0) throw failed(step, exitCode, outOfMemory);
  } finally {
    if (work.leave !== undefined && !signal.aborted) {
      left = true;
      work.leave(id);
    }
    // When the run was stopped, its world removes what is left; nothing is to be waited for here.
    if (!left && !signal.aborted) {
      // What can't be removed now is removed with the run: it says nothing about how the step has ended.
      await remove(AbortSignal.timeout(10_000)).then(disown, () => undefined);
    }
  }
}

function failed(step: CmdStep, exitCode: number, outOfMemory: boolean): AppFailure {
  return appFailure('step.failed', {
    params: { step: step.id, exitCode, image: step.image, ...(outOfMemory ? { outOfMemory: 1 } : {}) },
    where: { step: step.id, ...(step.line === undefined ? {} : { line: step.line }) },
    cause: outOfMemory ? `exit status ${exitCode} (out of memory)` : `exit status ${exitCode}`,
    fixes: [{ kind: 'retry' }],
  });
}

/** The engine mostly has the image: it is asked for only when it hasn't. */
async function createOrPull(spec: ContainerSpec, work: CmdWork, signal: AbortSignal): Promise<string> {
  const { containers } = work.parts.engine;
  try {
    return await containers.create(spec, signal);
  } catch (error) {
    if (!(error instanceof AppFailure && error.error.code === 'image.notFound')) throw error;
    await pull(work, false, signal);
    return containers.create(spec, signal);
  }
}

async function pull({ step, credentials, parts, log }: CmdWork, force: boolean, signal: AbortSignal): Promise<void> {
  const { engine } = parts;
  const say = ({ line }: PushProgress) => line !== undefined && log.engineLine(step.id, line, { stamped: false });
  try {
    await engine.containers.pull(step.image, { force, platform: platformOf(step) }, credentials, say, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw await withPlatformsThere(error, parts, signal);
  }
}
