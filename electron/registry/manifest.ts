import { isDigest } from '@shared/model/image-reference.ts';
import type { RemoteImage, RemotePlatform } from '../engine/ports.ts';
import { createHash } from 'node:crypto';
import { type Asked, invalidAnswer, isRecord } from './failures.ts';

const imageTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** Every kind of manifest that there is today. Asked for all four, a registry converts nothing, and the digest is the tag's own. */
export const manifestTypes: readonly string[] = [...imageTypes, ...indexTypes];

/** The bytes of a manifest as they lie in the registry, and what they say. */
export interface Manifest extends RemoteImage {
  readonly bytes: Uint8Array;
}

/**
 * Reads a manifest and counts its layers.
 * @param declared the `Content-Type` that it came with
 * @param claimed digests that it must have: the one that was asked for, and the one that the registry told
 * @throws AppFailure `registry.invalid` when it is none of the four kinds or its digest is another
 */
export function readManifest(
  bytes: Uint8Array,
  declared: string | undefined,
  claimed: readonly string[],
  asked: Asked,
): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw invalidAnswer(asked, 'the manifest is not JSON', error);
  }
  const typed = isRecord(json) && typeof json['mediaType'] === 'string' ? json['mediaType'] : declared;
  const mediaType = typed?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!isRecord(json) || !manifestTypes.includes(mediaType)) throw invalidAnswer(asked, `not a manifest: ${mediaType}`);
  for (const digest of claimed) {
    if (digestOf(bytes, digest.split(':')[0]) !== digest) throw invalidAnswer(asked, `the manifest is not ${digest}`);
  }
  const digest = claimed[0] ?? digestOf(bytes, 'sha256');
  if (indexTypes.includes(mediaType)) return { digest, mediaType, bytes, platforms: platformsOf(json['manifests']) };
  return { digest, mediaType, compressedSize: sizeOfLayers(json['layers'], asked), bytes };
}

function sizeOfLayers(layers: unknown, asked: Asked): number {
  if (!Array.isArray(layers)) throw invalidAnswer(asked, 'the manifest names no layers');
  let sum = 0;
  for (const layer of layers) {
    const size: unknown = isRecord(layer) ? layer['size'] : undefined;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw invalidAnswer(asked, 'a layer has no size');
    sum += size;
  }
  return sum;
}

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** So many images of an index are told. */
const imageLimit = 100;

/** The images that the `manifests` of an index name, each with its platform; what has none, such as an attestation, is left out. */
export function platformsOf(manifests: unknown): readonly RemotePlatform[] {
  if (!Array.isArray(manifests)) return [];
  return manifests.slice(0, imageLimit).flatMap((entry: unknown): RemotePlatform[] => {
    const platform = isRecord(entry) ? entry['platform'] : undefined;
    const digest = isRecord(entry) ? entry['digest'] : undefined;
    if (!isRecord(platform) || typeof digest !== 'string' || !isDigest(digest)) return [];
    const words = [platform['os'], platform['architecture'], platform['variant']].filter(
      (word) => typeof word === 'string' && word !== '',
    );
    return words.length < 2 || words[0] === 'unknown' ? [] : [{ platform: words.join('/'), digest }];
  });
}
