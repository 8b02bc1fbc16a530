import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readManifest } from './manifest.ts';

const asked = { registry: 'reg.example', image: 'reg.example/x:1' };
const bytesOf = (json: unknown) => Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
const digestOf = (bytes: Uint8Array, algorithm = 'sha256') =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
const oci = 'application/vnd.oci.image.manifest.v1+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const image = bytesOf({ schemaVersion: 2, mediaType: oci, layers: [{ size: 10 }, { size: 32 }] });

describe('readManifest', () => {
  it.each([
    ['an image', image, undefined, { mediaType: oci, compressedSize: 42 }],
    [
      'one whose type only the header tells',
      bytesOf({ layers: [{ size: 1 }] }),
      `${oci}; charset=utf-8`,
      { mediaType: oci, compressedSize: 1 },
    ],
    ['one without layers', bytesOf({ mediaType: oci, layers: [] }), oci, { mediaType: oci, compressedSize: 0 }],
    [
      'an index, whose sizes differ by platform',
      bytesOf({
        mediaType: ociIndex,
        manifests: [
          { digest: digestOf(image), platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
          { digest: digestOf(image), platform: { os: 'unknown', architecture: 'unknown' } },
          { digest: 'none', platform: { os: 'linux', architecture: 'amd64' } },
          'nonsense',
        ],
      }),
      ociIndex,
      { mediaType: ociIndex, platforms: [{ platform: 'linux/arm/v7', digest: digestOf(image) }] },
    ],
  ])('reads %s', (_what, bytes, declared, expected) => {
    const { bytes: kept, ...told } = readManifest(bytes, declared, [], asked);
    expect(told).toEqual({ digest: digestOf(bytes), ...expected });
    expect(kept).toBe(bytes);
  });

  it('keeps the digest that was asked for, in its algorithm', () => {
    const sha512 = digestOf(image, 'sha512');
    expect(readManifest(image, oci, [sha512, digestOf(image)], asked).digest).toBe(sha512);
  });

  it.each([
    ['a web page', bytesOf('<html>'), 'text/html', []],
    ['no JSON object', bytesOf('[]'), oci, []],
    ['JSON of another kind', bytesOf({ errors: [] }), 'application/json', []],
    [
      'the old schema 1',
      bytesOf({ schemaVersion: 1 }),
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      [],
    ],
    ['another manifest than was asked for', image, oci, [digestOf(bytesOf('other'))]],
    ['no layers at all', bytesOf({ mediaType: oci }), oci, []],
    ['a layer of a negative size', bytesOf({ mediaType: oci, layers: [{ size: -1 }] }), oci, []],
    ['a layer of an absurd size', bytesOf({ mediaType: oci, layers: [{ size: 1e300 }] }), oci, []],
    ['a layer that is none', bytesOf({ mediaType: oci, layers: [null] }), oci, []],
  ])('refuses %s', (_what, bytes, declared, claimed) => {
    expect(() => readManifest(bytes, declared, claimed, asked)).toThrow('registry.invalid');
  });
});
