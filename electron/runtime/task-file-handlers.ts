import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import type { QuickRunRequest, TaskPermission, TaskPreview } from '@shared/model/quick-run.ts';
import type { RunSource } from '@shared/model/run.ts';
import type { Task, TaskStep } from '@shared/model/task.ts';
import { longestPath } from '@shared/model/step-graph.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { formatContext, parseContext } from '@shared/model/context-location.ts';
import { resolveFolder } from '../engine/context/local-context.ts';
import type { RunStore } from '../engine/journal.ts';
import { platformOf } from '../engine/run/engine-platform.ts';
import { isRemote } from '../engine/ports/sources.ts';
import { besideTheImage, imagesOfBuild } from '../engine/steps/task-build.ts';
import { askedOf, wantedPermissions } from '../engine/run/task/permissions.ts';
import { registryOf, renderTask, type TaskTexts } from '../engine/run/task/prepare-task.ts';
import { platformsOfTask } from '../engine/run/task/task-platforms.ts';
import { taskEquivalents } from '../engine/run/task/task-equivalents.ts';
import { readyThread } from '../engine/taskfile/load-in-thread.ts';
import type { LoadedTask } from '../engine/taskfile/load-task.ts';
import type { Allowances } from '../store/allowances.ts';
import { aliasSources } from './alias-sources.ts';
import type { SourceTrees } from './source-trees.ts';
import type { TaskSecrets } from './task-secrets.ts';
import { readTaskTexts } from './task-texts.ts';

/** How many runs back the last inputs of a file are looked for. */
const memory = 500;
/** What ACR and its documents call task files. */
const usualNames = ['acb.yaml', 'acr-task.yaml', 'acr-task.yml', 'acb.yml', 'task.yaml', 'task.yml'];
/** Files of a folder that are looked into for being one; bytes of each. */
const filesLookedInto = 100;
const longestLookedInto = 262_144;

export interface TaskFileHandlerParts {
  readonly store: RunStore;
  readonly allowances: Allowances;
  readonly secrets: TaskSecrets;
  /** Of the engine with this name, else of the default one. */
  readonly engineStatus: (name?: string) => EngineStatus;
  readonly defaultRegistry: () => string;
  readonly now: () => number;
  readonly trees: SourceTrees;
  /** The folder of the samples that come with us; undefined where there are none. */
  readonly samples: string | undefined;
}

/** A task as it can be told before there is a run. */
export interface TaskOutlook {
  readonly texts: TaskTexts;
  readonly loaded: LoadedTask;
  readonly findings: readonly TaskFinding[];
  /** What its context turned out to be. */
  readonly source: RunSource | undefined;
}

/** Stands for the volume of a workspace that isn't there yet. */
export const previewVolume = 'acb_vol_preview';

/**
 * What identifies a task for what it was once allowed: its file (or text), and what of the machine it asks for. A file that comes
 * to mount another folder is asked about again.
 */
export async function taskIdentity(request: QuickRunRequest, task: Task, runId: string): Promise<string> {
  return [await placeOf(request), ...askedOf(task, [runId, previewVolume])].join('\0');
}

async function placeOf({ context, source }: QuickRunRequest): Promise<string> {
  switch (source.kind) {
    case 'file': {
      const { location } = parseContext(context ?? process.cwd());
      if (isRemote(location)) return `${formatContext(location)}\0${source.path}`;
      return realpath(path.resolve(context ?? process.cwd(), source.path)).catch(() => source.path);
    }
    case 'text':
      return `text\0${source.text}`;
    case 'command':
      return `command\0${source.command}`;
  }
}

/** Stands for a run's id where a person reads it. */
const previewId = 'ca1';
/** Stands for the id of a run that isn't there yet, where it is looked for afterwards. */
export const placeholderId = 'ca0000000';

