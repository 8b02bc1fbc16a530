// What a benchmark is given: the real parts of the tests, and the peers to measure against on the same engines.
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { partsFromEnvironment } from '../parts/given.ts';
import { type EngineInfo, type Parts, startParts } from '../parts/parts.ts';

/** A docker client, to be run as `execFile(peer.command, args, { env: peer.env })`. */
export interface Peer {
  /** `docker 20.10`, `docker buildx` */
  name: string;
  command: string;
  /** With DOCKER_HOST of its engine, and a DOCKER_CONFIG of its own. */
  env: NodeJS.ProcessEnv;
  engine: EngineInfo;
}

export interface Bench {
  parts: Parts;
  peers: {
    /** The release's own client on its own engine; `docker build` there is the classic builder or, with DOCKER_BUILDKIT=1, BuildKit. */
    docker20: Peer;
    /** The current client with buildx, on the current engine: `docker buildx build`. */
    buildx: Peer;
  };
}

export async function withBenchParts(bench: (given: Bench) => Promise<void>): Promise<void> {
  const given = partsFromEnvironment();
  const running = given === undefined ? await startParts() : { parts: given, stop: () => Promise.resolve() };
  const config = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    const [system, current] = running.parts.engines;
    if (current.cliPlugins !== undefined) {
      // A client looks for plugins in its configuration first; these are unpacked, not installed.
      await mkdir(path.join(config, current.name), { recursive: true });
      await symlink(current.cliPlugins, path.join(config, current.name, 'cli-plugins'));
    }
    await bench({
      parts: running.parts,
      peers: {
        docker20: peer(`docker ${system.name}`, system, config),
        buildx: peer('docker buildx', current, config),
      },
    });
  } finally {
    await running.stop();
    await rm(config, { recursive: true, force: true });
  }
}

function peer(name: string, engine: EngineInfo, config: string): Peer {
  if (engine.cli === undefined) throw new Error(`there is no docker client for the engine ${engine.name}`);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DOCKER_HOST: engine.host,
    DOCKER_CONFIG: path.join(config, engine.name),
  };
  delete env['DOCKER_CONTEXT'];
  delete env['DOCKER_BUILDKIT'];
  return { name, command: engine.cli, env, engine };
}
