import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { formatContext, parseContext } from '@shared/model/context-location.ts';
import type { RunSource } from '@shared/model/run.ts';
import { resolveFolder } from '../engine/context/local-context.ts';
import { untilAborted } from '../engine/run/task/until-aborted.ts';
import { isRemote, type RemoteLocation, type Sources } from '../engine/ports/sources.ts';

/** The files of a context, to be looked at before there is a run. */
export interface SourceTree {
  /** Absolute; undefined for a context without files. */
  readonly root: string | undefined;
  /** Undefined for a folder of this machine, which may change under one's eyes. */
  readonly source: RunSource | undefined;
}

/** Contexts that are looked at: folders as they are, others fetched and kept for as long as a person may look. */
export interface SourceTrees {
  /**
   * @param context as it was written; undefined for none
   * @throws `context.*`, `source.*` and their like
   */
  of(context: string | undefined, signal: AbortSignal): Promise<SourceTree>;
  close(): Promise<void>;
}

/** How long a tree is taken for what is there, and how long it is kept after the last look; ms. */
const freshMs = 60_000;
const keptMs = 5 * 60_000;

interface Kept {
  readonly folder: string;
  readonly tree: Promise<SourceTree>;
  readonly since: number;
  timer: NodeJS.Timeout;
}

/**
 * @param folder of this home, for all of its processes
 * @param isAlive tells whether a process is: what dead ones have left is removed
 */
export function createSourceTrees(
  folder: string,
  sources: Sources,
  clock: { now(): number },
  isAlive: (pid: number) => boolean,
): SourceTrees {
  const kept = new Map<string, Kept>();
  const closing = new AbortController();
  let tidied: Promise<void> | undefined;
  let removals: Promise<unknown> = Promise.resolve();

  const drop = (key: string, entry: Kept) => {
    clearTimeout(entry.timer);
    if (kept.get(key) === entry) kept.delete(key);
    // Whoever still reads it finds what is open; the rest of it goes.
    removals = Promise.all([removals, removed(entry)]);
  };
  const removed = async ({ folder: place, tree }: Kept) => {
    await tree.catch(() => undefined); // nothing was kept of it then
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  };

  function fetch(
    key: string,
    location: RemoteLocation,
    credential: Parameters<Sources['fetch']>[2]['credential'],
  ): Kept {
    tidied ??= removeOrphans(folder, isAlive);
    const place = path.join(folder, `${process.pid}-${randomUUID()}`);
    const options = { credential, reach: 'local' as const, onProgress: () => undefined };
    const tree = sources.fetch(location, place, options, closing.signal);
    const entry: Kept = {
      folder: place,
      tree,
      since: clock.now(),
      timer: setTimeout(() => drop(key, entry), keptMs).unref(),
    };
    kept.set(key, entry);
    tree.catch(() => drop(key, entry));
    return entry;
  }

  return {
    async of(context, signal) {
      if (context === undefined) return { root: undefined, source: undefined };
      const { location, credential } = parseContext(context);
      if (!isRemote(location)) {
        const root = location.kind === 'folder' ? await resolveFolder(location.path) : undefined;
        return { root, source: undefined };
      }
      const key = `${formatContext(location)}\0${JSON.stringify(credential)}`;
      let entry = kept.get(key);
      if (entry !== undefined && clock.now() - entry.since > freshMs) {
        drop(key, entry);
        entry = undefined;
      }
      entry ??= fetch(key, location, credential);
      entry.timer.refresh();
      return untilAborted(entry.tree, signal);
    },
    async close() {
      closing.abort(new Error('closing'));
      for (const [key, entry] of kept) drop(key, entry);
      await Promise.all([removals, tidied]);
    },
  };
}

async function removeOrphans(folder: string, isAlive: (pid: number) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []); // not there yet
  for (const name of names) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (!isAlive(pid)) await rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
