import path from 'node:path';
import { Readable } from 'node:stream';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import { type ContainerSystem, stepPlaces } from '@shared/model/step-places.ts';
import { defaultNetworkName, type Task, type TaskNetwork } from '@shared/model/task.ts';
import { pack } from 'tar-stream';
import { findIgnoreFile, selectContext } from '../../context/dockerignore.ts';
import { packFolder } from '../../context/archive/pack-folder.ts';
import type { RunLogWriter } from '../../journal.ts';
import type { ContainerMount, ContainerNetwork } from '../../ports/containers.ts';
import type { CredentialSource } from '../../ports.ts';
import { maskNamed } from '../masking.ts';
import type { RunParts } from '../run-parts.ts';
import { usesDockerSocket } from './permissions.ts';

/** Milliseconds that a container has to end by itself when it is stopped: a cancel is to be done within three seconds. */
export const containerGraceMs = 1_500;
/** Milliseconds that the clearing away may take before it is left to the next start. */
const clearingMs = 30_000;

/** The network that docker has by itself, and the driver of others; in it nobody has a name. */
const ownNetwork: Readonly<Record<ContainerSystem, string>> = { linux: 'bridge', windows: 'nat' };

/** What the steps of a run share in the engine: networks, the workspace, volumes with secret files. All of it goes with the run. */
export interface TaskWorld {
  /** That of its containers. */
  readonly system: ContainerSystem;
  /** How a step's container is connected. */
  networkOf(step: { readonly id: string; readonly network?: string | undefined }): ContainerNetwork;
  /** The volumes that every step sees; made and filled when first asked for. */
  sharedMounts(): Promise<readonly ContainerMount[]>;
  secretMounts(mounts: readonly { readonly name: string; readonly mountPath: string }[]): readonly ContainerMount[];
  /** Copies the context's folder into the workspace, once more when that was done before. */
  fillWorkspace(signal: AbortSignal): Promise<void>;
  /** The workspace's volume, filled. */
  workspace(): Promise<string>;
  /** The container, image or the like is removed with the run, unless it was removed before. */
  own(remove: Removal): () => void;
  /** Removes everything. What can't be removed is told in the log, and swept by the next start. */
  close(): Promise<void>;
}

type Removal = (signal: AbortSignal) => Promise<void>;

/** What a world is made of. */
export interface TaskWorldParts {
  readonly runId: string;
  readonly system: ContainerSystem;
  readonly task: Task;
  /** Absolute; undefined for an empty workspace. */
  readonly context: string | undefined;
  readonly credentials: CredentialSource;
  /** Hosts whose credentials a step with a docker client may use. */
  readonly registries: readonly string[];
  /** Steps may come to it while the run stands still. */
  readonly mayGrow: boolean;
  /** A volume that was made already, for `Run.SharedVolume`. */
  readonly workspaceVolume: string | undefined;
  readonly parts: RunParts;
  readonly log: RunLogWriter;
}

