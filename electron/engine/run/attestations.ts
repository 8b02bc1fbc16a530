import { z } from 'zod';
import { type Attestation, contentsLimits } from '@shared/model/image-contents.ts';
import { isDigest } from '@shared/model/image-reference.ts';

const Descriptor = z.object({
  digest: z.string().refine(isDigest),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const Platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().nullish() });
const Index = z.object({ manifests: z.array(Descriptor.extend({ platform: Platform.nullish() })) });
const Manifest = z.object({ layers: z.array(Descriptor) });

/** Of a manifest or an index; the specification's lower bound for registries. */
const manifestBytes = 4 * 1_048_576;
/** Of all statements of one image that are kept. */
const totalBytes = 64 * 1_048_576;

/** One attestation, the platform that it is about, and its statement where that is not too large to be kept. */
export interface FoundAttestation {
  readonly attestation: Attestation;
  readonly platform: string | undefined;
  readonly statement: string | undefined;
}

/**
 * The attestations that BuildKit put beside an image: manifests of the index that refer to its other manifests, their layers
 * in-toto statements (buildkit: docs/attestations/attestation-storage.md).
 * @throws Error for an index or manifest that can't be read, and as `read` does
 */
export async function readAttestations(
  index: string,
  read: (digest: string, maxBytes: number) => Promise<Uint8Array>,
): Promise<readonly FoundAttestation[]> {
  const { manifests } = Index.parse(parsed(await read(index, manifestBytes)));
  const found: FoundAttestation[] = [];
  let room = totalBytes;
  for (const { digest, annotations } of manifests) {
    if (annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest') continue;
    const subject = manifests.find((each) => each.digest === annotations['vnd.docker.reference.digest'])?.platform;
    const platform = subject
      ? [subject.os, subject.architecture, subject.variant].filter(Boolean).join('/')
      : undefined;
    for (const layer of Manifest.parse(parsed(await read(digest, manifestBytes))).layers) {
      if (found.length === contentsLimits.attestations) return found;
      const predicateType = layer.annotations?.['in-toto.io/predicate-type'] ?? '';
      const kept = layer.size <= Math.min(room, contentsLimits.statementBytes);
      if (kept) room -= layer.size;
      found.push({
        attestation: { kind: kindOf(predicateType), predicateType, digest: layer.digest, size: layer.size, kept },
        platform,
        statement: kept ? Buffer.from(await read(layer.digest, layer.size)).toString('utf8') : undefined,
      });
    }
  }
  return found;
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function kindOf(predicateType: string): Attestation['kind'] {
  if (/^https:\/\/(?:spdx\.dev\/|cyclonedx\.org\/)/.test(predicateType)) return 'sbom';
  return predicateType.startsWith('https://slsa.dev/provenance/') ? 'provenance' : 'other';
}
