import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { familiarName, parseImageReference } from '@shared/model/image-reference.ts';
import { joinRunSecrets, type QuickRunRequest } from '@shared/model/quick-run.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { Run, RunPause, Step } from '@shared/model/run.ts';
import type { Task, TaskSecret, TaskStep } from '@shared/model/task.ts';
import type { RunLogWriter } from '../journal.ts';
import type { CredentialSource } from '../ports.ts';
import { besideTheImage, imagesOfBuild, wantsClassicBuilder } from '../steps/task-build.ts';
import { assertBuilderCan } from './builder-abilities.ts';
import type { Deadline } from './deadline.ts';
import { platformOf, recordedEngine } from './engine-platform.ts';
import { maskingCredentials, maskNamed } from './masking.ts';
import type { RunParts } from './run-parts.ts';
import { type OpenSource, openRunSource } from './run-source.ts';
import { changeStep, shortWords } from './step-record.ts';
import { runGraph } from './task/graph-run.ts';
import { createPauses, type ResumeAction } from './task/pauses.ts';
import { askedOf, wantedPermissions } from './task/permissions.ts';
import { registryOf, renderTask, taskOf, type TaskTexts } from './task/prepare-task.ts';
import { assertPlatforms } from './task/task-platforms.ts';
import { runStep, type TaskSetting } from './task/step-runner.ts';
import { createStepShells } from './task/step-shell.ts';
import { createTaskOutputs } from './task/task-outputs.ts';
import { openTaskWorld } from './task/task-world.ts';

