/**
 * What the engine needs of the places that source comes from, when it isn't a folder of this machine. The rules of
 * `../ports.ts` hold: an `AbortSignal` last, failures are `AppFailure`s, calls may run beside each other.
 */
import type { AddressCredential, ContextLocation } from '@shared/model/context-location.ts';
import type { RunSource } from '@shared/model/run.ts';

/** A place that has to be fetched. */
export type RemoteLocation = Extract<ContextLocation, { readonly kind: 'git' | 'archive' | 'artifact' }>;

/** Whether a place has to be fetched. */
export function isRemote(location: ContextLocation): location is RemoteLocation {
  return location.kind !== 'none' && location.kind !== 'folder';
}

/** Files that were fetched. */
export interface FetchedSource {
  /** Absolute, inside the destination: its root, or the folder that was asked for. */
  readonly root: string;
  /** What the place turned out to be. */
  readonly source: RunSource;
}

export interface FetchOptions {
  /** What stood in the address itself; goes to its host alone. */
  readonly credential?: AddressCredential | undefined;
  /**
   * Who named the place: a person, or a text that may be a stranger's (a task file). A stranger's is never reached on this
   * machine or in its own network.
   */
  readonly namedBy: 'person' | 'task';
  /** A line for the log; without credentials. */
  readonly onProgress: (line: string) => void;
}

export interface Sources {
  /**
   * Puts the files of a place into `destination`, a folder that isn't there yet; what was put there goes again when this fails.
   * @throws AppFailure `source.*`, `context.*`, `archive.*`, `registry.*`, `disk.full`
   */
  fetch(
    location: RemoteLocation,
    destination: string,
    options: FetchOptions,
    signal: AbortSignal,
  ): Promise<FetchedSource>;
}
