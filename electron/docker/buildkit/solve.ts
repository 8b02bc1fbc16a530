import path from 'node:path';
import { formatPlatform } from '@shared/model/platform.ts';
import type { ImageBuild } from '../../engine/ports.ts';
import { cacheExports, cacheImports } from './cache.ts';
import type { GrpcClient } from './grpc/client.ts';
import { SolveRequest, SolveResponse } from './proto/control.ts';

/** How the engine keeps images: by configuration (`graphdriver`), or with manifests (`containerd`). */
export type ImageStore = 'graphdriver' | 'containerd';

/** What becomes of an image that the daemon does not keep. */
export interface Exporter {
  /** `image`: stays in BuildKit's own store, or goes to its registry; `docker`: an archive that an engine loads. */
  readonly type: 'image' | 'docker';
  readonly attrs: Readonly<Record<string, string>>;
  /** Absolute path of the archive. */
  readonly outputFile?: string;
}

/** What reads Dockerfiles, in every BuildKit. */
export const dockerfileFrontend = 'dockerfile.v0';

/** What a solved build left in the engine. */
export interface SolvedImage {
  /** `sha256:…`: of the configuration, or of the manifest or index in a containerd store. */
  readonly imageId: string;
  /** Of the manifest or index, where the engine keeps one. */
  readonly digest?: string;
}

/**
 * Builds, tags and loads the image in the daemon; takes as long as the build.
 * @throws GrpcStatus | ConnectionLost | the signal's reason, after the daemon was told to stop
 */
export async function solve(
  client: GrpcClient,
  build: ImageBuild,
  ids: { readonly ref: string; readonly session: string },
  store: ImageStore,
  signal: AbortSignal,
  exporter?: Exporter,
): Promise<SolvedImage> {
  const { type, attrs } = exporter ?? { type: 'moby', attrs: exporterAttributes(build, store) };
  const request = SolveRequest.encode({
    ref: ids.ref,
    session: ids.session,
    exporter: type,
    exporterAttrs: attrs,
    exporters: [{ type, attrs }],
    frontend: dockerfileFrontend,
    frontendAttrs: frontendAttributes(build),
    cache: { exports: cacheExports(build.cacheTo) },
    entitlements: entitlements(build),
  });
  const { exporterResponse } = SolveResponse.decode(
    await client.unary('/moby.buildkit.v1.Control/Solve', request, signal),
  );
  const digest = exporterResponse['containerimage.digest'];
  if (digest === undefined) throw new Error('the daemon built an image and did not say which');
  return store === 'containerd' ? { imageId: digest, digest } : { imageId: digest };
}

/** The daemon lets a build onto the host's network only when the client says that it may. */
export function entitlements({ network }: Pick<ImageBuild, 'network'>): readonly string[] {
  return network === 'host' ? ['network.host'] : [];
}

/** The options of a build as the Dockerfile frontend takes them. Proxies of our environment are not added. */
export function frontendAttributes(build: ImageBuild): Readonly<Record<string, string>> {
  return {
    filename: path.basename(build.context.dockerfile),
    // Without `pull`, what the engine has is good enough, as with `docker build`.
    'image-resolve-mode': build.pull ? 'pull' : 'local',
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(build.platforms.length === 0 ? {} : { platform: build.platforms.map(formatPlatform).join(',') }),
    ...(build.noCache ? { 'no-cache': '' } : {}),
    ...Object.fromEntries(
      build.buildArgs.flatMap(({ name, value }) => (value === undefined ? [] : [[`build-arg:${name}`, value]])),
    ),
    ...Object.fromEntries(Object.entries(build.labels).map(([name, value]) => [`label:${name}`, value])),
    ...attribute('add-hosts', build.addHosts?.map(hostEntry)),
    ...(build.network === 'host' || build.network === 'none' ? { 'force-network-mode': build.network } : {}),
    ...cacheImports(build.cacheFrom),
    ...Object.fromEntries((build.attestations ?? []).map(({ type, options }) => [`attest:${type}`, options])),
  };
}

function attribute(name: string, values: readonly string[] = []): Readonly<Record<string, string>> {
  return values.length === 0 ? {} : { [name]: values.join(',') };
}

/** docker's `name:address` (or `name=address`), as the frontend has it. Addresses of IPv6 hold colons. */
function hostEntry(text: string): string {
  return text.replace(/^([^:=]+)[:=]\[?([^\]]*)\]?$/, '$1=$2');
}

function exporterAttributes(build: ImageBuild, store: ImageStore): Readonly<Record<string, string>> {
  return {
    ...(build.tags.length === 0 ? {} : { name: build.tags.join(',') }),
    ...(store === 'containerd' ? { 'prefer-image-digest': 'true' } : {}),
    ...(store === 'containerd' ? layerCompression(build.tags) : {}),
  };
}

/**
 * A containerd store keeps layers as they are pushed. Compressing them takes more time than building does, and is for nothing
 * where nobody will ever fetch them; what may be pushed is compressed also where an earlier build left it as it was
 * (docs/decisions/0005).
 */
function layerCompression(tags: readonly string[]): Readonly<Record<string, string>> {
  return tags.every(isForThisEngine)
    ? { compression: 'uncompressed' }
    : { compression: 'gzip', 'force-compression': 'true' };
}

/** Whether a name can't be pushed by whoever isn't Docker: without a host or an account, it means Docker's own images. */
function isForThisEngine(tag: string): boolean {
  return !tag.includes('/');
}
