import { type AppError, appFailure, toAppError } from '@shared/model/app-error.ts';
import { formatGoDuration } from '@shared/format/duration.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { joinSecrets, type RequestSecrets } from '@shared/model/quick-build.ts';
import type { Run, RunStatus, Step, StepStatus } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import type { Credential, CredentialSource, PushedImage } from '../ports.ts';
import { runBuildStep } from '../steps/build-step.ts';
import { pushImages } from '../steps/push-step.ts';
import { platformOf } from './engine-platform.ts';
import { findDependencies } from './image-dependencies.ts';
import { planQuickBuild } from './plan-quick-build.ts';
import { reportOutputs } from './report-outputs.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Carries a claimed quick build to a final state, writing record and log as it goes. What fails is told on the record;
 * this rejects only when the record itself can't be written.
 */
export async function executeRun(claimed: Run, parts: RunParts, signal: AbortSignal): Promise<void> {
  const { runId } = claimed;
  const startedAt = parts.clock.now();
  let log: RunLogWriter;
  try {
    log = parts.logs.open(runId, parts.settings().logLimitBytes);
  } catch (thrown) {
    endRecord(runId, toAppError(thrown), 0, parts);
    return;
  }
  const timeoutSeconds = claimed.request.build.timeoutSeconds;
  const deadline = new AbortController();
  const timer = setTimeout(
    () =>
      deadline.abort(
        appFailure('run.timeout', { params: { seconds: timeoutSeconds }, fixes: [{ kind: 'editInputs' }] }),
      ),
    timeoutSeconds * 1000,
  );
  const stop = AbortSignal.any([signal, deadline.signal]);
  let error: AppError | undefined;
  try {
    parts.store.update(runId, { status: 'Running', startTime: formatMoment(startedAt), waitReason: undefined });
    await runQuickBuild(claimed, startedAt, parts, log, stop);
  } catch (thrown) {
    error = maskedError(toAppError(stop.aborted ? stop.reason : thrown), log);
  } finally {
    clearTimeout(timer);
  }
  await finish(runId, startedAt, error, parts, log);
}

