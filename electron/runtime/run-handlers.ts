import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { appFailure } from '@shared/model/app-error.ts';
import {
  addressSecrets,
  noSecrets,
  type QuickBuildRequest,
  type RequestSecrets,
  splitSecrets,
} from '@shared/model/quick-build.ts';
import { joinRunSecrets, type QuickRunRequest, splitRunSecrets } from '@shared/model/quick-run.ts';
import { parseContext } from '@shared/model/context-location.ts';
import { type EngineWish, wishOf } from '@shared/model/engine-choice.ts';
import { isFinal, type Run, type RunCause, type Step } from '@shared/model/run.ts';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { resolveFolder } from '../engine/context/local-context.ts';
import type { ProcessIdentity, RunLogs, RunStore } from '../engine/journal.ts';
import type { BuildContext } from '../engine/ports.ts';
import type { QuickBuildPlan } from '../engine/run/plan-quick-build.ts';
import type { RunQueue } from '../engine/run/run-queue.ts';
import type { ImageContentsStore, TaskTextStore } from '../engine/run/run-parts.ts';
import { assertAllowed, imagesOfTask, recordOf } from '../engine/run/run-task.ts';
import type { PausedRuns } from '../engine/run/task/pauses.ts';
import { askedOf } from '../engine/run/task/permissions.ts';
import { taskOf } from '../engine/run/task/prepare-task.ts';
import { platformsOfTask } from '../engine/run/task/task-platforms.ts';
import type { Allowances } from '../store/allowances.ts';
import { readFailedSource } from './failed-source.ts';
import type { SealedSecrets } from './sealed-secrets.ts';
import {
  lookAhead,
  placeholderId,
  previewVolume,
  taskIdentity,
  type TaskFileHandlerParts,
} from './task-file-handlers.ts';

/** ACR's limits of the two steps of a quick build, in seconds (spec: task-yaml 7.9). */
const buildTimeoutSeconds = 28_800;
const pushTimeoutSeconds = 3_600;

export interface RunHandlerParts {
  readonly store: RunStore;
  readonly home: string;
  readonly logs: RunLogs;
  readonly queue: RunQueue;
  readonly self: ProcessIdentity;
  readonly sealed: SealedSecrets;
  readonly resolveContext: (
    context: string,
    dockerfile: string | undefined,
    signal: AbortSignal,
  ) => Promise<BuildContext>;
  /** Refuses what can be told to be wrong before it is queued. */
  readonly planAhead: (request: QuickBuildRequest) => QuickBuildPlan;
  /** Refuses what no engine would take. */
  readonly assertTaken: (wish: EngineWish, signal: AbortSignal) => Promise<void>;
  /** What a task is looked at with before it is queued. */
  readonly outlook: Pick<TaskFileHandlerParts, 'engineStatus' | 'defaultRegistry' | 'now' | 'trees'>;
  readonly taskTexts: TaskTextStore;
  readonly imageContents: ImageContentsStore;
  readonly allowances: Allowances;
  readonly pausedRuns: PausedRuns;
  /** Asks where to save a file; null when the person chose nowhere. */
  readonly saveAs: (suggestedName: string) => Promise<string | null>;
}

