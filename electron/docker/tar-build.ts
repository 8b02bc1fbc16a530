import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { BuildEvent, CredentialSource, ImageBuild } from '../engine/ports.ts';
import { causeOf } from './buildkit/errors/causes.ts';
import { DockerfileLines } from './buildkit/errors/dockerfile-lines.ts';
import type { Client } from './client.ts';
import { isConnectionError } from './failures.ts';
import { parseMemory } from './containers/quantities.ts';
import { errorOf, readProgress } from './json-stream.ts';
import { nameOfDockerfile, readDockerfile } from './read-dockerfile.ts';
import { registryAuthentication } from './registry-authentication.ts';
import { isRegistryFailure, registryFailure } from './registry-failure.ts';
import { openTarContext } from './tar-context.ts';
import { TarProgress } from './tar-progress.ts';

/**
 * Builds by uploading the whole context, for engines that don't speak BuildKit (Podman, or Docker's classic builder).
 * Instructions come as vertices. What such a builder can't do is refused before anything is sent. When the signal fires,
 * the engine drops the build with the connection.
 * @throws AppFailure `build.failed` and its like; or the connection's error when the engine goes away
 */
export async function buildWithTar(
  { docker }: Client,
  build: ImageBuild,
  credentials: CredentialSource,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly imageId: string }> {
  refuseUnsupported(build);
  const progress = new TarProgress(onEvent);
  const dockerfileText = (await readDockerfile(build.context, signal)).toString();
  const registryconfig = await credentialsFor(dockerfileText, build, credentials, signal);
  const context = await openTarContext(build.context, onEvent, signal);
  let answer: Readable | undefined;
  const stop = () => {
    context.stream.destroy();
    answer?.destroy();
  };
  signal.addEventListener('abort', stop);
  try {
    const options = { ...buildOptions(build, context.dockerfile), registryconfig, abortSignal: signal };
    answer = (await docker.buildImage(context.stream, options)) as Readable;
    for await (const line of readProgress(answer)) {
      const error = errorOf(line);
      if (error !== undefined) throw new BuilderError(error);
      progress.take(line);
    }
    const { imageId } = progress;
    if (imageId === undefined) throw new BuilderError('the engine ended the build without telling an image');
    progress.end('succeeded');
    await Promise.all(build.tags.map((tag) => tagImage(docker.getImage(imageId), tag)));
    return { imageId };
  } catch (error) {
    progress.end(signal.aborted ? 'canceled' : 'failed', error instanceof Error ? error.message : undefined);
    signal.throwIfAborted();
    if (context.stream.errored !== null) throw context.stream.errored;
    if (isConnectionError(error) || !(error instanceof Error)) throw error;
    throw tarBuildFailure(error, build, dockerfileText, progress, Object.keys(registryconfig));
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    // How it ends after this is of no interest, but must not go unheard.
    if (answer !== undefined) await finished(answer, { writable: false }).catch(() => undefined);
  }
}

/** What the builder said when it stopped. */
class BuilderError extends Error {}

function refuseUnsupported({ secrets, ssh, platforms }: ImageBuild): void {
  const option =
    secrets.size > 0 ? '--secret' : ssh.length > 0 ? '--ssh' : platforms.length > 1 ? '--platform' : undefined;
  if (option !== undefined) {
    throw appFailure('build.unsupportedOption', {
      params: { option },
      fixes: [{ kind: 'editInputs' }, { kind: 'chooseEngine' }],
    });
  }
}

function buildOptions(build: ImageBuild, dockerfile: string) {
  const [platform] = build.platforms;
  return {
    dockerfile,
    buildargs: Object.fromEntries(
      build.buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    ),
    labels: { ...build.labels },
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
    nocache: build.noCache,
    ...(build.cacheFrom === undefined || build.cacheFrom.length === 0
      ? {}
      : { cachefrom: JSON.stringify(build.cacheFrom.flatMap(({ attributes }) => attributes['ref'] ?? [])) }),
    ...(build.isolation === undefined ? {} : { isolation: build.isolation }),
    ...(build.memory === undefined ? {} : { memory: parseMemory(build.memory) }),
    pull: build.pull,
    // Containers of steps are removed, also those of a failed one.
    rm: true,
    forcerm: true,
  };
}

/** Only of registries that the build may go to: their host stands in the Dockerfile or in an argument, or is Docker Hub, which needn't. */
async function credentialsFor(
  dockerfileText: string,
  build: ImageBuild,
  credentials: CredentialSource,
  signal: AbortSignal,
) {
  const texts = [dockerfileText, ...build.buildArgs.map(({ value = '' }) => value)];
  const hosts = (await credentials.hosts(signal)).filter(
    (host) => host === 'docker.io' || texts.some((text) => text.includes(host)),
  );
  const entries = await Promise.all(
    hosts.map(async (host) => {
      const credential = await credentials.forHost(host, signal);
      if (credential === undefined) return [];
      const { server, authentication } = registryAuthentication(host, credential);
      return [[server, authentication] as const];
    }),
  );
  return Object.fromEntries(entries.flat());
}

async function tagImage(
  image: { tag(options: { repo: string; tag: string }): Promise<unknown> },
  name: string,
): Promise<void> {
  const { registry, repository, tag = 'latest' } = parseImageReference(name);
  await image.tag({ repo: `${registry}/${repository}`, tag });
}

/** Why the classic builder (or Buildah) stopped. The place is the instruction that it was at. */
function tarBuildFailure(
  error: Error,
  build: ImageBuild,
  dockerfileText: string,
  progress: TarProgress,
  hosts: readonly string[],
): AppFailure {
  const text = error.message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
  const vertex = progress.current;
  const lines = new DockerfileLines(dockerfileText);
  const instruction = vertex?.name.replace(/^\[\d+\/\d+\] /, '');
  const line = instruction === undefined ? undefined : lines.lineContaining([instruction]);
  const file = nameOfDockerfile(build.context);
  const where = (place: number | undefined) => ({ where: place === undefined ? { file } : { file, line: place } });
  const target = /failed to reach build target (\S+)/.exec(text)?.[1];
  if (target !== undefined) {
    return appFailure(
      'dockerfile.targetNotFound',
      { params: { target }, cause: text, fixes: [{ kind: 'editInputs' }], ...where(undefined) },
      error,
    );
  }
  const platform = build.platforms.map(formatPlatform).join(',');
  const cause = causeOf({ text, vertex: vertex?.name ?? '', output: progress.output, platform });
  if (cause !== undefined) {
    const place = cause.line ?? line ?? lines.lineContaining(cause.quoted ?? []);
    return appFailure(
      cause.code,
      { params: { ...cause.params }, fixes: [...cause.fixes], cause: text, ...where(place) },
      error,
    );
  }
  const image = /^FROM (\S+)/i.exec(instruction ?? '')?.[1];
  if (image !== undefined && isRegistryFailure(text)) {
    const { registry } = parseImageReference(image);
    const { code, params, fixes } = registryFailure(
      { image, registry, signedIn: hosts.includes(registry) },
      text,
    ).error;
    return appFailure(code, { params, fixes, cause: text, ...where(line) }, error);
  }
  const exitCode = /(?:non-zero code|exit status):? (\d+)/.exec(text)?.[1];
  const params = {
    instruction: instruction ?? '',
    ...(vertex === undefined ? {} : { vertex: vertex.number }),
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
  };
  return appFailure('build.failed', { params, fixes: [{ kind: 'retry' }], cause: text, ...where(line) }, error);
}
