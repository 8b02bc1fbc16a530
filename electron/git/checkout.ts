import { appFailure, AppFailure } from '@shared/model/app-error.ts';
import type { CheckoutOptions, CheckoutWarning, CredentialOfRemote } from '../engine/ports/git.ts';
import { type Access, openAccess } from './access.ts';
import { type Cache, type RemoteCache, sizeOf } from './cache.ts';
import { type RunGit, tooLarge, type Watch } from './command.ts';
import { type Fetched, fetchWanted } from './fetch.ts';
import { lfsBytes, lfsFailure, lfsPatterns, openLfsFilter } from './lfs.ts';
import { oneLine, type Remote, type Wanted } from './location.ts';
import { findProgram } from './program.ts';
import type { Located, LookUp } from './reach.ts';
import { checkSubmoduleFolder, readSubmodules, refused, type Submodule } from './submodules.ts';
import {
  emptyFolder,
  gitDirOf,
  placeObjects,
  readConfig,
  readTree,
  succeed,
  type TreeContents,
  writeFiles,
  writingFiles,
} from './work-tree.ts';

export interface Limits {
  /** Bytes that one fetch may bring, and git-lfs for one repository. */
  readonly fetchBytes: number;
  /** Bytes and files of a checkout, its submodules included. */
  readonly treeBytes: number;
  readonly treeFiles: number;
  /** What the cache keeps of all remotes together. */
  readonly cacheBytes: number;
  /** Packs that it keeps of one remote, before they are made one. */
  readonly cachePacks: number;
  /** How long a server may say nothing, in ms. */
  readonly silenceMs: number;
  /** Submodules of a checkout, in whatever depth. */
  readonly submodules: number;
}

export interface Surroundings {
  readonly runGit: RunGit;
  readonly cache: Cache;
  /** As in `FetchOptions`. */
  readonly filters: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly lookUp: LookUp;
  readonly platform: NodeJS.Platform;
  readonly limits: Limits;
}

interface Place {
  readonly remote: Remote;
  readonly wanted: Wanted;
  /** Empty, absolute, free of links. */
  readonly destination: string;
}

/** What all repositories of one checkout share. */
interface Shared {
  files: number;
  bytes: number;
  submodules: number;
  readonly warnings: CheckoutWarning[];
}

/** The repository that names a submodule. */
interface Parent {
  readonly located: Located;
  /**
   * Whether a person's tokens and keys open its submodules: only where one was needed for it as well. Who writes in what anybody may
   * read can be anybody, and could have a build of theirs see a person's private repositories.
   */
  readonly lends: boolean;
}

/** Whether the server wanted a credential. What lies in the cache whole asks no server; so it is kept there. */
async function keepsOthersOut(kept: RemoteCache, access: Access): Promise<boolean> {
  const now = access.answered();
  if (now === 'never') return kept.isPrivate();
  // Over ssh somebody always signs in, and who else could is not told.
  const wanted = now === 'withCredential' || access.remote.scheme === 'ssh';
  await kept.setPrivate(wanted);
  return wanted;
}

function withheld(remote: Remote, from: Parent | undefined): AppFailure {
  const by = from?.located.remote.url;
  return appFailure('source.withheld', {
    params: { remote: remote.url, ...(by === undefined ? {} : { by }) },
    fixes: [{ kind: 'editInputs' }],
  });
}

