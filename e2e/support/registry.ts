import type { Login, RegistryInfo } from '../../scripts/parts/registry.ts';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The digest that a registry itself tells for a tag. */
export async function digestIn(
  registry: RegistryInfo & { readonly login: Login },
  repository: string,
  tag: string,
): Promise<string | null> {
  const { user, password } = registry.login;
  const response = await fetch(`${registry.url}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: manifestTypes, authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });
  return response.ok ? response.headers.get('docker-content-digest') : null;
}
