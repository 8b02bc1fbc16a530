/**
 * Git: one commit of a repository becomes a folder. The only place where git is started; what may be handed to it is said in
 * `location.ts`, what it sees of the world in `environment.ts`.
 */
import { lookup } from 'node:dns/promises';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CheckedOut, CheckoutOptions, CredentialOfRemote, Git, GitLocation } from '../engine/ports/git.ts';
import { type Cache, createCache, type FileLock } from './cache.ts';
import { openAccess } from './access.ts';
import { checkoutTree, type Limits } from './checkout.ts';
import { gitRunner, type RunGit } from './command.ts';
import { commonSettings, gitEnvironment } from './environment.ts';
import { findFolder } from './folder.ts';
import { parseFolder, parseRef, parseRemote } from './location.ts';
import { findGit, refusesLazyFetches } from './program.ts';
import type { LookUp } from './reach.ts';
import { listRefs } from './remote-refs.ts';
import { emptyFolder, prepareDestination } from './work-tree.ts';

export interface GitOptions {
  /** Absolute; made when it isn't there. For one home, the same in all of its processes. */
  readonly cacheFolder: string;
  /** Our own: what of it git may see is chosen. */
  readonly environment: NodeJS.ProcessEnv;
  readonly lock: FileLock;
  readonly limits?: Partial<Limits>;
  readonly platform?: NodeJS.Platform;
  readonly lookUp?: LookUp;
}

const defaultLimits: Limits = {
  fetchBytes: 8e9,
  treeBytes: 32e9,
  treeFiles: 2_000_000,
  cacheBytes: 10e9,
  cachePacks: 50,
  silenceMs: 120_000,
  submodules: 500,
};

/** What git takes once it is there. */
interface Tools {
  readonly runGit: RunGit;
  readonly cache: Cache;
  readonly filters: boolean;
}

export function createGit(options: GitOptions): Git {
  const { cacheFolder, environment: env, lock, platform = process.platform, lookUp = allAddresses } = options;
  const limits = { ...defaultLimits, ...options.limits };
  let found: Tools | undefined;

  async function tools(signal: AbortSignal): Promise<Tools> {
    const home = path.join(cacheFolder, 'home');
    await mkdir(home, { recursive: true, mode: 0o700 }); // somebody may have removed the whole cache meanwhile
    if (found !== undefined) return found;
    const program = await findGit(env, platform, signal);
    const runGit = gitRunner(program.path, home, gitEnvironment(env, home, platform), commonSettings(platform));
    const { cacheBytes: maxBytes, cachePacks: maxPacks } = limits;
    const cache = createCache({ folder: path.join(cacheFolder, 'remotes'), runGit, lock, maxBytes, maxPacks });
    return (found = { runGit, cache, filters: refusesLazyFetches(program.version) });
  }

  async function checkout(
    location: GitLocation,
    destination: string,
    asked: CheckoutOptions,
    signal: AbortSignal,
  ): Promise<CheckedOut> {
    const remote = parseRemote(location.remote);
    const wanted = parseRef(location.ref);
    const folder = parseFolder(location.folder);
    const surroundings = { ...(await tools(signal)), env, lookUp, platform, limits };
    const made = await mkdir(destination, { recursive: true });
    const root = await prepareDestination(destination);
    try {
      const { fetched, warnings } = await checkoutTree(
        { remote, wanted, destination: root },
        asked,
        surroundings,
        signal,
      );
      const { commit, branch, tag } = fetched;
      return { root: await findFolder(root, folder), commit, branch, tag, warnings };
    } catch (error) {
      await (made === undefined ? emptyFolder(root) : rm(root, { recursive: true, force: true, maxRetries: 3 }));
      throw error;
    }
  }

  return {
    checkout,
    async listRefs(address: string, credential: CredentialOfRemote, signal: AbortSignal) {
      const remote = parseRemote(address);
      const { runGit } = await tools(signal);
      const access = await openAccess(
        remote,
        { runGit, env, lookUp, credential, platform, reach: 'local', onProgress: () => undefined },
        signal,
      );
      try {
        const { silenceMs, fetchBytes: maxBytes } = limits;
        return await listRefs(access, { silenceMs, maxBytes, grown: async () => 0 }, signal);
      } finally {
        await access.close();
      }
    },
  };
}

async function allAddresses(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}
