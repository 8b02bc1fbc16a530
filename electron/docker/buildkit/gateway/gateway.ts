import type { Decoded } from '../proto/message.ts';
import type { GrpcCalls, GrpcTalk } from '../grpc/client.ts';
import {
  GatewaySolveRequest,
  GatewaySolveResponse,
  NewContainerRequest,
  ReleaseContainerRequest,
  StatFileRequest,
} from '../proto/gateway.ts';
import type { Definition } from '../proto/llb.ts';

const service = '/moby.buildkit.v1.frontend.LLBBridge';

/** By this header BuildKit knows which build a call is about: the `ref` of a Solve that has no frontend of its own. */
export const buildIdHeader = 'buildkit-controlapi-buildid';

/** Something that BuildKit would build: nothing runs before it is asked for. */
export interface GatewayResult {
  /** Empty for one without any file. */
  readonly id: string;
  readonly definition: Definition | undefined;
}

/** What may be asked of a build that is held open. Everything here ends with it. @throws GrpcStatus | ConnectionLost | the signal's reason */
export interface Gateway {
  /** What a frontend makes of its options, or what a definition stands for: one result for each platform. */
  solve(what: Partial<Decoded<typeof GatewaySolveRequest>>, signal: AbortSignal): Promise<readonly GatewayResult[]>;
  /** Builds a result. */
  evaluate(id: string, signal: AbortSignal): Promise<void>;
  /** Makes a container; its first process is what ends it. */
  newContainer(container: Partial<Decoded<typeof NewContainerRequest>>, signal: AbortSignal): Promise<void>;
  /** Ends a container and all that runs in it. */
  releaseContainer(containerId: string, signal: AbortSignal): Promise<void>;
  /** Starts a process, by `ExecMessage`s both ways. */
  exec(signal: AbortSignal): GrpcTalk;
}

/** The calls of one build. */
export function gatewayOf(calls: GrpcCalls): Gateway {
  return {
    async solve(what, signal) {
      const request = GatewaySolveRequest.encode({ ...what, allowResultReturn: true, allowResultArrayRef: true });
      const { result } = GatewaySolveResponse.decode(await calls.unary(`${service}/Solve`, request, signal));
      const refs = result?.refs?.entries.map(({ ref }) => ref) ?? [];
      return [result?.ref, ...refs].flatMap((ref) => ref ?? []);
    },
    async evaluate(ref, signal) {
      await calls.unary(`${service}/StatFile`, StatFileRequest.encode({ ref, path: '/' }), signal);
    },
    async newContainer(container, signal) {
      await calls.unary(`${service}/NewContainer`, NewContainerRequest.encode(container), signal);
    },
    async releaseContainer(containerId, signal) {
      await calls.unary(`${service}/ReleaseContainer`, ReleaseContainerRequest.encode({ containerId }), signal);
    },
    exec: (signal) => calls.talk(`${service}/ExecProcess`, signal),
  };
}