/** The operations on runs, the same for window and command line. */
export function runHandlers(parts: RunHandlerParts): RuntimeHandlers['runs'] {
  const { store, logs, queue } = parts;

  async function startBuild(
    request: QuickBuildRequest,
    cause: RunCause,
    known: RequestSecrets,
    signal: AbortSignal,
  ): Promise<Run> {
    const { location } = parseContext(request.context);
    if (location.kind === 'none' && request.inlineDockerfile === undefined)
      throw appFailure('context.required', { fixes: [{ kind: 'editInputs' }] });
    // What has to be fetched is fetched by the run, which shows how that goes.
    if (location.kind === 'folder') {
      if (request.inlineDockerfile === undefined)
        await parts.resolveContext(request.context, request.dockerfile, signal);
      else await resolveFolder(request.context);
    }
    const plan = parts.planAhead(request);
    await parts.assertTaken(wishOf({ request: { kind: 'quickBuild', build: request } }), signal);
    const { recorded, secrets } = splitSecrets(request);
    const run = store.create(
      {
        runType: 'QuickBuild',
        cause,
        request: { kind: 'quickBuild', build: recorded },
        platforms: request.platforms,
        steps: stepsOf(plan),
      },
      parts.self,
    );
    return enqueue(run, () =>
      parts.sealed.keep(run.runId, {
        ...noSecrets,
        buildArgs: { ...known.buildArgs, ...secrets.buildArgs },
        secrets: { ...known.secrets, ...secrets.secrets },
        ...contextOf(secrets, known),
      }),
    );
  }

  async function startTask(
    asked: QuickRunRequest,
    cause: RunCause,
    known: RequestSecrets,
    signal: AbortSignal,
    trusted?: readonly string[],
  ): Promise<Run> {
    const given = joinRunSecrets(asked, known);
    const { texts, loaded, findings, source } = await lookAhead(given, parts.outlook, signal, placeholderId);
    const secret = given.values.flatMap(({ secret, value = '' }) => (secret && value !== '' ? [value] : []));
    const masked = (text: string) => secret.reduce((shown, value) => shown.replaceAll(value, '***'), text);
    const task = taskOf(texts.name, { ...loaded, findings }, masked);
    const remembered = parts.allowances.of(await taskIdentity(given, task, placeholderId));
    const wants = askedOf(task, [placeholderId, previewVolume]);
    // A re-run is allowed what its run was, as long as that is all it asks for.
    const still = trusted === undefined || wants.every((each) => trusted.includes(each));
    const request = { ...given, allow: [...(still ? given.allow : []), ...remembered] };
    assertAllowed(task, request);
    const images = imagesOfTask(task);
    const platforms = platformsOfTask(task);
    const stepPlatforms = platforms.length === 0 ? {} : { stepPlatforms: [...platforms] };
    await parts.assertTaken(wishOf({ request: { kind: 'quickRun', run: request }, ...stepPlatforms }), signal);
    const { recorded, secrets } = splitRunSecrets(request);
    const run = store.create(
      {
        runType: 'QuickRun',
        cause,
        request: { kind: 'quickRun', run: recorded },
        platforms: request.platform === undefined ? [] : [request.platform],
        ...stepPlatforms,
        ...(source === undefined ? {} : { source }),
        // What is secret in it is masked once there is a log; until then nothing of its text is told.
        steps: task.steps.map((step) => recordOf(step, { masked: () => '' })),
      },
      parts.self,
    );
    return enqueue(run, async () => {
      // Both begin at once: the queue may begin the run before either is on disk.
      await Promise.all([
        parts.taskTexts.keep(run.runId, { ...texts, asked: wants }),
        parts.sealed.keep(run.runId, {
          ...noSecrets,
          values: { ...known.values, ...secrets.values },
          ...contextOf(secrets, known),
        }),
      ]);
      // Names with the run's id in them can't meet another run's.
      if (store.get(run.runId).status === 'Queued')
        store.update(run.runId, { images: images.filter((image) => !image.includes(placeholderId)) });
    });
  }

  /** Keeps what belongs to a new run, then lets it begin. */
  async function enqueue(run: Run, keep: () => Promise<void>): Promise<Run> {
    try {
      await keep();
    } catch (error) {
      // Who is told that it failed does not expect a run.
      if (!isFinal(store.get(run.runId).status)) queue.cancel(run.runId);
      throw error;
    }
    queue.wake();
    return store.get(run.runId);
  }

  return {
    list: async (filter) => [...store.list(filter)],
    show: async ({ runId }) => store.get(runId),
    vertices: async ({ runId }) => [...store.vertices(runId)],
    async contents({ runId }) {
      store.get(runId);
      return [...(await parts.imageContents.of(runId))];
    },
    async statement({ runId, digest }) {
      store.get(runId);
      return (await parts.imageContents.statement(runId, digest)) ?? null;
    },
    lines: async ({ runId, from, count, stepId }) => [...(await logs.lines(runId, from, count, stepId))],
    lineRanges: ({ runId, from, stepId, vertices }) => logs.ranges(runId, from, stepId, vertices),
    stepLines: ({ runId, from }) => logs.stepLines(runId, from),
    search: ({ runId, query }, signal) => logs.search(runId, query, signal),
    failedSource: ({ runId }) => readFailedSource(store.get(runId), parts.home),
    quickBuild: (request, signal) => startBuild(request, { kind: 'manual' }, noSecrets, signal),
    quickRun: (request, signal) => startTask(request, { kind: 'manual' }, noSecrets, signal),
    async rerun({ runId, build, run }, signal) {
      const { request } = store.get(runId);
      const cause: RunCause = { kind: 'rerun', of: runId };
      const sealed = await parts.sealed.of(runId);
      switch (request.kind) {
        case 'quickBuild': {
          const { asked, known } = sameAddress(build ?? request.build, request.build, sealed);
          return startBuild(asked, cause, known, signal);
        }
        case 'quickRun': {
          const { asked, known } = sameAddress(run ?? request.run, request.run, sealed);
          return run === undefined
            ? startTask(asked, cause, known, signal, (await parts.taskTexts.of(runId)).asked ?? [])
            : startTask(asked, cause, known, signal);
        }
      }
    },
    async taskText({ runId }) {
      if (store.get(runId).request.kind === 'quickBuild') return null;
      const [{ name, text }, ran] = await Promise.all([parts.taskTexts.of(runId), parts.taskTexts.rendered(runId)]);
      return { name, source: ran?.text ?? text, ...(ran === undefined ? {} : { rendered: ran.rendered }) };
    },
    resume: async ({ runId, action, task, sendChanges }) => {
      store.get(runId);
      await parts.pausedRuns.get(runId).resume({ action, task, sendChanges });
    },
    cancel: async ({ runId }) => queue.cancel(runId),
    keep: async ({ runId, keep }) => {
      store.update(runId, { keep });
    },
    async remove({ runIds }) {
      for (const runId of runIds) {
        const { status } = store.get(runId);
        if (!isFinal(status)) throw appFailure('request.invalid', { params: { reason: `run ${runId} is ${status}` } });
      }
      store.remove(runIds);
      for (const runId of runIds) await logs.remove(runId);
      await parts.sealed.tidy((runId) => !runIds.includes(runId));
    },
    async exportLog({ runId, ansi }) {
      const path = await parts.saveAs(`slipway-${store.get(runId).runId}.log`);
      if (path === null) return false;
      await pipeline(logs.text(runId, ansi), createWriteStream(path));
      return true;
    },
    async exportStatement({ runId, digest }) {
      store.get(runId);
      const text = await parts.imageContents.statement(runId, digest);
      if (text === undefined) throw appFailure('request.invalid', { params: { reason: `${digest} is not kept` } });
      const path = await parts.saveAs(`slipway-${runId}-${digest.slice('sha256:'.length, 19)}.json`);
      if (path === null) return false;
      await writeFile(path, text);
      return true;
    },
  };
}

