import { z } from 'zod';
import { AppError } from './app-error.ts';
import { Platform } from './platform.ts';
import { QuickBuildRequest } from './quick-build.ts';
import { QuickRunRequest } from './quick-run.ts';

/** ACR's run states (spec: runs-and-logs 1). */
export const RunStatus = z.enum([
  'Queued',
  'Started',
  'Running',
  'Succeeded',
  'Failed',
  'Canceled',
  'Error',
  'Timeout',
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** The states that a run never leaves. */
export const finalRunStatuses = [
  'Succeeded',
  'Failed',
  'Canceled',
  'Error',
  'Timeout',
] as const satisfies readonly RunStatus[];

/** Whether a run in this state is over. */
export function isFinal(status: RunStatus): boolean {
  return (finalRunStatuses as readonly RunStatus[]).includes(status);
}

/** ACR's kinds of run; the two `Auto` ones come with saved tasks. */
export const RunType = z.enum(['QuickBuild', 'QuickRun', 'AutoBuild', 'AutoRun']);
export type RunType = z.infer<typeof RunType>;

/** `canceled` was running, `skipped` never started; `cached` is a mark on a vertex, not a status. */
export const StepStatus = z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped', 'canceled', 'timedout']);
export type StepStatus = z.infer<typeof StepStatus>;

/** A moment: ISO 8601, UTC, milliseconds. */
export const Moment = z.iso.datetime();
export type Moment = z.infer<typeof Moment>;

/** One time that a step's container (or build) was launched: `retries` and `repeat` make several. */
export const StepAttempt = z.object({
  /** From 1. */
  number: z.number().int().positive(),
  /** Which round of `repeat`, from 1. */
  round: z.number().int().positive(),
  startTime: Moment,
  finishTime: Moment.optional(),
  exitCode: z.number().int().optional(),
  error: AppError.optional(),
});
export type StepAttempt = z.infer<typeof StepAttempt>;

/** One step of a run. A quick build has `build` and, when it pushes, `push`; a task has its own. */
export const Step = z.object({
  id: z.string(),
  kind: z.enum(['build', 'push', 'cmd', 'pack']),
  status: StepStatus,
  startTime: Moment.optional(),
  finishTime: Moment.optional(),
  timeoutSeconds: z.number(),
  exitCode: z.number().int().optional(),
  error: AppError.optional(),
  /** Ids of the steps that it waits for. Absent on a quick build, whose steps follow each other. */
  needs: z.array(z.string()).optional(),
  /** What it does, in a line: the command, the build's options, the images. Masked. */
  title: z.string().optional(),
  /** Its line in the task file. */
  line: z.number().int().positive().optional(),
  /** How often it may be launched again in each round when it fails; absent for never. */
  retries: z.number().int().positive().optional(),
  /** Absent until it was launched more than once. */
  attempts: z.array(StepAttempt).optional(),
  /** It failed, and the task says that this is no matter (`ignoreErrors`); its status is `succeeded` then. */
  errorIgnored: z.boolean().optional(),
  /** Its container goes on beside the later steps until the run ends (`detach`). */
  detached: z.boolean().optional(),
  /** Ports of this machine that lead to it, while it runs. */
  ports: z.array(z.string()).optional(),
});
export type Step = z.infer<typeof Step>;

/** A node of BuildKit's graph, as the run keeps it. `number` counts from 1 in the order of first sight (`#7` in the log). */
export const Vertex = z.object({
  stepId: z.string(),
  number: z.number().int().positive(),
  digest: z.string(),
  /** Digests of the vertices that this one reads from. */
  inputs: z.array(z.string()),
  /** BuildKit's name: `[build 2/5] RUN make`, `[internal] load build context`. */
  name: z.string(),
  status: z.enum(['pending', 'running', 'succeeded', 'failed', 'canceled']),
  cached: z.boolean(),
  startTime: Moment.optional(),
  finishTime: Moment.optional(),
  error: z.string().optional(),
  /** What it moves: layers pulled, bytes of context sent, bytes exported. `total` 0 means not known. */
  progress: z
    .array(z.object({ id: z.string(), current: z.number(), total: z.number(), done: z.boolean() }))
    .default([]),
});
export type Vertex = z.infer<typeof Vertex>;

/** An image that a run made. `registry` is empty for one that stayed in the engine. */
export const OutputImage = z.object({
  registry: z.string(),
  repository: z.string(),
  tag: z.string().optional(),
  /** Of the manifest (or index) when pushed or when the engine keeps manifests; absent when only the image id is known. */
  digest: z.string().optional(),
  /** The engine's id of the image: the digest of its configuration, or of its manifest in a containerd store. */
  imageId: z.string().optional(),
  /** `linux/arm64`; of an index, all of its platforms joined by commas. */
  platform: z.string().optional(),
  /** Of an index in a registry: its images. */
  platforms: z
    .array(
      z.object({
        /** As the index has it. */
        platform: z.string(),
        digest: z.string(),
        /** Bytes of the compressed layers. */
        compressedSize: z.number().nonnegative().optional(),
      }),
    )
    .optional(),
  /** Bytes unpacked, as the engine counts them. */
  size: z.number().nonnegative().optional(),
  /** Bytes of the compressed layers in the registry. */
  compressedSize: z.number().nonnegative().optional(),
  pushed: z.boolean(),
});
export type OutputImage = z.infer<typeof OutputImage>;

/** One image in ACR's dependency block. `digest` is absent when nobody could tell it; `unknownReason` says why. */
export const DependencyImage = z.object({
  registry: z.string(),
  repository: z.string(),
  tag: z.string().optional(),
  digest: z.string().optional(),
  /** As it stands in the Dockerfile, arguments filled in. */
  reference: z.string(),
  unknownReason: z.string().optional(),
});
export type DependencyImage = z.infer<typeof DependencyImage>;

/** ACR's dependency block, with its member names (spec: runs-and-logs 4.4). */
export const ImageDependencies = z.object({
  image: DependencyImage.nullable(),
  'runtime-dependency': DependencyImage.nullable(),
  'buildtime-dependency': z.array(DependencyImage),
  git: z.object({ 'git-head-revision': z.string().optional() }),
});
export type ImageDependencies = z.infer<typeof ImageDependencies>;

/** Why a queued run has not started. */
export const WaitReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('concurrency'), limit: z.number(), ahead: z.number() }),
  z.object({ kind: z.literal('engine') }),
  z.object({ kind: z.literal('sameTag'), runId: z.string(), tag: z.string() }),
]);
export type WaitReason = z.infer<typeof WaitReason>;