/** Carries out a task: its steps as a graph, their containers, builds and pushes. @throws AppFailure what ended the run */
export async function runTask(
  claimed: Run,
  recorded: QuickRunRequest,
  startedAt: number,
  parts: RunParts,
  log: RunLogWriter,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<void> {
  const { runId } = claimed;
  const secrets = await parts.requestSecrets(runId);
  maskNamed(secrets.values, runId, parts.store, log);
  const request = joinRunSecrets(recorded, secrets);
  assertValuesKnown(request);
  const credentials = maskingCredentials(parts.credentials, log);
  const texts = await parts.taskTexts.of(runId);
  const opened = await openRunSource(runId, request.context, secrets.context, 'source', parts, log, signal);
  try {
    await carryOutTask(claimed, request, texts, opened, startedAt, credentials, parts, log, deadline, signal);
  } finally {
    await opened.clear();
  }
}

async function carryOutTask(
  { runId }: Run,
  request: QuickRunRequest,
  texts: TaskTexts,
  { root: context, source }: OpenSource,
  startedAt: number,
  credentials: CredentialSource,
  parts: RunParts,
  log: RunLogWriter,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<void> {
  const engine = await parts.engine.find(signal);
  const platform = request.platform ?? platformOf(engine);
  const registry = registryOf(texts, request.registry, parts.settings().defaultRegistry);
  const workspaceVolume = texts.text.includes('SharedVolume')
    ? await parts.engine.containers.createVolume(runId, 'workspace', signal)
    : undefined;

  /** Renders what the author wrote: at the start, and what was changed while the run stood still. */
  const render = async (text: string): Promise<Task> => {
    const facts = {
      runId,
      startedAt,
      registry,
      platform,
      sharedVolume: workspaceVolume ?? '',
      source,
      strict: false,
      readAliasSource: parts.aliasSources(context, source === undefined ? 'local' : 'public'),
      resolveSecrets: async (wanted: readonly TaskSecret[], stop: AbortSignal) => {
        const values = await parts.taskSecrets(wanted, stop);
        maskNamed(Object.fromEntries(values), runId, parts.store, log);
        return values;
      },
    };
    const loaded = await renderTask({ ...texts, text }, request, facts, signal);
    log.mask(loaded.madeSecrets ?? []);
    const task = taskOf(texts.name, loaded);
    assertAllowed(task, request);
    assertBuildable(task, engine);
    await assertPlatforms(task, parts.engine, signal);
    // Templates know where they are rendered: what was shown to a person is all that they allowed.
    assertAsked(task, texts.asked ?? [], [runId, workspaceVolume ?? '']);
    await parts.taskTexts.keepRendered(runId, text, log.masked(loaded.rendered ?? ''));
    return task;
  };

  let task: Task;
  try {
    task = await render(texts.text);
  } catch (error) {
    if (workspaceVolume !== undefined)
      await parts.engine.containers.removeVolume(workspaceVolume, AbortSignal.timeout(10_000)).catch(() => undefined); // else swept
    throw error;
  }
  parts.store.update(runId, {
    platforms: [platform],
    images: [...imagesOfTask(task)],
    engine: recordedEngine(parts.engineName, engine),
    steps: task.steps.map((step) => recordOf(step, log)),
  });
  if (engine.builder === 'tar' && task.steps.some(({ kind }) => kind === 'build'))
    parts.store.addFinding(runId, { code: 'build.tarUpload', params: { product: engine.product } });

  const over = new AbortController();
  const { before, after, onFailure } = request.breakpoints;
  const mayGrow = before.length + after.length > 0 || onFailure;
  const world = await openTaskWorld(
    {
      runId,
      system: platform.os,
      task,
      context,
      credentials,
      registries: registriesOf(task, registry),
      mayGrow,
      workspaceVolume,
      parts,
      log,
    },
    signal,
  );
  const outputs = createTaskOutputs(runId, parts);
  const setting: TaskSetting = {
    runId,
    context,
    platform: request.platform,
    credentials,
    world,
    outputs,
    parts,
    log,
    over: over.signal,
  };
  const pauses = createPauses(runId, request.breakpoints, deadline, parts);
  const shells = createStepShells(setting);

  /** Goes on with another text: what has begun keeps its record, the rest is as the text says now. */
  const changeTask = async (text: string): Promise<void> => {
    const changed = await render(text);
    const made = ({ networks, volumes }: Task) => JSON.stringify([networks, volumes]);
    if (made(changed) !== made(task)) {
      throw appFailure('request.invalid', {
        params: { reason: 'networks and volumes were made when the run began, and stay as they are' },
      });
    }
    const before = parts.store.get(runId).steps;
    const begun = new Map(before.filter(({ status }) => status !== 'pending').map((step) => [step.id, step]));
    task = changed;
    const known = new Set(changed.steps.map(({ id }) => id));
    parts.store.update(runId, {
      images: [...imagesOfTask(changed)],
      steps: [
        ...before.filter((step) => begun.has(step.id) && !known.has(step.id)),
        ...changed.steps.map((step) => ({ ...recordOf(step, log), ...begun.get(step.id) })),
      ],
    });
  };
  const stand = (stepId: string, at: RunPause['at'], stop: AbortSignal, failure?: unknown): Promise<ResumeAction> => {
    const shell = shells.kindFor(stepId, task, failure);
    return pauses.stand(
      { stepId, at, shell },
      {
        change: async ({ task: text, sendChanges }) => {
          if (text !== undefined) await changeTask(text);
          if (sendChanges) await world.fillWorkspace(stop);
        },
        openShell: (size, asked) => shells.open(stepId, task, shell, size, asked),
      },
      stop,
    );
  };
  const stepNow = (id: string): TaskStep => {
    const step = task.steps.find((each) => each.id === id);
    if (step === undefined)
      throw appFailure('request.invalid', { params: { reason: `the task has no step ${id} any more` } });
    return step;
  };
  const stopped = () => appFailure('run.canceled', { params: { runId } });

  const carryOut = async (id: string, stop: AbortSignal): Promise<void> => {
    await pauses.pass(stop);
    if (pauses.stopsAt(id, 'before') && (await stand(id, 'before', stop)) === 'stop') throw stopped();
    for (;;) {
      const looksInto = pauses.stopsAt(id, 'after') || pauses.stopsAt(id, 'failure');
      const leave = looksInto ? (container: string) => shells.left(id, container) : undefined;
      let action: ResumeAction;
      try {
        await runStep(stepNow(id), task, setting, leave, stop);
        if (!pauses.stopsAt(id, 'after')) return;
        action = await stand(id, 'after', stop);
        if (action === 'continue') return;
      } catch (error) {
        if (stop.aborted || !pauses.stopsAt(id, 'failure')) throw error;
        action = await stand(id, 'failure', stop, error);
        if (action === 'continue') return changeStep(runId, id, parts, { status: 'succeeded', errorIgnored: true });
        if (action === 'stop') throw error;
      }
      if (action === 'stop') throw stopped();
      await shells.forget(id);
      changeStep(runId, id, parts, freshRecord);
    }
  };

  try {
    // Containers wait for the workspace; builds of an untouched folder needn't.
    if (task.steps.some(({ kind }) => kind === 'cmd')) world.sharedMounts().catch(() => undefined);
    await runGraph(
      runId,
      {
        steps: () => task.steps,
        limit: () => parts.settings().stepsSideBySide,
        start: async (id, stop) => {
          try {
            await carryOut(id, stop);
          } catch (error) {
            if (!stop.aborted)
              log.engineLine('', `failed to run step ID: ${id}: ${log.masked(shortWords(toAppError(error)))}`, {
                stamped: false,
              });
            throw error;
          }
        },
      },
      signal,
    );
    tellSummary(runId, parts, log);
    outputs.tellDependencies(log);
  } finally {
    over.abort();
    await world.close();
  }
}

/** What a step's record is set back to before it is carried out again. */
const freshRecord: Partial<Step> = {
  status: 'pending',
  startTime: undefined,
  finishTime: undefined,
  exitCode: undefined,
  error: undefined,
  attempts: undefined,
  errorIgnored: undefined,
};

/** The record of a step that has not begun. */
export function recordOf(step: TaskStep, log: Pick<RunLogWriter, 'masked'>): Step {
  const title = step.kind === 'push' ? step.images.join(' ') : step.text;
  return {
    id: step.id,
    kind: step.kind,
    status: 'pending',
    timeoutSeconds: step.timeout,
    needs: [...step.needs],
    title: log.masked(title.trim().split('\n', 1)[0]?.slice(0, 500) ?? ''),
    ...(step.line === undefined ? {} : { line: step.line }),
    ...(step.retries > 0 ? { retries: step.retries } : {}),
    ...(step.kind === 'cmd' && step.detach ? { detached: true } : {}),
    ...(step.kind === 'cmd' && step.ports.length > 0 ? { ports: [...step.ports] } : {}),
  };
}

/** The full names of the images that a task writes. @throws `image.invalidReference` */
export function imagesOfTask(task: Task): readonly string[] {
  return [
    ...new Set(
      task.steps.flatMap((step) => {
        switch (step.kind) {
          case 'build':
            return imagesOfBuild(step);
          case 'push':
            return step.images.map((image) => familiarName(parseImageReference(image)));
          case 'cmd':
            return [];
        }
      }),
    ),
  ];
}

/** The registries that a task names. */
function registriesOf(task: Task, registry: string): readonly string[] {
  const images = task.steps.flatMap((step) => {
    switch (step.kind) {
      case 'cmd':
        return [step.image, ...step.args];
      case 'build':
        return step.tags;
      case 'push':
        return step.images;
    }
  });
  const hosts = images.flatMap((image) => /^([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?)\//i.exec(image)?.[1] ?? []);
  return [
    ...new Set([...hosts.filter((host) => /[.:]|^localhost$/.test(host)), ...(registry === '' ? [] : [registry])]),
  ];
}

/** A value that was typed in and is known no more (no keyring, another session) can't be guessed. */
function assertValuesKnown({ values }: QuickRunRequest): void {
  const missing = values.filter(({ secret, value }) => secret && value === undefined).map(({ name }) => name);
  if (missing.length > 0)
    throw appFailure('secret.notFound', { params: { id: missing.join(', ') }, fixes: [{ kind: 'editInputs' }] });
}

/** What reaches beyond the run's own containers needs the person's word. @throws `task.notAllowed` */
export function assertAllowed(task: Task, { allow }: Pick<QuickRunRequest, 'allow'>): void {
  const missing = wantedPermissions(task).filter(({ permission }) => !allow.includes(permission));
  const [first] = missing;
  if (first === undefined) return;
  const words = [...new Set(missing.map(({ permission }) => permission))].join(', ');
  throw appFailure('task.notAllowed', {
    params: { permissions: words },
    ...(first.permission === 'keyVaultSecrets' ? {} : { where: { step: first.step } }),
    fixes: [{ kind: 'editInputs' }],
  });
}

/** Nothing of a task begins whose builds ask for what the engine can't do. @throws as `assertBuilderCan`, naming the step */
function assertBuildable(task: Task, { builder }: Pick<EngineInfo, 'builder'>): void {
  for (const step of task.steps) {
    if (step.kind !== 'build') continue;
    try {
      assertBuilderCan(besideTheImage(step), wantsClassicBuilder(step) ? 'tar' : builder);
    } catch (thrown) {
      const error = toAppError(thrown);
      throw appFailure(error.code, { ...error, where: { step: step.id } }, thrown);
    }
  }
}

/** @throws `task.notAllowed` for what was not among what it asked for when it was looked at */
function assertAsked(task: Task, asked: readonly string[], ownNames: readonly string[]): void {
  const more = askedOf(task, ownNames).filter((each) => !asked.includes(each));
  if (more.length > 0)
    throw appFailure('task.notAllowed', { params: { permissions: more.join(', ') }, fixes: [{ kind: 'editInputs' }] });
}

/** ACR's closing lines: each step in the order of the file (spec: runs-and-logs 4.3). */
function tellSummary(runId: string, parts: RunParts, log: RunLogWriter): void {
  for (const { id, startTime, finishTime } of parts.store.get(runId).steps) {
    if (startTime === undefined || finishTime === undefined) continue;
    const seconds = ((Date.parse(finishTime) - Date.parse(startTime)) / 1000).toFixed(6);
    log.engineLine('', `Step ID: ${id} marked as successful (elapsed time in seconds: ${seconds})`);
  }
}
