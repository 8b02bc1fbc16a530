import { toAppError } from '@shared/model/app-error.ts';
import { familiarName, parseImageReference } from '@shared/model/image-reference.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { DependencyImage, ImageDependencies, OutputImage, Run } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import type { BuiltImage, PushedImage, RemoteImage } from '../ports.ts';
import { dependencyLines } from './dependency-block.ts';
import { recordContents } from './image-contents.ts';
import type { BaseDependencies } from './image-dependencies.ts';
import { imageNameOf } from './image-name.ts';
import type { QuickBuildPlan } from './plan-quick-build.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Brings what was made to the record: digests and sizes from the registry where it was pushed, else from the engine; and
 * the base images to record and log.
 */
export async function reportOutputs(
  runId: string,
  plan: QuickBuildPlan,
  built: BuiltImage,
  pushed: ReadonlyMap<string, PushedImage>,
  base: BaseDependencies,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<void> {
  const platform = parts.store.get(runId).platforms.map(formatPlatform).join(',');
  const outputImages = await Promise.all(
    plan.images.map(async ({ image }): Promise<OutputImage> => {
      const reference = parseImageReference(image);
      const there = pushed.get(image);
      const remote = there === undefined ? undefined : await describePushed(image, there, parts, log, signal);
      const digest = remote?.digest ?? built.digest;
      return {
        registry: there === undefined ? '' : reference.registry,
        repository:
          there === undefined
            ? familiarName({ registry: reference.registry, repository: reference.repository })
            : reference.repository,
        ...(reference.tag === undefined ? {} : { tag: reference.tag }),
        ...(digest === undefined ? {} : { digest }),
        imageId: built.imageId,
        size: built.size,
        ...(remote?.compressedSize === undefined ? {} : { compressedSize: remote.compressedSize }),
        ...(platform === '' ? {} : { platform }),
        pushed: there !== undefined,
      };
    }),
  );
  const untagged: OutputImage = {
    registry: '',
    repository: '',
    ...(built.digest === undefined ? {} : { digest: built.digest }),
    imageId: built.imageId,
    size: built.size,
    pushed: false,
  };
  const made = outputImages.length === 0 ? [untagged] : outputImages;
  const attested = plan.attestations.length > 0;
  const known = made.map((image) => ({ image, instructions: base.instructions, attested }));
  await recordContents(runId, known, parts, log, signal);
  const dependencies = (outputImages.length === 0 ? [null] : outputImages).map((image): ImageDependencies => ({
    image: image === null ? null : asDependency(image),
    'runtime-dependency': base.runtime,
    'buildtime-dependency': [...base.buildtime],
    git: revisionOf(parts.store.get(runId)),
  }));
  parts.store.update(runId, { outputImages: made, dependencies });
  log.engineLine('', 'The following dependencies were found:');
  for (const line of dependencyLines(dependencies)) log.engineLine('', line, { stamped: false });
}

/** ACR's `git` of a dependency block. */
export function revisionOf({ source }: Pick<Run, 'source'>): ImageDependencies['git'] {
  return source?.kind === 'git' ? { 'git-head-revision': source.commit } : {};
}

/** The image is there whatever the registry says now; the push has told its digest, and only its size stays unknown. */
async function describePushed(
  image: string,
  { digest }: PushedImage,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<Pick<RemoteImage, 'digest' | 'compressedSize'>> {
  try {
    return await parts.registry.describe(image, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { code, cause = '' } = toAppError(error);
    log.engineLine('', `WARNING: the size of ${image} could not be read back (${code}): ${cause.split('\n', 1)[0]}`);
    return { digest };
  }
}

/** An image that a run made, as the dependency block tells it: with its digest only where it was pushed. */
export function asDependency(image: OutputImage): DependencyImage {
  return {
    registry: image.registry,
    repository: image.repository,
    ...(image.tag === undefined ? {} : { tag: image.tag }),
    ...(image.digest === undefined || !image.pushed ? {} : { digest: image.digest }),
    reference: imageNameOf(image),
  };
}
