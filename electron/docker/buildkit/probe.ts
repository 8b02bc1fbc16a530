import type { EngineInfo } from '@shared/model/engine-status.ts';
import { type Connect, UpgradeRefused, upgradeToHttp2 } from './grpc/upgrade.ts';
import { type GrpcCalls, grpcClient } from './grpc/client.ts';
import { GrpcStatus, grpcCode } from './grpc/status.ts';
import { ListWorkersRequest, ListWorkersResponse } from './proto/control.ts';
import { Empty } from './proto/session.ts';
import type { ImageStore } from './solve.ts';

/** What BuildKit in an engine can do. */
export interface BuildKitProfile {
  readonly kind: ImageStore;
  /** Platforms that it says it can run, its own first: `linux/amd64`, `linux/arm/v7`. */
  readonly platforms: readonly string[];
  readonly buildShell: EngineInfo['buildShell'];
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
    return await askBuildKit(client, signal);
  } finally {
    client.close();
  }
}

/** The same, of what is spoken to already. */
export async function askBuildKit(client: GrpcCalls, signal: AbortSignal): Promise<BuildKitProfile | undefined> {
  try {
    const bytes = await client.unary('/moby.buildkit.v1.Control/ListWorkers', ListWorkersRequest.encode({}), signal);
    const [worker] = ListWorkersResponse.decode(bytes).record;
    if (worker === undefined) return undefined;
    return {
      buildShell: await probeGateway(client, signal),
      kind: containerdLabel in worker.labels ? 'containerd' : 'graphdriver',
      platforms: worker.platforms.map(({ os, architecture, variant }) =>
        [os, architecture, variant].filter(Boolean).join('/'),
      ),
    };
  } catch (error) {
    if (error instanceof GrpcStatus) return undefined; // it speaks gRPC, but not this
    throw error;
  }
}

/**
 * What a shell in a failed build would see. A gateway that is asked about no build refuses; how it does tells whether there is one,
 * and whether failures come with details: those name what a failed instruction left behind.
 */
async function probeGateway(client: GrpcCalls, signal: AbortSignal): Promise<EngineInfo['buildShell']> {
  try {
    await client.unary('/moby.buildkit.v1.frontend.LLBBridge/Ping', Empty.encode({}), signal);
    return 'none'; // it isn't what it seems
  } catch (error) {
    if (!(error instanceof GrpcStatus)) throw error;
    if (error.code === grpcCode.unimplemented) return 'none';
    return error.details === undefined ? 'found' : 'left';
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
