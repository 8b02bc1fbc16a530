// For tests: artifacts in a registry, pushed as oras does.
import { createHash } from 'node:crypto';
import { expectOk } from '../../scripts/parts/http.ts';
import { authorization, type RegistryInfo } from '../../scripts/parts/registry.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

export const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
export interface Layer {
  readonly content: Buffer | string;
  readonly title?: string;
  readonly unpack?: boolean;
  readonly size?: number;
}

export async function pushBlob(registry: RegistryInfo, repository: string, bytes: Buffer) {
  const headers = authorization(registry.login);
  const { headers: told } = await expectOk(registry.url, `/v2/${repository}/blobs/uploads/`, {
    method: 'POST',
    headers,
  });
  const place = new URL(told.location ?? '', registry.url);
  place.searchParams.set('digest', digestOf(bytes));
  await expectOk(registry.url, `${place.pathname}${place.search}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  return { digest: digestOf(bytes), size: bytes.length };
}

export async function pushManifest(
  registry: RegistryInfo,
  repository: string,
  tag: string,
  type: string,
  content: object,
) {
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...content }));
  await expectOk(registry.url, `/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { ...authorization(registry.login), 'content-type': type },
    body,
  });
  return { mediaType: type, digest: digestOf(body), size: body.length };
}

/** As `oras push` does. */
export async function pushArtifact(registry: RegistryInfo, repository: string, tag: string, layers: readonly Layer[]) {
  const config = await pushBlob(registry, repository, Buffer.from('{}'));
  const pushed: object[] = [];
  for (const { content, title, unpack, size } of layers) {
    const blob = await pushBlob(registry, repository, Buffer.from(content));
    pushed.push({
      mediaType: unpack === true ? 'application/vnd.oci.image.layer.v1.tar+gzip' : 'application/octet-stream',
      ...blob,
      ...(size === undefined ? {} : { size }),
      ...(title === undefined
        ? {}
        : {
            annotations: {
              'org.opencontainers.image.title': title,
              ...(unpack === true ? { 'io.deis.oras.content.unpack': 'true' } : {}),
            },
          }),
    });
  }
  return await pushManifest(registry, repository, tag, manifestType, {
    config: { mediaType: 'application/vnd.oci.empty.v1+json', ...config },
    layers: pushed,
  });
}