/** What was secret in the context's address: what was written now, else what was known of the run before. */
function contextOf(secrets: RequestSecrets, known: RequestSecrets): Pick<RequestSecrets, 'context' | 'query'> {
  return addressSecrets({ credential: secrets.context ?? known.context, query: secrets.query ?? known.query });
}

/** What was secret in the address of a run's context is for that address: another one, of an edited re-run, gets none of it. */
function sameAddress<T extends { readonly context?: string | undefined; readonly sealedQuery?: boolean | undefined }>(
  asked: T,
  before: T,
  sealed: RequestSecrets,
): { readonly asked: T; readonly known: RequestSecrets } {
  if (asked.context === before.context) return { asked: { ...asked, sealedQuery: before.sealedQuery }, known: sealed };
  const { context: _credential, query: _query, ...known } = sealed;
  return { asked: { ...asked, sealedQuery: undefined }, known };
}

function stepsOf(plan: QuickBuildPlan): Step[] {
  const build: Step = { id: 'build', kind: 'build', status: 'pending', timeoutSeconds: buildTimeoutSeconds };
  const push: Step = { id: 'push', kind: 'push', status: 'pending', timeoutSeconds: pushTimeoutSeconds };
  return plan.images.some((each) => each.push) ? [build, push] : [build];
}
