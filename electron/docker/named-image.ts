import { familiarName, isDigest, parseImageReference } from '@shared/model/image-reference.ts';
import type { NamedImage } from '../engine/ports.ts';
import type { Client } from './client.ts';
import { inspectImage } from './containers/inspect-image.ts';

/**
 * As `ContainerEngine.named` has it.
 * @param remembers whether the store names digests of pushes and pulls alone: containerd's names one for each name, pushed or not
 * @throws the engine's refusal, or the connection's error
 */
export async function namedImage(
  { docker }: Client,
  image: string,
  remembers: boolean,
  signal: AbortSignal,
): Promise<NamedImage | undefined> {
  const inspected = await inspectImage(docker, image, undefined, signal);
  if (inspected === undefined) return undefined;
  const { registry, repository } = parseImageReference(image);
  // Docker's way to write Docker Hub's names, and Podman's.
  const written = [familiarName({ registry, repository }), `${registry}/${repository}`];
  const inRepository = (names: readonly string[], mark: ':' | '@') =>
    names.flatMap((name) => {
      const end = name.lastIndexOf(mark);
      return written.includes(name.slice(0, end)) ? [name.slice(end + 1)] : [];
    });
  const tags = inRepository(inspected.RepoTags, ':');
  const digests = remembers ? inRepository(inspected.RepoDigests, '@').filter(isDigest) : [];
  const [digest] = digests;
  return { imageId: inspected.Id, tags, ...(digest === undefined || digests.length > 1 ? {} : { digest }) };
}
