import { z } from 'zod';

/**
 * A task file as it will run: rendered, checked, every default filled in (spec: task-yaml 2, 3). Times are in seconds, as
 * in the file. Ids are unique; `needs` names steps above.
 */

/** What every step has. */
const stepBase = {
  id: z.string(),
  /** Where the step begins in the file, from 1; absent when that can't be told (a text that an alias brought). */
  line: z.number().int().positive().optional(),
  /** Ids of the steps that must have ended well before; empty: starts at once. */
  needs: z.array(z.string()),
  /** `KEY=VALUE`, the step's own first, then the task's that it doesn't have (spec: task-yaml 6.4). */
  env: z.array(z.string()),
  /** Absolute, inside the container: `/workspace`, `/workspace/src`, `/abs`; of Windows `c:\workspace\src`. */
  workingDirectory: z.string(),
  timeout: z.number().int().positive(),
  startDelay: z.number().int().nonnegative(),
  retries: z.number().int().nonnegative(),
  retryDelay: z.number().int().positive(),
  retryOnErrors: z.array(z.string()),
  repeat: z.number().int().nonnegative(),
  ignoreErrors: z.boolean(),
};

/** A secret volume inside a step's container. */
export const VolumeMount = z.object({ name: z.string(), mountPath: z.string() });
export type VolumeMount = z.infer<typeof VolumeMount>;

/** `cmd`: a container of an image, with arguments; flags in front of the image are merged in already. */
export const CmdStep = z.object({
  ...stepBase,
  kind: z.literal('cmd'),
  /** The text of `cmd` after rendering and image aliases. */
  text: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  entryPoint: z.string().optional(),
  user: z.string().optional(),
  privileged: z.boolean(),
  isolation: z.string().optional(),
  /** `linux/arm64`. Only from a flag in front of the image; absent: what the engine takes by itself. */
  platform: z.string().optional(),
  cpus: z.string().optional(),
  /** As docker writes it: `512m`. Only from a flag in front of the image. */
  memory: z.string().optional(),
  /** A network of the task, `host`, `none`, or one that exists; absent: the engine's own default, without names. */
  network: z.string().optional(),
  /** docker's `-p`: `8080:80`, `127.0.0.1:8080:80/tcp`. */
  ports: z.array(z.string()),
  expose: z.array(z.string()),
  volumeMounts: z.array(VolumeMount),
  /** docker's `-v` from a flag in front of the image: `source:target[:ro]`. */
  binds: z.array(z.string()),
  detach: z.boolean(),
  keep: z.boolean(),
  pull: z.boolean(),
  cmdDownloadRetries: z.number().int().nonnegative(),
  cmdDownloadRetryDelay: z.number().int().nonnegative(),
  disableWorkingDirectoryOverride: z.boolean(),
});
export type CmdStep = z.infer<typeof CmdStep>;

/** `build`: what `docker build` is asked for. */
export const BuildStep = z.object({
  ...stepBase,
  kind: z.literal('build'),
  text: z.string(),
  /** `.`, a folder of the workspace, or a remote one. Relative to `workingDirectory`. */
  context: z.string(),
  /** Relative to `workingDirectory` for a folder; absent: `<context>/Dockerfile`. */
  dockerfile: z.string().optional(),
  tags: z.array(z.string()),
  /** Without a value: from the step's environment, else the Dockerfile's own. */
  buildArgs: z.array(z.object({ name: z.string(), value: z.string().optional() })),
  target: z.string().optional(),
  platforms: z.array(z.string()),
  noCache: z.boolean(),
  pull: z.boolean(),
  labels: z.record(z.string(), z.string()),
  /** docker's `--secret` and `--ssh`, their sources as text. */
  secrets: z.array(z.object({ id: z.string(), file: z.string().optional(), env: z.string().optional() })),
  ssh: z.array(z.object({ id: z.string(), paths: z.array(z.string()) })),
  addHosts: z.array(z.string()),
  network: z.string().optional(),
  cacheFrom: z.array(z.string()),
  cacheTo: z.array(z.string()),
  /** docker's `--attest`, `--sbom` and `--provenance`, all as the first has them. */
  attestations: z.array(z.string()).default([]),
  /** Of containers of Windows: `hyperv`, `process`; and what its containers may have, as docker writes it: `2GB`. */
  isolation: z.string().optional(),
  memory: z.string().optional(),
  /** `cache: enabled`. */
  cache: z.boolean(),
});
export type BuildStep = z.infer<typeof BuildStep>;

/** `push`: images of the engine to their registries. */
export const PushStep = z.object({
  ...stepBase,
  kind: z.literal('push'),
  /** Full names, `:latest` added where neither tag nor digest was given, each once. */
  images: z.array(z.string()),
});
export type PushStep = z.infer<typeof PushStep>;

export const TaskStep = z.discriminatedUnion('kind', [CmdStep, BuildStep, PushStep]);
export type TaskStep = z.infer<typeof TaskStep>;

/** A network of the task (spec: task-yaml 9). */
export const TaskNetwork = z.object({
  name: z.string(),
  driver: z.string().optional(),
  ipv6: z.boolean(),
  skipCreation: z.boolean(),
  isDefault: z.boolean(),
});
export type TaskNetwork = z.infer<typeof TaskNetwork>;

/** A secret of the task: where its value comes from, never the value (spec: task-yaml 10). */
export const TaskSecret = z.object({
  id: z.string(),
  keyvault: z.string().optional(),
  clientId: z.string().optional(),
});
export type TaskSecret = z.infer<typeof TaskSecret>;

/** A volume of small secret files, by name; `files` are Base64 as in the file, and hidden from the window (spec: task-yaml 8). */
export const TaskVolume = z.object({ name: z.string(), files: z.record(z.string(), z.string()) });
export type TaskVolume = z.infer<typeof TaskVolume>;

export const Task = z.object({
  version: z.string(),
  steps: z.array(TaskStep),
  /** Empty when the file has no `networks`: then `acb_default_network` stands here as the default. */
  networks: z.array(TaskNetwork),
  secrets: z.array(TaskSecret),
  volumes: z.array(TaskVolume),
});
export type Task = z.infer<typeof Task>;

/** The network that steps share when the file names none. */
export const defaultNetworkName = 'acb_default_network';
