import { toAppError } from '@shared/model/app-error.ts';
import { familiarName, formatImageReference, parseImageReference } from '@shared/model/image-reference.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import { platformTag } from '@shared/model/platform-tag.ts';
import type { DependencyImage, ImageDependencies, OutputImage, Run } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import type { BuiltImage, BuiltPlatform, PushedImage } from '../ports.ts';
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
  const each = await Promise.all(
    plan.images.map(async ({ image }): Promise<OutputImage | readonly OutputImage[]> => {
      const reference = parseImageReference(image);
      const there = pushed.get(image);
      if (there === undefined && built.platforms !== undefined)
        return built.platforms.map((each) => keptPlatform(image, each));
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
        ...(built.size === 0 ? {} : { size: built.size }),
        ...(remote?.compressedSize === undefined ? {} : { compressedSize: remote.compressedSize }),
        ...(platform === '' ? {} : { platform }),
        ...(remote?.platforms === undefined ? {} : { platforms: [...remote.platforms] }),
        pushed: there !== undefined,
      };
    }),
  );
  const outputImages = each.flat();
  const untagged: OutputImage = {
    registry: '',
    repository: '',
    ...(built.digest === undefined ? {} : { digest: built.digest }),
    imageId: built.imageId,
    ...(built.size === 0 ? {} : { size: built.size }),
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

/** One platform's image, which the engine keeps under a tag of its own. */
function keptPlatform(image: string, { platform, imageId, size }: BuiltPlatform): OutputImage {
  const { registry, repository, tag } = parseImageReference(platformTag(image, platform));
  return {
    registry: '',
    repository: familiarName({ registry, repository }),
    ...(tag === undefined ? {} : { tag }),
    imageId,
    size,
    platform: formatPlatform(platform),
    pushed: false,
  };
}

/** The image is there whatever the registry says now; the push has told its digest, and only its size stays unknown. */
async function describePushed(
  image: string,
  { digest }: PushedImage,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<Pick<OutputImage, 'compressedSize' | 'platforms'> & { readonly digest: string }> {
  try {
    const { platforms, ...remote } = await parts.registry.describe(image, signal);
    if (platforms === undefined) return remote;
    const { tag: _tag, ...repository } = parseImageReference(image);
    const sizes = await Promise.all(
      platforms.map(async (each) => {
        const name = formatImageReference({ ...repository, digest: each.digest });
        const { compressedSize } = await parts.registry.describe(name, signal);
        return { ...each, ...(compressedSize === undefined ? {} : { compressedSize }) };
      }),
    );
    return { digest: remote.digest, platforms: sizes };
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
