import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readContents, type Repository } from './contents.ts';
import { readManifest } from './manifest.ts';

const asked = { registry: 'reg.example', image: 'reg.example/x:1' };
const image = 'application/vnd.oci.image.manifest.v1+json';
const index = 'application/vnd.oci.image.index.v1+json';
const digest = `sha256:${'a'.repeat(64)}`;

/** A repository of these contents, by the digests that `put` told. */
function repositoryOf(): Repository & { put(json: unknown): { readonly digest: string; readonly size: number } } {
  const blobs = new Map<string, Buffer>();
  const read = (name: string) => Promise.resolve(blobs.get(name) ?? Buffer.from('absent'));
  return {
    put(json) {
      const bytes = Buffer.from(JSON.stringify(json));
      const name = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      blobs.set(name, bytes);
      return { digest: name, size: bytes.length };
    },
    manifest: async (name) => readManifest(await read(name), undefined, [name], asked),
    blob: read,
  };
}

const manifestOf = (json: Readonly<Record<string, unknown>>) =>
  readManifest(Buffer.from(JSON.stringify(json)), undefined, [], asked);

describe('what an image in a registry is made of', () => {
  it('pairs each layer with the instruction that made it', async () => {
    const repository = repositoryOf();
    const history = [{ created_by: 'ADD rootfs /' }, { created_by: 'CMD ["sh"]', empty_layer: true }, {}];
    const config = repository.put({ os: 'linux', architecture: 'arm', variant: 'v7', history });
    const layers = [
      { digest, size: 40 },
      { digest, size: 2 },
    ];
    const read = await readContents(manifestOf({ mediaType: image, config, layers }), repository, asked);
    expect(read).toEqual([
      {
        platform: 'linux/arm/v7',
        layers: [
          { instruction: 'ADD rootfs /', size: 40, digest, empty: false },
          { instruction: 'CMD ["sh"]', size: 0, empty: true },
          { instruction: '', size: 2, digest, empty: false },
        ],
      },
    ]);
  });

  it.each([
    ['tells of more', [{ created_by: 'a' }, { created_by: 'b' }]],
    ['tells nothing', []],
    ['is missing', null],
  ])('claims no instructions where the history %s', async (_title, history) => {
    const repository = repositoryOf();
    const manifest = { mediaType: image, config: repository.put({ history }), layers: [{ digest, size: 40 }] };
    expect(await readContents(manifestOf(manifest), repository, asked)).toEqual([
      { layers: [{ instruction: '', size: 40, digest, empty: false }] },
    ]);
  });

  it('reads each platform of an index, without what only lies beside them', async () => {
    const repository = repositoryOf();
    const platform = { os: 'linux', architecture: 'amd64' };
    const config = repository.put({ ...platform, history: [] });
    const manifests = [
      { ...repository.put({ mediaType: image, config, layers: [] }), platform },
      { ...repository.put({ mediaType: image, layers: [] }), platform: { os: 'unknown', architecture: 'unknown' } },
    ];
    const read = await readContents(manifestOf({ mediaType: index, manifests }), repository, asked);
    expect(read).toEqual([{ platform: 'linux/amd64', layers: [] }]);
  });

  it.each<[title: string, manifest: Readonly<Record<string, unknown>>]>([
    ['no configuration', { mediaType: image, layers: [] }],
    ['a configuration that is none', { mediaType: image, config: { digest }, layers: [] }],
    ['a digest that leads elsewhere', { mediaType: image, config: { digest: '../../other/blobs/x' }, layers: [] }],
    ['an index of nothing that is known', { mediaType: index, manifests: [{ digest: 1 }] }],
  ])('refuses %s', async (_title, manifest) => {
    await expect(readContents(manifestOf(manifest), repositoryOf(), asked)).rejects.toMatchObject({
      error: { code: 'registry.invalid' },
    });
  });
});
