import type { GrpcStatus } from '../grpc/status.ts';
import { RpcStatus } from '../proto/session.ts';

/** A failed build as the daemon tells it. */
export interface DaemonError {
  /** Its words, all of them. */
  readonly text: string;
  /** First line of the instruction that it is about, from 1; newer daemons say so (28.5 does, 20.10 does not). */
  readonly line: number | undefined;
  /** Digest of the vertex that failed; newer daemons. */
  readonly vertex: string | undefined;
  /**
   * Of a gateway (`../gateway`), for an instruction that ran: what it left at each of its mounts, in their order; empty where there
   * is nothing. Newer daemons.
   */
  readonly mounts: readonly string[] | undefined;
}

/** Reads the details that newer daemons attach: where in the Dockerfile, which vertex. */
export function readDaemonError(status: GrpcStatus): DaemonError {
  const details = status.details === undefined ? [] : RpcStatus.decode(status.details).details;
  let line: number | undefined;
  let vertex: string | undefined;
  let mounts: readonly string[] | undefined;
  for (const { typeUrl, value } of details) {
    // BuildKit registers all of them as JSON, under `github.com/moby/buildkit/`.
    if (typeUrl.endsWith('errdefs.Source+json')) line ??= lineIn(parse(value));
    else if (typeUrl.endsWith('errdefs.Vertex+json')) vertex ??= text(parse(value), 'digest');
    else if (typeUrl.endsWith('errdefs.Solve+json')) mounts ??= texts(parse(value), 'mountIDs');
  }
  return { text: status.message, line, vertex, mounts };
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(json).toString());
  } catch {
    return undefined; // a detail less; the words are told all the same
  }
}

/** Of `{"ranges": [{"start": {"line": 3}}]}`. */
function lineIn(source: unknown): number | undefined {
  const ranges = member(source, 'ranges');
  const line = member(member(Array.isArray(ranges) ? ranges[0] : undefined, 'start'), 'line');
  return typeof line === 'number' && Number.isInteger(line) && line > 0 ? line : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
}

function texts(value: unknown, name: string): readonly string[] | undefined {
  const found = member(value, name);
  return Array.isArray(found) && found.every((each): each is string => typeof each === 'string') ? found : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
