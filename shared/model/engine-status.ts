import { z } from 'zod';
import { AppError } from './app-error.ts';

/** Why a place was left out. */
export const SkipReason = z.enum([
  'notNamed',
  'notSet',
  'defaultContext',
  'switchedOff',
  'notLinux',
  'notRoot',
  'noDockerd',
]);
export type SkipReason = z.infer<typeof SkipReason>;

/** One place where an engine was looked for. */
export const EngineAttempt = z.object({
  /** What led there. */
  source: z.enum([
    'setting',
    'DOCKER_HOST',
    'dockerContext',
    'docker',
    'dockerDesktop',
    'colima',
    'rancherDesktop',
    'podman',
    'rootlessDocker',
    'embedded',
  ]),
  /** `unix:///var/run/docker.sock`, `tcp://…`, `npipe:…`; empty when there was nothing to try. */
  host: z.string(),
  outcome: z.enum(['answers', 'absent', 'refused', 'permissionDenied', 'failed', 'skipped']),
  /** Why, in the words of the system. */
  reason: z.string().optional(),
  /**
   * What was wrong with a certificate: signed by nobody that is believed, out of date, another host's; or it is ours that the engine
   * `wanted` and didn't get, or didn't take.
   */
  certificate: z.enum(['unknown', 'expired', 'name', 'wanted']).optional(),
  /** Why it was not tried, for `skipped`. */
  skipReason: SkipReason.optional(),
});
export type EngineAttempt = z.infer<typeof EngineAttempt>;

/** The engine in use, and what it can do. */
export const EngineInfo = z.object({
  host: z.string(),
  source: EngineAttempt.shape.source,
  /** `Docker`, `Docker Desktop`, `Podman`… as the engine calls itself. */
  product: z.string(),
  version: z.string(),
  apiVersion: z.string(),
  os: z.string(),
  architecture: z.string(),
  /** `graphdriver`: images by configuration; `containerd`: manifests, indexes, several platforms; `tar`: no BuildKit end points; `buildkit`: BuildKit by itself, which keeps none. */
  builder: z.enum(['graphdriver', 'containerd', 'tar', 'buildkit']),
  /** Of BuildKit by itself, as it tells it: `v0.25.1`. Absent where it doesn't, as before 0.11; the one in Docker doesn't know its own. */
  buildkitVersion: z.string().optional(),
  /** The files in a shell in a failed build: those that its failed instruction `left`, or `found`; `none` where there is no such shell. */
  buildShell: z.enum(['left', 'found', 'none']),
  storageDriver: z.string(),
  /** Platforms that BuildKit says it can run, its own first. */
  platforms: z.array(z.string()),
  /** Bytes free where the engine keeps its data, when it is on this machine. */
  diskFree: z.number().optional(),
  /** Started by Slipway under its own home. */
  embedded: z.boolean(),
});
export type EngineInfo = z.infer<typeof EngineInfo>;

/** What the engine chip shows. `attempts` tell every place tried, with its reason. */
export const EngineStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('searching'), attempts: z.array(EngineAttempt) }),
  z.object({ state: z.literal('starting'), attempts: z.array(EngineAttempt) }),
  z.object({ state: z.literal('ready'), info: EngineInfo, attempts: z.array(EngineAttempt) }),
  z.object({ state: z.literal('absent'), error: AppError, attempts: z.array(EngineAttempt) }),
]);
export type EngineStatus = z.infer<typeof EngineStatus>;
