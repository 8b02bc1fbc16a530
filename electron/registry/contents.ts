import { z } from 'zod';
import type { ImageLayer } from '@shared/model/image-contents.ts';
import { isDigest } from '@shared/model/image-reference.ts';
import type { RemoteContents } from '../engine/ports.ts';
import { type Asked, invalidAnswer } from './failures.ts';
import type { Manifest } from './manifest.ts';

/** So many platforms of an index are looked at. */
const platformLimit = 32;

const Size = z.number().int().nonnegative();
const Digest = z.string().refine(isDigest);
const Platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().nullish() });

const Index = z.object({
  manifests: z.array(
    z.object({
      digest: Digest,
      platform: Platform.nullish(),
      annotations: z.record(z.string(), z.string()).nullish(),
    }),
  ),
});
const ImageManifest = z.object({
  config: z.object({ digest: Digest }),
  layers: z.array(z.object({ digest: Digest, size: Size })),
});
const Configuration = Platform.partial().extend({
  history: z.array(z.object({ created_by: z.string().nullish(), empty_layer: z.boolean().nullish() })).nullish(),
});

/** What is read of a repository, each checked against its digest. */
export interface Repository {
  manifest(digest: string): Promise<Manifest>;
  blob(digest: string): Promise<Uint8Array>;
}

/** Reads what an image, or each platform of an index, is made of. @throws AppFailure `registry.invalid`, and as reading does */
export async function readContents(
  top: Manifest,
  repository: Repository,
  asked: Asked,
): Promise<readonly RemoteContents[]> {
  const parse = parserFor(asked);
  if (top.compressedSize !== undefined) return [await readImage(top, repository, parse)];
  const images = parse(Index, top.bytes, 'index').manifests.filter(({ platform }) => platform?.os !== 'unknown');
  return Promise.all(
    images
      .slice(0, platformLimit)
      .map(async ({ digest }) => readImage(await repository.manifest(digest), repository, parse)),
  );
}

async function readImage(manifest: Manifest, repository: Repository, parse: Parse): Promise<RemoteContents> {
  const { config, layers } = parse(ImageManifest, manifest.bytes, 'manifest');
  const bytes = await repository.blob(config.digest);
  const { history, os, architecture, variant } = parse(Configuration, bytes, 'configuration');
  const platform = [os, architecture, variant].filter(Boolean).join('/');
  return { layers: pair(layers, history ?? []), ...(platform === '' ? {} : { platform }) };
}

/** Layers with the instructions that made them. A history that doesn't count as many tells nothing. */
function pair(
  layers: readonly { readonly digest: string; readonly size: number }[],
  history: NonNullable<z.infer<typeof Configuration>['history']>,
): readonly ImageLayer[] {
  const filled = history.filter(({ empty_layer }) => empty_layer !== true).length;
  if (filled !== layers.length) return layers.map((layer) => ({ instruction: '', ...layer, empty: false }));
  const rest = [...layers];
  return history.map(({ created_by, empty_layer }) => {
    const instruction = created_by ?? '';
    const layer = empty_layer === true ? undefined : rest.shift();
    return layer === undefined
      ? { instruction, size: 0, empty: true }
      : { instruction, size: layer.size, digest: layer.digest, empty: false };
  });
}

type Parse = <T>(kind: z.ZodType<T>, bytes: Uint8Array, name: string) => T;

function parserFor(asked: Asked): Parse {
  return (kind, bytes, name) => {
    try {
      return kind.parse(JSON.parse(Buffer.from(bytes).toString()));
    } catch (error) {
      throw invalidAnswer(asked, `the ${name} can't be read`, error);
    }
  };
}