/** What started a run. The triggers come with saved tasks. */
export const RunCause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('manual') }),
  z.object({ kind: z.literal('rerun'), of: z.string() }),
]);
export type RunCause = z.infer<typeof RunCause>;

/** What the author should know though nothing failed; text in i18n under `finding.<code>`. */
export const Finding = z.object({
  code: z.enum([
    'engine.defaultAbsent',
    'engine.defaultLacksPlatform',
    'engine.lacksPlatforms',
    'engine.handedOver',
    'build.secretInArgument',
    'build.secretInProvenance',
    'build.oldRunId',
    'build.noTag',
    'build.keptInEngine',
    'build.tarUpload',
    'build.platformTags',
    'build.buildkitWarning',
    'build.cacheNotImported',
    'log.limited',
    'context.fileVanished',
    'context.fileUnsupported',
    'secret.notMaskable',
    'registry.credentialExpires',
    'registry.credentialExpired',
    'registry.rateLimitLow',
    'registry.rateLimitWaits',
    'registry.pushedUnreadable',
  ]),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});
export type Finding = z.infer<typeof Finding>;

/** What a run's source turned out to be: names move, these don't. Absent for a folder of this machine, and for none. */
export const RunSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('git'),
    remote: z.string(),
    /** Hexadecimal digits, 40 or 64. */
    commit: z.string(),
    /** The one that was asked for, or the remote's default; absent for tags, commits and pull requests. */
    branch: z.string().optional(),
    tag: z.string().optional(),
    folder: z.string().optional(),
  }),
  /** `digest` is that of the bytes that were downloaded. */
  z.object({ kind: z.literal('archive'), url: z.string(), digest: z.string() }),
  /** `digest` is that of the manifest. */
  z.object({ kind: z.literal('artifact'), reference: z.string(), digest: z.string() }),
]);
export type RunSource = z.infer<typeof RunSource>;

