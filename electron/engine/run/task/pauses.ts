import { appFailure } from '@shared/model/app-error.ts';
import { formatMoment } from '@shared/format/moment.ts';
import type { Breakpoints } from '@shared/model/quick-run.ts';
import type { RunPause } from '@shared/model/run.ts';
import type { Deadline } from '../deadline.ts';
import type { RunParts } from '../run-parts.ts';
import type { ContainerTerminal } from '../../ports/containers.ts';

/** How the author lets a run go on. */
export type ResumeAction = 'continue' | 'retry' | 'stop';

/** What can be done with a run that stands still. */
export interface PausedRun {
  readonly pause: RunPause;
  /** @throws `taskfile.invalid` for a text that does not hold: it stands still then as before */
  resume(command: {
    readonly action: ResumeAction;
    /** The task's text to go on with. */
    readonly task?: string | undefined;
    /** Copy the context's folder into the workspace again. */
    readonly sendChanges: boolean;
  }): Promise<void>;
  /** A terminal where it stands. @throws `container.noShell` and its like; `request.invalid` where there is nothing to open one in */
  openShell(size: { readonly columns: number; readonly rows: number }, signal: AbortSignal): Promise<ContainerTerminal>;
}

/** The runs of this process that stand still. */
export interface PausedRuns {
  /** Lets others find it until the answer is called. */
  enter(runId: string, run: PausedRun): () => void;
  /** @throws `run.notPaused` */
  get(runId: string): PausedRun;
}

export function createPausedRuns(): PausedRuns {
  const paused = new Map<string, PausedRun>();
  return {
    enter(runId, run) {
      paused.set(runId, run);
      return () => void (paused.get(runId) === run && paused.delete(runId));
    },
    get(runId) {
      const run = paused.get(runId);
      if (run === undefined) throw appFailure('run.notPaused', { params: { runId } });
      return run;
    },
  };
}

/** Where a run stops for its author. */
export interface Pauses {
  /** Waits as long as the run stands still elsewhere: nothing new begins then. */
  pass(signal: AbortSignal): Promise<void>;
  /** Whether it stops here. Before and after a step it does so once a breakpoint; on failure each time. */
  stopsAt(stepId: string, at: RunPause['at']): boolean;
  /** Stands still until it is told to go on. One at a time: a second one waits for its turn. */
  stand(
    where: { readonly stepId: string; readonly at: RunPause['at']; readonly shell: RunPause['shell'] },
    handlers: {
      readonly change: (command: {
        readonly task?: string | undefined;
        readonly sendChanges: boolean;
      }) => Promise<void>;
      readonly openShell: PausedRun['openShell'];
    },
    signal: AbortSignal,
  ): Promise<ResumeAction>;
}

/** The pauses of one run. While it stands still, its time limit does too; what still runs beside keeps its own. */
export function createPauses(
  runId: string,
  breakpoints: Breakpoints,
  deadline: Pick<Deadline, 'hold' | 'release'>,
  parts: Pick<RunParts, 'store' | 'clock' | 'pausedRuns'>,
): Pauses {
  /** The pause that is on, and those that wait for their turn. */
  let turn: Promise<unknown> = Promise.resolve();
  let standing = 0;
  const passed = new Set<string>();

  return {
    async pass(signal) {
      while (standing > 0) {
        await settled(turn, signal);
      }
      signal.throwIfAborted();
    },
    stopsAt(stepId, at) {
      if (at === 'failure') return breakpoints.onFailure;
      return breakpoints[at].includes(stepId) && !passed.has(`${at} ${stepId}`);
    },
    async stand({ stepId, at, shell }, handlers, signal) {
      if (at !== 'failure') passed.add(`${at} ${stepId}`);
      const before = turn;
      let over: () => void = () => undefined;
      turn = Promise.all([before, new Promise<void>((resolve) => (over = resolve))]);
      standing++;
      try {
        await settled(before, signal);
        signal.throwIfAborted();
        deadline.hold();
        const pause: RunPause = { stepId, at, since: formatMoment(parts.clock.now()), shell };
        let leave: (() => void) | undefined;
        let resuming = false;
        try {
          return await new Promise<ResumeAction>((resolve, reject) => {
            const abort = () => reject(signal.reason as Error);
            signal.addEventListener('abort', abort, { once: true });
            leave = parts.pausedRuns.enter(runId, {
              pause,
              async resume({ action, ...change }) {
                if (resuming) throw appFailure('run.notPaused', { params: { runId } });
                resuming = true;
                try {
                  if (action !== 'stop') await handlers.change(change);
                } finally {
                  resuming = false;
                }
                signal.removeEventListener('abort', abort);
                resolve(action);
              },
              openShell: handlers.openShell,
            });
            parts.store.update(runId, { pause });
          });
        } finally {
          leave?.();
          parts.store.update(runId, { pause: undefined });
          deadline.release();
        }
      } finally {
        standing--;
        over();
      }
    },
  };
}

/** Waits for something, however it ends, or for the signal. */
async function settled(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let abort: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
    signal.addEventListener('abort', abort, { once: true });
  });
  await Promise.race([work.then(noop, noop), aborted]);
  signal.removeEventListener('abort', abort);
}

function noop(): void {
  // Only that it has settled counts.
}
