import { type AppError, appFailure, toAppError } from '@shared/model/app-error.ts';
import { formatGoDuration } from '@shared/format/duration.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { familiarName, parseImageReference } from '@shared/model/image-reference.ts';
import type { Platform } from '@shared/model/platform.ts';
import { joinSecrets, type RequestSecrets } from '@shared/model/quick-build.ts';
import type {
  DependencyImage,
  ImageDependencies,
  OutputImage,
  Run,
  RunStatus,
  Step,
  StepStatus,
} from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import type { BuiltImage, Credential, CredentialSource, PushedImage } from '../ports.ts';
import { runBuildStep } from '../steps/build-step.ts';
import { pushImages } from '../steps/push-step.ts';
import { dependencyLines } from './dependency-block.ts';
import { type BaseDependencies, findDependencies } from './image-dependencies.ts';
import { planQuickBuild, type QuickBuildPlan } from './plan-quick-build.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Carries a claimed quick build to a final state, writing record and log as it goes. What fails is told on the record;
 * this rejects only when the record itself can't be written.
 */
export async function executeRun(claimed: Run, parts: RunParts, signal: AbortSignal): Promise<void> {
  const { runId } = claimed;
  const startedAt = parts.clock.now();
  const log = parts.logs.open(runId, parts.settings().logLimitBytes);
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
  const enginePlatform: Platform = {
    os: engine.os === 'windows' ? 'windows' : 'linux',
    architecture: architectureOf(engine.architecture),
  };
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
  await report(runId, plan, built.image, pushed, await dependencies, parts, log, signal);
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

/** Reads back what was made: digests and sizes from the registry where it was pushed, else from the engine. */
async function report(
  runId: string,
  plan: QuickBuildPlan,
  built: BuiltImage,
  pushed: ReadonlyMap<string, PushedImage>,
  base: BaseDependencies,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<void> {
  const platform = parts.store.get(runId).platforms[0];
  const outputImages = await Promise.all(
    plan.images.map(async ({ image }): Promise<OutputImage> => {
      const reference = parseImageReference(image);
      const there = pushed.get(image);
      const remote = there === undefined ? undefined : await parts.registry.describe(image, signal);
      const digest = remote?.digest ?? built.digest;
      return {
        registry: there === undefined ? '' : reference.registry,
        repository:
          there === undefined
            ? familiarName({ registry: reference.registry, repository: reference.repository })
            : reference.repository,
        ...(reference.tag === undefined ? {} : { tag: reference.tag }),
        ...(digest === undefined ? {} : { digest }),
        imageId: built.imageId,
        size: built.size,
        ...(remote?.compressedSize === undefined ? {} : { compressedSize: remote.compressedSize }),
        ...(platform === undefined ? {} : { platform: `${platform.os}/${platform.architecture}` }),
        pushed: there !== undefined,
      };
    }),
  );
  const untagged: OutputImage = {
    registry: '',
    repository: '',
    ...(built.digest === undefined ? {} : { digest: built.digest }),
    imageId: built.imageId,
    size: built.size,
    pushed: false,
  };
  const dependencies = (outputImages.length === 0 ? [null] : outputImages).map((image): ImageDependencies => ({
    image: image === null ? null : asDependency(image),
    'runtime-dependency': base.runtime,
    'buildtime-dependency': [...base.buildtime],
    git: {},
  }));
  parts.store.update(runId, { outputImages: outputImages.length === 0 ? [untagged] : outputImages, dependencies });
  log.engineLine('', 'The following dependencies were found:');
  for (const line of dependencyLines(dependencies)) log.engineLine('', line, { stamped: false });
}

function asDependency(image: OutputImage): DependencyImage {
  const name = image.registry === '' ? image.repository : `${image.registry}/${image.repository}`;
  return {
    registry: image.registry,
    repository: image.repository,
    ...(image.tag === undefined ? {} : { tag: image.tag }),
    ...(image.digest === undefined || !image.pushed ? {} : { digest: image.digest }),
    reference: image.tag === undefined ? name : `${name}:${image.tag}`,
  };
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
  try {
    log.engineLine('', '', { stamped: false });
    log.engineLine('', footer(runId, took, error), { stamped: false });
    const { cut } = await log.close();
    for (const part of cut) parts.store.addFinding(runId, { code: 'log.limited', params: { ...part } });
  } catch (thrown) {
    error ??= toAppError(thrown);
  }
  const { steps } = parts.store.get(runId);
  const final = finalStatus(error);
  parts.store.update(runId, {
    status: final,
    finishTime: formatMoment(parts.clock.now()),
    logLines: log.lines,
    steps: steps.map((step) => (step.status === 'pending' ? { ...step, status: 'skipped' } : step)),
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

function architectureOf(name: string): 'amd64' | '386' | 'arm' | 'arm64' {
  switch (name) {
    case 'aarch64':
    case 'arm64':
      return 'arm64';
    case 'armv7l':
    case 'armv6l':
    case 'arm':
      return 'arm';
    case 'i386':
    case 'i686':
    case '386':
      return '386';
    default:
      return 'amd64';
  }
}
