// What is in a registry, as it is shown. All of it was written by strangers: texts are on one line and cut, lists are cut.
import { z } from 'zod';

/** A piece of a long list. */
const page = {
  /** Where the next piece begins: opaque, for the same question again. Absent at the end. */
  next: z.string().optional(),
  /** Names that are none, and were left out. */
  ignored: z.number().int().nonnegative(),
};

export const RepositoryPage = z.object({ repositories: z.array(z.string()), ...page });
export type RepositoryPage = z.infer<typeof RepositoryPage>;

export const TagPage = z.object({ tags: z.array(z.string()), ...page });
export type TagPage = z.infer<typeof TagPage>;

/** Names and texts that an author has put on something. */
const Annotations = z.array(z.object({ name: z.string(), value: z.string() }));

/** One of the manifests of an index. */
export const IndexEntry = z.object({
  digest: z.string(),
  mediaType: z.string(),
  /** Bytes of the manifest itself. */
  size: z.number().nonnegative(),
  /** `linux/arm/v7`; absent where it names none. */
  platform: z.string().optional(),
  /** Set for an attestation (BuildKit: attestation storage): the digest of what it is about. */
  attests: z.string().optional(),
});
export type IndexEntry = z.infer<typeof IndexEntry>;

export const ImageLayer = z.object({
  digest: z.string(),
  mediaType: z.string(),
  /** Bytes as they travel. */
  size: z.number().nonnegative(),
  /** What an in-toto layer states: `https://slsa.dev/provenance/v1`. */
  predicate: z.string().optional(),
});
export type ImageLayer = z.infer<typeof ImageLayer>;

/** What an image says of itself. */
export const ImageConfig = z.object({
  created: z.string().optional(),
  platform: z.string().optional(),
  author: z.string().optional(),
  user: z.string().optional(),
  workingDirectory: z.string().optional(),
  entryPoint: z.array(z.string()),
  command: z.array(z.string()),
  env: z.array(z.string()),
  ports: z.array(z.string()),
  labels: Annotations,
});
export type ImageConfig = z.infer<typeof ImageConfig>;

const common = {
  digest: z.string(),
  mediaType: z.string(),
  /** Bytes of the manifest itself. */
  size: z.number().nonnegative(),
  /** What an artifact is said to be; absent for images. */
  artifactType: z.string().optional(),
  annotations: Annotations,
};

/** A manifest as it lies in a registry, its digest checked. */
export const ManifestDetails = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('index'), ...common, entries: z.array(IndexEntry) }),
  z.object({
    kind: z.literal('image'),
    ...common,
    layers: z.array(ImageLayer),
    /** Sum of all layers, in bytes as they travel. */
    layersSize: z.number().nonnegative(),
    /** Absent for what is no image, and for what can't be read. */
    config: ImageConfig.optional(),
  }),
]);
export type ManifestDetails = z.infer<typeof ManifestDetails>;
