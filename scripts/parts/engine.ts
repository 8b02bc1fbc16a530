// A private Docker Engine: its own containerd, data, socket and network; removed without a trace.
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { succeeds } from '../setup/shell.mjs';
import { type EngineProgram, findEngine } from './engine-program.mjs';
import { request } from './http.ts';
import { createNetwork, removeNetwork } from './network.ts';
import { type Background, startInBackground } from './process.ts';

export interface Engine {
  /** Major and minor version, for example `20.10`. */
  readonly name: string;
  readonly version: string;
  /** `unix:///…/docker.sock` */
  readonly host: string;
  readonly containerdStore: boolean;
  readonly logFile: string;
  readonly program: EngineProgram;
  /** Kills dockerd (SIGKILL), as a crash does: what it ran goes on without it. */
  kill(): Promise<void>;
  /** Starts dockerd again after {@link kill}, on the same data; resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Kubernetes' interface, and what keeps layers on file systems that a test machine hardly has. */
const unneeded = [
  'io.containerd.grpc.v1.cri',
  ...['btrfs', 'devmapper', 'zfs', 'blockfile', 'erofs'].map((name) => `io.containerd.snapshotter.v1.${name}`),
];

/** BuildKit cuts the output of a step at 2 MiB, or at 200 KiB a second: too little to try limits of our own. 20.10 takes -1 for nothing at all. */
const unlimitedLogs = { BUILDKIT_STEP_LOG_MAX_SIZE: '1073741824', BUILDKIT_STEP_LOG_MAX_SPEED: '1073741824' };

/** With `tls` it listens there too, for clients with a certificate of the same authority. `system` is the release's own (20.10 on Debian 12), `current` the newest that runs here (28.5), with containerd's image store. */
export async function startEngine(
  kind: 'system' | 'current',
  folder: string,
  tls?: { readonly port: number; readonly folder: string },
): Promise<Engine> {
  const program = await findEngine(kind);
  await mkdir(folder, { recursive: true });
  const network = await createNetwork();
  await writeFile(path.join(folder, 'bridge'), network.bridge);
  const socket = path.join(folder, 'docker.sock');
  const containerdSocket = path.join(folder, 'containerd.sock');
  const host = `unix://${socket}`;
  await writeFile(
    path.join(folder, 'containerd.toml'),
    [
      'version = 2',
      `disabled_plugins = ${JSON.stringify(unneeded)}`,
      `root = "${folder}/containerd/root"`,
      `state = "${folder}/containerd/state"`,
      '[grpc]',
      `address = "${containerdSocket}"`,
      '',
    ].join('\n'),
  );
  await writeFile(
    path.join(folder, 'daemon.json'),
    JSON.stringify({
      'data-root': path.join(folder, 'data'),
      'exec-root': path.join(folder, 'exec'),
      pidfile: path.join(folder, 'dockerd.pid'),
      hosts: [host, ...(tls === undefined ? [] : [`tcp://127.0.0.1:${tls.port}`])],
      ...(tls === undefined
        ? {}
        : {
            tlsverify: true,
            tlscacert: path.join(tls.folder, 'ca.pem'),
            tlscert: path.join(tls.folder, 'cert.pem'),
            tlskey: path.join(tls.folder, 'key.pem'),
          }),
      containerd: containerdSocket,
      bridge: network.bridge,
      'default-address-pools': [network.pool],
      'shutdown-timeout': 3,
      iptables: false,
      ip6tables: false,
      'userland-proxy-path': path.join(program.folder, 'usr/sbin/docker-proxy'),
      features: { buildkit: true, 'containerd-snapshotter': program.containerdStore },
    }),
  );
  const containerd = startInBackground('containerd', ['--config', path.join(folder, 'containerd.toml')], {
    env: program.env,
    logFile: path.join(folder, 'containerd.log'),
  });
  const startDaemon = () =>
    startInBackground('dockerd', ['--config-file', path.join(folder, 'daemon.json')], {
      env: { ...program.env, ...unlimitedLogs },
      logFile: path.join(folder, 'dockerd.log'),
    });
  const answering = (daemon: Background) =>
    daemon.until(async () => (await request(host, '/_ping')).status === 200, `Docker Engine ${program.version}`);
  let dockerd: Background | undefined;
  const stop = async () => {
    await dockerd?.stop();
    await containerd.stop();
    await removeEngineFolder(folder);
  };
  try {
    // Its socket answers before all of its services do, and BuildKit asks for them only once.
    await containerd.until(
      async () => (await readFile(containerd.logFile, 'utf8')).includes('containerd successfully booted'),
      `containerd of Docker Engine ${program.version}`,
    );
    dockerd = startDaemon();
    await answering(dockerd);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: program.version.split('.').slice(0, 2).join('.'),
    version: program.version,
    host,
    containerdStore: program.containerdStore,
    logFile: path.join(folder, 'dockerd.log'),
    program,
    kill: async () => dockerd?.kill(),
    async restart() {
      dockerd = startDaemon();
      await answering(dockerd);
    },
    stop,
  };
}

/**
 * Whatever an engine left in its folder and around it: processes that name the folder, mounts below it, its network.
 * Also right for an engine whose owner was killed.
 */
export async function removeEngineFolder(folder: string): Promise<void> {
  const family = await processesOf(folder);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of family) killIfThere(pid, signal);
    for (let waited = 0; waited < 5000 && family.some((pid) => existsSync(`/proc/${pid}`)); waited += 50)
      await delay(50);
  }
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of mounts.reverse()) succeeds('umount', ['-l', point]);
  const bridge = await readFile(path.join(folder, 'bridge'), 'utf8').catch(() => undefined);
  if (bridge !== undefined) await removeNetwork(bridge);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Those that were told of the folder (daemons, shims), and what they started (containers). */
async function processesOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = new Set<number>();
  const childrenOf = new Map<number, number[]>();
  await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const program = path.basename(command.split('\0')[0] ?? '');
      // Not whoever happens to look at our files.
      if (/^(dockerd|containerd.*|docker-proxy|runc|docker-registry)$/.test(program) && command.includes(`${folder}/`))
        found.add(pid);
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const parent = Number(/\) \S (\d+) /.exec(stat)?.[1] ?? 0);
      childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
    }),
  );
  // A set hands out what is added while it is walked.
  for (const pid of found) for (const child of childrenOf.get(pid) ?? []) found.add(child);
  return [...found];
}

function killIfThere(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself
  }
}
