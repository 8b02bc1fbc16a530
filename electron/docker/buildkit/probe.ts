import { type Connect, UpgradeRefused, upgradeToHttp2 } from './grpc/upgrade.ts';
import { grpcClient } from './grpc/client.ts';
import { GrpcStatus } from './grpc/status.ts';
import { ListWorkersRequest, ListWorkersResponse } from './proto/control.ts';
import type { ImageStore } from './solve.ts';

/** What BuildKit in an engine can do. */
export interface BuildKitProfile {
  readonly kind: ImageStore;
  /** Platforms that it says it can run, its own first: `linux/amd64`, `linux/arm/v7`. */
  readonly platforms: readonly string[];
}

/** The label that BuildKit's worker has in an engine with containerd's image store. */
const containerdLabel = 'org.mobyproject.buildkit.worker.snapshotter';

/**
 * Looks whether the daemon speaks BuildKit over `/grpc`, and in which way. `undefined`: it does not (Podman, very old
 * engines), so builds go as a tar upload.
 * @throws Error of the connection | the signal's reason
 */
export async function probeBuildKit(connect: Connect, signal: AbortSignal): Promise<BuildKitProfile | undefined> {
  const client = await openControl(connect, signal);
  if (client === undefined) return undefined;
  try {
    const bytes = await client.unary('/moby.buildkit.v1.Control/ListWorkers', ListWorkersRequest.encode({}), signal);
    const [worker] = ListWorkersResponse.decode(bytes).record;
    if (worker === undefined) return undefined;
    return {
      kind: containerdLabel in worker.labels ? 'containerd' : 'graphdriver',
      platforms: worker.platforms.map(({ os, architecture, variant }) =>
        [os, architecture, variant].filter(Boolean).join('/'),
      ),
    };
  } catch (error) {
    if (error instanceof GrpcStatus) return undefined; // it speaks gRPC, but not this
    throw error;
  } finally {
    client.close();
  }
}

async function openControl(connect: Connect, signal: AbortSignal) {
  try {
    return grpcClient(await upgradeToHttp2(connect, '/grpc', {}, signal));
  } catch (error) {
    if (error instanceof UpgradeRefused) return undefined;
    throw error;
  }
}
