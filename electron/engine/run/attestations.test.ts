import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentsLimits } from '@shared/model/image-contents.ts';
import { readAttestations } from './attestations.ts';

/** Blobs by their digests, as a content store has them; every size that was asked for is kept. */
function contentStore() {
  const blobs = new Map<string, Buffer>();
  const asked: string[] = [];
  return {
    asked,
    put(value: unknown) {
      const bytes = Buffer.from(JSON.stringify(value));
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    },
    read: (digest: string) => {
      asked.push(digest);
      const bytes = blobs.get(digest);
      return bytes === undefined ? Promise.reject(new Error(`no ${digest}`)) : Promise.resolve(bytes);
    },
  };
}

const statementType = (predicateType: string) => ({ 'in-toto.io/predicate-type': predicateType });

describe('attestations beside an image', () => {
  it('are those that refer to a manifest of the index, each with its platform', async () => {
    const store = contentStore();
    const statement = store.put({ predicate: 1 });
    const layers = [
      { ...statement, annotations: statementType('https://slsa.dev/provenance/v1') },
      { ...store.put({ predicate: 2 }), annotations: statementType('https://cyclonedx.org/bom') },
      { ...store.put({ predicate: 3 }) },
    ];
    const image = { ...store.put({ layers: [] }), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } };
    const beside = {
      ...store.put({ layers }),
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': image.digest,
      },
    };
    const index = store.put({ manifests: [image, beside] });
    const found = await readAttestations(index.digest, store.read);
    expect(found.map(({ attestation, platform }) => [attestation.kind, platform])).toEqual([
      ['provenance', 'linux/arm64/v8'],
      ['sbom', 'linux/arm64/v8'],
      ['other', 'linux/arm64/v8'],
    ]);
    expect(found[0]).toMatchObject({ statement: '{"predicate":1}', attestation: { ...statement, kept: true } });
  });

  it('are listed and not read where they are too large, or too many', async () => {
    const store = contentStore();
    const large = { digest: `sha256:${'a'.repeat(64)}`, size: contentsLimits.statementBytes + 1 };
    const small = store.put({});
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': 'x' };
    const many = { ...store.put({ layers: [large, ...Array.from({ length: 500 }, () => small)] }), annotations };
    const found = await readAttestations(store.put({ manifests: [many] }).digest, store.read);
    expect(found).toHaveLength(contentsLimits.attestations);
    expect(found[0]).toMatchObject({ attestation: { kept: false }, statement: undefined, platform: undefined });
    expect(store.asked).not.toContain(large.digest);
  });

  it.each([
    ['no index', { layers: [] }],
    ['a digest that is none', { manifests: [{ digest: '../../etc/passwd', size: 1 }] }],
    ['a size that is none', { manifests: [{ digest: `sha256:${'a'.repeat(64)}`, size: -1 }] }],
  ])('are not looked for in %s', async (_title, value) => {
    const store = contentStore();
    await expect(readAttestations(store.put(value).digest, store.read)).rejects.toThrow();
  });
});
