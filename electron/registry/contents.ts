import type { z } from 'zod';
import {
  ImageConfiguration,
  ImageIndex,
  ImageManifest,
  imagesOf,
  layersOf,
  platformOfConfiguration,
} from '@shared/model/image-manifest.ts';
import type { RemoteContents } from '../engine/ports.ts';
import { type Asked, invalidAnswer } from './failures.ts';
import type { Manifest } from './manifest.ts';

/** So many platforms of an index are looked at. */
const platformLimit = 32;

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
  return Promise.all(
    imagesOf(parse(ImageIndex, top.bytes, 'index'))
      .slice(0, platformLimit)
      .map(async ({ digest }) => readImage(await repository.manifest(digest), repository, parse)),
  );
}

async function readImage(manifest: Manifest, repository: Repository, parse: Parse): Promise<RemoteContents> {
  const read = parse(ImageManifest, manifest.bytes, 'manifest');
  const configuration = parse(ImageConfiguration, await repository.blob(read.config.digest), 'configuration');
  const platform = platformOfConfiguration(configuration);
  return { layers: layersOf(read, configuration), ...(platform === undefined ? {} : { platform }) };
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
