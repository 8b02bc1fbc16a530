import { readFile } from 'node:fs/promises';
import { toAppError } from '@shared/model/app-error.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { BuildArg } from '@shared/model/quick-build.ts';
import type { DependencyImage } from '@shared/model/run.ts';
import { baseImages } from '../dockerfile/base-images.ts';
import { readDockerfile } from '../dockerfile/dockerfile.ts';
import type { Registry } from '../ports.ts';

/** How long a registry may take to tell a digest; the build doesn't wait for it longer than that. Milliseconds. */
const patience = 15_000;

/** The base images of a build with their digests, as far as registries told them. */
export interface BaseDependencies {
  readonly runtime: DependencyImage | null;
  readonly buildtime: readonly DependencyImage[];
  /** Keywords of the Dockerfile's instructions that make the image. */
  readonly instructions: readonly string[];
}

/**
 * Finds what a build stands on: from the Dockerfile and from registries, never from the engine, which may not know. A digest
 * that nobody could tell is left out and the reason kept: a scan never fails a build (spec: README, differences).
 */
export async function findDependencies(
  dockerfile: string,
  target: string | undefined,
  buildArgs: readonly BuildArg[],
  registry: Registry,
  signal: AbortSignal,
): Promise<BaseDependencies> {
  const text = await readFile(dockerfile, 'utf8');
  const values = new Map(buildArgs.flatMap((arg) => (arg.value === undefined ? [] : [[arg.name, arg.value] as const])));
  const { runtime, buildtime, instructions } = baseImages(readDockerfile(text), target, values);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const describe = (reference: string) => describeImage(reference, registry, limit);
  const [runtimeImage, ...buildtimeImages] = await Promise.all([
    runtime === undefined ? null : describe(runtime),
    ...buildtime.map(describe),
  ]);
  return { runtime: runtimeImage ?? null, buildtime: buildtimeImages, instructions };
}

async function describeImage(reference: string, registry: Registry, signal: AbortSignal): Promise<DependencyImage> {
  try {
    const { registry: host, repository, tag, digest } = parseImageReference(reference);
    const named = {
      registry: host,
      repository,
      ...(digest === undefined ? { tag: tag ?? 'latest' } : tag === undefined ? {} : { tag }),
      reference,
    };
    if (digest !== undefined) return { ...named, digest };
    try {
      return { ...named, digest: (await registry.head(reference, signal)).digest };
    } catch (error) {
      return { ...named, unknownReason: reasonOf(error) };
    }
  } catch (error) {
    return { registry: '', repository: '', reference, unknownReason: reasonOf(error) };
  }
}

function reasonOf(thrown: unknown): string {
  const { code, cause } = toAppError(thrown);
  return cause === undefined ? code : `${code}: ${cause.split('\n', 1)[0]}`;
}
