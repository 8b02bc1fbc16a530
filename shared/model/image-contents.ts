import { z } from 'zod';

/** Limits of what is kept of one image: its layers and what is told of each. */
export const contentsLimits = {
  layers: 500,
  instruction: 2_000,
  attestations: 100,
  statementBytes: 16 * 1_048_576,
} as const;

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

/** What was told of an image beside it: an in-toto statement. */
export const Attestation = z.object({
  kind: z.enum(['sbom', 'provenance', 'other']),
  /** A URI: `https://slsa.dev/provenance/v0.2`; empty where the image doesn't tell it. */
  predicateType: z.string(),
  /** Of the statement. */
  digest: z.string(),
  /** Of the statement, in bytes. */
  size: z.number().nonnegative(),
  /** The statement is kept with the run; it isn't where it is too large. */
  kept: z.boolean(),
});
export type Attestation = z.infer<typeof Attestation>;

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
  attestations: z.array(Attestation).default([]),
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
