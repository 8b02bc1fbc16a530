import type { GrpcStatus } from '../grpc/status.ts';
import { ErrorSource, ErrorVertex } from '../proto/control.ts';
import { RpcStatus } from '../proto/session.ts';

/** A failed build as the daemon tells it. */
export interface DaemonError {
  /** Its words, all of them. */
  readonly text: string;
  /** First line of the instruction that it is about, from 1; newer daemons say so (28.5 does, 20.10 does not). */
  readonly line: number | undefined;
  /** Digest of the vertex that failed; newer daemons. */
  readonly vertex: string | undefined;
}

/** Reads the details that newer daemons attach: where in the Dockerfile, which vertex. */
export function readDaemonError(status: GrpcStatus): DaemonError {
  const details = status.details === undefined ? [] : RpcStatus.decode(status.details).details;
  let line: number | undefined;
  let vertex: string | undefined;
  for (const { typeUrl, value } of details) {
    if (isType(typeUrl, 'errdefs.Source')) {
      const start = ErrorSource.decode(value).ranges[0]?.start?.line;
      if (start !== undefined && start > 0) line ??= start;
    } else if (isType(typeUrl, 'errdefs.Vertex')) {
      vertex ??= ErrorVertex.decode(value).digest;
    }
  }
  return { text: status.message, line, vertex };
}

/** `errdefs.Source`, with or without an address and a package before it. */
function isType(typeUrl: string, name: string): boolean {
  return typeUrl === name || typeUrl.endsWith(`/${name}`) || typeUrl.endsWith(`.${name}`);
}
