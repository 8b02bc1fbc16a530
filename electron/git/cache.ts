/**
 * What was fetched, a folder for each remote, so that the next time only what is new travels. Nothing in it is needed by anyone once
 * a checkout is done: it may be deleted at any time by whoever holds its lock.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { RunGit } from './command.ts';
import { causeOf } from './failures.ts';
import type { Remote } from './location.ts';

/** Does something while no other process does. Waits; throws the signal's reason, at once where it has fired already. */
export type FileLock = <T>(file: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export type ObjectFormat = 'sha1' | 'sha256';

/** What is kept of one remote, while we hold its lock. */
export interface RemoteCache {
  readonly folder: string;
  /** A bare repository of whole commits without their history. */
  readonly whole: string;
  /** A bare repository of branches and tags with all history: only where something can't be asked for by itself. */
  readonly deep: string;
  /** Where git-lfs keeps files. */
  readonly lfs: string;
  format(): Promise<ObjectFormat>;
  /** Whether the server wanted a credential when it was asked last. */
  isPrivate(): Promise<boolean>;
  setPrivate(value: boolean): Promise<void>;
  /** Makes the repository where it isn't there. */
  open(repository: string): Promise<void>;
  /** Begins anew. */
  clear(format: ObjectFormat): Promise<void>;
  /** Bytes on disk. */
  size(): Promise<number>;
}

export interface Cache {
  /**
   * Gives `work` what is kept of a remote; nobody else, in whatever process, uses it meanwhile. Where git can't make sense of what is
   * there, it is thrown away and `work` is called once more.
   */
  use<T>(remote: Remote, work: (cache: RemoteCache) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface CacheOptions {
  readonly folder: string;
  readonly runGit: RunGit;
  readonly lock: FileLock;
  /** Of all remotes together; the ones that were used longest ago go first. */
  readonly maxBytes: number;
  /** Packs of one remote, one a fetch, before they are made one. */
  readonly maxPacks: number;
}

const usedFile = 'used';
/** What folders of git's events are called, with more behind it. */
export const eventsFolder = 'events-';

export function createCache({ folder, runGit, lock, maxBytes, maxPacks }: CacheOptions): Cache {
  const lockFile = (key: string) => path.join(folder, `${key}.lock`);

  async function use<T>(remote: Remote, work: (cache: RemoteCache) => Promise<T>, signal: AbortSignal): Promise<T> {
    const key = keyOf(remote);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const done = await lock(
      lockFile(key),
      async () => {
        const cache = remoteCache(path.join(folder, key), runGit, signal);
        const known = await exists(cache.folder);
        await mkdir(cache.folder, { recursive: true, mode: 0o700 });
        await removeLeftovers(cache);
        try {
          return await work(cache);
        } catch (error) {
          signal.throwIfAborted();
          if (isTooLarge(error)) await cache.clear(await cache.format());
          if (!known || !mayBeDamage(error)) throw error;
          await cache.clear('sha1');
          return await work(cache);
        } finally {
          await markUsed(cache.folder);
          await tidy(cache, signal);
        }
      },
      signal,
    );
    await evict();
    return done;
  }

  /** Makes one pack of many, without the commits that no ref of the remote stood for when it was asked last. */
  async function tidy(cache: RemoteCache, signal: AbortSignal): Promise<void> {
    const packs = (await namesIn(path.join(cache.whole, 'objects/pack'))).filter((name) => name.endsWith('.pack'));
    if (packs.length <= maxPacks || signal.aborted) return;
    const here = `--git-dir=${cache.whole}`;
    const commits = await runGit(
      { args: [here, 'for-each-ref', '--format=delete %(refname)', 'refs/commits'] },
      signal,
    );
    const input = commits.kind === 'done' ? commits.stdout : '';
    const steps = [
      { args: [here, 'update-ref', '--stdin'], input },
      { args: [here, 'repack', '-a', '-d', '--quiet', '--window=0'] },
      { args: [here, 'prune', '--expire=now'] }, // what `shallow` has of commits that are gone
    ];
    for (const step of steps) {
      const outcome = await runGit(step, signal);
      if (outcome.kind === 'failed') return cache.clear(await cache.format());
    }
  }

  /** Removes what was used longest ago until the rest is small enough. What somebody uses at the moment stays. */
  async function evict(): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    const caches = await Promise.all(
      entries
        .filter((entry) => entry.isDirectory())
        .map(async ({ name }) => ({
          key: name,
          size: await sizeOf(path.join(folder, name)),
          used: await lastUse(path.join(folder, name)),
        })),
    );
    let total = caches.reduce((sum, { size }) => sum + size, 0);
    for (const { key, size } of caches.sort((one, other) => one.used - other.used)) {
      if (total <= maxBytes) return;
      const removed = await lock(
        lockFile(key),
        () => rm(path.join(folder, key), { recursive: true, force: true }).then(() => true),
        busy,
      ).catch(() => false); // in use, or held open by another program: the next checkout tries again
      if (removed) total -= size;
    }
  }

  return { use };
}

/** A signal that has fired: whoever waits with it tries once. */
const busy = AbortSignal.abort(new Error('in use'));

function keyOf({ url }: Remote): string {
  return createHash('sha256').update(url.replace(/\/+$/, '')).digest('hex').slice(0, 40);
}

function remoteCache(folder: string, runGit: RunGit, signal: AbortSignal): RemoteCache {
  const whole = path.join(folder, 'whole.git');
  const formatFile = path.join(folder, 'object-format');
  const format = async (): Promise<ObjectFormat> =>
    (await readFile(formatFile, 'utf8').catch(() => '')) === 'sha256' ? 'sha256' : 'sha1';
  const privateFile = path.join(folder, 'private');
  return {
    folder,
    whole,
    deep: path.join(folder, 'deep.git'),
    lfs: path.join(folder, 'lfs'),
    format,
    isPrivate: () => exists(privateFile),
    setPrivate: (value) => (value ? writeFile(privateFile, '') : rm(privateFile, { force: true })),
    async open(repository) {
      if (await exists(path.join(repository, 'HEAD'))) return;
      const args = ['init', '--quiet', '--bare', `--object-format=${await format()}`, repository];
      const made = await runGit({ args }, signal);
      if (made.kind === 'failed') throw appFailure('source.failed', { cause: causeOf(made.stderr, []) });
    },
    async clear(next) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (next === 'sha256') await writeFile(formatFile, next);
    },
    size: () => sizeOf(folder),
  };
}

/** Who was killed leaves git's locks, half of a pack, and events; we hold the only lock that counts. */
async function removeLeftovers({ folder, whole, deep }: RemoteCache): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name.startsWith(eventsFolder)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
  for (const repository of [whole, deep]) {
    const packs = path.join(repository, 'objects/pack');
    const names = [
      ...(await namesIn(repository))
        .filter((name) => name.endsWith('.lock'))
        .map((name) => path.join(repository, name)),
      ...(await namesIn(packs)).filter((name) => name.startsWith('tmp_')).map((name) => path.join(packs, name)),
    ];
    for (const name of names) await rm(name, { recursive: true, force: true });
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof AppFailure && error.error.code === 'source.tooLarge';
}

/** What git says that is about neither the remote nor the request. */
function mayBeDamage(error: unknown): boolean {
  return error instanceof AppFailure && error.error.code === 'source.failed';
}

async function markUsed(folder: string): Promise<void> {
  const file = path.join(folder, usedFile);
  const now = new Date();
  await writeFile(file, '');
  await utimes(file, now, now);
}

async function lastUse(folder: string): Promise<number> {
  return stat(path.join(folder, usedFile)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** Bytes of all files below; of those that go away meanwhile, nothing. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(path.join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
