import type Docker from 'dockerode';
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
  const known = await (store === 'containerd' ? byHistory : byInspection)(docker, image, signal);
  if (known === undefined) return undefined;
  const { registry, repository } = parseImageReference(image);
  // Docker's way to write Docker Hub's names, and Podman's.
  const written = [familiarName({ registry, repository }), `${registry}/${repository}`];
  const inRepository = (names: readonly string[], mark: ':' | '@') =>
    names.flatMap((name) => {
      const end = name.lastIndexOf(mark);
      return written.includes(name.slice(0, end)) ? [name.slice(end + 1)] : [];
    });
  const digests = inRepository(known.digests, '@').filter(isDigest);
  const [digest] = digests;
  return {
    imageId: known.imageId,
    tags: inRepository(known.tags, ':'),
    ...(digest === undefined || digests.length > 1 ? {} : { digest }),
  };
}

/** An image under all its names, of whatever repository. */
interface Known {
  readonly imageId: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/**
 * containerd's store reads all that an image is made of to be inspected, and takes a quarter of the time for its history. Its digests are
 * no memory of pushes: it has one for each name.
 */
async function byHistory(docker: Docker, image: string, signal: AbortSignal): Promise<Known | undefined> {
  const [top] = await askHistory(docker, image, signal);
  return top === undefined ? undefined : { imageId: top.Id, tags: top.Tags, digests: [] };
}

async function byInspection(docker: Docker, image: string, signal: AbortSignal): Promise<Known | undefined> {
  const inspected = await inspectImage(docker, image, undefined, signal);
  if (inspected === undefined) return undefined;
  return { imageId: inspected.Id, tags: inspected.RepoTags, digests: inspected.RepoDigests };
}
