import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { distinctPlatforms } from '@shared/model/platform.ts';
import { joinSecrets, type QuickBuildRequest, type RequestSecrets } from '@shared/model/quick-build.ts';
import type { Run } from '@shared/model/run.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { RunLogWriter } from '../journal.ts';
import type { CredentialSource, PushedImage } from '../ports.ts';
import type { ContainerTerminal } from '../ports/containers.ts';
import { resolveFetchedContext } from '../context/local-context.ts';
import { imageBuildOf, runBuildStep, type StepBuild } from '../steps/build-step.ts';
import { pushImages, toPush } from '../steps/push-step.ts';
import { platformOf, recordedEngine } from './engine-platform.ts';
import { findDependencies } from './image-dependencies.ts';
import { keepFailedDockerfile, layOutDockerfile } from './inline-dockerfile.ts';
import { createMasking, maskedFailure, maskingCredentials, maskNamed } from './masking.ts';
import { noteRegistries } from './note-registries.ts';
import { planQuickBuild, type QuickBuildPlan } from './plan-quick-build.ts';
import { reportOutputs } from './report-outputs.ts';
import type { RunParts } from './run-parts.ts';
import { type OpenSource, openRunSource } from './run-source.ts';
import { env, shells } from './shells.ts';
import { inStep, stepOf } from './step-record.ts';

