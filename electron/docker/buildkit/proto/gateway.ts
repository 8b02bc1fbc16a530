/** Messages of `moby.buildkit.v1.frontend.LLBBridge`: what a client asks of a build that is held open for it (`frontend/gateway/pb/gateway.proto`). */
import { Definition, HostIp, Meta, Mount, Platform } from './llb.ts';
import {
  bool,
  bytes,
  int,
  message,
  nested,
  repeated,
  repeatedBytes,
  repeatedInt,
  string,
  stringMap,
} from './message.ts';
import { Empty, RpcStatus } from './session.ts';

/** Either a definition, or a frontend with its options. */
export const GatewaySolveRequest = message({
  definition: nested(1, Definition),
  frontend: string(2),
  frontendOptions: stringMap(3),
  allowResultReturn: bool(5),
  allowResultArrayRef: bool(6),
});

const Ref = message({ id: string(1), definition: nested(2, Definition) });
const RefOfPlatform = message({ platform: string(1), ref: nested(2, Ref) });
const Refs = message({ entries: repeated(1, RefOfPlatform) });
const Result = message({ ref: nested(3, Ref), refs: nested(4, Refs) });

export const GatewaySolveResponse = message({ result: nested(3, Result) });

export const StatFileRequest = message({ ref: string(1), path: string(2) });

export const NewContainerRequest = message({
  containerId: string(1),
  mounts: repeated(2, Mount),
  network: int(3),
  platform: nested(4, Platform),
  extraHosts: repeated(6, HostIp),
  hostname: string(7),
});

export const ReleaseContainerRequest = message({ containerId: string(1) });

const Init = message({
  containerId: string(1),
  meta: nested(2, Meta),
  fds: repeatedInt(3),
  tty: bool(4),
  security: int(5),
  secretEnv: repeatedBytes(6),
});
const FdData = message({ fd: int(1), eof: bool(2), data: bytes(3) });
const Resize = message({ rows: int(1), columns: int(2) });
const Exit = message({ code: int(1), error: nested(2, RpcStatus) });

/** Both ways of `ExecProcess`; one of its members is there each time. */
export const ExecMessage = message({
  processId: string(1),
  init: nested(2, Init),
  file: nested(3, FdData),
  resize: nested(4, Resize),
  started: nested(5, Empty),
  exit: nested(6, Exit),
});
