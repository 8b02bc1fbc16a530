/**
 * LLB, what BuildKit makes of a Dockerfile (`solver/pb/ops.proto`): as far as a container of one of its instructions needs it.
 * What is only handed on stays bytes.
 */
import {
  type Decoded,
  bool,
  bytes,
  int,
  message,
  nested,
  repeated,
  repeatedBytes,
  repeatedString,
  string,
} from './message.ts';

const OpMetadata = message({ digest: string(1), metadata: bytes(2) });

/** A graph: its vertices as bytes, each named by their digest. The last one has nothing but the input that is the result. */
export const Definition = message({ ops: repeatedBytes(1), metadata: repeated(2, OpMetadata) });
export type Definition = Decoded<typeof Definition>;

const HostIp = message({ host: string(1), ip: string(2) });
const ProxyEnv = message({ http: string(1), https: string(2), ftp: string(3), no: string(4), all: string(5) });

/** How a process is started. */
export const Meta = message({
  args: repeatedString(1),
  env: repeatedString(2),
  cwd: string(3),
  user: string(4),
  proxyEnv: nested(5, ProxyEnv),
  extraHosts: repeated(6, HostIp),
  hostname: string(7),
});
export type Meta = Decoded<typeof Meta>;

/** What a process sees at a path. */
export const Mount = message({
  /** Index into the inputs of its op; -1 for none. */
  input: int(1),
  selector: string(2),
  dest: string(3),
  output: int(4),
  readonly: bool(5),
  mountType: int(6),
  tmpfs: bytes(19),
  cache: bytes(20),
  secret: bytes(21),
  ssh: bytes(22),
  /** Of a gateway: the result that is mounted. */
  resultId: string(23),
});
export type Mount = Decoded<typeof Mount>;

const ExecOp = message({
  meta: nested(1, Meta),
  mounts: repeated(2, Mount),
  network: int(3),
  security: int(4),
  secretEnv: repeatedBytes(5),
});

const Input = message({ digest: string(1), index: int(2) });
export type Input = Decoded<typeof Input>;

const Platform = message({ architecture: string(1), os: string(2), variant: string(3), osVersion: string(4) });

/** One vertex. */
export const Op = message({ inputs: repeated(1, Input), exec: nested(2, ExecOp), platform: nested(10, Platform) });

export { HostIp, Platform };