/** Fills a folder with a commit, and its submodules' folders with theirs. */
export async function checkoutTree(
  place: Place,
  options: CheckoutOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<{ readonly fetched: Fetched; readonly warnings: readonly CheckoutWarning[] }> {
  const shared: Shared = { files: 0, bytes: 0, submodules: 0, warnings: [] };
  const fetched = await checkoutRepository(place, '', undefined, shared, options, surroundings, signal);
  return { fetched, warnings: shared.warnings };
}

/** @param at where the repository lies in the whole checkout: `''`, or `libs/one/` */
async function checkoutRepository(
  place: Place,
  at: string,
  from: Parent | undefined,
  shared: Shared,
  options: CheckoutOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Fetched> {
  const { remote, wanted, destination } = place;
  const { runGit, cache, filters, env, lookUp, platform, limits } = surroundings;
  const { onProgress, reach } = options;
  const lent = from === undefined ? reach === 'local' : from.lends;
  let held = false;
  const credential: CredentialOfRemote = async (address, stop) => {
    const found = await options.credential(address, stop);
    if (found === undefined || lent || from === undefined) return found;
    held = true;
    return undefined;
  };
  const access = await openAccess(
    remote,
    { runGit, env, lookUp, platform, credential, onProgress, reach, from: from?.located },
    signal,
  );
  try {
    // Ssh has keys for every host, and shows them to whoever is there.
    if (remote.scheme === 'ssh' && !lent) throw withheld(remote, from);
    const { fetched, tree, written, lends } = await cache.use(
      remote,
      async (kept) => {
        await emptyFolder(destination);
        const { fetchBytes: maxBytes, silenceMs } = limits;
        const fetching = { runGit, access, cache: kept, maxBytes, silenceMs, filters };
        const objects = await fetchWanted(wanted, fetching, signal);
        const closed = await keepsOthersOut(kept, access);
        // Somebody else's key has opened what lies in the cache.
        if (closed && !lent && access.answered() === 'never') await askForIt({ maxBytes, silenceMs });
        const format = await kept.format();
        await placeObjects(objects, { destination, format, url: remote.url }, runGit, signal);
        const contents = await readTree(
          destination,
          objects.commit,
          { maxFiles: limits.treeFiles - shared.files, maxBytes: limits.treeBytes - shared.bytes },
          runGit,
          signal,
        );
        const byLfs = options.lfs && (await writeWithLfs(place, objects.commit, contents, kept, access));
        return { fetched: objects, tree: contents, written: byLfs, lends: lent && closed };
      },
      signal,
    );
    shared.files += tree.files;
    shared.bytes += tree.bytes;
    if (!written) await writeFiles(destination, fetched.commit, runGit, signal);
    if (options.submodules) await checkoutSubmodules(tree, { located: access, lends });
    return fetched;
  } catch (error) {
    // Of what a file from elsewhere names, nobody's token is asked for at all.
    const withholds = held || reach === 'public';
    if (withholds && error instanceof AppFailure && error.error.code === 'source.unauthorized')
      throw withheld(remote, from);
    throw error;
  } finally {
    await access.close();
  }

  async function askForIt(limit: Pick<Watch, 'maxBytes' | 'silenceMs'>): Promise<void> {
    const watch: Watch = { ...limit, grown: async () => 0 };
    const reached = await access.run({ args: ['ls-remote', '--end-of-options', 'origin', 'HEAD'], watch }, signal);
    if (reached.kind === 'failed') throw reached.failure();
  }

  /** Whether it wrote the files. While it does, the cache is ours, since git-lfs reads from it. */
  async function writeWithLfs(
    { destination: into }: Place,
    commit: string,
    contents: TreeContents,
    kept: RemoteCache,
    reaching: Access,
  ): Promise<boolean> {
    const patterns = await lfsPatterns(into, contents, runGit, signal);
    if (patterns.length === 0) return false;
    const program = await findProgram('git-lfs', env, platform);
    if (program === undefined) {
      shared.warnings.push({ kind: 'lfsMissing', paths: patterns.map((pattern) => oneLine(`${at}${pattern}`)) });
      return false;
    }
    // A few pointers can stand for more than any disk holds.
    const left = limits.treeBytes - shared.bytes;
    shared.bytes += await lfsBytes(into, contents, runGit, signal);
    if (shared.bytes > limits.treeBytes) throw tooLarge(limits.treeBytes);
    const before = await kept.size();
    const { silenceMs, fetchBytes: maxBytes } = limits;
    const parts = { program, storage: kept.lfs, access: reaching, env, lookUp, platform, runGit };
    const filter = await openLfsFilter(into, contents, parts, signal);
    try {
      const empty = await sizeOf(into);
      const written = seldom(() => sizeOf(into));
      const watch = {
        silenceMs,
        maxBytes,
        async grown() {
          if ((await written()) - empty > left) throw tooLarge(limits.treeBytes);
          return (await kept.size()) - before;
        },
      };
      const command = {
        args: writingFiles(into, commit),
        settings: filter.settings,
        env: filter.env,
        watch,
        told: true,
      };
      const outcome = await reaching.run(command, filter.signal);
      if (outcome.kind === 'failed') throw lfsFailure(reaching, outcome.failure().error.cause ?? '');
    } finally {
      await filter.close();
    }
    return true;
  }

  async function checkoutSubmodules(contents: TreeContents, parent: Parent): Promise<void> {
    if (contents.submodules.size === 0) return;
    const { gitmodules } = contents;
    const settings = gitmodules === undefined ? [] : await readConfig(destination, gitmodules, runGit, signal);
    for (const submodule of readSubmodules(contents.submodules, settings, remote)) {
      if (submodule.skipped) {
        shared.warnings.push({ kind: 'submoduleSkipped', path: oneLine(at + submodule.path) });
        continue;
      }
      if (++shared.submodules > limits.submodules)
        throw refused(at + submodule.path, `more than ${limits.submodules} submodules`);
      await checkoutSubmodule(submodule, parent);
    }
  }

  async function checkoutSubmodule(submodule: Submodule, parent: Parent): Promise<void> {
    const where = oneLine(at + submodule.path);
    onProgress(`Submodule ${where}: ${submodule.remote.url}`);
    const folder = await checkSubmoduleFolder(destination, submodule.path);
    const inside: Place = {
      remote: submodule.remote,
      wanted: { kind: 'commit', id: submodule.commit },
      destination: folder,
    };
    try {
      await checkoutRepository(inside, `${at}${submodule.path}/`, parent, shared, options, surroundings, signal);
    } catch (error) {
      if (!(error instanceof AppFailure) || error.error.code === 'source.submoduleRefused') throw error;
      const { code, ...details } = error.error;
      const cause = `submodule ${where}: ${details.cause ?? ''}`;
      throw appFailure(code, { ...details, cause }, error);
    }
    // As `git submodule init` leaves it, so that later commands of git know it for one in use.
    const key = `submodule.${submodule.name}`;
    for (const [name, value] of [['url', submodule.remote.url] as const, ['active', 'true'] as const]) {
      await succeed(runGit, { args: [gitDirOf(destination), 'config', `${key}.${name}`, value] }, signal);
    }
  }
}

/** Measures again only after ten times as long as it took: a tree may have very many files. */
function seldom(measure: () => Promise<number>): () => Promise<number> {
  let last = 0;
  let next = 0;
  return async () => {
    const began = performance.now();
    if (began < next) return last;
    last = await measure();
    next = began + 10 * (performance.now() - began);
    return last;
  };
}
