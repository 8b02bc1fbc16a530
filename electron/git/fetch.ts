import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { Access, Reached } from './access.ts';
import { eventsFolder, type RemoteCache } from './cache.ts';
import type { RunGit, Watch } from './command.ts';
import { causeOf, isMissingRef } from './failures.ts';
import { isAbbreviation, oneLine, type Wanted } from './location.ts';
import { defaultBranch, listRefs, refNotFound } from './remote-refs.ts';

/** A commit that is in the cache with all its files. */
export interface Fetched {
  readonly commit: string;
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  /** What the tag's name stands for: the commit itself, or a tag that is an object of its own. */
  readonly tagObject?: string | undefined;
  /** The bare repository that has it. */
  readonly repository: string;
}

export interface FetchOptions {
  readonly runGit: RunGit;
  readonly access: Access;
  readonly cache: RemoteCache;
  readonly maxBytes: number;
  readonly silenceMs: number;
  /** Whether this git keeps to what it was told to leave out (see `refusesLazyFetches`). */
  readonly filters: boolean;
}

/** A fetch, and what it has learned of the server. */
interface Fetching extends FetchOptions {
  /** Plain files over HTTP, which is neither cut nor filtered for us. */
  plainFiles: boolean;
}

/**
 * Finds out what is wanted, and fetches that commit and no history, with as few questions as there can be: branches are asked for
 * first, since most refs are some.
 * @throws AppFailure `source.refNotFound | commitNotFound | empty`, and whatever becomes of the remote
 */
export async function fetchWanted(wanted: Wanted, given: FetchOptions, signal: AbortSignal): Promise<Fetched> {
  const options = { ...given, plainFiles: false };
  const { access, cache } = options;
  await cache.open(cache.whole);
  switch (wanted.kind) {
    case 'default':
      return fetchDefault(options, signal);
    case 'branch':
      return (
        (await fetchBranch(wanted.name, options, signal)) ?? noSuchRef(`refs/heads/${wanted.name}`, options, signal)
      );
    case 'tag':
      return (await fetchTag(wanted.name, options, signal)) ?? noSuchRef(`refs/tags/${wanted.name}`, options, signal);
    case 'ref': {
      const commit = await fetchRef(wanted.ref, options, signal);
      return commit === undefined ? noSuchRef(wanted.ref, options, signal) : whole(commit.commit, options);
    }
    case 'commit':
      return fetchCommit(wanted.id, options, signal);
    case 'name': {
      const { name } = wanted;
      const named = (await fetchBranch(name, options, signal)) ?? (await fetchTag(name, options, signal));
      if (named !== undefined) return named;
      if (!isAbbreviation(name)) return noSuchRef(name, options, signal);
      const id = await findCommit(name.toLowerCase(), options, signal);
      if (id !== undefined) return fetchCommit(id, options, signal);
      throw refNotFound(access, name, await listRefs(access, await watchOf(options), signal));
    }
  }
}

async function noSuchRef(ref: string, options: Fetching, signal: AbortSignal): Promise<never> {
  const { access } = options;
  throw refNotFound(access, ref, await listRefs(access, await watchOf(options), signal));
}

function whole(commit: string, { cache }: Fetching): Fetched {
  return { commit, repository: cache.whole };
}

async function fetchDefault(options: Fetching, signal: AbortSignal): Promise<Fetched> {
  const { access } = options;
  // Both at once; neither goes on alone when the other fails, and both have ended before anybody hears of it.
  const together = new AbortController();
  const either = AbortSignal.any([signal, together.signal]);
  const work = [
    fetchRef('HEAD', options, either),
    watchOf(options).then((watch) => defaultBranch(access, watch, either)),
  ] as const;
  for (const part of work) part.catch((error: unknown) => together.abort(error));
  await Promise.allSettled(work);
  const [head, branch] = await Promise.all(work);
  if (head !== undefined) return { ...whole(head.commit, options), branch };
  const { branches } = await listRefs(access, await watchOf(options), signal);
  const near = branches.slice(0, 5).map(({ name }) => oneLine(name));
  throw appFailure('source.empty', {
    params: { remote: access.remote.url, near: near.join(', ') },
    fixes: [{ kind: 'editInputs' }],
  });
}

