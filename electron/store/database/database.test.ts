import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import type { Migration } from './migration.ts';

const first: Migration = { number: 1, sql: 'CREATE TABLE notes (text TEXT NOT NULL) STRICT' };
const second: Migration = { number: 2, sql: "ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'" };
const broken: Migration = { number: 2, sql: 'CREATE TABLE half (a) ; CREATE TABLE half (a)' };

let folder: string;
let file: string;
const opened: Database[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-database-'));
  file = path.join(folder, 'new/home.db');
});

afterEach(() => {
  for (const database of opened.splice(0)) database.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(...steps: readonly Migration[]): Database {
  const database = openDatabase(file, steps);
  opened.push(database);
  return database;
}

const one = (database: Database, sql: string) => ({ ...(database.statement(sql).get() as object) });

describe('migrations', () => {
  it('make a new database, and bring an old one with its rows up to date, once', () => {
    open(first).write(() => opened[0]?.statement("INSERT INTO notes VALUES ('kept')").run());
    const database = open(first, second);
    expect(one(database, 'SELECT * FROM notes')).toEqual({ text: 'kept', colour: 'red' });
    expect(one(database, 'PRAGMA user_version')).toEqual({ user_version: 2 });
    expect(one(open(first, second), 'SELECT count(*) AS count FROM notes')).toEqual({ count: 1 });
  });

  it('that fail leave the database as it was', () => {
    open(first).write(() => opened[0]?.statement("INSERT INTO notes VALUES ('kept')").run());
    expect(() => open(first, broken)).toThrow('already exists');
    const database = open(first);
    expect(one(database, 'PRAGMA user_version')).toEqual({ user_version: 1 });
    expect(one(database, "SELECT count(*) AS count FROM sqlite_schema WHERE name = 'half'")).toEqual({ count: 0 });
  });

  it('of a later version are not undone: it is refused', () => {
    open(first, second);
    expect(() => open(first)).toThrow('store.newerVersion');
  });
});

describe('an open database', () => {
  it('lets others read while one writes, and survives a kill', () => {
    const database = open(first);
    expect(one(database, 'PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(one(database, 'PRAGMA synchronous')).toEqual({ synchronous: 1 });
    expect(one(database, 'PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
  });

  it('takes back a transaction that throws', () => {
    const database = open(first);
    const failing = () =>
      database.write(() => {
        database.statement("INSERT INTO notes VALUES ('gone')").run();
        throw new Error('changed my mind');
      });
    expect(failing).toThrow('changed my mind');
    expect(one(database, 'SELECT count(*) AS count FROM notes')).toEqual({ count: 0 });
  });

  it('says that the disk is full, naming the file', () => {
    const database = open(first);
    const { page_count: pages } = one(database, 'PRAGMA page_count') as { readonly page_count: number };
    database.statement(`PRAGMA max_page_count = ${pages}`).get();
    const fill = () =>
      database.write(() => database.statement('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000)));
    expect(fill).toThrow(
      expect.objectContaining({
        error: expect.objectContaining({ code: 'disk.full', params: { path: file } }) as unknown,
      }) as Error,
    );
    expect(one(database, 'SELECT count(*) AS count FROM notes')).toEqual({ count: 0 });
  });
});
