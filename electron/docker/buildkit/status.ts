import type { BuildEvent } from '../../engine/ports.ts';
import { coalesce } from './coalesce.ts';
import { StatusRequest, StatusResponse, toMilliseconds } from './proto/control.ts';
import type { GrpcClient } from './grpc/client.ts';
import type { BuildVertex, VertexLedger } from './vertices.ts';

/** One vertex is told at most this often, in milliseconds; a download changes hundreds of times a second. */
const vertexInterval = 50;

/**
 * So many messages without a word in them, one after the other, are no progress. The BuildKit of Docker 20.10 sends them for
 * ever once it has more than 1 MiB of output to tell at a time (its daemon must be set to let so much through).
 */
const emptyMessages = 1_000;
const outputMissing =
  "The engine's BuildKit stopped telling what the build prints, as old ones do after more than 1 MiB at a time. The rest of it is missing from this log.";

/**
 * Follows a build's progress until the daemon ends it, which it does once the build is over and all of it was told; or until
 * it tells nothing any more, of which `onEvent` gets a warning. `ledger` is left complete.
 * @throws GrpcStatus | ConnectionLost | the signal's reason
 */
export async function followStatus(
  client: GrpcClient,
  ref: string,
  ledger: VertexLedger,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const vertices = coalesce<number, BuildVertex>(vertexInterval, (vertex) => onEvent({ kind: 'vertex', vertex }));
  let empty = 0;
  try {
    for await (const bytes of client.stream(
      '/moby.buildkit.v1.Control/Status',
      StatusRequest.encode({ ref }),
      signal,
    )) {
      empty = bytes.length === 0 ? empty + 1 : 0;
      if (empty === emptyMessages) {
        onEvent({ kind: 'warning', text: outputMissing });
        return;
      }
      const response = StatusResponse.decode(bytes);
      for (const vertex of ledger.merge(response)) vertices.push(vertex.number, vertex);
      for (const { vertex, stream, msg, timestamp } of response.logs) {
        onEvent({
          kind: 'log',
          vertex: ledger.numberOf(vertex),
          stream: stream === 2 ? 'stderr' : 'stdout',
          data: msg,
          time: toMilliseconds(timestamp) ?? 0,
        });
      }
      for (const { short, ranges } of response.warnings) {
        const line = ranges[0]?.start?.line;
        const text = Buffer.from(short).toString();
        onEvent(line === undefined ? { kind: 'warning', text } : { kind: 'warning', text, line });
      }
    }
  } finally {
    for (const vertex of ledger.settle()) vertices.push(vertex.number, vertex);
    vertices.flush();
  }
}