async function fetchBranch(name: string, options: Fetching, signal: AbortSignal): Promise<Fetched | undefined> {
  const found = await fetchRef(`refs/heads/${name}`, options, signal);
  return found && { ...whole(found.commit, options), branch: name };
}

async function fetchTag(name: string, options: Fetching, signal: AbortSignal): Promise<Fetched | undefined> {
  const found = await fetchRef(`refs/tags/${name}`, options, signal);
  return found && { ...whole(found.commit, options), tag: name, tagObject: found.object };
}

interface FetchedRef {
  readonly commit: string;
  /** The ref's own; of a tag it may be another than the commit. */
  readonly object: string;
}

/** The commit of a remote's ref, fetched; undefined when the remote has no such ref. */
async function fetchRef(ref: string, options: Fetching, signal: AbortSignal): Promise<FetchedRef | undefined> {
  const { cache } = options;
  const kept = keptAs(ref);
  const reached = await fetchShallow([`+${ref}:${kept}`], options, {}, signal);
  if (reached.kind === 'failed') {
    if (isMissingRef(reached.stderr)) return undefined;
    throw reached.failure();
  }
  const object = await resolve(kept, cache.whole, options, signal);
  const commit = await resolve(`${kept}^{commit}`, cache.whole, options, signal);
  if (object === undefined) throw appFailure('source.failed', { cause: `${ref} was fetched and is not there` });
  if (commit === undefined) return undefined; // a tag of something that is no commit
  await keep(commit, options, signal);
  return { object, commit };
}

/** Any name of a ref may be followed by another that needs it as a folder; so ours are made of digits. */
function keptAs(ref: string): string {
  return `refs/fetched/${createHash('sha256').update(ref).digest('hex').slice(0, 32)}`;
}

/** Commits that are there whole have a ref of their own; it also keeps them, for what comes after them to be small. */
function keptCommit(commit: string): string {
  return `refs/commits/${commit}`;
}

async function keep(commit: string, { runGit, cache }: Fetching, signal: AbortSignal): Promise<void> {
  const args = [`--git-dir=${cache.whole}`, 'update-ref', keptCommit(commit), commit];
  const done = await runGit({ args }, signal);
  if (done.kind === 'failed') throw appFailure('source.failed', { cause: causeOf(done.stderr, []) });
}

/** What a revision stands for in one of our own repositories. */
async function resolve(
  revision: string,
  repository: string,
  { runGit }: Fetching,
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = [`--git-dir=${repository}`, 'rev-parse', '--verify', '--quiet', '--end-of-options', revision];
  const found = await runGit({ args }, signal);
  return found.kind === 'done' ? found.stdout.trim() : undefined;
}

async function fetchCommit(id: string, options: Fetching, signal: AbortSignal): Promise<Fetched> {
  const { access, cache } = options;
  if ((await resolve(`${keptCommit(id)}^{tree}`, cache.whole, options, signal)) !== undefined)
    return whole(id, options);
  const trace = await mkdtemp(path.join(cache.folder, eventsFolder));
  try {
    const events = path.join(trace, 'events');
    const reached = await fetchShallow(
      [`+${id}:${keptAs('one by its id')}`],
      options,
      { GIT_TRACE2_EVENT: events },
      signal,
    );
    if (reached.kind === 'done') {
      if ((await resolve(`${id}^{commit}`, cache.whole, options, signal)) !== id) throw commitNotFound(access, id);
      await keep(id, options, signal);
      return whole(id, options);
    }
    if (!isRefusedCommit(reached.stderr)) throw reached.failure();
    // In the second protocol whatever a server has may be asked for: what it doesn't give isn't there.
    if (/not our ref/.test(reached.stderr) && (await protocolIn(events)) === 2) throw commitNotFound(access, id);
  } finally {
    await rm(trace, { recursive: true, force: true });
  }
  await fetchDeep(options, 'files', signal);
  if ((await resolve(`${id}^{commit}`, cache.deep, options, signal)) !== id) throw commitNotFound(access, id);
  return { commit: id, repository: cache.deep };
}