/** Reads, renders and checks a task with a placeholder for the run's id. @throws `taskfile.notFound`, `context.*` */
export async function lookAhead(
  request: QuickRunRequest,
  parts: Pick<TaskFileHandlerParts, 'engineStatus' | 'defaultRegistry' | 'now' | 'trees'>,
  signal: AbortSignal,
  runId: string,
): Promise<TaskOutlook> {
  const tree = await parts.trees.of(request.context, signal);
  const texts = await readTaskTexts(request, tree, signal);
  const status = parts.engineStatus(request.engine);
  const findings: TaskFinding[] = [];
  let registry = request.registry ?? parts.defaultRegistry();
  try {
    registry = registryOf(texts, request.registry, parts.defaultRegistry());
  } catch (error) {
    if (!(error instanceof AppFailure)) throw error;
    findings.push({ code: 'task.registryMissing', severity: 'error', params: error.error.params });
  }
  const loaded = await renderTask(
    texts,
    request,
    {
      runId,
      startedAt: parts.now(),
      registry,
      platform:
        request.platform ??
        platformOf(status.state === 'ready' ? status.info : { os: 'linux', architecture: process.arch }),
      sharedVolume: previewVolume,
      source: tree.source,
      strict: false,
      readAliasSource: aliasSources(tree.root, tree.source === undefined ? 'local' : 'public'),
    },
    signal,
  );
  return { texts, loaded, findings: [...findings, ...loaded.findings], source: tree.source };
}

/** The operations that show a task before it runs. */
export function taskFileHandlers(parts: TaskFileHandlerParts): RuntimeHandlers['taskFiles'] {
  const { store, allowances, secrets } = parts;
  const recentRuns = () =>
    store.list({ limit: memory }).flatMap(({ request }) => (request.kind === 'quickRun' ? [request.run] : []));

  return {
    async preview(given, signal): Promise<TaskPreview> {
      readyThread();
      const request = withoutSecretValues(given);
      const { texts, loaded, findings } = await lookAhead(request, parts, signal, previewId);
      const task = findings.some(({ severity }) => severity === 'error') ? undefined : loaded.task;
      const remembered = loaded.task && allowances.of(await taskIdentity(request, loaded.task, previewId));
      const allowed: readonly TaskPermission[] = [...request.allow, ...(remembered ?? [])];
      const steps = loaded.task?.steps ?? [];
      return {
        name: texts.name,
        source: texts.text,
        ...(loaded.rendered === undefined ? {} : { rendered: loaded.rendered }),
        // Secret files don't leave this process.
        ...(task === undefined ? {} : { task: { ...task, volumes: task.volumes.map(withoutContent) } }),
        findings: [...findings],
        platforms: loaded.task === undefined ? [] : [...platformsOfTask(loaded.task)],
        permissions:
          loaded.task === undefined
            ? []
            : wantedPermissions(loaded.task).map((each) => ({ ...each, allowed: allowed.includes(each.permission) })),
        ports: steps.flatMap((step) =>
          step.kind === 'cmd' ? step.ports.map((port) => ({ step: step.id, port })) : [],
        ),
        builds: steps.flatMap((step) =>
          step.kind === 'build' ? safely(() => imagesOfBuild(step)).map((image) => ({ step: step.id, image })) : [],
        ),
        pushes: steps.flatMap((step) => pushedBy(step).map((image) => ({ step: step.id, image }))),
        secrets: await Promise.all(
          (loaded.task?.secrets ?? []).map(async (secret) => ({
            id: secret.id,
            source: await secrets.sourceOf(secret),
          })),
        ),
        longestPathSeconds: Math.round(longestPath(steps, (step) => step.timeout + step.startDelay).total),
        timeoutSeconds: request.timeoutSeconds,
      };
    },
    async survey({ path: place }, signal) {
      readyThread();
      if (!isRemote(parseContext(place).location)) return surveyTasks(path.resolve(place));
      const { root } = await parts.trees.of(place, signal);
      const { files } = await surveyTasks(root ?? '');
      // Of files that were fetched, only their place among them means anything.
      return { context: place, files: files.map(({ name }) => ({ path: name, name })) };
    },
    lastInputs: async ({ path: place }) => {
      const wanted = path.resolve(place);
      return recentRuns().find((run) => fileOf(run) === wanted) ?? null;
    },
    equivalents: async (request) => taskEquivalents(request),
    recent: async ({ limit }) => [...new Set(recentRuns().flatMap((run) => fileOf(run) ?? []))].slice(0, limit),
    samples: () => findSamples(parts.samples),
    secretAddresses: async () => [...(await secrets.addresses())],
    setSecret: ({ address, value }) => secrets.tie(address, value),
    async removeSecret({ address }) {
      if (!(await secrets.untie(address))) throw appFailure('task.secretUnknown', { params: { id: address } });
    },
    async allow({ request }, signal) {
      const { loaded } = await lookAhead(withoutSecretValues(request), parts, signal, previewId);
      if (loaded.task !== undefined) allowances.add(await taskIdentity(request, loaded.task, previewId), request.allow);
    },
    async withdraw({ request }, signal) {
      const { loaded } = await lookAhead(withoutSecretValues(request), parts, signal, previewId);
      if (loaded.task !== undefined) allowances.remove(await taskIdentity(request, loaded.task, previewId));
    },
  };
}