/** What a run was asked to do, without the values of secrets. */
export const RunRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('quickBuild'), build: QuickBuildRequest }),
  z.object({ kind: z.literal('quickRun'), run: QuickRunRequest }),
]);
export type RunRequest = z.infer<typeof RunRequest>;

/** A run that stands still for its author (breakpoints): nothing of it starts until it is told to go on. */
export const RunPause = z.object({
  stepId: z.string(),
  at: z.enum(['before', 'after', 'failure']),
  since: Moment,
  /**
   * What a shell can be opened in: the step's container as it was left; the failed instruction of its build, with the files that
   * this left (`build`) or found (`buildBefore`); the workspace alone.
   */
  shell: z.enum(['container', 'build', 'buildBefore', 'workspace', 'none']),
});
export type RunPause = z.infer<typeof RunPause>;

/** The engine that a run used. */
export const RunEngine = z.object({
  /** As the settings had it; absent on records from before engines had names. */
  name: z.string().optional(),
  host: z.string(),
  version: z.string(),
  builder: z.enum(['buildkit', 'tar']),
});
export type RunEngine = z.infer<typeof RunEngine>;

/** A run's record: everything but its log and its vertices. */
export const Run = z.object({
  runId: z.string(),
  status: RunStatus,
  runType: RunType,
  task: z.string().optional(),
  cause: RunCause,
  request: RunRequest,
  /** Known once it was fetched. */
  source: RunSource.optional(),
  createTime: Moment,
  startTime: Moment.optional(),
  finishTime: Moment.optional(),
  lastUpdatedTime: Moment,
  platforms: z.array(Platform),
  /** Of a task: those that its steps name, beside the one of the request. Absent on records from before, and for none. */
  stepPlatforms: z.array(Platform).optional(),
  /** Tags after templates and prefixes; empty until the run has started. */
  images: z.array(z.string()),
  steps: z.array(Step),
  outputImages: z.array(OutputImage),
  dependencies: z.array(ImageDependencies),
  findings: z.array(Finding),
  cachedVertices: z.number().int().nonnegative(),
  totalVertices: z.number().int().nonnegative(),
  /** Bytes and files of the context that went over the wire. */
  sentBytes: z.number().nonnegative().optional(),
  sentFiles: z.number().nonnegative().optional(),
  logLines: z.number().int().nonnegative(),
  waitReason: WaitReason.optional(),
  pause: RunPause.optional(),
  cancelRequested: z.boolean(),
  error: AppError.optional(),
  /** ACR's words after `Error: ` of the footer. */
  runErrorMessage: z.string().optional(),
  engine: RunEngine.optional(),
  /** Kept beyond the retention time (ACR's isArchiveEnabled). */
  keep: z.boolean(),
});
export type Run = z.infer<typeof Run>;

/** The lines of a Dockerfile around the one that a run failed at. */
export const FailedSource = z.object({
  /** As the error names it. */
  file: z.string(),
  /** Number of the first of `lines`. */
  firstLine: z.number().int().positive(),
  lines: z.array(z.string()),
  /** The one that failed. */
  line: z.number().int().positive(),
  /** The file was written after the run began, so these may not be the lines that it read. */
  changed: z.boolean(),
});
export type FailedSource = z.infer<typeof FailedSource>;

/** What `runs list` and the Runs screen can filter by; all that are given must hold. */
export const RunFilter = z.object({
  text: z.string().optional(),
  task: z.string().optional(),
  statuses: z.array(RunStatus).optional(),
  image: z.string().optional(),
  /** Runs created at or after this moment. */
  since: Moment.optional(),
  limit: z.number().int().min(1).max(100_000).default(15),
  /** Only runs older than this run id, for paging. */
  before: z.string().optional(),
});
export type RunFilter = z.infer<typeof RunFilter>;
