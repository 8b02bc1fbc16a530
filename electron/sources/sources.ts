import type { GitLocation } from '@shared/model/context-location.ts';
import type { CheckoutWarning, CredentialOfRemote, Git } from '../engine/ports/git.ts';
import type { FetchedSource, FetchOptions, Reach, RemoteLocation, Sources } from '../engine/ports/sources.ts';

import { shownUrl } from '../http/shown-url.ts';
import { fetchArchive } from './archive.ts';
import { type ArtifactOptions, fetchArtifact } from './artifact.ts';

/** What fetches each kind of place. */
export interface SourceParts {
  readonly git: Git;
  /** Stored credentials of git hosts. */
  readonly gitCredential: CredentialOfRemote;
  /** By how far it reaches. Each signs in to the registries of artifacts by itself, and so to their token servers. */
  readonly registries: Readonly<Record<Reach, ArtifactOptions['registry']>>;
}

/** Every place that source comes from, behind one door. */
export function createSources(parts: SourceParts): Sources {
  return {
    fetch(location: RemoteLocation, destination: string, options: FetchOptions, signal: AbortSignal) {
      switch (location.kind) {
        case 'git':
          return checkOut(location, destination, options, parts, signal);
        case 'archive':
          return download(location.url, destination, options, signal);
        case 'artifact':
          return pull(location.reference, destination, options, parts, signal);
      }
    },
  };
}

async function download(
  url: string,
  destination: string,
  { credential, reach, onProgress }: FetchOptions,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const { root, digest, bytes } = await fetchArchive({ url }, destination, { credential, reach }, signal);
  onProgress(`Read context of ${bytes} bytes`);
  return { root, source: { kind: 'archive', url: shownUrl(new URL(url)), digest } };
}

async function pull(
  reference: string,
  destination: string,
  { reach, onProgress }: FetchOptions,
  { registries }: SourceParts,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const { root, digest } = await fetchArtifact(reference, destination, { registry: registries[reach], reach }, signal);
  onProgress(`Pulled from ${reference} with digest ${digest}`);
  return { root, source: { kind: 'artifact', reference, digest } };
}

async function checkOut(
  location: GitLocation,
  destination: string,
  { credential, reach, onProgress }: FetchOptions,
  { git, gitCredential }: SourceParts,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const hostOf = (remote: string) => (URL.canParse(remote) ? new URL(remote).host : undefined);
  const own = hostOf(location.remote);
  const { root, commit, branch, tag, warnings } = await git.checkout(
    location,
    destination,
    {
      // As ACR does (spec: contexts 4.1).
      submodules: true,
      lfs: true,
      reach,
      // What stood in the address is for its host, not for those of submodules.
      async credential(remote, stop) {
        if (credential !== undefined && hostOf(remote) === own) return credential;
        // What a stranger's file names is not opened with the tokens of whoever runs it.
        return reach === 'public' ? undefined : gitCredential(remote, stop);
      },
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