/** A preview shows the rendered text: what is secret in it is not there. */
function withoutSecretValues(request: QuickRunRequest): QuickRunRequest {
  return { ...request, values: request.values.map((each) => (each.secret ? { ...each, value: '•••' } : each)) };
}

function withoutContent(volume: { readonly name: string; readonly files: Readonly<Record<string, string>> }) {
  return { name: volume.name, files: Object.fromEntries(Object.keys(volume.files).map((file) => [file, ''])) };
}

/** A name that is no reference is told when the task runs; it keeps nobody from the rest. */
function safely(names: () => readonly string[]): readonly string[] {
  try {
    return names();
  } catch {
    return [];
  }
}

function fileOf({ context, source }: QuickRunRequest): string | undefined {
  if (source.kind !== 'file') return undefined;
  if (context !== undefined && isRemote(parseContext(context).location)) return undefined;
  return path.resolve(context ?? '/', source.path);
}

async function surveyTasks(place: string): Promise<{ context: string; files: { path: string; name: string }[] }> {
  if (await isFile(place)) {
    return { context: path.dirname(place), files: [{ path: place, name: path.basename(place) }] };
  }
  const context = await resolveFolder(place);
  const names = (await readdir(context)).filter((name) => /\.ya?ml$/i.test(name)).slice(0, filesLookedInto);
  const tasks: string[] = [];
  for (const name of names) if (await looksLikeTask(path.join(context, name))) tasks.push(name);
  const rank = (name: string) => (usualNames.indexOf(name) + 1 || usualNames.length + 1) - 1;
  tasks.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return { context, files: tasks.map((name) => ({ path: path.join(context, name), name })) };
}

/** Steps of one of ACR's kinds, by the look of its text: a file may hold templates, so it can't be parsed. */
async function looksLikeTask(place: string): Promise<boolean> {
  try {
    const { size } = await stat(place);
    if (size > longestLookedInto) return false;
    const text = await readFile(place, 'utf8');
    return /^steps\s*:/m.test(text) && /^\s*-?\s*(?:cmd|build|push)\s*:/m.test(text);
  } catch {
    return false; // what can't be read is offered to nobody
  }
}

async function isFile(place: string): Promise<boolean> {
  try {
    return (await stat(place)).isFile();
  } catch {
    return false; // resolveFolder looks again, and says what is wrong
  }
}

/** Folders of the samples that hold a task file. */
async function findSamples(folder: string | undefined): Promise<{ id: string; file: string; context: string }[]> {
  if (folder === undefined) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const samples = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const context = path.join(folder, name);
        const file = path.join(context, 'acr-task.yaml');
        return (await isFile(file)) ? [{ id: name, file, context }] : [];
      }),
  );
  return samples.flat();
}

/** What a step writes to registries: images, and caches of builds. */
function pushedBy(step: TaskStep): readonly string[] {
  switch (step.kind) {
    case 'push':
      return step.images;
    case 'build':
      return besideTheImage(step).cacheTo.flatMap(({ attributes }) => attributes['ref'] ?? []);
    case 'cmd':
      return [];
  }
}
