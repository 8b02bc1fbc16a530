import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';

/** Where an embedded engine keeps its things. Every process of a home comes to the same. */
export interface EngineFolder {
  /** `<home>/engine`, without links. */
  readonly root: string;
  /** Eight hex digits that stand for the root where names must be short. */
  readonly id: string;
  readonly data: string;
  readonly leases: string;
  readonly log: string;
  readonly config: string;
  readonly pidFile: string;
  /** dockerd's exec-root; sockets of its own are below it. */
  readonly exec: string;
  readonly socket: string;
}

/** What a path of a Unix socket may have, in bytes (sockaddr_un, unix(7)), without the final zero. */
const longestSocketPath = 107;
/** The longest path that dockerd and its containerd make below the exec-root. */
const longestBelowExec = '/containerd/containerd.sock.ttrpc';

/** Makes the folders, for their owner only. @throws AppFailure `engine.startFailed` where the short folder belongs to somebody else */
export function engineFolder(home: string): EngineFolder {
  mkdirSync(path.join(home, 'engine', 'leases'), { recursive: true, mode: 0o700 });
  const root = realpathSync(path.join(home, 'engine'));
  const id = createHash('sha256').update(root).digest('hex').slice(0, 8);
  const run = shortEnough(path.join(root, 'run'))
    ? path.join(root, 'run')
    : path.join(realpathSync(os.tmpdir()), `slipway-${id}`);
  makeOwn(run);
  return {
    root,
    id,
    data: path.join(root, 'data'),
    leases: path.join(root, 'leases'),
    log: path.join(root, 'dockerd.log'),
    config: path.join(root, 'daemon.json'),
    pidFile: path.join(root, 'dockerd.pid'),
    exec: path.join(run, 'exec'),
    socket: path.join(run, 'docker.sock'),
  };
}

function shortEnough(run: string): boolean {
  return Buffer.byteLength(path.join(run, 'exec') + longestBelowExec) <= longestSocketPath;
}

/** The temporary folder is everybody's: a folder there that somebody else made is not used. */
function makeOwn(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const there = lstatSync(folder);
  if (!there.isDirectory() || there.uid !== process.getuid?.() || (there.mode & 0o077) !== 0) {
    throw appFailure('engine.startFailed', { cause: `${folder} is not a folder of ours alone` });
  }
}
