import { type AppError, appFailure, toAppError } from '@shared/model/app-error.ts';
import { formatMoment } from '@shared/format/moment.ts';
import type { Run, Step, StepStatus } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { maskedError } from './masking.ts';
import type { RunParts } from './run-parts.ts';

/** A step about to begin, as its record and its log tell of it. */
export interface StepFrame {
  readonly runId: string;
  readonly stepId: string;
  readonly timeoutSeconds: number;
  /** As ACR's log shows them; empty for none. */
  readonly workingDirectory: string;
  readonly network: string;
  /** What comes before its time counts: a delay, an explicit pull. */
  readonly prepare?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** A failure that is no matter: it is told, and the step counts as done (`ignoreErrors`). */
  readonly ignoreErrors?: boolean;
  /** Something of it goes on and prints when its work is done (`detach`). */
  readonly goesOn?: boolean;
}

/**
 * Runs a step's work with its own time limit, and keeps its state on the record.
 * @returns what the work gave; undefined when it failed and that is no matter
 * @throws what the work threw, or the reason of the signal that stopped it
 */
export async function inStep<T>(
  frame: StepFrame,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
  work: (signal: AbortSignal, deadline: Deadline) => Promise<T>,
): Promise<T | undefined> {
  const { runId, stepId, timeoutSeconds, workingDirectory, network } = frame;
  const change = (changes: Partial<Step>) => changeStep(runId, stepId, parts, changes);
  log.engineLine(
    stepId,
    `Executing step ID: ${stepId}. Timeout(sec): ${timeoutSeconds}, Working directory: '${workingDirectory}', Network: '${network}'`,
  );
  let deadline: Deadline | undefined;
  let stop = signal;
  try {
    await frame.prepare?.(signal);
    change({ status: 'running', startTime: formatMoment(parts.clock.now()) });
    deadline = startDeadline(timeoutSeconds * 1000, () =>
      appFailure('run.timeout', {
        params: { step: stepId, seconds: timeoutSeconds },
        where: { step: stepId },
        fixes: [{ kind: 'editInputs' }],
      }),
    );
    stop = AbortSignal.any([signal, deadline.signal]);
    const result = await work(stop, deadline);
    stop.throwIfAborted();
    // Its lines first: who sees the step finished on the record has them all.
    if (frame.goesOn === true) log.flush();
    else log.endStep(stepId);
    change({ status: 'succeeded', finishTime: formatMoment(parts.clock.now()), exitCode: 0 });
    return result;
  } catch (thrown) {
    const error = maskedError(toAppError(stop.aborted ? stop.reason : thrown), log);
    const ignored = frame.ignoreErrors === true && !signal.aborted;
    if (ignored) {
      log.engineLine(
        stepId,
        `Step ID: ${stepId} encountered an error: ${shortWords(error)}, but is set to ignore errors. Continuing...`,
      );
    }
    log.endStep(stepId);
    const { exitCode } = error.params;
    change({
      status: ignored ? 'succeeded' : statusOfFailed(error),
      finishTime: formatMoment(parts.clock.now()),
      error,
      ...(ignored ? { errorIgnored: true } : {}),
      ...(typeof exitCode === 'number' ? { exitCode } : {}),
    });
    if (ignored) return undefined;
    throw stop.aborted ? stop.reason : thrown;
  } finally {
    deadline?.end();
  }
}

/** ACR's words for what a step failed of. */
export function shortWords(error: AppError): string {
  if (error.code === 'run.timeout') return 'context deadline exceeded';
  const { exitCode } = error.params;
  if (typeof exitCode === 'number') return `exit status ${exitCode}`;
  return error.cause?.split('\n', 1)[0] ?? error.code;
}

/** What a step has become that this ended. */
export function statusOfFailed(error: AppError): StepStatus {
  switch (error.code) {
    case 'run.canceled':
      return 'canceled';
    case 'run.timeout':
      return 'timedout';
    default:
      return 'failed';
  }
}

export function stepOf(run: Run, stepId: string): Step {
  const step = run.steps.find((each) => each.id === stepId);
  if (step === undefined) throw new Error(`run ${run.runId} has no step ${stepId}`);
  return step;
}

/** Changes a step's record and nothing else of the run. */
export function changeStep(runId: string, stepId: string, parts: RunParts, change: Partial<Step>): void {
  const { steps } = parts.store.get(runId);
  parts.store.update(runId, { steps: steps.map((step) => (step.id === stepId ? { ...step, ...change } : step)) });
}
