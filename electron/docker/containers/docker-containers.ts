import type { Readable } from 'node:stream';
import type {
  ContainerEnd,
  Containers,
  ContainerSpec,
  ContainerTerminal,
  OnOutput,
} from '../../engine/ports/containers.ts';
import type { CredentialSource, PushProgress } from '../../engine/ports.ts';
import { isGone } from '../failures.ts';
import type { FoundEngine } from '../find-engine.ts';
import { commitContainer, removeImage } from './committed-images.ts';
import { createContainer } from './create-container.ts';
import { makeWhole } from './make-whole.ts';
import { createNetwork, createVolume, type NetworkPlan, removeNetwork, removeVolume } from './networks-and-volumes.ts';
import { publishedPorts } from './port-mappings.ts';
import { pullImage, type PullOptions } from './pull-image.ts';
import { runContainer, startDetached } from './run-container.ts';
import { patience, removeContainer, takesLonger } from './stop-container.ts';
import { openTerminal, type TerminalOptions } from './terminal.ts';
import { readVolume, writeVolume } from './volume-files.ts';

/** Runs work on the engine that is in use, and tells its loss from its refusals. The work's signal fires also when that is closed. */
export type UseEngine = <T>(
  signal: AbortSignal,
  work: (engine: FoundEngine, stop: AbortSignal) => Promise<T>,
) => Promise<T>;

/** Containers of runs of a home, in the engine that `using` leads to. */
export function createContainers(using: UseEngine, homeId: string): Containers {
  return new DockerContainers(using, homeId);
}

class DockerContainers implements Containers {
  readonly #using: UseEngine;
  readonly #homeId: string;
  /** Those with a terminal: their output has no frames, which the output itself doesn't tell. */
  readonly #terminals = new Set<string>();
  /** Output of containers that were left running. */
  readonly #outputs = new Map<string, Promise<void>>();

  constructor(using: UseEngine, homeId: string) {
    this.#using = using;
    this.#homeId = homeId;
  }

  pull(
    image: string,
    options: PullOptions,
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#using(signal, (engine, stop) => pullImage(engine, image, options, credentials, onProgress, stop));
  }

  createNetwork(runId: string, network: NetworkPlan, signal: AbortSignal): Promise<string> {
    return this.#using(signal, (engine, stop) =>
      makeWhole(
        stop,
        (making) => createNetwork(engine, this.#homeId, runId, network, making),
        (made, undoing) => removeNetwork(engine.client, made, undoing),
      ),
    );
  }

  createVolume(runId: string, purpose: string, signal: AbortSignal): Promise<string> {
    return this.#using(signal, ({ client }, stop) =>
      makeWhole(
        stop,
        (making) => createVolume(client, this.#homeId, runId, purpose, making),
        (made, undoing) => removeVolume(client, made, undoing),
      ),
    );
  }

  async writeVolume(
    volume: string,
    runId: string,
    folder: string,
    archive: Readable,
    signal: AbortSignal,
  ): Promise<void> {
    // It may break before anybody reads it.
    archive.on('error', () => undefined);
    try {
      const place = { volume, runId, homeId: this.#homeId };
      await this.#using(signal, ({ client }, stop) => writeVolume(client, place, folder, archive, stop));
    } finally {
      archive.destroy();
    }
  }

  readVolume(volume: string, runId: string, folder: string, signal: AbortSignal): Promise<Readable> {
    const place = { volume, runId, homeId: this.#homeId };
    return this.#using(signal, ({ client }, stop) => readVolume(client, place, folder, stop));
  }

  async create(spec: ContainerSpec, signal: AbortSignal): Promise<string> {
    const id = await this.#using(signal, ({ client }, stop) =>
      makeWhole(
        stop,
        (making) => createContainer(client, this.#homeId, spec, making),
        (made, undoing) => removeContainer(client.docker.getContainer(made), { graceMs: 0 }, undoing),
      ),
    );
    if (spec.terminal === true) this.#terminals.add(id);
    return id;
  }

  run(
    id: string,
    onOutput: OnOutput,
    options: { readonly graceMs: number },
    signal: AbortSignal,
  ): Promise<ContainerEnd> {
    const startable = { id, terminal: this.#terminals.has(id) };
    return this.#using(signal, ({ client }, stop) => runContainer(client, startable, onOutput, options, stop));
  }

  async startDetached(id: string, onOutput: OnOutput, stopped: AbortSignal, signal: AbortSignal): Promise<void> {
    const startable = { id, terminal: this.#terminals.has(id) };
    const { output } = await this.#using(signal, ({ client }, stop) =>
      startDetached(client, startable, onOutput, stopped, stop),
    );
    // That an engine is lost is told to whoever asks it next: here nobody waits.
    const over = output.catch(() => undefined).then(() => void this.#outputs.delete(id));
    this.#outputs.set(id, over);
  }

  async remove(id: string, options: { readonly graceMs: number }, signal: AbortSignal): Promise<void> {
    await this.#using(signal, ({ client }, stop) => removeContainer(client.docker.getContainer(id), options, stop));
    this.#terminals.delete(id);
    // It ends with the container, but for what is still on its way.
    const output = this.#outputs.get(id);
    if (output !== undefined) await takesLonger(output, patience);
  }

  removeNetwork(name: string, signal: AbortSignal): Promise<void> {
    return this.#using(signal, ({ client }, stop) => removeNetwork(client, name, stop));
  }

  removeVolume(name: string, signal: AbortSignal): Promise<void> {
    return this.#using(signal, ({ client }, stop) => removeVolume(client, name, stop));
  }

  commit(id: string, runId: string, signal: AbortSignal): Promise<string> {
    return this.#using(signal, ({ client }, stop) =>
      makeWhole(
        stop,
        (making) => commitContainer(client, this.#homeId, id, runId, making),
        (made, undoing) => removeImage(client, made, undoing),
      ),
    );
  }

  removeImage(imageId: string, signal: AbortSignal): Promise<void> {
    return this.#using(signal, ({ client }, stop) => removeImage(client, imageId, stop));
  }

  publishedPorts(id: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#using(signal, async ({ client }, stop) => {
      const { NetworkSettings } = await client.docker.getContainer(id).inspect({ abortSignal: stop });
      return publishedPorts(NetworkSettings.Ports);
    });
  }

  isRunning(id: string, signal: AbortSignal): Promise<boolean> {
    return this.#using(signal, async ({ client }, stop) => {
      try {
        const { State } = await client.docker.getContainer(id).inspect({ abortSignal: stop });
        return State.Running;
      } catch (error) {
        stop.throwIfAborted();
        if (isGone(error)) return false;
        throw error;
      }
    });
  }

  openTerminal(id: string, options: TerminalOptions, signal: AbortSignal): Promise<ContainerTerminal> {
    return this.#using(signal, ({ client }, stop) => openTerminal(client, id, options, stop));
  }
}
