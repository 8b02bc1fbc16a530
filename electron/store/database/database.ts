import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import type { Migration } from './migration.ts';
import { runs } from './migrations/0001-runs.ts';
import { type Connection, DatabaseSync, type Statement } from './sqlite.ts';

export type { Statement } from './sqlite.ts';

const migrations: readonly Migration[] = [runs];

/** So long a transaction waits for another process's, in milliseconds. They are short; this is for a machine under load. */
const busyMs = 10_000;

/** An open database. Every failure of SQLite comes out as an AppFailure where there is one for it. */
export interface Database {
  /** The prepared statement of this SQL, made once. */
  statement(sql: string): Statement;
  /** Reads in one snapshot. */
  read<T>(work: () => T): T;
  /** Reads and writes alone: it begins by taking the write lock, so what it read is still true when it writes. */
  write<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the database at this path, making and migrating it if need be. Safe while other processes do the same.
 * @throws `store.newerVersion` when a later Slipway wrote it; `store.damaged`; `disk.full`
 */
export function openDatabase(file: string, steps: readonly Migration[] = migrations): Database {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const database = told(file, () => new DatabaseSync(file, { timeout: busyMs }));
  try {
    told(file, () => prepare(database, file, steps));
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, Statement>();
  const transaction = <T>(begin: string, work: () => T): T =>
    told(file, () => {
      database.exec(begin);
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk has rolled it back already.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  return {
    statement(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = told(file, () => database.prepare(sql));
        statements.set(sql, statement);
      }
      return statement;
    },
    read: (work) => transaction('BEGIN', work),
    write: (work) => transaction('BEGIN IMMEDIATE', work),
    close: () => database.close(),
  };
}

function prepare(database: Connection, file: string, steps: readonly Migration[]): void {
  const latest = steps.at(-1)?.number ?? 0;
  const version = versionOf(database);
  if (version > latest) throw newerVersion(file, version, latest);
  // Once it was set, the file remembers; setting it takes a lock that the time-out doesn't cover.
  if (version === 0) turnOnWriteAheadLog(database);
  // A commit survives a kill of this process; a power failure may take the last ones, never the database.
  database.exec('PRAGMA synchronous = NORMAL');
  if (version < latest) migrate(database, file, steps, latest);
}

function migrate(database: Connection, file: string, steps: readonly Migration[], latest: number): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker, or a later Slipway.
    const version = versionOf(database);
    if (version > latest) throw newerVersion(file, version, latest);
    for (const step of steps.filter(({ number }) => number > version)) {
      database.exec(step.sql);
      database.exec(`PRAGMA user_version = ${step.number}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function turnOnWriteAheadLog(database: Connection): void {
  const deadline = Date.now() + busyMs;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (resultCode(error) !== sqliteBusy || Date.now() > deadline) throw error;
      // Two processes open a new home at once; the other needs some milliseconds.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function versionOf(database: Connection): number {
  const row = database.prepare('PRAGMA user_version').get() as { readonly user_version: number };
  return row.user_version;
}

function newerVersion(file: string, version: number, known: number): Error {
  return appFailure('store.newerVersion', { params: { path: file, version, known } });
}

const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;

function told<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    switch (resultCode(error)) {
      case sqliteCorrupt:
      case sqliteNotADatabase:
        throw appFailure('store.damaged', { params: { path: file }, cause }, error);
      case sqliteFull:
        throw appFailure('disk.full', { params: { path: file }, cause, fixes: [{ kind: 'retry' }] }, error);
      default:
        throw error;
    }
  }
}

/** SQLite's primary result code; extended codes keep it in their last byte. */
function resultCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}
