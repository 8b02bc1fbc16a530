import { formatImageReference, parseImageReference } from '@shared/model/image-reference.ts';
import type { RunLogWriter } from '../journal.ts';
import type { NamedImage, PushedImage, Registry } from '../ports.ts';

/** After so long a push would be as quick; ms. */
const patience = 5_000;

/**
 * Pushes an image that its repository has already, as a build that found everything in its cache makes it: by giving its manifest
 * there these tags, without asking for a single layer, which takes a round trip for each.
 * @param images names of the image in one repository
 * @returns undefined where it may not be there; what is in the way of knowing is in the way of a push, and told by that
 */
export async function pushAgain(
  stepId: string,
  images: readonly string[],
  { imageId, digest }: NamedImage,
  registry: Registry,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<PushedImage | undefined> {
  const [first] = images;
  if (first === undefined || digest === undefined) return undefined;
  const { tag: _tag, ...repository } = parseImageReference(first);
  const there = formatImageReference({ ...repository, digest });
  const stop = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  try {
    if (!(await registry.isOf(there, imageId, stop))) return undefined;
    log.engineLine(stepId, `${there} is there already, with all its layers`);
    const given = await Promise.allSettled(
      images.map((image) => registry.tag(there, parseImageReference(image).tag ?? 'latest', stop)),
    );
    signal.throwIfAborted();
    if (given.some(({ status }) => status === 'rejected')) return undefined;
    for (const image of images) log.engineLine(stepId, `Successfully pushed image: ${image}`);
    return { digest, size: 0 };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
