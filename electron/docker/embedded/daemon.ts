import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { appFailure } from '@shared/model/app-error.ts';
import type { ProcessIdentity } from '../../engine/journal.ts';
import { createClient, ping } from '../client.ts';
import { socketEndpoint } from '../connection/endpoint.ts';
import type { EngineFolder } from './folder.ts';
import { createNetwork, removeNetwork } from './network.ts';
import { end, processesWith, withDescendants } from './processes.ts';
import { systemPath } from './programs.ts';
import { pause } from '../pause.ts';

const execute = promisify(execFile);

/** ms */
const times = { toStart: 90_000, toStop: 20_000, toEnd: 5_000, betweenLooks: 50 };

/** What of the environment dockerd gets. Everything else, secrets above all, is not its business. */
const passedOn = /^(HOME|LANG|TMPDIR|DOCKER_RAMDISK|(https?|no|all)_proxy)$/i;

/**
 * The dockerd of this folder, found by what it was started with. No record is needed, so none can be wrong: the one that
 * started it may have been killed at any moment.
 */
export async function findDaemon(folder: EngineFolder): Promise<ProcessIdentity | undefined> {
  const [daemon] = await processesWith((words) => isDockerd(words) && words.includes(folder.config));
  return daemon;
}

/** Starts dockerd and waits until it answers. @throws AppFailure `engine.startFailed` with its last words */
export async function startDaemon(
  folder: EngineFolder,
  dockerd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  await clearTheWay(folder);
  const network = await prepareNetwork(folder, env);
  await writeConfig(folder, network.settings);
  const log = openSync(folder.log, 'w', 0o600);
  if (network.limit !== undefined) writeSync(log, `slipway: ${network.limit}\n`);
  // In a session of its own: Ctrl-C in the terminal is for us, and we stop it in our own time.
  const child = spawn(dockerd, daemonArguments(folder), {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
    env: { ...Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name))), PATH: systemPath(env) },
  });
  closeSync(log);
  child.unref();
  try {
    await untilReady(folder, child, signal);
  } catch (error) {
    await stopDaemon(folder, env);
    throw error;
  }
}

/** Waits for a dockerd that somebody else has started. @throws AppFailure `engine.startFailed` */
export async function awaitDaemon(folder: EngineFolder, signal: AbortSignal): Promise<void> {
  await untilReady(folder, undefined, signal);
}

/** Stops this folder's dockerd, and what it may have left. Its data, the build cache in it, stay. */
export async function stopDaemon(folder: EngineFolder, env: NodeJS.ProcessEnv): Promise<void> {
  const daemon = await findDaemon(folder);
  if (daemon !== undefined) await end([daemon], times.toStop);
  await cleanUp(folder, env);
  await removeNetwork(folder.id, env);
}

async function prepareNetwork(folder: EngineFolder, env: NodeJS.ProcessEnv) {
  try {
    const others = await processesWith(isDockerd);
    return await createNetwork(folder.id, env, others.length > 0);
  } catch (error) {
    throw appFailure('engine.startFailed', { cause: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** Where a containerd of the machine runs, dockerd uses that one: among what is another engine's, ours needs names of its own. */
function daemonArguments({ config, id }: EngineFolder): readonly string[] {
  const namespace = `slipway-${id}`;
  return [
    '--config-file',
    config,
    '--containerd-namespace',
    namespace,
    '--containerd-plugins-namespace',
    `plugins-${namespace}`,
  ];
}

/** A file of its own, because dockerd would read /etc/docker/daemon.json otherwise, which is another engine's. */
async function writeConfig(folder: EngineFolder, network: Readonly<Record<string, unknown>>): Promise<void> {
  const config = {
    'data-root': folder.data,
    'exec-root': folder.exec,
    pidfile: folder.pidFile,
    hosts: [`unix://${folder.socket}`],
    'shutdown-timeout': 5,
    features: { buildkit: true },
    ...network,
  };
  await writeFile(folder.config, JSON.stringify(config, undefined, 2), { mode: 0o600 });
}

async function untilReady(folder: EngineFolder, child: ChildProcess | undefined, signal: AbortSignal): Promise<void> {
  let failure: Error | undefined;
  child?.once('error', (error) => {
    failure = error;
  });
  const client = await createClient(socketEndpoint(folder.socket));
  const end = Date.now() + times.toStart;
  for (;;) {
    signal.throwIfAborted();
    let reason: unknown;
    try {
      await ping(client, signal);
      return;
    } catch (error) {
      reason = error;
    }
    signal.throwIfAborted();
    const ended =
      child === undefined
        ? (await findDaemon(folder)) === undefined
        : child.exitCode !== null || child.signalCode !== null;
    if (failure !== undefined || ended || Date.now() > end) {
      throw appFailure(
        'engine.startFailed',
        { cause: failure?.message ?? (await lastWords(folder)), fixes: [{ kind: 'retry' }] },
        failure ?? reason,
      );
    }
    await pause(times.betweenLooks, signal);
  }
}

/** The end of dockerd's log: at most 4 KiB, 12 lines. */
async function lastWords(folder: EngineFolder): Promise<string> {
  const file = await open(folder.log);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 4096);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trim().split('\n').slice(-12).join('\n');
  } finally {
    await file.close();
  }
}

/**
 * dockerd refuses to start, or waits for nothing, where other processes have the numbers in its files now. A containerd
 * that a killed one left is kept: dockerd takes it over, and with it what ran in its containers.
 */
async function clearTheWay(folder: EngineFolder): Promise<void> {
  const containerd = await processesWith(
    (words) => path.basename(words[0] ?? '') === 'containerd' && isBelow(folder, words),
  );
  // Where dockerd finds its default network of the last time, and is given address pools, it deletes the bridge "docker0"
  // of whoever has one (moby, initNetworkController). No network of ours outlives its run, so it need not remember any.
  await rm(path.join(folder.data, 'network/files'), { recursive: true, force: true });
  const containerdPid = path.join(folder.exec, 'containerd/containerd.pid');
  for (const file of [folder.pidFile, folder.socket, ...(containerd.length === 0 ? [containerdPid] : [])])
    await rm(file, { force: true });
}

/** What a dockerd that was killed leaves: its containerd and shims with all that runs in them, and mounts. */
async function cleanUp(folder: EngineFolder, env: NodeJS.ProcessEnv): Promise<void> {
  await end(await withDescendants(await processesWith((words) => isBelow(folder, words))), times.toEnd);
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => unescape(line.split(' ')[1] ?? ''))
    .filter((point) => [folder.data, folder.exec].some((below) => `${point}/`.startsWith(`${below}/`)));
  for (const point of mounts.toReversed()) await execute('umount', ['-l', point], { env: { PATH: systemPath(env) } });
}

/** /proc/self/mounts writes blanks and the like as octal numbers. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function isDockerd(words: readonly string[]): boolean {
  return path.basename(words[0] ?? '') === 'dockerd';
}

/** Named on a command line: the folder that is ours alone. */
function isBelow(folder: EngineFolder, words: readonly string[]): boolean {
  return words.some((word) => word.startsWith(`${folder.exec}/`));
}
