import { appFailure } from '@shared/model/app-error.ts';
import type { ShellSubscription } from '@shared/contract/shell-port.ts';
import { automaticEngine } from '@shared/model/named-engine.ts';
import { isFinal } from '@shared/model/run.ts';
import type { RunStore } from '../engine/journal.ts';
import type { ContainerTerminal } from '../engine/ports/containers.ts';
import type { Engines } from '../engine/ports/engines.ts';
import { createOpenTerminals } from '../engine/run/open-terminals.ts';
import { openQuickBuildShell } from '../engine/run/run-quick-build.ts';
import type { SharedRunParts } from '../engine/run/run-parts.ts';
import type { PausedRuns } from '../engine/run/task/pauses.ts';

/** The terminals that people have open in runs. */
export interface RunShells {
  /**
   * Opens one where a run of this process stands still, or in the failed instruction of a quick build that is over, in the engine that
   * it went to.
   * @throws `run.notPaused`, `container.noShell`, `engine.unknown`, and as `ContainerEngine.openFailedBuild` does
   */
  open(subscription: Omit<ShellSubscription, 'nonce'>, signal: AbortSignal): Promise<ContainerTerminal>;
  /** Ends those of quick builds that are over; tasks end their own. */
  end(): Promise<void>;
}

export function createRunShells(
  store: Pick<RunStore, 'get'>,
  engines: Pick<Engines, 'use' | 'list'>,
  pausedRuns: PausedRuns,
  parts: SharedRunParts,
): RunShells {
  const ofBuilds = createOpenTerminals();
  return {
    async open({ runId, stepId, columns, rows }, signal) {
      const record = store.get(runId);
      if (isFinal(record.status) && record.request.kind === 'quickBuild') {
        const { build } = record.request;
        const open = async (stop: AbortSignal) => {
          const use = engines.use(record.engine?.name ?? engines.list()[0]?.name ?? automaticEngine);
          try {
            const own = { ...parts, engine: use.engine, engineName: use.name };
            const terminal = await openQuickBuildShell(record, build, { columns, rows }, own, stop);
            void terminal.ended.finally(() => use.release()).catch(() => undefined);
            return terminal;
          } catch (error) {
            use.release();
            throw error;
          }
        };
        return ofBuilds.open(runId, open, signal);
      }
      const run = pausedRuns.get(runId);
      if (run.pause.stepId !== stepId) throw appFailure('run.notPaused', { params: { runId } });
      return run.openShell({ columns, rows }, signal);
    },
    end: () => ofBuilds.end(),
  };
}
