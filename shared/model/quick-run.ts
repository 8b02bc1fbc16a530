import { z } from 'zod';
import { withoutCredential } from './context-location.ts';
import { Platform } from './platform.ts';
import { addressSecrets, joinContext, noSecrets, type RequestSecrets } from './quick-build.ts';
import { Task } from './task.ts';
import { TaskFinding } from './task-finding.ts';

/** `--set name=value`. A secret one is masked everywhere; its value is never kept on the run record. */
export const TaskValue = z.object({
  name: z.string().min(1),
  value: z.string().optional(),
  secret: z.boolean().default(false),
});
export type TaskValue = z.infer<typeof TaskValue>;

/** Where the text of a task comes from. */
export const TaskSource = z.discriminatedUnion('kind', [
  /** An absolute path, or one relative to the context. Read when the run is asked for. */
  z.object({ kind: z.literal('file'), path: z.string().min(1) }),
  /** The text itself: from standard input, or edited before a run. `name` is what messages call it. */
  z.object({ kind: z.literal('text'), text: z.string(), name: z.string().default('task.yaml') }),
  /** One command, as `az acr run --cmd` takes it. */
  z.object({ kind: z.literal('command'), command: z.string().min(1) }),
]);
export type TaskSource = z.infer<typeof TaskSource>;

/** What a task does to the machine, or with what its owner may read, beyond its own containers; each kind is asked for once a task. */
export const TaskPermission = z.enum([
  'privileged',
  'hostMounts',
  'dockerSocket',
  'hostNetwork',
  'sshKeys',
  'keyVaultSecrets',
]);
export type TaskPermission = z.infer<typeof TaskPermission>;

/** Where a run stops and waits for its author. */
export const Breakpoints = z.object({
  before: z.array(z.string()).default([]),
  after: z.array(z.string()).default([]),
  onFailure: z.boolean().default(false),
});
export type Breakpoints = z.infer<typeof Breakpoints>;

/** What `slipway run` and the Task screen ask for: the options of `az acr run` (spec: cli-surface 3), and those of a desk. */
export const QuickRunRequest = z.object({
  /** An absolute path of a folder, or a place that `parseContext` reads; absent: an empty workspace (ACR's `/dev/null`). */
  context: z.string().min(1).optional(),
  /** The context's address has a query that is sealed with the secrets of the run. */
  sealedQuery: z.boolean().optional(),
  source: TaskSource,
  /** An absolute path, or one relative to the context. */
  valuesFile: z.string().min(1).optional(),
  /** The last of a name wins. */
  values: z.array(TaskValue).default([]),
  platform: Platform.optional(),
  /** The name of the engine that it runs in. Absent: the default one, or another that has the platform. */
  engine: z.string().min(1).optional(),
  /** Login server that `Run.Registry` names. Absent: the default of the settings. */
  registry: z.string().min(1).optional(),
  /** The whole run, as on ACR. */
  timeoutSeconds: z.number().int().min(1).max(28_800).default(3_600),
  /** What the person allows this run to do. */
  allow: z.array(TaskPermission).default([]),
  breakpoints: Breakpoints.default({ before: [], after: [], onFailure: false }),
});
export type QuickRunRequest = z.infer<typeof QuickRunRequest>;
/** The request as a caller writes it, before defaults. */
export type QuickRunInput = z.input<typeof QuickRunRequest>;

/** Splits a request into what may be recorded and what may not. */
export function splitRunSecrets(request: QuickRunRequest): {
  readonly recorded: QuickRunRequest;
  readonly secrets: RequestSecrets;
} {
  const values: Record<string, string> = {};
  const recorded = request.values.map((each) => {
    if (!each.secret || each.value === undefined) return each;
    values[each.name] = each.value;
    return { name: each.name, secret: true };
  });
  if (request.context === undefined)
    return { recorded: { ...request, values: recorded }, secrets: { ...noSecrets, values } };
  const { context, ...address } = withoutCredential(request.context);
  const sealed = address.query === undefined ? {} : { sealedQuery: true };
  return {
    recorded: { ...request, context, ...sealed, values: recorded },
    secrets: { ...noSecrets, values, ...addressSecrets(address) },
  };
}

/** Puts back what {@link splitRunSecrets} took out. @throws as {@link joinContext} */
export function joinRunSecrets(recorded: QuickRunRequest, secrets: RequestSecrets): QuickRunRequest {
  return {
    ...joinContext(recorded, secrets),
    values: recorded.values.map((each) => {
      const value = each.secret ? secrets.values[each.name] : undefined;
      return value === undefined ? each : { ...each, value };
    }),
  };
}

/** Where the value of a secret would come from: this home's store, Azure Key Vault with a service principal of this home, or nowhere yet. */
export const TaskSecretSource = z.enum(['stored', 'keyVault', 'missing']);
export type TaskSecretSource = z.infer<typeof TaskSecretSource>;

/** What a task would do, without doing it. */
export const TaskPreview = z.object({
  /** The name of the file, as messages have it. */
  name: z.string(),
  /** As its author wrote it. */
  source: z.string(),
  /** After aliases and templates; absent when rendering failed. The run id in it is a placeholder. */
  rendered: z.string().optional(),
  /** Absent when there is an error among the findings. */
  task: Task.optional(),
  findings: z.array(TaskFinding),
  /** Those that its steps name, each once: one engine has to have them all. */
  platforms: z.array(Platform),
  /** What it would do to this machine, step by step. */
  permissions: z.array(
    z.object({ permission: TaskPermission, step: z.string(), detail: z.string(), allowed: z.boolean() }),
  ),
  /** Ports that it would open on this machine: `8080:80`. */
  ports: z.array(z.object({ step: z.string(), port: z.string() })),
  /** Images that it would build. */
  builds: z.array(z.object({ step: z.string(), image: z.string() })),
  /** Images that it would push. */
  pushes: z.array(z.object({ step: z.string(), image: z.string() })),
  /** Secrets that it asks for. */
  secrets: z.array(z.object({ id: z.string(), source: TaskSecretSource })),
  /** Seconds: the sum of step timeouts along the longest path, and the limit of the run. */
  longestPathSeconds: z.number().int().nonnegative(),
  timeoutSeconds: z.number().int().positive(),
});
export type TaskPreview = z.infer<typeof TaskPreview>;
