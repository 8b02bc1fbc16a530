import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { type AddressCredential, parseContext, showContext } from '@shared/model/context-location.ts';
import { familiarName, parseImageReference, withDefaultTag } from '@shared/model/image-reference.ts';
import { distinctPlatforms, type Platform, parsePlatform } from '@shared/model/platform.ts';
import type { BuildSecret } from '@shared/model/quick-build.ts';
import type { ContainerSystem } from '@shared/model/step-places.ts';
import type { BuildStep, Task } from '@shared/model/task.ts';
import { ancestorsOf } from '@shared/model/step-graph.ts';
import { parseAttestations, parseCacheOption } from '../command-line/build-options.ts';
import { assertWithin, resolveFetchedContext } from '../context/local-context.ts';
import { unpackArchive } from '../context/archive/unpack-archive.ts';
import { namesInWorkspace } from '../taskfile/places.ts';
import type { RunLogWriter } from '../journal.ts';
import { isRemote, type RemoteLocation } from '../ports/sources.ts';
import type { BuildContext, CredentialSource, ImageBuild } from '../ports.ts';
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
  readonly log: RunLogWriter;
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
 * Lays out a build. A context elsewhere is fetched. Else, where no command came before that could have changed the workspace, the
 * run's own folder is built, so that only what changed since the last build travels; else the workspace as the steps before left it.
 * @throws `context.*`, `source.*`, `dockerfile.notFound`, `platform.invalid`, `image.invalidReference`
 */
export async function prepareBuild(work: TaskBuildWork, signal: AbortSignal): Promise<PreparedBuild> {
  const { runId, step, credentials } = work;
  const laidOut: LaidOut[] = [];
  const clear = async () => {
    for (const each of laidOut.splice(0)) await each.clear();
  };
  try {
    const { location, credential } = parseContext(step.context);
    const files = step.secrets.flatMap(({ file }) => (file === undefined ? [] : [file]));
    const workspace = isRemote(location) && files.length === 0 ? undefined : await layOut(work, signal);
    if (workspace !== undefined) laidOut.push(workspace);
    const at = (text: string) =>
      placeInWorkspace(work.world.system, workspace?.folder ?? '', step.workingDirectory, text);
    // What isn't there is told when the build asks for it.
    if (workspace !== undefined) await assertWithin(workspace.folder, files.map(at).filter(existsSync));
    let context: BuildContext;
    if (isRemote(location)) {
      const fetched = await fetchContext(work, location, credential, signal);
      laidOut.push(fetched);
      context = await resolveFetchedContext(fetched.folder, step.dockerfile, signal);
    } else {
      const dockerfile =
        step.dockerfile === undefined ? path.join(at(step.context), 'Dockerfile') : at(step.dockerfile);
      context = await work.parts.resolveContext(at(step.context), dockerfile, signal);
      await assertWithin(workspace?.folder ?? '', [context.root, context.dockerfile]);
    }
    const environment = environmentOf(step);
    const platforms =
      step.platforms.length > 0 ? distinctPlatforms(step.platforms.map(parsePlatform)) : [work.platform ?? []].flat();
    return {
      clear,
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
        isolation: step.isolation,
        memory: step.memory,
        addHosts: step.addHosts,
        network: step.network,
        ...besideTheImage(step),
        credentials,
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Files on this machine, for one build. */
interface LaidOut {
  readonly folder: string;
  clear(): Promise<void>;
}

async function fetchContext(
  { runId, step, parts, log }: TaskBuildWork,
  location: RemoteLocation,
  credential: AddressCredential | undefined,
  signal: AbortSignal,
): Promise<LaidOut> {
  const destination = path.join(parts.scratchFolder(runId), `${encodeURIComponent(step.id)}.source`);
  const clear = () => rm(destination, { recursive: true, force: true, maxRetries: 3 });
  await clear();
  if (credential !== undefined) log.mask([credential.password]);
  log.engineLine(step.id, `Fetching ${log.masked(showContext(location))}`);
  const onProgress = (line: string) => log.engineLine(step.id, line, { stamped: false });
  // A person has seen a file of this machine before it ran; what came from elsewhere leads nowhere inside.
  const reach = parts.store.get(runId).source === undefined ? 'local' : 'public';
  const { root } = await parts.sources.fetch(location, destination, { credential, reach, onProgress }, signal);
  return { folder: root, clear };
}

/** The caches and attestations of a step; its text was checked when it was read. */
export function besideTheImage({
  cacheFrom,
  cacheTo,
  attestations,
}: Pick<BuildStep, 'cacheFrom' | 'cacheTo' | 'attestations'>): Required<
  Pick<ImageBuild, 'cacheFrom' | 'cacheTo' | 'attestations'>
> {
  return {
    cacheFrom: cacheFrom.flatMap((text) => parseCacheOption(text) ?? []),
    cacheTo: cacheTo.flatMap((text) => parseCacheOption(text) ?? []),
    attestations: parseAttestations(attestations) ?? [],
  };
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
): Promise<LaidOut> {
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
function placeInWorkspace(system: ContainerSystem, root: string, folder: string, text: string): string {
  const names = namesInWorkspace(system, folder, text);
  if (names !== undefined) return path.join(root, ...names);
  const inside = `${folder}/${text}`;
  throw appFailure('context.unsupported', { params: { path: inside }, fixes: [{ kind: 'editInputs' }] });
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
