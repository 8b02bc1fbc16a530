import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseContext, showContext } from '@shared/model/context-location.ts';
import type { AddressCredential, ContextLocation } from '@shared/model/context-location.ts';
import { formatImageReference, parseImageReference } from '@shared/model/image-reference.ts';
import { isFinal, type RunSource } from '@shared/model/run.ts';
import { resolveFolder } from '../context/local-context.ts';
import type { RunLogWriter } from '../journal.ts';
import { isRemote, type RemoteLocation } from '../ports/sources.ts';
import type { Masking } from './masking.ts';
import type { RunParts } from './run-parts.ts';

/** Stands for a commit that isn't known yet. */
export const unknownCommit = '0'.repeat(40);

/** Stands for what a context turns out to be, where names that are made of it are looked at before. */
export function sourceAhead(context: string): RunSource | undefined {
  const { location } = parseContext(context);
  return location.kind === 'git'
    ? { kind: 'git', remote: location.remote, commit: unknownCommit, branch: location.ref ?? 'main' }
    : undefined;
}

/** The files of a run, for as long as it lasts. */
export interface OpenSource {
  /** Absolute; undefined for a run without files. */
  readonly root: string | undefined;
  /** Its files came from elsewhere: nothing that they name outside of them may be reached. */
  readonly fetched: boolean;
  readonly source: RunSource | undefined;
  /** Removes what was laid out for the run. */
  clear(): Promise<void>;
}

/**
 * Opens the context of a run: a folder of this machine as it is, anything else fetched into the run's own folder. What it turned
 * out to be goes to the record. A run that was pinned (a task that was shown before) gets the commit that was shown.
 * @param place the name of a folder among the run's own
 * @throws `context.*`, and what {@link import('../ports/sources.ts').Sources.fetch} throws
 */
export async function openRunSource(
  runId: string,
  context: string | undefined,
  credential: AddressCredential | undefined,
  place: string,
  parts: Pick<RunParts, 'sources' | 'store' | 'scratchFolder'>,
  log: Pick<RunLogWriter, 'engineLine'> & Pick<Masking, 'mask'>,
  signal: AbortSignal,
): Promise<OpenSource> {
  const location: ContextLocation = context === undefined ? { kind: 'none' } : parseContext(context).location;
  if (!isRemote(location)) {
    const root = location.kind === 'folder' ? await resolveFolder(location.path) : undefined;
    return { root, fetched: false, source: undefined, clear: () => Promise.resolve() };
  }
  if (credential !== undefined) log.mask([credential.password]);
  if (location.kind === 'archive') log.mask([...new URL(location.url).searchParams.values()].filter(isLong));
  const destination = path.join(parts.scratchFolder(runId), place);
  const clear = () => rm(destination, { recursive: true, force: true, maxRetries: 3 });
  await clear();
  log.engineLine('', `Fetching ${showContext(location)}`);
  const before = parts.store.get(runId);
  const pinned = pinnedLocation(location, before.source);
  const { root, source } = await parts.sources.fetch(
    pinned,
    destination,
    { credential, reach: 'local', onProgress: (line) => log.engineLine('', line, { stamped: false }) },
    signal,
  );
  // What was pinned has the names that led to it. An archive can't be pinned: the record has what is built.
  const { source: shown = source } = before;
  const changed = shown.kind === 'archive' && source.kind === 'archive' && shown.digest !== source.digest;
  const known = changed ? source : shown;
  if (changed) log.engineLine('', `WARNING: the archive has changed since it was looked at: it was ${shown.digest}`);
  // Who looks into a run that is over rewrites nothing of it.
  if (!isFinal(before.status)) parts.store.update(runId, { source: known });
  log.engineLine('', `Fetched ${sourceLine(known)}`);
  return { root, fetched: true, source: known, clear };
}

/** A value of a query that could be a signature; what is shorter stands in many a line. */
function isLong(value: string): boolean {
  return value.length >= 8;
}

function pinnedLocation(location: RemoteLocation, known: RunSource | undefined): RemoteLocation {
  if (location.kind === 'git' && known?.kind === 'git') return { ...location, ref: known.commit };
  if (location.kind !== 'artifact' || known?.kind !== 'artifact') return location;
  const { registry, repository } = parseImageReference(location.reference);
  return { kind: 'artifact', reference: formatImageReference({ registry, repository, digest: known.digest }) };
}

function sourceLine(source: RunSource): string {
  switch (source.kind) {
    case 'git':
      return `commit ${source.commit}${source.branch === undefined ? '' : ` of branch ${source.branch}`}`;
    case 'archive':
    case 'artifact':
      return source.digest;
  }
}
