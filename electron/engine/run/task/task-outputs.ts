import { familiarName, parseImageReference } from '@shared/model/image-reference.ts';
import type { ImageDependencies, OutputImage } from '@shared/model/run.ts';
import type { RunLogWriter } from '../../journal.ts';
import type { BuiltImage, BuiltPlatform, PushedImage } from '../../ports.ts';
import { dependencyLines } from '../dependency-block.ts';
import type { MadeImage } from '../image-contents.ts';
import type { BaseDependencies } from '../image-dependencies.ts';
import { asDependency, revisionOf } from '../report-outputs.ts';
import type { RunParts } from '../run-parts.ts';

/** The images that a task makes and pushes, as they come. */
export interface TaskOutputs {
  /** A build step is done: what it left in the engine, and what it stands on. */
  built(
    images: readonly string[],
    image: BuiltImage,
    base: BaseDependencies,
    platform: string,
    attested: boolean,
  ): readonly MadeImage[];
  /** The platforms of an image of this run that the engine keeps apart. */
  platformsOf(image: string): readonly BuiltPlatform[] | undefined;
  /** Images are in their registries. */
  pushed(pushed: ReadonlyMap<string, PushedImage>): readonly MadeImage[];
  /** ACR's dependency block, for a run that succeeded. */
  tellDependencies(log: RunLogWriter): void;
}

interface Made {
  readonly image: OutputImage;
  readonly base: BaseDependencies | undefined;
  readonly platforms?: readonly BuiltPlatform[] | undefined;
  readonly attested: boolean;
}

/** Keeps the record of a run's images up to date: what was pushed is a fact, whatever becomes of the run later. */
export function createTaskOutputs(runId: string, parts: Pick<RunParts, 'store'>): TaskOutputs {
  /** By full name; builds without a name under their id. */
  const made = new Map<string, Made>();

  const dependencies = (): readonly ImageDependencies[] =>
    [...made.values()].flatMap(({ image, base }): ImageDependencies[] =>
      base === undefined
        ? []
        : [
            {
              image: image.repository === '' ? null : asDependency(image),
              'runtime-dependency': base.runtime,
              'buildtime-dependency': [...base.buildtime],
              git: revisionOf(parts.store.get(runId)),
            },
          ],
    );
  const save = (): void => {
    parts.store.update(runId, {
      outputImages: [...made.values()].map(({ image }) => image),
      dependencies: [...dependencies()],
    });
  };

  const madeOf = (names: readonly string[]): readonly MadeImage[] =>
    names.flatMap((name) => {
      const known = made.get(name);
      return known === undefined
        ? []
        : [{ image: known.image, instructions: known.base?.instructions, attested: known.attested }];
    });

  return {
    built(images, { imageId, digest, size, platforms }, base, platform, attested) {
      const there = {
        imageId,
        size,
        ...(digest === undefined ? {} : { digest }),
        ...(platform === '' ? {} : { platform }),
        pushed: false,
      };
      for (const name of images) {
        const { registry, repository, tag } = parseImageReference(name);
        const image = {
          registry: '',
          repository: familiarName({ registry, repository }),
          ...(tag === undefined ? {} : { tag }),
          ...there,
        };
        made.set(name, { image, base, platforms, attested });
      }
      if (images.length === 0) made.set(imageId, { image: { registry: '', repository: '', ...there }, base, attested });
      save();
      return madeOf(images.length === 0 ? [imageId] : images);
    },
    platformsOf: (image) => made.get(image)?.platforms,
    pushed(pushed) {
      for (const [name, { digest, platforms }] of pushed) {
        const { registry, repository, tag } = parseImageReference(name);
        const before = made.get(name);
        made.set(name, {
          image: {
            ...before?.image,
            registry,
            repository,
            ...(tag === undefined ? {} : { tag }),
            digest,
            ...(platforms === undefined ? {} : { platforms: [...platforms] }),
            pushed: true,
          },
          base: before?.base,
          platforms: before?.platforms,
          attested: before?.attested ?? false,
        });
      }
      save();
      return madeOf([...pushed.keys()]);
    },
    tellDependencies(log) {
      const found = dependencies();
      if (found.length === 0) return;
      log.engineLine('', 'The following dependencies were found:');
      for (const line of dependencyLines(found)) log.engineLine('', line, { stamped: false });
    },
  };
}