/** Builds, pushes and reports what came of it. @throws AppFailure what ended the run */
export async function runQuickBuild(
  claimed: Run,
  recorded: QuickBuildRequest,
  startedAt: number,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<void> {
  const { runId } = claimed;
  const secrets = await parts.requestSecrets(runId);
  maskNamed({ ...secrets.buildArgs, ...secrets.secrets }, runId, parts.store, log);
  const request = joinSecrets(recorded, secrets);
  assertSecretsKnown(recorded, secrets);
  const credentials = maskingCredentials(parts.credentials, log);

  const files = await openFiles(runId, request, secrets, 'source', parts, log, signal);
  try {
    await buildAndPush(claimed, request, files, startedAt, credentials, parts, log, signal);
  } finally {
    await files.clear();
  }
}

/** The context of a build, and its Dockerfile where that is no file of it. */
interface BuildFiles extends OpenSource {
  readonly dockerfile: string | undefined;
}

async function openFiles(
  runId: string,
  request: QuickBuildRequest,
  secrets: RequestSecrets,
  place: string,
  parts: RunParts,
  log: Parameters<typeof openRunSource>[5],
  signal: AbortSignal,
): Promise<BuildFiles> {
  const opened = await openRunSource(runId, request.context, secrets.context, place, parts, log, signal);
  if (request.inlineDockerfile === undefined) return { ...opened, dockerfile: undefined };
  try {
    const laidOut = await layOutDockerfile(runId, request.inlineDockerfile, place, parts);
    return {
      ...opened,
      root: opened.root ?? laidOut.empty,
      dockerfile: laidOut.file,
      clear: async () => void (await Promise.all([opened.clear(), laidOut.clear()])),
    };
  } catch (error) {
    await opened.clear();
    throw error;
  }
}

async function buildAndPush(
  { runId, steps }: Run,
  request: QuickBuildRequest,
  opened: BuildFiles,
  startedAt: number,
  credentials: CredentialSource,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<void> {
  const { plan, engine, build } = await prepareQuickBuild(
    runId,
    request,
    opened,
    startedAt,
    credentials,
    parts,
    signal,
  );
  log.mask(plan.madeSecrets);
  const { context } = build;
  const names = plan.images.filter((each) => each.push).map((each) => each.image);
  parts.store.update(runId, {
    platforms: build.platforms.length > 0 ? [...build.platforms] : [platformOf(engine)],
    images: plan.images.map((each) => each.image),
    engine: recordedEngine(parts.engineName, engine),
    steps: steps.filter((step) => step.kind !== 'push' || names.length > 0),
  });
  for (const finding of plan.findings) parts.store.addFinding(runId, finding);
  await noteRegistries(runId, names, parts);
  if (engine.builder === 'tar')
    parts.store.addFinding(runId, { code: 'build.tarUpload', params: { product: engine.product } });

  const dependencies = findDependencies(context.dockerfile, plan.target, plan.buildArgs, parts.registry, signal);
  dependencies.catch(() => undefined);
  const step = async <T>(stepId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const { timeoutSeconds } = stepOf(parts.store.get(runId), stepId);
    const frame = { runId, stepId, timeoutSeconds, workingDirectory: '', network: '' };
    const told = async (stop: AbortSignal) => {
      const began = parts.clock.now();
      const value = await work(stop);
      stop.throwIfAborted();
      const seconds = ((parts.clock.now() - began) / 1000).toFixed(6);
      log.engineLine(stepId, `Step ID: ${stepId} marked as successful (elapsed time in seconds: ${seconds})`);
      return { value };
    };
    const done = await inStep(frame, parts, log, signal, told);
    if (done === undefined) throw new Error('a step of a quick build ignores no errors');
    return done.value;
  };
  const built = await step('build', (stop) => runBuildStep(build, parts, log, stop)).catch(async (error: unknown) => {
    if (opened.fetched && opened.dockerfile === undefined) await keepFailedDockerfile(runId, context.dockerfile, parts);
    throw error;
  });
  parts.store.update(runId, { sentBytes: built.sentBytes, sentFiles: built.sentFiles });
  const { keptIn } = built.image;
  if (keptIn !== undefined) parts.store.addFinding(runId, { code: 'engine.handedOver', params: { engine: keptIn } });
  const pushed =
    names.length === 0
      ? new Map<string, PushedImage>()
      : await step('push', (stop) => pushImages('push', toPush(names, built.image), credentials, parts, log, stop));
  await reportOutputs(runId, plan, built.image, pushed, await dependencies, parts, log, signal);
}

/** What a quick build writes, and its build step. @throws `context.*`, `dockerfile.notFound`, and as `planQuickBuild` */
async function prepareQuickBuild(
  runId: string,
  request: QuickBuildRequest,
  { root, fetched, source, dockerfile }: BuildFiles,
  startedAt: number,
  credentials: CredentialSource,
  parts: RunParts,
  signal: AbortSignal,
): Promise<{ readonly plan: QuickBuildPlan; readonly engine: EngineInfo; readonly build: StepBuild }> {
  if (root === undefined) throw appFailure('context.required', { fixes: [{ kind: 'editInputs' }] });
  const context =
    dockerfile === undefined
      ? await (fetched ? resolveFetchedContext : parts.resolveContext)(root, request.dockerfile, signal)
      : { root, dockerfile, dockerfileName: path.basename(dockerfile) };
  const engine = await parts.engine.find(signal);
  const plan = planQuickBuild(request, {
    runId,
    startedAt,
    defaultRegistry: parts.settings().defaultRegistry,
    knownHosts:
      request.registry === undefined && parts.settings().defaultRegistry === '' ? [] : await credentials.hosts(signal),
    enginePlatform: platformOf(engine),
    builder: engine.builder,
    source,
  });
  const build = {
    runId,
    stepId: 'build',
    context,
    tags: plan.images.map((each) => each.image),
    pushed: plan.images.filter((each) => each.push).map((each) => each.image),
    buildArgs: plan.buildArgs,
    secrets: request.secrets,
    ssh: request.ssh,
    labels: plan.labels,
    target: plan.target,
    platforms: distinctPlatforms(request.platforms),
    noCache: request.noCache,
    pull: request.pull,
    cacheFrom: plan.cacheFrom,
    cacheTo: plan.cacheTo,
    attestations: plan.attestations,
    credentials,
  };
  return { plan, engine, build };
}

/**
 * Opens a shell in the failed instruction of a quick build that is over: see `ContainerEngine.openFailedBuild`. It builds the folder
 * as it is now, and writes nothing down.
 * @throws `secret.notFound` for a secret that is known no more; as preparing the build does
 */
export async function openQuickBuildShell(
  { runId, startTime, createTime }: Run,
  recorded: QuickBuildRequest,
  size: { readonly columns: number; readonly rows: number },
  parts: RunParts,
  signal: AbortSignal,
): Promise<ContainerTerminal> {
  const secrets = await parts.requestSecrets(runId);
  assertSecretsKnown(recorded, secrets);
  const request = joinSecrets(recorded, secrets);
  const masking = createMasking();
  masking.mask([...Object.values(secrets.buildArgs), ...Object.values(secrets.secrets)]);
  const credentials = maskingCredentials(parts.credentials, masking);
  const startedAt = Date.parse(startTime ?? createTime);
  const silent = { mask: masking.mask, engineLine: () => undefined };
  let opened: BuildFiles | undefined;
  try {
    const place = `shell-${randomUUID()}`;
    opened = await openFiles(runId, request, secrets, place, parts, silent, signal);
    const { build } = await prepareQuickBuild(runId, request, opened, startedAt, credentials, parts, signal);
    const image = imageBuildOf(build, parts, masking);
    return await parts.engine.openFailedBuild(image, credentials, { commands: shells.linux, ...size, env }, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw maskedFailure(error, masking);
  } finally {
    await opened?.clear();
  }
}

/** A secret that was typed in and is known no more (no keyring, another session) can't be guessed. */
function assertSecretsKnown({ buildArgs, secrets: mounts }: QuickBuildRequest, secrets: RequestSecrets): void {
  const missing = [
    ...buildArgs.filter((arg) => arg.secret && secrets.buildArgs[arg.name] === undefined).map((arg) => arg.name),
    ...mounts
      .filter((each) => each.source.kind === 'value' && secrets.secrets[each.id] === undefined)
      .map((each) => each.id),
  ];
  if (missing.length > 0)
    throw appFailure('secret.notFound', { params: { id: missing.join(', ') }, fixes: [{ kind: 'editInputs' }] });
}