async function runQuickBuild(
  claimed: Run,
  startedAt: number,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<void> {
  const { runId } = claimed;
  const secrets = await parts.requestSecrets(runId);
  maskNamed({ ...secrets.buildArgs, ...secrets.secrets }, runId, parts, log);
  const request = joinSecrets(claimed.request.build, secrets);
  assertSecretsKnown(claimed, secrets);
  const credentials = masking(parts.credentials, log);

  const context = await parts.resolveContext(request.context, request.dockerfile, signal);
  const engine = await parts.engine.find(signal);
  const enginePlatform = platformOf(engine);
  const plan = planQuickBuild(request, {
    runId,
    startedAt,
    defaultRegistry: parts.settings().defaultRegistry,
    knownHosts:
      request.registry === undefined && parts.settings().defaultRegistry === '' ? [] : await credentials.hosts(signal),
    enginePlatform,
  });
  const toPush = plan.images.filter((each) => each.push).map((each) => each.image);
  parts.store.update(runId, {
    platforms: request.platforms.length > 0 ? request.platforms : [enginePlatform],
    images: plan.images.map((each) => each.image),
    engine: { host: engine.host, version: engine.version, builder: engine.builder === 'tar' ? 'tar' : 'buildkit' },
    steps: claimed.steps.filter((step) => step.kind !== 'push' || toPush.length > 0),
  });
  for (const finding of plan.findings) parts.store.addFinding(runId, finding);
  if (engine.builder === 'tar')
    parts.store.addFinding(runId, { code: 'build.tarUpload', params: { product: engine.product } });

  const dependencies = findDependencies(context.dockerfile, plan.target, plan.buildArgs, parts.registry, signal);
  dependencies.catch(() => undefined);
  const built = await inStep(runId, 'build', parts, log, signal, (stepSignal) =>
    runBuildStep({ runId, stepId: 'build', request, plan, context, credentials }, parts, log, stepSignal),
  );
  parts.store.update(runId, { sentBytes: built.sentBytes, sentFiles: built.sentFiles });
  const pushed =
    toPush.length === 0
      ? new Map<string, PushedImage>()
      : await inStep(runId, 'push', parts, log, signal, (stepSignal) =>
          pushImages('push', toPush, credentials, parts, log, stepSignal),
        );
  await reportOutputs(runId, plan, built.image, pushed, await dependencies, parts, log, signal);
}

/** Masks secrets from now on; the author is told of those that are too short or too common to be masked. */
function maskNamed(secrets: Readonly<Record<string, string>>, runId: string, parts: RunParts, log: RunLogWriter): void {
  const names = Object.keys(secrets);
  for (const { index, reason } of log.mask(Object.values(secrets)))
    parts.store.addFinding(runId, { code: 'secret.notMaskable', params: { name: names[index] ?? '', reason } });
}

/** What goes on the record shows no secret either: the daemon quotes instructions and their arguments. */
function maskedError(error: AppError, log: RunLogWriter): AppError {
  const params = Object.entries(error.params).map(
    ([name, value]) => [name, typeof value === 'string' ? log.masked(value) : value] as const,
  );
  return {
    ...error,
    params: Object.fromEntries(params),
    ...(error.cause === undefined ? {} : { cause: log.masked(error.cause) }),
  };
}

/** A secret that was typed in and is known no more (no keyring, another session) can't be guessed. */
function assertSecretsKnown(run: Run, secrets: RequestSecrets): void {
  const { buildArgs, secrets: mounts } = run.request.build;
  const missing = [
    ...buildArgs.filter((arg) => arg.secret && secrets.buildArgs[arg.name] === undefined).map((arg) => arg.name),
    ...mounts
      .filter((each) => each.source.kind === 'value' && secrets.secrets[each.id] === undefined)
      .map((each) => each.id),
  ];
  if (missing.length > 0)
    throw appFailure('secret.notFound', { params: { id: missing.join(', ') }, fixes: [{ kind: 'editInputs' }] });
}

/** Whatever password a registry is given, the log doesn't show it. */
function masking(credentials: CredentialSource, log: RunLogWriter): CredentialSource {
  return {
    hosts: (signal) => credentials.hosts(signal),
    async forHost(host, signal) {
      const credential: Credential | undefined = await credentials.forHost(host, signal);
      if (credential !== undefined)
        log.mask([credential.password, ...(credential.identityToken === undefined ? [] : [credential.identityToken])]);
      return credential;
    },
  };
}

/** Runs a step's work with its own time limit, and keeps its state on the record. */
async function inStep<T>(
  runId: string,
  stepId: string,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { timeoutSeconds } = stepOf(parts.store.get(runId), stepId);
  const startedAt = parts.clock.now();
  changeStep(runId, stepId, parts, { status: 'running', startTime: formatMoment(startedAt) });
  log.engineLine(
    stepId,
    `Executing step ID: ${stepId}. Timeout(sec): ${timeoutSeconds}, Working directory: '', Network: ''`,
  );
  const deadline = new AbortController();
  const timer = setTimeout(
    () =>
      deadline.abort(
        appFailure('run.timeout', { params: { step: stepId, seconds: timeoutSeconds }, where: { step: stepId } }),
      ),
    timeoutSeconds * 1000,
  );
  const stop = AbortSignal.any([signal, deadline.signal]);
  try {
    const result = await work(stop);
    stop.throwIfAborted();
    const finishedAt = parts.clock.now();
    const seconds = ((finishedAt - startedAt) / 1000).toFixed(6);
    log.engineLine(stepId, `Step ID: ${stepId} marked as successful (elapsed time in seconds: ${seconds})`);
    // Its lines first: who sees the step finished on the record has them all.
    log.endStep(stepId);
    changeStep(runId, stepId, parts, { status: 'succeeded', finishTime: formatMoment(finishedAt), exitCode: 0 });
    return result;
  } catch (thrown) {
    const error = maskedError(toAppError(stop.aborted ? stop.reason : thrown), log);
    log.endStep(stepId);
    const exitCode = error.params.exitCode;
    changeStep(runId, stepId, parts, {
      status: stepStatus(error),
      finishTime: formatMoment(parts.clock.now()),
      error,
      ...(typeof exitCode === 'number' ? { exitCode } : {}),
    });
    throw stop.aborted ? stop.reason : thrown;
  } finally {
    clearTimeout(timer);
  }
}

function stepStatus(error: AppError): StepStatus {
  switch (error.code) {
    case 'run.canceled':
      return 'canceled';
    case 'run.timeout':
      return 'timedout';
    default:
      return 'failed';
  }
}

function stepOf(run: Run, stepId: string): Step {
  const step = run.steps.find((each) => each.id === stepId);
  if (step === undefined) throw new Error(`run ${run.runId} has no step ${stepId}`);
  return step;
}

function changeStep(runId: string, stepId: string, parts: RunParts, change: Partial<Step>): void {
  const { steps } = parts.store.get(runId);
  parts.store.update(runId, { steps: steps.map((step) => (step.id === stepId ? { ...step, ...change } : step)) });
}

async function finish(
  runId: string,
  startedAt: number,
  failure: AppError | undefined,
  parts: RunParts,
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
  endRecord(runId, error, log.lines, parts);
}

/** The record of a run that is over. A step that could not be ended for itself ends with the run. */
function endRecord(runId: string, error: AppError | undefined, logLines: number, parts: RunParts): void {
  const finishTime = formatMoment(parts.clock.now());
  const ended = (step: Step): Step => {
    if (step.status === 'pending') return { ...step, status: 'skipped' };
    if (step.status !== 'running' || error === undefined) return step;
    return { ...step, status: stepStatus(error), finishTime, error };
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
      return 'Timeout';
    case 'engine.lost':
    case 'engine.notFound':
    case 'engine.permissionDenied':
    case 'engine.refused':
    case 'engine.startFailed':
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
  if (error.code === 'run.timeout') return 'failed during run, err: context deadline exceeded';
  const exitCode = error.params.exitCode;
  if (typeof exitCode === 'number') return `failed during run, err: exit status ${exitCode}`;
  return `failed during run, err: ${error.cause?.split('\n', 1)[0] ?? error.code}`;
}
