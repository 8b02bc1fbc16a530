import { z } from 'zod';

/** Limits of what is kept of one image: its layers and what is told of each. */
export const contentsLimits = { layers: 500, instruction: 2_000, attestations: 100 } as const;

/** One instruction of an image's history, with the layer that it made. */
export const ImageLayer = z.object({
  /** As the history has it: `RUN /bin/sh -c make # buildkit`; empty where it tells nothing. */
  instruction: z.string(),
  /** In bytes; 0 where it added no files. */
  size: z.number().nonnegative(),
  /** Of the layer as it lies in a registry. */
  digest: z.string().optional(),
  /** It made no layer: it changed the configuration alone (`ENV`, `CMD`). */
  empty: z.boolean(),
});
export type ImageLayer = z.infer<typeof ImageLayer>;

/** What one platform of an output image is made of. */
export const ImageContents = z.object({
  /** The output's digest, or its image id where it has none: {@link contentsKey}. */
  image: z.string(),
  /** `linux/arm64/v8`; absent where nobody told it. */
  platform: z.string().optional(),
  /** `compressed`: as they lie in the registry; `unpacked`: as the engine counts them. */
  measure: z.enum(['compressed', 'unpacked']),
  /** The lowest first. */
  layers: z.array(ImageLayer),
  /** How many of the layers left out of {@link contentsLimits} there are. */
  omitted: z.number().int().nonnegative().default(0),
  /** How many entries of `layers`, from the lowest on, came with the base image; absent where it can't be told. */
  baseLayers: z.number().int().nonnegative().optional(),
});
export type ImageContents = z.infer<typeof ImageContents>;

/** What ties an output to its contents. */
export function contentsKey(image: { readonly digest?: string | undefined; readonly imageId?: string | undefined }) {
  return image.digest ?? image.imageId;
}

/** An instruction as its author would know it: without the words that builders put around it. */
export function shownInstruction(instruction: string): string {
  return instruction
    .replace(/ # buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c /s, 'RUN ')
    .trim();
}
