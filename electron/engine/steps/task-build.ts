import { existsSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { familiarName, parseImageReference, withDefaultTag } from '@shared/model/image-reference.ts';
import { type Platform, parsePlatform } from '@shared/model/platform.ts';
import type { BuildSecret } from '@shared/model/quick-build.ts';
import { type BuildStep, type Task, workspacePath } from '@shared/model/task.ts';
import { ancestorsOf } from '@shared/model/step-graph.ts';
import { unpackArchive } from '../context/archive/unpack-archive.ts';
import type { BuildContext, CredentialSource } from '../ports.ts';
import type { RunParts } from '../run/run-parts.ts';
import type { TaskWorld } from '../run/task/task-world.ts';
import type { StepBuild } from './build-step.ts';

/** A `build` step in the world of its run. */
export interface TaskBuildWork {
  readonly runId: string;
  readonly step: BuildStep;
  readonly task: Task;
  readonly world: TaskWorld;
  /** The context's folder of the run; undefined when it has none. */
  readonly context: string | undefined;
  /** The platform of the run, when one was asked for. */
  readonly platform: Platform | undefined;
  readonly credentials: CredentialSource;
  readonly parts: RunParts;
}

/** A build that is ready, and how to clear away what was laid out for it. */
export interface PreparedBuild {
  readonly build: StepBuild;
  clear(): Promise<void>;
}

/** The full names under which a build step leaves its image. @throws `image.invalidReference` */
export function imagesOfBuild(step: BuildStep): readonly string[] {
  return [...new Set(step.tags.map((tag) => familiarName(withDefaultTag(parseImageReference(tag)))))];
}

/**
 * Lays out a build. Where no command came before that could have changed the workspace, the context's own folder is built, so
 * that only what changed since the last build travels; else the workspace as the steps before left it.
 * @throws `context.*`, `dockerfile.notFound`, `platform.invalid`, `image.invalidReference`
 */
export async function prepareBuild(work: TaskBuildWork, signal: AbortSignal): Promise<PreparedBuild> {
  const { runId, step, parts, credentials } = work;
  if (isRemote(step.context)) throw appFailure('context.unsupported', { params: { path: step.context } });
  const root = await layOut(work, signal);
  try {
    const at = (text: string) => placeInWorkspace(root.folder, step.workingDirectory, text);
    const folder = at(step.context);
    const dockerfile = step.dockerfile === undefined ? path.join(folder, 'Dockerfile') : at(step.dockerfile);
    const context: BuildContext = await parts.resolveContext(folder, dockerfile, signal);
    await assertWithin(root.folder, [context.root, context.dockerfile]);
    const files = step.secrets.flatMap(({ file }) => (file === undefined ? [] : [at(file)]));
    // What isn't there is told when the build asks for it.
    await assertWithin(root.folder, files.filter(existsSync));
    const environment = environmentOf(step);
    const platforms = step.platforms.length > 0 ? step.platforms.map(parsePlatform) : [work.platform ?? []].flat();
    return {
      clear: root.clear,
      build: {
        runId,
        stepId: step.id,
        context,
        tags: imagesOfBuild(step),
        buildArgs: step.buildArgs.map(({ name, value = environment.get(name) }) => ({
          name,
          secret: false,
          ...(value === undefined ? {} : { value }),
        })),
        secrets: step.secrets.map((secret) => secretOf(secret, environment, at)),
        ssh: step.ssh,
        labels: step.labels,
        target: step.target,
        platforms,
        noCache: step.noCache,
        pull: step.pull,
        classic: wantsClassicBuilder(step),
        addHosts: step.addHosts,
        network: step.network,
        cacheFrom: step.cacheFrom,
        credentials,
      },
    };
  } catch (error) {
    await root.clear();
    throw error;
  }
}

/** Whether a step is to be built by the builder that came before BuildKit. */
export function wantsClassicBuilder(step: BuildStep): boolean {
  return environmentOf(step).get('DOCKER_BUILDKIT') === '0';
}

function environmentOf({ env }: BuildStep): ReadonlyMap<string, string> {
  return new Map(env.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)]));
}

async function layOut(
  { runId, step, task, world, context, parts }: TaskBuildWork,
  signal: AbortSignal,
): Promise<{ readonly folder: string; readonly clear: () => Promise<void> }> {
  const before = ancestorsOf(task.steps, step.id);
  const touched = task.steps.some((each) => each.kind === 'cmd' && before.has(each.id));
  if (!touched && context !== undefined) return { folder: context, clear: () => Promise.resolve() };
  const folder = path.join(parts.scratchFolder(runId), encodeURIComponent(step.id));
  const clear = () => rm(folder, { recursive: true, force: true });
  await clear();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    if (touched) {
      const archive = await parts.engine.containers.readVolume(await world.workspace(), runId, '/', signal);
      // Links to places of an image (/usr/bin/python3) are good in there; what we ourselves go to is checked below.
      await unpackArchive(archive, folder, signal, { outsideLinks: 'keep' });
    }
    return { folder, clear };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** A path of the step, as it would be inside its container, on this side. @throws `context.unsupported` for one outside the workspace */
function placeInWorkspace(root: string, workingDirectory: string, text: string): string {
  const inside = path.posix.resolve(workingDirectory, text);
  if (inside !== workspacePath && !inside.startsWith(`${workspacePath}/`)) {
    throw appFailure('context.unsupported', { params: { path: inside }, fixes: [{ kind: 'editInputs' }] });
  }
  return path.join(root, ...inside.slice(workspacePath.length).split('/'));
}

/** No link of the workspace leads a build to another place of this machine. */
async function assertWithin(root: string, places: readonly string[]): Promise<void> {
  const real = await realpath(root);
  for (const place of places) {
    const target = await realpath(place);
    if (target === real || target.startsWith(`${real}${path.sep}`)) continue;
    throw appFailure('context.unsupported', { params: { path: place }, fixes: [{ kind: 'editInputs' }] });
  }
}

/** docker's `--secret`: a file of the workspace, or a variable of the step; without either, the variable of its id. */
function secretOf(
  { id, file, env }: BuildStep['secrets'][number],
  environment: ReadonlyMap<string, string>,
  at: (text: string) => string,
): BuildSecret {
  if (file !== undefined) return { id, source: { kind: 'file', path: at(file) } };
  const value = environment.get(env ?? id);
  return { id, source: { kind: 'value', ...(value === undefined ? {} : { value }) } };
}

/** Not a folder of the workspace (spec: contexts 1). */
export function isRemote(context: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i.test(context);
}
