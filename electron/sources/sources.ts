import { appFailure } from '@shared/model/app-error.ts';
import { formatContext } from '@shared/model/context-location.ts';
import type { GitLocation } from '@shared/model/context-location.ts';
import type { CheckoutWarning, CredentialOfHost, Git } from '../engine/ports/git.ts';
import type { FetchedSource, FetchOptions, RemoteLocation, Sources } from '../engine/ports/sources.ts';

/** What fetches each kind of place. */
export interface SourceParts {
  readonly git: Git;
  /** Stored credentials of git hosts. */
  readonly gitCredential: CredentialOfHost;
}

/** Every place that source comes from, behind one door. */
export function createSources(parts: SourceParts): Sources {
  return {
    fetch(location: RemoteLocation, destination: string, options: FetchOptions, signal: AbortSignal) {
      switch (location.kind) {
        case 'git':
          return checkOut(location, destination, options, parts, signal);
        case 'archive':
        case 'artifact':
          throw appFailure('context.unsupported', { params: { path: formatContext(location) } });
      }
    },
  };
}

async function checkOut(
  location: GitLocation,
  destination: string,
  { credential, reach, onProgress }: FetchOptions,
  { git, gitCredential }: SourceParts,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const own = URL.canParse(location.remote) ? new URL(location.remote).host : undefined;
  const { root, commit, branch, tag, warnings } = await git.checkout(
    location,
    destination,
    {
      // As ACR does (spec: contexts 4.1).
      submodules: true,
      lfs: true,
      reach,
      // What stood in the address is for its host, not for those of submodules.
      credential: (host, stop) =>
        credential !== undefined && host === own ? Promise.resolve(credential) : gitCredential(host, stop),
      onProgress,
    },
    signal,
  );
  for (const warning of warnings) onProgress(`WARNING: ${wordsOf(warning)}`);
  const { remote, folder } = location;
  return {
    root,
    source: {
      kind: 'git',
      remote,
      commit,
      ...(branch === undefined ? {} : { branch }),
      ...(tag === undefined ? {} : { tag }),
      ...(folder === undefined ? {} : { folder }),
    },
  };
}

/** In the log's language, which is ACR's. */
function wordsOf(warning: CheckoutWarning): string {
  switch (warning.kind) {
    case 'lfsMissing':
      return `git-lfs is not installed: ${warning.paths.length} files are left as pointers`;
    case 'submoduleSkipped':
      return `the submodule ${warning.path} is not fetched, as the repository wants it (update = none)`;
  }
}
