import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two tries, in ms. */
const pause = 15;

/**
 * Does something while no other process does it. The lock is an empty SQLite database in a write transaction: the operating
 * system lets go of it when a process dies, however it dies, which no lock file that is merely created does.
 *
 * @param file the lock's own file, made when it isn't there (mode 0600)
 * @throws the signal's reason, while waiting
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) await (await open(file, 'a', 0o600)).close();
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA busy_timeout = 0');
    while (!tryBegin(lock)) {
      signal?.throwIfAborted();
      await delay(pause);
    }
    return await work();
  } finally {
    lock.close(); // ends the transaction
  }
}

function tryBegin(lock: { exec(sql: string): void }): boolean {
  try {
    lock.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  }
}
