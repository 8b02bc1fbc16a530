import { type AppError, appFailure, toAppError } from '@shared/model/app-error.ts';
import { formatGoDuration } from '@shared/format/duration.ts';
import { formatMoment } from '@shared/format/moment.ts';
import type { Run, RunStatus, Step } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import { automaticEngine } from '@shared/model/named-engine.ts';
import type { Engines, EngineUse } from '../ports/engines.ts';
import { chooseEngine, wishOf } from '@shared/model/engine-choice.ts';
import { startDeadline } from './deadline.ts';
import { maskedError } from './masking.ts';
import { noteRegistries } from './note-registries.ts';
import { runQuickBuild } from './run-quick-build.ts';
import type { RunParts, SharedRunParts } from './run-parts.ts';
import { runTask } from './run-task.ts';
import { shortWords, statusOfFailed } from './step-record.ts';

/**
 * Carries a claimed run to a final state, writing record and log as it goes. What fails is told on the record;
 * this rejects only when the record itself can't be written.
 */
export async function executeRun(
  claimed: Run,
  parts: SharedRunParts,
  engines: Engines,
  signal: AbortSignal,
): Promise<void> {
  const { runId } = claimed;
  const startedAt = parts.clock.now();
  let log: RunLogWriter;
  try {
    log = parts.logs.open(runId, parts.settings().logLimitBytes);
  } catch (thrown) {
    endRecord(runId, toAppError(thrown), 0, parts);
    return;
  }
  const { timeoutSeconds } = claimed.request.kind === 'quickBuild' ? claimed.request.build : claimed.request.run;
  const deadline = startDeadline(timeoutSeconds * 1000, () =>
    appFailure('run.timeout', { params: { seconds: timeoutSeconds }, fixes: [{ kind: 'editInputs' }] }),
  );
  // What isn't written down isn't carried out.
  const stop = AbortSignal.any([signal, deadline.signal, log.broken]);
  let error: AppError | undefined;
  let use: EngineUse | undefined;
  try {
    parts.store.update(runId, { status: 'Running', startTime: formatMoment(startedAt), waitReason: undefined });
    use = takeEngine(claimed, engines, parts, log);
    const own: RunParts = { ...parts, engine: use.engine, engineName: use.name };
    switch (claimed.request.kind) {
      case 'quickBuild':
        await runQuickBuild(claimed, claimed.request.build, startedAt, own, log, stop);
        break;
      case 'quickRun':
        await runTask(claimed, claimed.request.run, startedAt, own, log, deadline, stop);
        break;
    }
  } catch (thrown) {
    error = maskedError(toAppError(stop.aborted ? stop.reason : thrown), log);
  } finally {
    deadline.end();
    use?.release();
  }
  await finish(runId, startedAt, error, parts, log);
}

/** The engine that the run goes to: chosen once more, since one may have come or gone after the queue looked. @throws `engine.unknown | noneFits` */
function takeEngine(claimed: Run, engines: Engines, parts: SharedRunParts, log: RunLogWriter): EngineUse {
  const list = engines.list();
  const wish = wishOf(claimed);
  const choice = chooseEngine(wish, list);
  switch (choice.kind) {
    case 'none':
      throw choice.failure;
    case 'wait':
      // It was there a moment ago: whoever asks it next says why it isn't any more.
      return engines.use(wish.engine ?? list[0]?.name ?? automaticEngine);
    case 'ready':
      for (const finding of choice.findings) parts.store.addFinding(claimed.runId, finding);
      if (choice.findings.length > 0 || wish.engine !== undefined) log.engineLine('', `Using engine ${choice.name}`);
      return engines.use(choice.name);
  }
}

async function finish(
  runId: string,
  startedAt: number,
  failure: AppError | undefined,
  parts: SharedRunParts,
  log: RunLogWriter,
): Promise<void> {
  const took = formatGoDuration(parts.clock.now() - startedAt);
  let error = failure;
  const lastWords = async (work: () => void | Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      error ??= toAppError(thrown);
    }
  };
  await lastWords(() => {
    log.engineLine('', '', { stamped: false });
    log.engineLine('', footer(runId, took, error), { stamped: false });
  });
  // Also a log that takes no line any more gives its files back.
  await lastWords(async () => {
    const { cut } = await log.close();
    for (const part of cut) parts.store.addFinding(runId, { code: 'log.limited', params: { ...part } });
  });
  // What registries have told of their limits meanwhile.
  await lastWords(() => noteRegistries(runId, registryImages(parts.store.get(runId)), parts));
  endRecord(runId, error, log.lines, parts);
}

/** The images that a run has fetched and pushed, as far as its record names them. */
function registryImages({ dependencies, outputImages }: Run): readonly string[] {
  const bases = dependencies.flatMap((each) => [each['runtime-dependency'] ?? [], each['buildtime-dependency']].flat());
  return [...bases, ...outputImages.filter(({ pushed }) => pushed)].map(
    ({ registry, repository }) => `${registry}/${repository}`,
  );
}

/** The record of a run that is over. A step that could not be ended for itself ends with the run. */
function endRecord(runId: string, error: AppError | undefined, logLines: number, parts: SharedRunParts): void {
  const finishTime = formatMoment(parts.clock.now());
  const ended = (step: Step): Step => {
    if (step.status === 'pending') return { ...step, status: 'skipped' };
    if (step.status !== 'running' || error === undefined) return step;
    return { ...step, status: statusOfFailed(error), finishTime, error };
  };
  parts.store.update(runId, {
    status: finalStatus(error),
    finishTime,
    logLines,
    steps: parts.store.get(runId).steps.map(ended),
    ...(error === undefined ? {} : { error, runErrorMessage: errorMessage(error) }),
  });
}

/** Which final state an error means: what the build did is a failure, what befell Slipway or the engine an error. */
function finalStatus(error: AppError | undefined): RunStatus {
  switch (error?.code) {
    case undefined:
      return 'Succeeded';
    case 'run.canceled':
      return 'Canceled';
    case 'run.timeout':
      // A step that took too long has failed; only the run's own limit is a timeout of the run (spec: runs-and-logs 1).
      return error.params.step === undefined ? 'Timeout' : 'Failed';
    case 'engine.lost':
    case 'engine.notFound':
    case 'engine.permissionDenied':
    case 'engine.refused':
    case 'engine.startFailed':
    case 'engine.notThere':
    case 'engine.unknown':
    case 'engine.noneFits':
    case 'engine.buildsOnly':
    case 'engine.certificateUnknown':
    case 'engine.certificateExpired':
    case 'engine.certificateName':
    case 'engine.certificateWanted':
    case 'disk.full':
    case 'store.damaged':
    case 'run.interrupted':
    case 'internal':
      return 'Error';
    default:
      return 'Failed';
  }
}

/** ACR's footer (spec: runs-and-logs 4.5). */
function footer(runId: string, took: string, error: AppError | undefined): string {
  if (error === undefined) return `Run ID: ${runId} was successful after ${took}`;
  if (error.code === 'run.canceled') return `Run ID: ${runId} was canceled after ${took}`;
  return `Run ID: ${runId} failed after ${took}. Error: ${errorMessage(error)}`;
}

function errorMessage(error: AppError): string {
  return `failed during run, err: ${shortWords(error)}`;
}
