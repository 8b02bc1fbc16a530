import type { z } from 'zod';
import type { ImageContents } from '@shared/model/image-contents.ts';
import {
  ImageConfiguration,
  ImageIndex,
  ImageManifest,
  imagesOf,
  layersOf,
  platformOfConfiguration,
} from '@shared/model/image-manifest.ts';

/** Of a manifest, an index or a configuration; the specification's lower bound for registries. */
const manifestBytes = 4 * 1_048_576;

/**
 * What each platform of an index that an engine keeps is made of. Engines tell the layers of the platforms that they have unpacked, and
 * so of their own alone; what lies in their store tells all. Layers that stay are mostly not compressed (docs/decisions/0005).
 * @throws Error for an index or manifest that can't be read, and as `read` does
 */
export async function readKeptPlatforms(
  index: string,
  read: (digest: string, maxBytes: number) => Promise<Uint8Array>,
): Promise<readonly Pick<ImageContents, 'platform' | 'measure' | 'layers'>[]> {
  const parsed = async <T>(kind: z.ZodType<T>, digest: string): Promise<T> =>
    kind.parse(JSON.parse(Buffer.from(await read(digest, manifestBytes)).toString('utf8')));
  return Promise.all(
    imagesOf(await parsed(ImageIndex, index)).map(async ({ digest }) => {
      const manifest = await parsed(ImageManifest, digest);
      const configuration = await parsed(ImageConfiguration, manifest.config.digest);
      const platform = platformOfConfiguration(configuration);
      const packed = manifest.layers.some(({ mediaType }) => /gzip|zstd/.test(mediaType ?? ''));
      return {
        measure: packed ? ('compressed' as const) : ('unpacked' as const),
        layers: [...layersOf(manifest, configuration)],
        ...(platform === undefined ? {} : { platform }),
      };
    }),
  );
}
