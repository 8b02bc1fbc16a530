import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { appFailure } from '@shared/model/app-error.ts';
import { type QuickBuildRequest, type RequestSecrets, splitSecrets } from '@shared/model/quick-build.ts';
import { isFinal, type Run, type RunCause, type Step } from '@shared/model/run.ts';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import type { ProcessIdentity, RunLogs, RunStore } from '../engine/journal.ts';
import type { BuildContext } from '../engine/ports.ts';
import type { QuickBuildPlan } from '../engine/run/plan-quick-build.ts';
import type { RunQueue } from '../engine/run/run-queue.ts';
import { readFailedSource } from './failed-source.ts';
import type { SealedSecrets } from './sealed-secrets.ts';

/** ACR's limits of the two steps of a quick build, in seconds (spec: task-yaml 7.9). */
const buildTimeoutSeconds = 28_800;
const pushTimeoutSeconds = 3_600;

export interface RunHandlerParts {
  readonly store: RunStore;
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
  /** Asks where to save a file; null when the person chose nowhere. */
  readonly saveAs: (suggestedName: string) => Promise<string | null>;
}

/** The operations on runs, the same for window and command line. */
export function runHandlers(parts: RunHandlerParts): RuntimeHandlers['runs'] {
  const { store, logs, queue } = parts;

  async function start(
    request: QuickBuildRequest,
    cause: RunCause,
    known: RequestSecrets,
    signal: AbortSignal,
  ): Promise<Run> {
    await parts.resolveContext(request.context, request.dockerfile, signal);
    const plan = parts.planAhead(request);
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
    try {
      await parts.sealed.keep(run.runId, {
        buildArgs: { ...known.buildArgs, ...secrets.buildArgs },
        secrets: { ...known.secrets, ...secrets.secrets },
      });
    } catch (error) {
      // Who is told that it failed does not expect a run.
      if (!isFinal(store.get(run.runId).status)) queue.cancel(run.runId);
      throw error;
    }
    queue.wake();
    return run;
  }

  return {
    list: async (filter) => [...store.list(filter)],
    show: async ({ runId }) => store.get(runId),
    vertices: async ({ runId }) => [...store.vertices(runId)],
    lines: async ({ runId, from, count, stepId }) => [...(await logs.lines(runId, from, count, stepId))],
    lineRanges: ({ runId, from, stepId, vertex }) => logs.ranges(runId, from, stepId, vertex),
    search: ({ runId, query }, signal) => logs.search(runId, query, signal),
    failedSource: ({ runId }) => readFailedSource(store.get(runId)),
    quickBuild: (request, signal) => start(request, { kind: 'manual' }, { buildArgs: {}, secrets: {} }, signal),
    async rerun({ runId, build }, signal) {
      const before = store.get(runId);
      return start(build ?? before.request.build, { kind: 'rerun', of: runId }, await parts.sealed.of(runId), signal);
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
  };
}

function stepsOf(plan: QuickBuildPlan): Step[] {
  const build: Step = { id: 'build', kind: 'build', status: 'pending', timeoutSeconds: buildTimeoutSeconds };
  const push: Step = { id: 'push', kind: 'push', status: 'pending', timeoutSeconds: pushTimeoutSeconds };
  return plan.images.some((each) => each.push) ? [build, push] : [build];
}
