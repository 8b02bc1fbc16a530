// What manifests, indexes and configurations say of layers and platforms (OCI image specification; Docker's are read alike).
import { z } from 'zod';
import type { ImageLayer } from './image-contents.ts';
import { isDigest } from './image-reference.ts';

const Digest = z.string().refine(isDigest);
const Platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().nullish() });

/** Of an index, which images it has. */
export const ImageIndex = z.object({ manifests: z.array(z.object({ digest: Digest, platform: Platform.nullish() })) });
export type ImageIndex = z.infer<typeof ImageIndex>;

/** Of a manifest, what it is made of. */
export const ImageManifest = z.object({
  config: z.object({ digest: Digest }),
  layers: z.array(z.object({ digest: Digest, size: z.number().int().nonnegative(), mediaType: z.string().nullish() })),
});
export type ImageManifest = z.infer<typeof ImageManifest>;

/** Of a configuration, what it is for and how it was made. */
export const ImageConfiguration = Platform.partial().extend({
  history: z.array(z.object({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() })).nullish(),
});
export type ImageConfiguration = z.infer<typeof ImageConfiguration>;

/** The images of an index; attestations are none. */
export function imagesOf({ manifests }: ImageIndex): ImageIndex['manifests'] {
  return manifests.filter(({ platform }) => platform?.os !== 'unknown');
}

/** `linux/arm64/v8`; undefined where nothing is told. */
export function platformOfConfiguration({ os, architecture, variant }: ImageConfiguration): string | undefined {
  const platform = [os, architecture, variant].filter(Boolean).join('/');
  return platform === '' ? undefined : platform;
}

/** Layers with the instructions that made them, the lowest first. A history that doesn't count as many tells nothing. */
export function layersOf({ layers }: ImageManifest, { history }: ImageConfiguration): readonly ImageLayer[] {
  const told = history ?? [];
  const filled = told.filter(({ empty_layer }) => empty_layer !== true).length;
  if (filled !== layers.length)
    return layers.map(({ digest, size }) => ({ instruction: '', size, digest, empty: false }));
  const rest = [...layers];
  return told.map(({ created_by, empty_layer }) => {
    const instruction = created_by ?? '';
    const layer = empty_layer === true ? undefined : rest.shift();
    return layer === undefined
      ? { instruction, size: 0, empty: true }
      : { instruction, size: layer.size, digest: layer.digest, empty: false };
  });
}
