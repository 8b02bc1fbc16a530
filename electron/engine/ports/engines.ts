/** The engines that a run may go to, each under its name: the one that is looked for, and those that somebody has named. */
import type { EngineStatus } from '@shared/model/engine-status.ts';
import type { EngineKind } from '@shared/model/named-engine.ts';
import type { Readable } from 'node:stream';
import type { BuiltImage, ContainerEngine } from '../ports.ts';

/** An engine that takes in images which another has built. */
export interface ImageKeeper {
  /** See {@link ContainerEngine.find}: it must be there before anything is built for it. */
  readonly find: ContainerEngine['find'];
  /** Takes an archive as `docker save` writes it; answers what became of `name`, or of the image without one. */
  load(archive: Readable, name: string | undefined, signal: AbortSignal): Promise<BuiltImage>;
  /** What such an image is made of; see {@link ContainerEngine.layers}. */
  readonly layers: ContainerEngine['layers'];
}

/** An engine as whoever chooses one sees it. */
export interface EngineView {
  readonly name: string;
  /** Known before it answers: one that only builds takes no tasks. */
  readonly kind: EngineKind;
  readonly status: EngineStatus;
  /** Whether anybody has looked for it yet: without that, `searching` means nothing. */
  readonly lookedFor: boolean;
  /** Of the last sign of life that was asked for; ms. */
  readonly latencyMs?: number | undefined;
  /** When it last answered; ms, UTC. */
  readonly lastSeen?: number | undefined;
}

/** An engine that is not left, also when its name is taken away, before it is released. */
export interface EngineUse {
  readonly name: string;
  readonly engine: ContainerEngine;
  release(): void;
}

export interface Engines {
  /** The default one first, the others in the order of the settings. */
  list(): readonly EngineView[];
  /** Looks for one now; one that is there is asked for a sign of life, whose time is kept. That it isn't there is an answer. @throws `engine.unknown`, the signal's reason */
  find(name: string, signal: AbortSignal): Promise<EngineStatus>;
  /** Begins to look for those that nobody has looked for yet; nobody waits for it. */
  lookFor(names: readonly string[]): void;
  /** @throws `engine.unknown` */
  use(name: string): EngineUse;
  /** Told of each change of a status, and of which engines there are (`undefined`). Returns the way to stop. */
  onChange(listener: (name: string | undefined, status?: EngineStatus) => void): () => void;
  /** Gives up all of them; what still goes on there is stopped. */
  close(): Promise<void>;
}
