/**
 * What the engine needs of git: one commit of a repository, as a folder. The rules of `../ports.ts` hold: an `AbortSignal` last,
 * failures are `AppFailure`s (`source.*`), calls may run beside each other, also in other processes of the same home.
 */
import type { GitLocation } from '@shared/model/context-location.ts';
import type { Reach } from './sources.ts';

export type { GitLocation };

/** A user name and password (or token) for one git host. */
export interface GitCredential {
  readonly username: string;
  readonly password: string;
}

/** Something that a person should know of a checkout that succeeded. */
export type CheckoutWarning =
  /** Files stay the pointers that git keeps in their place: LFS was asked for, and there is no git-lfs. */
  | { readonly kind: 'lfsMissing'; readonly paths: readonly string[] }
  /** The repository itself says that this submodule is not fetched (`update = none`). */
  | { readonly kind: 'submoduleSkipped'; readonly path: string };

/** A commit in a folder, with a `.git` that holds this commit alone, and neither credentials nor ties to our cache. */
export interface CheckedOut {
  /** Absolute, free of links, inside the destination: its root, or the folder that was asked for. */
  readonly root: string;
  /** 40 hexadecimal digits, or 64 where the repository uses SHA-256. */
  readonly commit: string;
  /** The branch that was asked for, or the remote's default one; absent for tags, commits and pull requests. */
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly warnings: readonly CheckoutWarning[];
}

export interface CheckoutOptions {
  readonly submodules: boolean;
  readonly lfs: boolean;
  /** Who named the remote. What the repository itself names leads from outside into no network of ours in either case. */
  readonly reach: Reach;
  readonly credential: CredentialOfRemote;
  /** A line for the log, of git or of the server; without control characters and credentials. */
  readonly onProgress: (line: string) => void;
}

/**
 * Asked when a server wants one, with the repository's address (`https://git.example/team/app.git`); the answer goes to its host
 * alone. `undefined` for none.
 */
export type CredentialOfRemote = (remote: string, signal: AbortSignal) => Promise<GitCredential | undefined>;

/** A branch or a tag, and the commit that it leads to. */
export interface GitRef {
  readonly name: string;
  readonly commit: string;
}

export interface GitRefs {
  readonly branches: readonly GitRef[];
  readonly tags: readonly GitRef[];
}

export interface Git {
  /**
   * Puts one commit into `destination`, an empty folder or one that isn't there yet; what was put there goes again when this
   * fails. Fetches what is new since the last time, and no history.
   * @throws AppFailure `source.*`, `disk.full`
   */
  checkout(
    location: GitLocation,
    destination: string,
    options: CheckoutOptions,
    signal: AbortSignal,
  ): Promise<CheckedOut>;
  /** Branches and tags, sorted as git sorts them. @throws AppFailure `source.*` */
  listRefs(remote: string, credential: CredentialOfRemote, signal: AbortSignal): Promise<GitRefs>;
}
