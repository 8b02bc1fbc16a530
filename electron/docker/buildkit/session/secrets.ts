import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import type { ServerMethod } from '../grpc/stream.ts';
import { GetSecretRequest, GetSecretResponse } from '../proto/session.ts';
import { unaryMethod } from './unary.ts';

/** BuildKit's limit, in bytes; it refuses larger ones. */
const largestSecret = 500 * 1024;

/** Asks for a secret's value; `undefined` when the build was given no secret of this id. */
export type AskSecret = (id: string, signal: AbortSignal) => Promise<Uint8Array | undefined>;

/** Values of `RUN --mount=type=secret`. One that the build was not given is NOT_FOUND, which an optional mount allows. */
export function secretMethods(ask: AskSecret): ReadonlyMap<string, ServerMethod> {
  return new Map([
    [
      '/moby.buildkit.secrets.v1.Secrets/GetSecret',
      unaryMethod(GetSecretRequest, GetSecretResponse, async ({ id }, signal) => {
        const data = await ask(id, signal);
        if (data === undefined) throw new GrpcStatus(grpcCode.notFound, `secret ${id} not found`);
        if (data.length > largestSecret) {
          throw new GrpcStatus(
            grpcCode.invalidArgument,
            `secret ${id} has ${data.length} bytes; BuildKit takes at most ${largestSecret}`,
          );
        }
        return { data };
      }),
    ],
  ]);
}
