/**
 * What the engine needs of containers, for steps that run commands. Part of {@link import('../ports.ts').ContainerEngine};
 * the same rules hold: every method that takes time takes an `AbortSignal` last, stops what it started when that fires and
 * rejects with the signal's reason; failures are `AppFailure`s; calls may run beside each other.
 *
 * Everything made here carries the labels of its run (`runLabel`, `homeLabel`), so that a killed process leaves nothing that
 * the next start can't find. Names of containers, networks and volumes are our own, unique in the engine: two runs of the same
 * task never meet. What is asked to be removed and is gone already is no error.
 */
import type { Readable } from 'node:stream';
import type { LogStream } from '@shared/model/log-line.ts';
import type { CredentialSource, PushProgress } from '../ports.ts';

/** Something that a container sees at a path of its own. */
export type ContainerMount =
  /** One that isn't there is made by the engine; it is nobody's run's, and stays. */
  | { readonly kind: 'volume'; readonly volume: string; readonly path: string; readonly readOnly?: boolean }
  /** A folder or file of the engine's machine. */
  | { readonly kind: 'bind'; readonly source: string; readonly path: string; readonly readOnly?: boolean };

/** How a container reaches others. `aliases` are names under which others of the network find it. */
export type ContainerNetwork =
  | { readonly kind: 'network'; readonly name: string; readonly aliases: readonly string[] }
  | { readonly kind: 'host' }
  | { readonly kind: 'none' }
  /** The engine's own bridge, without names. */
  | { readonly kind: 'default' };

/** A container about to be made. */
export interface ContainerSpec {
  readonly runId: string;
  /** Becomes part of its name; need not be unique. */
  readonly stepId: string;
  readonly image: string;
  /** `linux/arm64`; absent: what the engine takes by itself. */
  readonly platform?: string | undefined;
  /** What `docker run` has behind the image. */
  readonly args: readonly string[];
  /** Replaces the image's; as with docker, the image's own command is dropped then. An empty list resets it. */
  readonly entryPoint?: readonly string[] | undefined;
  readonly env: readonly string[];
  /** Absent: the image's own. */
  readonly workingDirectory?: string | undefined;
  readonly user?: string | undefined;
  readonly privileged: boolean;
  readonly isolation?: string | undefined;
  /** docker's `--cpus`: `0.5`. */
  readonly cpus?: string | undefined;
  /** docker's `--memory`: `512m`. */
  readonly memory?: string | undefined;
  readonly network: ContainerNetwork;
  /** docker's `-p`. */
  readonly ports: readonly string[];
  readonly expose: readonly string[];
  readonly mounts: readonly ContainerMount[];
  /** Has a terminal: output is one stream, and {@link Containers.openTerminal} may attach. */
  readonly terminal?: boolean;
}

/** How a container ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  /** The kernel killed it for want of memory. */
  readonly outOfMemory: boolean;
}

/** What a container prints. May split lines and characters anywhere. `time` in ms, UTC. */
export type OnOutput = (stream: Exclude<LogStream, 'engine'>, data: Uint8Array, time: number) => void;

/** Which shell is opened, and on which terminal. */
export interface ShellRequest {
  /** Tried in this order: the first that is there. */
  readonly commands: readonly (readonly string[])[];
  /** Of the terminal, in characters. */
  readonly columns: number;
  readonly rows: number;
  /** Beside the variables that are there anyway. */
  readonly env?: readonly string[];
}

/** A shell in a container, on a terminal of its own. */
export interface ContainerTerminal {
  /** What the terminal shows, as bytes for a terminal emulator. Ends when the shell does. */
  readonly output: Readable;
  /** Sends keys. Resolves when more may be sent. */
  write(data: Uint8Array): Promise<void>;
  /** Tells the shell the size of its terminal, in characters. */
  resize(columns: number, rows: number): Promise<void>;
  /** The shell's exit code; settles when it has ended. */
  readonly ended: Promise<number>;
  /** Ends the shell. */
  close(): Promise<void>;
}

export interface Containers {
  /**
   * Makes sure that the engine has an image: pulls it when it hasn't, or always with `force`.
   * @throws `image.notFound`, `image.noPlatform`, `registry.*`, `platform.noEmulation`
   */
  pull(
    image: string,
    options: { readonly platform?: string | undefined; readonly force: boolean },
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Makes a network of a run; answers its name in the engine. */
  createNetwork(
    runId: string,
    network: { readonly name: string; readonly driver?: string | undefined; readonly ipv6: boolean },
    signal: AbortSignal,
  ): Promise<string>;
  /** Makes a volume of a run; answers its name in the engine. */
  createVolume(runId: string, purpose: string, signal: AbortSignal): Promise<string>;
  /**
   * Unpacks a tar archive into a volume, below `folder` (absolute inside the volume: `/`), without running anything and
   * without pulling any image. The archive is destroyed when this is over.
   * @throws the archive's own error; `archive.invalid` for a link that leads out by `..`, which older engines don't take
   */
  writeVolume(volume: string, runId: string, folder: string, archive: Readable, signal: AbortSignal): Promise<void>;
  /** A folder of a volume as a tar archive, paths relative to it. @throws `context.notFound` when it isn't there. */
  readVolume(volume: string, runId: string, folder: string, signal: AbortSignal): Promise<Readable>;
  /** Makes a container; answers its id. Starts nothing. @throws `image.notFound`, `container.invalid` (what the engine refused, in its words) */
  create(spec: ContainerSpec, signal: AbortSignal): Promise<string>;
  /**
   * Starts a container that was made and waits until it has ended and all its output was handed over. When the signal fires it
   * gets SIGTERM, and SIGKILL after `graceMs`; this rejects when it has ended.
   * @throws `container.startFailed` (a port that is taken, a command that isn't in the image: `params.exitCode` 125, 126 or 127 as docker says)
   */
  run(
    id: string,
    onOutput: OnOutput,
    options: { readonly graceMs: number },
    signal: AbortSignal,
  ): Promise<ContainerEnd>;
  /** Starts a container and leaves it running; its output is handed over until it ends or `stopped` fires. */
  startDetached(id: string, onOutput: OnOutput, stopped: AbortSignal, signal: AbortSignal): Promise<void>;
  /** Stops (SIGTERM, then SIGKILL after `graceMs`) and removes a container with its anonymous volumes. */
  remove(id: string, options: { readonly graceMs: number }, signal: AbortSignal): Promise<void>;
  removeNetwork(name: string, signal: AbortSignal): Promise<void>;
  removeVolume(name: string, signal: AbortSignal): Promise<void>;
  /** Makes an image of a container's files as they are now; answers the image's id. It carries the run's labels. */
  commit(id: string, runId: string, signal: AbortSignal): Promise<string>;
  removeImage(imageId: string, signal: AbortSignal): Promise<void>;
  /** Where a running container is reached on the engine's machine, as docker writes it: `127.0.0.1:49153:80/tcp`. */
  publishedPorts(id: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Whether a container is running. False for one that is gone. */
  isRunning(id: string, signal: AbortSignal): Promise<boolean>;
  /**
   * Opens a shell on a terminal: in a running container.
   * @throws `container.noShell` when none of them is in the image
   */
  openTerminal(
    id: string,
    options: ShellRequest & {
      readonly workingDirectory?: string | undefined;
      readonly user?: string | undefined;
    },
    signal: AbortSignal,
  ): Promise<ContainerTerminal>;
}
