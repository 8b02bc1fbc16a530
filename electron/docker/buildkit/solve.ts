import path from 'node:path';
import { formatPlatform } from '@shared/model/platform.ts';
import type { ImageBuild } from '../../engine/ports.ts';
import type { GrpcClient } from './grpc/client.ts';
import { SolveRequest, SolveResponse } from './proto/control.ts';

/** How the engine keeps images: by configuration (`graphdriver`), or with manifests (`containerd`). */
export type ImageStore = 'graphdriver' | 'containerd';

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
): Promise<SolvedImage> {
  const attrs = exporterAttributes(build, store);
  const request = SolveRequest.encode({
    ref: ids.ref,
    session: ids.session,
    exporter: 'moby',
    exporterAttrs: attrs,
    exporters: [{ type: 'moby', attrs }],
    frontend: 'dockerfile.v0',
    frontendAttrs: frontendAttributes(build),
  });
  const { exporterResponse } = SolveResponse.decode(
    await client.unary('/moby.buildkit.v1.Control/Solve', request, signal),
  );
  const digest = exporterResponse['containerimage.digest'];
  if (digest === undefined) throw new Error('the daemon built an image and did not say which');
  return store === 'containerd' ? { imageId: digest, digest } : { imageId: digest };
}

/** The options of a build as the Dockerfile frontend takes them. Proxies of our environment are not added. */
function frontendAttributes(build: ImageBuild): Readonly<Record<string, string>> {
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
  };
}

function exporterAttributes(build: ImageBuild, store: ImageStore): Readonly<Record<string, string>> {
  return {
    ...(build.tags.length === 0 ? {} : { name: build.tags.join(',') }),
    ...(store === 'containerd' ? { 'prefer-image-digest': 'true' } : {}),
    // Most of a small build's time goes into the compression of layers that nobody will ever fetch.
    ...(store === 'containerd' && build.tags.every(isForThisEngine) ? { compression: 'uncompressed' } : {}),
  };
}

/** Whether a name can't be pushed by whoever isn't Docker: without a host or an account, it means Docker's own images. */
function isForThisEngine(tag: string): boolean {
  return !tag.includes('/');
}
