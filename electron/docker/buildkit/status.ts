import { setImmediate } from 'node:timers/promises';
import type { BuildEvent } from '../../engine/ports.ts';
import { coalesce } from './coalesce.ts';
import { StatusRequest, StatusResponse, toMilliseconds } from './proto/control.ts';
import type { GrpcClient } from './grpc/client.ts';
import type { BuildVertex, VertexLedger } from './vertices.ts';

/** One vertex is told at most this often, in milliseconds; a download changes hundreds of times a second. */
const vertexInterval = 50;
/** The longest that the loop is held, in ms: output comes by megabytes, and a window draws on this thread. */
const slice = 8;

/**
 * So many messages without a word in them, one after the other, are no progress. The BuildKit of Docker 20.10 sends them for
 * ever once it has more than 1 MiB of output to tell at a time (its daemon must be set to let so much through).
 */
const emptyMessages = 1_000;

/**
 * A message is cut behind so many bytes of output. The rest follows in messages of its own, then one without any; but that a
 * vertex is over was told with the first part.
 */
const largestMessage = 1024 * 1024;

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
  const begun = new Set<number>();
  /** Those that are over, until all of their output was told. */
  const over = new Map<number, BuildVertex>();
  const tellOver = () => {
    for (const vertex of over.values()) vertices.push(vertex.number, vertex);
    over.clear();
  };
  let cut = false;
  let empty = 0;
  let since = performance.now();
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
      const changed = ledger.merge(response);
      const printing = new Set(response.logs.map(({ vertex }) => ledger.numberOf(vertex)));
      for (const vertex of changed) {
        if (!isOver(vertex)) vertices.push(vertex.number, vertex);
        else {
          over.set(vertex.number, vertex);
          // What it prints must not come before it has begun.
          if (printing.has(vertex.number) && !begun.has(vertex.number)) vertices.push(vertex.number, running(vertex));
        }
        if (vertex.status !== 'pending') begun.add(vertex.number);
      }
      for (const { vertex, stream, msg, timestamp } of response.logs) {
        onEvent({
          kind: 'log',
          vertex: ledger.numberOf(vertex),
          stream: stream === 2 ? 'stderr' : 'stdout',
          data: msg,
          time: toMilliseconds(timestamp) ?? 0,
        });
        if (performance.now() - since < slice) continue;
        await setImmediate();
        since = performance.now();
      }
      for (const { short, ranges } of response.warnings) {
        const line = ranges[0]?.start?.line;
        const text = Buffer.from(short).toString();
        onEvent(line === undefined ? { kind: 'warning', text } : { kind: 'warning', text, line });
      }
      if (bytes.length > largestMessage) cut = true;
      else if (response.logs.length === 0 || response.vertexes.length > 0) cut = false;
      if (!cut) tellOver();
    }
  } finally {
    tellOver();
    for (const vertex of ledger.settle()) vertices.push(vertex.number, vertex);
    vertices.flush();
  }
}

function isOver({ status }: BuildVertex): boolean {
  return status !== 'pending' && status !== 'running';
}

function running({ finishTime: _finished, error: _failed, ...vertex }: BuildVertex): BuildVertex {
  return { ...vertex, status: 'running' };
}
