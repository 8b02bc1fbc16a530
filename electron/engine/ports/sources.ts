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

/**
 * How far a name leads. `local`: a person typed it here, so this machine and its networks too. `public`: it stood in a file that
 * came from elsewhere, so the internet alone. Link-local addresses and cloud metadata are reached by neither.
 */
export type Reach = 'local' | 'public';

export interface FetchOptions {
  /** What stood in the address itself; goes to its host alone. */
  readonly credential?: AddressCredential | undefined;
  readonly reach: Reach;
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
