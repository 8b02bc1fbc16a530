import type { Platform } from '@shared/model/platform.ts';
import { digestOf, type Manifest, platformsOf } from './manifest.ts';

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';

/**
 * The index of these images (OCI image specification, image-index; Docker's manifest list where all of them are Docker's). The same
 * images in the same order make the same digest.
 */
export function indexOf(images: readonly (Manifest & { readonly platform: Platform })[]): Manifest {
  const mediaType = images.every((image) => image.mediaType.startsWith('application/vnd.docker.'))
    ? dockerList
    : ociIndex;
  const manifests = images.map(({ mediaType: type, bytes, digest, platform: { os, architecture, variant } }) => ({
    mediaType: type,
    size: bytes.length,
    digest,
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }, null, 2));
  return { digest: digestOf(bytes), mediaType, bytes, platforms: platformsOf(manifests) };
}
