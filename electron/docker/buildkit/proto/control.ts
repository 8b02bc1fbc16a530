/** Messages of `moby.buildkit.v1.Control`: what a build asks of the daemon and what it tells. */
import {
  type Decoded,
  bool,
  bytes,
  int,
  message,
  nested,
  repeated,
  repeatedString,
  string,
  stringMap,
} from './message.ts';

/** `google.protobuf.Timestamp`. */
const Timestamp = message({ seconds: int(1), nanos: int(2) });

/** Milliseconds since 1970, UTC; `undefined` for a moment that has not come. */
export function toMilliseconds(timestamp: Decoded<typeof Timestamp> | undefined): number | undefined {
  return timestamp === undefined ? undefined : timestamp.seconds * 1000 + Math.floor(timestamp.nanos / 1_000_000);
}

const CacheOption = message({ type: string(1), attrs: stringMap(2) });
const CacheOptions = message({ exports: repeated(4, CacheOption) });
const Exporter = message({ type: string(1), attrs: stringMap(2) });

export const SolveRequest = message({
  ref: string(1),
  /** The one exporter, for daemons before `exporters` came. */
  exporter: string(3),
  exporterAttrs: stringMap(4),
  session: string(5),
  frontend: string(6),
  frontendAttrs: stringMap(7),
  cache: nested(8, CacheOptions),
  entitlements: repeatedString(9),
  /** Newer daemons keep a history of builds; this one is left out of it. */
  internal: bool(11),
  exporters: repeated(13, Exporter),
});

export const SolveResponse = message({ exporterResponse: stringMap(1) });

export const StatusRequest = message({ ref: string(1) });

const StatusVertex = message({
  digest: string(1),
  inputs: repeatedString(2),
  name: string(3),
  cached: bool(4),
  started: nested(5, Timestamp),
  completed: nested(6, Timestamp),
  error: string(7),
});
export type StatusVertex = Decoded<typeof StatusVertex>;

const VertexStatus = message({
  id: string(1),
  vertex: string(2),
  current: int(4),
  total: int(5),
  completed: nested(8, Timestamp),
});

const VertexLog = message({ vertex: string(1), timestamp: nested(2, Timestamp), stream: int(3), msg: bytes(4) });

const Position = message({ line: int(1), character: int(2) });
const Range = message({ start: nested(1, Position), end: nested(2, Position) });

const VertexWarning = message({ vertex: string(1), short: bytes(3), url: string(5), ranges: repeated(7, Range) });

export const StatusResponse = message({
  vertexes: repeated(1, StatusVertex),
  statuses: repeated(2, VertexStatus),
  logs: repeated(3, VertexLog),
  warnings: repeated(4, VertexWarning),
});
export type StatusResponse = Decoded<typeof StatusResponse>;

/** What BuildKit says of itself; engines before 23 don't. */
const BuildkitVersion = message({ package: string(1), version: string(2), revision: string(3) });
export const InfoResponse = message({ buildkitVersion: nested(1, BuildkitVersion) });

export const ListWorkersRequest = message({});

const PlatformRecord = message({ architecture: string(1), os: string(2), variant: string(3) });
const WorkerRecord = message({ id: string(1), labels: stringMap(2), platforms: repeated(3, PlatformRecord) });
export type WorkerRecord = Decoded<typeof WorkerRecord>;

export const ListWorkersResponse = message({ record: repeated(1, WorkerRecord) });
