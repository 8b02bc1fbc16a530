import { familiarName, isDigest, parseImageReference } from '@shared/model/image-reference.ts';
import type { NamedImage } from '../engine/ports.ts';
import type { BuildKitProfile } from './buildkit/probe.ts';
import type { Client } from './client.ts';
import { inspectImage } from './containers/inspect-image.ts';
import { askHistory } from './image-history.ts';

/** As `ContainerEngine.named` has it. @throws the engine's refusal, or the connection's error */
export async function namedImage(
  { docker }: Client,
  image: string,
  store: BuildKitProfile['kind'] | undefined,
  signal: AbortSignal,
): Promise<NamedImage | undefined> {
  if (store === 'containerd') {
    // It reads all that an image is made of to inspect it, and takes a quarter of the time for its history. Its ids are digests.
    const [top] = await askHistory(docker, image, signal);
    return top && { imageId: top.Id, tags: inRepositoryOf(image, top.Tags, ':'), digest: top.Id };
  }
  const inspected = await inspectImage(docker, image, undefined, signal);
  if (inspected === undefined) return undefined;
  const [digest, ...others] = inRepositoryOf(image, inspected.RepoDigests, '@').filter(isDigest);
  return {
    imageId: inspected.Id,
    tags: inRepositoryOf(image, inspected.RepoTags, ':'),
    ...(digest === undefined || others.length > 0 ? {} : { digest }),
  };
}

/** What stands behind the mark, of those names that are in the repository of this image. */
function inRepositoryOf(image: string, names: readonly string[], mark: ':' | '@'): readonly string[] {
  const { registry, repository } = parseImageReference(image);
  // Docker's way to write Docker Hub's names, and Podman's.
  const written = [familiarName({ registry, repository }), `${registry}/${repository}`];
  return names.flatMap((name) => {
    const end = name.lastIndexOf(mark);
    return written.includes(name.slice(0, end)) ? [name.slice(end + 1)] : [];
  });
}