/** Makes networks and secret volumes, in ACR's order (spec: task-yaml 13). */
export async function openTaskWorld(given: TaskWorldParts, signal: AbortSignal): Promise<TaskWorld> {
  const { runId, system, task, parts, log } = given;
  const { containers } = parts.engine;
  /** Containers and images; and what they hold, which can't go before them: networks and volumes. */
  const users = new Set<Removal>();
  const held = new Set<Removal>();
  /** In the engine, by the task's names. */
  const networks = new Map<string, string>();
  const secretVolumes = new Map<string, string>();
  let leftOut: string | undefined;

  let shared: Promise<readonly ContainerMount[]> | undefined;
  let filled: Promise<string> | undefined;
  const closing = new AbortController();
  /** What goes on behind the steps' backs ends with the run. */
  const open = AbortSignal.any([signal, closing.signal]);

  const makeVolume = async (purpose: string): Promise<string> => {
    const volume = await containers.createVolume(runId, purpose, open);
    held.add((stop) => containers.removeVolume(volume, stop));
    return volume;
  };

  const makeNetwork = async ({ name, driver, ipv6, skipCreation }: TaskNetwork): Promise<void> => {
    if (skipCreation) return log.engineLine('', `Skip creating network: ${name}`);
    log.engineLine('', `Creating Docker network: ${name}, driver: '${driver ?? ownNetwork[system]}'`);
    const made = await containers.createNetwork(runId, { name, driver, ipv6 }, signal);
    held.add((stop) => containers.removeNetwork(made, stop));
    networks.set(name, made);
    return log.engineLine('', `Successfully set up Docker network: ${name}`);
  };

  const close = async (): Promise<void> => {
    closing.abort(new Error('the run is over'));
    await Promise.allSettled([filled, shared]);
    const limit = AbortSignal.timeout(clearingMs);
    const failures: unknown[] = [];
    for (const removals of [users, held]) {
      await Promise.all([...removals].map((remove) => remove(limit).catch((error: unknown) => failures.push(error))));
      removals.clear();
    }
    const [first] = failures;
    if (first === undefined) return;
    const { code, cause = code } = toAppError(first);
    const left = `${failures.length} left`;
    log.engineLine('', `WARNING: not everything could be cleared away (${left}): ${cause.split('\n', 1)[0]}`);
  };

  let workspaceVolume = given.workspaceVolume;
  if (workspaceVolume !== undefined) {
    const volume = workspaceVolume;
    held.add((stop) => containers.removeVolume(volume, stop));
  }

  const fillWorkspace = async (stop: AbortSignal): Promise<void> => {
    if (given.context === undefined || workspaceVolume === undefined) return;
    const root = given.context;
    const selection = selectContext(await findIgnoreFile({ root, dockerfile: path.join(root, 'Dockerfile') }, stop));
    const archive = packFolder(root, selection);
    await containers.writeVolume(workspaceVolume, runId, '/', archive, stop);
  };
  const workspace = (): Promise<string> => {
    filled ??= (async () => {
      workspaceVolume ??= await makeVolume('workspace');
      log.engineLine('', `Using ${workspaceVolume} as the home volume`);
      await fillWorkspace(open);
      return workspaceVolume;
    })();
    // Who tries again later is not told the same once more.
    filled.catch(() => (filled = undefined));
    return filled;
  };

  try {
    // The network that ACR makes by itself is there for steps to find each other. It costs as much as a container, so that of
    // fewer than two is left out.
    const members = task.steps.filter(({ kind }) => kind === 'cmd').length;
    for (const network of task.networks) {
      if (members < 2 && !given.mayGrow && network.name === defaultNetworkName && !network.skipCreation)
        leftOut = network.name;
      else await makeNetwork(network);
    }
    for (const { name, files } of task.volumes) {
      const decoded = Object.entries(files).map(([file, text]) => [file, Buffer.from(text, 'base64')] as const);
      maskNamed(
        Object.fromEntries(decoded.map(([file, data]) => [`${name}/${file}`, data.toString('utf8')])),
        runId,
        parts.store,
        log,
      );
      const volume = await makeVolume(name);
      await containers.writeVolume(volume, runId, '/', archiveOf(decoded), signal);
      secretVolumes.set(name, volume);
      log.engineLine('', `Volume source ${name} successfully created`);
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    system,
    own(remove) {
      if (closing.signal.aborted) void remove(AbortSignal.timeout(clearingMs)).catch(() => undefined); // the next start sweeps
      users.add(remove);
      return () => void users.delete(remove);
    },
    close,
    workspace,
    fillWorkspace,
    networkOf({ id, network }) {
      switch (network) {
        case undefined:
          return { kind: 'default' };
        case 'host':
        case 'none':
          return { kind: network };
        case 'default':
        case ownNetwork[system]:
        case leftOut:
          return { kind: 'default' };
        default:
          return { kind: 'network', name: networks.get(network) ?? network, aliases: [id] };
      }
    },
    sharedMounts() {
      shared ??= (async () => {
        const [volume, home] = await Promise.all([workspace(), makeVolume('home')]);
        if (task.steps.some((step) => step.kind === 'cmd' && usesDockerSocket(step))) {
          const config = await dockerConfig(given.registries, given.credentials, signal);
          await containers.writeVolume(home, runId, '/', archiveOf([['.docker/config.json', config]]), open);
        }
        return [
          { kind: 'volume', volume, path: stepPlaces[system].workspace },
          { kind: 'volume', volume: home, path: stepPlaces[system].home },
        ];
      })();
      shared.catch(() => (shared = undefined));
      return shared;
    },
    secretMounts: (mounts) =>
      mounts.map(({ name, mountPath }) => {
        const volume = secretVolumes.get(name);
        if (volume === undefined) throw appFailure('internal', { cause: `no volume ${name}` });
        return { kind: 'volume', volume, path: mountPath };
      }),
  };
}

/** Files as a tar archive, for their owner's eyes only. */
function archiveOf(files: readonly (readonly [name: string, data: Buffer])[]): Readable {
  const archive = pack();
  for (const [name, data] of files) archive.entry({ name, mode: 0o644 }, data);
  archive.finalize();
  return Readable.from(archive);
}

/** docker's own configuration, with the credentials of the registries that the task names and of no other. */
async function dockerConfig(
  hosts: readonly string[],
  credentials: CredentialSource,
  signal: AbortSignal,
): Promise<Buffer> {
  const auths: Record<string, { readonly auth: string }> = {};
  for (const host of hosts) {
    const credential = await credentials.forHost(host, signal);
    if (credential === undefined) continue;
    const server = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
    auths[server] = { auth: Buffer.from(`${credential.username}:${credential.password}`).toString('base64') };
  }
  return Buffer.from(JSON.stringify({ auths }));
}
