import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RunLogs, RunStore } from '../journal.ts';
import { runFolder, runsFolder } from '../logs/log-files.ts';
import type { Clock } from '../ports.ts';

const dayMs = 86_400_000;

export interface RetentionParts {
  readonly home: string;
  readonly store: RunStore;
  readonly logs: RunLogs;
  readonly clock: Clock;
  /** Days that a finished run is kept (ACR: 30; spec: runs-and-logs 5). */
  readonly days: number;
}

/**
 * Deletes the runs that finished longer ago and aren't kept, with their logs and folders, and the folders of runs that have no
 * record. The record goes last, so what a kill interrupts is finished the next time. Returns the ids of the runs.
 */
export async function removeExpired(
  { home, store, logs, clock, days }: RetentionParts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const runId of store.expired(clock.now() - days * dayMs)) {
    signal.throwIfAborted();
    await logs.remove(runId);
    await rm(runFolder(home, runId), { recursive: true, force: true });
    store.remove([runId]);
    removed.push(runId);
  }
  for (const name of await foldersIn(runsFolder(home))) {
    signal.throwIfAborted();
    if (!store.has(name)) await rm(path.join(runsFolder(home), name), { recursive: true, force: true });
  }
  return removed;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