/** A server, or git in its place, that won't give what no ref leads to. */
function isRefusedCommit(stderr: string): boolean {
  return (
    isMissingRef(stderr) ||
    /not our ref|unadvertised object|want [0-9a-f]+ not valid|Unable to find [0-9a-f]{40}/i.test(stderr)
  );
}

/** The protocol that was agreed on, by git's own events (https://git-scm.com/docs/api-trace2). */
async function protocolIn(events: string): Promise<number | undefined> {
  const text = await readFile(events, 'utf8').catch(() => '');
  const version = /"key":"negotiated-version","value":"?(\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

function commitNotFound({ remote }: Access, id: string, cause?: string): AppFailure {
  return appFailure('source.commitNotFound', {
    params: { commit: id, remote: remote.url },
    fixes: [{ kind: 'editInputs' }],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The whole id of the commit that this is the beginning of; undefined when there is none on any branch or tag. */
async function findCommit(beginning: string, options: Fetching, signal: AbortSignal): Promise<string | undefined> {
  const { runGit, access, cache } = options;
  await fetchDeep(options, 'commits', signal);
  const args = ['rev-parse', '--verify', '--end-of-options', `${beginning}^{commit}`];
  const found = await runGit({ args: [`--git-dir=${cache.deep}`, ...args] }, signal);
  if (found.kind === 'done') return found.stdout.trim();
  if (/is ambiguous/.test(found.stderr)) throw commitNotFound(access, beginning, causeOf(found.stderr, []));
  return undefined;
}

/**
 * All branches and tags with their history; of it, where the server can leave the rest out, the commits alone. A repository without
 * files can't become one with files, so that is fetched anew.
 */
async function fetchDeep(options: Fetching, needs: 'commits' | 'files', signal: AbortSignal): Promise<void> {
  const { runGit, cache } = options;
  const config = ['config', '--get', 'remote.origin.promisor'];
  const partial = await runGit({ args: [`--git-dir=${cache.deep}`, ...config] }, signal);
  if (partial.kind === 'done' && needs === 'files') await rm(cache.deep, { recursive: true, force: true });
  await cache.open(cache.deep);
  const filtered = needs === 'commits' && options.filters && !options.plainFiles;
  const flags = filtered ? ['--prune', '--filter=tree:0'] : ['--prune'];
  const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const reached = await fetchInto(cache.deep, flags, refspecs, options, {}, signal);
  if (reached.kind === 'failed') throw reached.failure();
}

/** Without history, where the server can do that. */
async function fetchShallow(
  refspecs: readonly string[],
  options: Fetching,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Reached> {
  const { whole: repository } = options.cache;
  if (!options.plainFiles) {
    const reached = await fetchInto(repository, ['--depth=1'], refspecs, options, env, signal);
    if (reached.kind === 'done' || !/does not support shallow/i.test(reached.stderr)) return reached;
    options.plainFiles = true;
  }
  return fetchInto(repository, [], refspecs, options, env, signal);
}

async function fetchInto(
  repository: string,
  flags: readonly string[],
  refspecs: readonly string[],
  options: Fetching,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Reached> {
  const { access, cache } = options;
  const always = ['--progress', '--force', '--no-tags', '--no-write-fetch-head', '--no-show-forced-updates'];
  const args = [`--git-dir=${repository}`, 'fetch', ...always, ...flags, '--end-of-options', 'origin', ...refspecs];
  const watch = await watchOf(options);
  const reached = await access.run({ args, env, watch, told: true }, signal);
  if (reached.kind === 'failed' && /mismatched algorithms/.test(reached.stderr)) {
    if ((await cache.format()) === 'sha256') return reached;
    await cache.clear('sha256');
    await cache.open(repository);
    return fetchInto(repository, flags, refspecs, options, env, signal);
  }
  return reached;
}

async function watchOf({ cache, maxBytes, silenceMs }: Fetching): Promise<Watch> {
  const before = await cache.size();
  return { maxBytes, silenceMs, grown: async () => (await cache.size()) - before };
}
