// All real parts that the tests need: two engines, two registries, an image in each, emulation.
// Started once for a whole run of tests, in a folder that names our process, so that what a killed run left is found.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { removeEngineFolder, startEngine } from './engine.ts';
import { type Availability, ensureEmulation } from './emulation.ts';
import { loadImage, publishBusybox } from './images.ts';
import { type Login, type RegistryInfo, startRegistry } from './registry.ts';

export interface EngineInfo {
  /** `20.10`, `28.5` */
  name: string;
  /** `unix:///…/docker.sock` */
  host: string;
  containerdStore: boolean;
  /** What dockerd wrote. */
  logFile: string;
  /** The docker client that belongs to this engine, for comparing; the product never uses one. */
  cli: string | undefined;
  /** Where that client finds its plugins (buildx); none for the old one. */
  cliPlugins: string | undefined;
}

/** What a test is told: plain data. */
export interface Parts {
  /** The release's own engine first, then the current one. */
  engines: [EngineInfo, EngineInfo];
  registries: {
    open: RegistryInfo;
    private: RegistryInfo & { login: Login };
  };
  /** busybox: under a name that both engines already have, and by registry (a manifest list for amd64 and arm64). */
  busybox: { local: string; open: string; private: string; digest: string };
  emulation: Availability;
}

export interface RunningParts {
  parts: Parts;
  stop(): Promise<void>;
}

const folderPrefix = 'slipway-parts-';

export async function startParts(): Promise<RunningParts> {
  await sweep();
  const folder = path.join(os.tmpdir(), `${folderPrefix}${process.pid}`);
  await mkdir(folder, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.allSettled(stops.splice(0).map((part) => part()));
    await rm(folder, { recursive: true, force: true });
  };
  const kept = async <Part extends { stop(): Promise<void> }>(starting: Promise<Part>): Promise<Part> => {
    const part = await starting;
    stops.push(() => part.stop());
    return part;
  };
  const login = { user: 'harbour', password: 'lock-&-quay 7' };
  // All at once, and all awaited even where one fails: what did start must stop.
  const settled = await Promise.allSettled([
    kept(startEngine('system', path.join(folder, 'engine-system'))),
    kept(startEngine('current', path.join(folder, 'engine-current'))),
    kept(startRegistry(path.join(folder, 'registry-open'))),
    kept(startRegistry(path.join(folder, 'registry-private'), { login })),
    ensureEmulation(),
  ] as const);
  try {
    const [system, current, open, locked, emulation] = settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }) as Started;
    const [busybox, busyboxLocked] = await Promise.all([publishBusybox(open), publishBusybox(locked)]);
    const local = 'slipway-test/busybox:latest';
    await Promise.all([system, current].map((engine) => loadImage(engine, open, busybox.ref, local)));
    const engines: Parts['engines'] = [describe(system), describe(current)];
    return {
      parts: {
        engines,
        registries: { open: plain(open), private: { ...plain(locked), login } },
        busybox: { local, open: busybox.ref, private: busyboxLocked.ref, digest: busybox.digest },
        emulation,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Started = [
  Awaited<ReturnType<typeof startEngine>>,
  Awaited<ReturnType<typeof startEngine>>,
  Awaited<ReturnType<typeof startRegistry>>,
  Awaited<ReturnType<typeof startRegistry>>,
  Availability,
];

function describe(engine: Started[0]): EngineInfo {
  const { name, host, containerdStore, logFile, program } = engine;
  const plugins = ['usr/libexec/docker/cli-plugins', 'usr/lib/docker/cli-plugins']
    .map((folder) => path.join(program.folder, folder))
    .find((folder) => program.folder !== '/' && existsSync(folder));
  return { name, host, containerdStore, logFile, cli: program.cli, cliPlugins: plugins };
}

function plain({ host, url, logFile }: RegistryInfo): RegistryInfo {
  return { host, url, logFile };
}

/** What runs that were killed left behind. Only folders of ours whose process is gone. */
async function sweep(): Promise<void> {
  const left = (await readdir(os.tmpdir())).filter((name) => name.startsWith(folderPrefix));
  for (const name of left) {
    if (existsSync(`/proc/${name.slice(folderPrefix.length)}`)) continue;
    const folder = path.join(os.tmpdir(), name);
    await removeEngineFolder(path.join(folder, 'engine-system'));
    await removeEngineFolder(path.join(folder, 'engine-current'));
    await removeEngineFolder(folder);
  }
}
