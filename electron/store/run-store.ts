import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { finalRunStatuses, isFinal, type Run, type RunFilter, type Vertex } from '@shared/model/run.ts';
import type { NewRun, ProcessIdentity, RunChange, RunStore } from '../engine/journal.ts';
import type { Clock } from '../engine/ports.ts';
import { openDatabase, type Database } from './database/database.ts';
import { imageNamesOf, wordsOf } from './run-columns.ts';
import { formatRunId, parseRunId } from './run-id.ts';
import { RunChanges } from './run-changes.ts';

/** The database's file in a home. */
export const databaseFile = 'slipway.db';

/** Opens the run records of a home. The database itself is opened by the first call that needs it. */
export function openRunStore({ home, clock }: { readonly home: string; readonly clock: Clock }): RunStore {
  return new SqliteRunStore(path.join(home, databaseFile), clock);
}

interface RunRow {
  readonly number: number;
  readonly record: string;
  readonly owner_pid: number;
  readonly owner_started: string;
}

const rowColumns = 'number, record, owner_pid, owner_started';

class SqliteRunStore implements RunStore {
  private readonly file: string;
  private readonly clock: Clock;
  private opened: Database | undefined;
  private closed = false;
  private readonly changes = new RunChanges(() => this.database);

  constructor(file: string, clock: Clock) {
    this.file = file;
    this.clock = clock;
  }

  private get database(): Database {
    if (this.closed) throw new Error('the run store is closed');
    this.opened ??= openDatabase(this.file);
    return this.opened;
  }

  get homeId(): string {
    return (this.database.statement('SELECT id FROM home').get() as { readonly id: string }).id;
  }

  create(run: NewRun, owner: ProcessIdentity): Run {
    const now = this.clock.now();
    const moment = new Date(now).toISOString();
    const created = this.changes.write((change) => {
      const inserted = this.database
        .statement(
          `INSERT INTO runs (status, created, keep, words, owner_pid, owner_started, change, record)
           VALUES ('Queued', ?, 0, '', ?, ?, ?, '{}')`,
        )
        .run(now, owner.pid, owner.started, change);
      const record: Run = {
        ...run,
        runId: formatRunId(Number(inserted.lastInsertRowid)),
        status: 'Queued',
        createTime: moment,
        lastUpdatedTime: moment,
        images: [],
        outputImages: [],
        dependencies: [],
        findings: [],
        cachedVertices: 0,
        totalVertices: 0,
        logLines: 0,
        cancelRequested: false,
        keep: false,
      };
      this.store(Number(inserted.lastInsertRowid), record, change);
      return record;
    });
    this.changes.tell([created.runId]);
    return created;
  }

  get(runId: string): Run {
    return this.record(runId);
  }

  has(runId: string): boolean {
    const number = parseRunId(runId);
    return (
      number !== undefined && this.database.statement('SELECT 1 FROM runs WHERE number = ?').get(number) !== undefined
    );
  }

  list(filter: RunFilter): readonly Run[] {
    const { where, values } = conditions(filter);
    const sql = `SELECT ${rowColumns} FROM runs ${where} ORDER BY number DESC LIMIT ?`;
    return this.rows(sql, ...values, filter.limit).map(decodeRun);
  }

  update(runId: string, change: RunChange): Run {
    const updated = this.changes.write((sequence) => this.change(runId, sequence, (run) => ({ ...run, ...change })));
    this.changes.tell([runId]);
    return updated;
  }

  claim(runId: string, owner: ProcessIdentity): boolean {
    const claimed = this.changes.write((sequence) => {
      const run = this.record(runId);
      if (run.status !== 'Queued' || run.cancelRequested) return false;
      const { waitReason: _, ...rest } = run;
      this.change(runId, sequence, () => ({ ...rest, status: 'Started', startTime: this.moment() }));
      this.database
        .statement('UPDATE runs SET owner_pid = ?, owner_started = ? WHERE number = ?')
        .run(owner.pid, owner.started, numberOf(runId));
      return true;
    });
    if (claimed) this.changes.tell([runId]);
    return claimed;
  }

  queued(): ReturnType<RunStore['queued']> {
    return this.rows(`SELECT ${rowColumns} FROM runs WHERE status = 'Queued' ORDER BY number`).map(withOwner);
  }

  active(): ReturnType<RunStore['active']> {
    return this.rows(`SELECT ${rowColumns} FROM runs WHERE status IN ('Started', 'Running') ORDER BY number`).map(
      withOwner,
    );
  }

  saveVertices(runId: string, vertices: readonly Vertex[]): void {
    if (vertices.length === 0) return;
    this.changes.write((sequence) => {
      const number = numberOf(runId);
      this.record(runId);
      const insert = this.database.statement(
        'INSERT OR REPLACE INTO vertices (run, step, number, cached, record) VALUES (?, ?, ?, ?, ?)',
      );
      for (const vertex of vertices)
        insert.run(number, vertex.stepId, vertex.number, vertex.cached ? 1 : 0, JSON.stringify(vertex));
      const counted = this.database
        .statement('SELECT count(*) AS total, sum(cached) AS cached FROM vertices WHERE run = ?')
        .get(number) as {
        readonly total: number;
        readonly cached: number;
      };
      this.change(runId, sequence, (run) => ({ ...run, totalVertices: counted.total, cachedVertices: counted.cached }));
    });
    this.changes.tell([runId]);
  }

  vertices(runId: string): readonly Vertex[] {
    this.record(runId);
    const rows = this.database
      .statement('SELECT record FROM vertices WHERE run = ? ORDER BY step, number')
      .all(numberOf(runId)) as { readonly record: string }[];
    return rows.map(({ record }) => decode<Vertex>(record, runId));
  }

  addFinding(runId: string, finding: Run['findings'][number]): void {
    this.changes.write((sequence) =>
      this.change(runId, sequence, (run) => ({ ...run, findings: [...run.findings, finding] })),
    );
    this.changes.tell([runId]);
  }

  remove(runIds: readonly string[]): void {
    const removed = this.changes.remove(runIds.flatMap((runId) => parseRunId(runId) ?? []));
    this.changes.tellRemoved(removed.map(formatRunId));
  }

  expired(before: number): readonly string[] {
    const final = finalRunStatuses.map((status) => `'${status}'`).join(', ');
    const rows = this.database
      .statement(`SELECT number FROM runs WHERE finished < ? AND keep = 0 AND status IN (${final}) ORDER BY number`)
      .all(before) as { readonly number: number }[];
    return rows.map(({ number }) => formatRunId(number));
  }

  onChange(listener: (runId: string) => void): () => void {
    return this.changes.onChange(listener);
  }

  onRemove(listener: (runId: string) => void): () => void {
    return this.changes.onRemove(listener);
  }

  close(): void {
    this.closed = true;
    this.changes.close();
    this.opened?.close();
    this.opened = undefined;
  }

  private rows(sql: string, ...values: readonly (string | number)[]): readonly RunRow[] {
    return this.database.read(() => this.database.statement(sql).all(...values) as RunRow[]);
  }

  private record(runId: string): Run {
    const row = this.database.statement(`SELECT ${rowColumns} FROM runs WHERE number = ?`).get(numberOf(runId)) as
      RunRow | undefined;
    if (row === undefined) throw notFound(runId);
    return decodeRun(row);
  }

  private change(runId: string, sequence: number, changed: (run: Run) => Run): Run {
    const run = this.record(runId);
    const next: Run = { ...changed(run), lastUpdatedTime: this.moment() };
    if (isFinal(run.status) && next.status !== run.status)
      throw appFailure('run.finished', { params: { runId, status: run.status } });
    this.store(numberOf(runId), next, sequence);
    return next;
  }

  private store(number: number, run: Run, change: number): void {
    this.database
      .statement(
        'UPDATE runs SET status = ?, task = ?, finished = ?, keep = ?, words = ?, change = ?, record = ? WHERE number = ?',
      )
      .run(
        run.status,
        run.task ?? null,
        run.finishTime === undefined ? null : Date.parse(run.finishTime),
        run.keep ? 1 : 0,
        wordsOf(run),
        change,
        JSON.stringify(run),
        number,
      );
    if (run.images.length === 0 && run.outputImages.length === 0) return;
    this.database.statement('DELETE FROM run_images WHERE run = ?').run(number);
    const insert = this.database.statement('INSERT INTO run_images (name, run) VALUES (?, ?)');
    for (const name of imageNamesOf(run)) insert.run(name, number);
  }

  private moment(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

function numberOf(runId: string): number {
  const number = parseRunId(runId);
  if (number === undefined) throw notFound(runId);
  return number;
}

function notFound(runId: string): Error {
  return appFailure('run.notFound', { params: { runId } });
}

function decodeRun(row: RunRow): Run {
  return decode<Run>(row.record, formatRunId(row.number));
}

function withOwner(row: RunRow) {
  return { run: decodeRun(row), owner: { pid: row.owner_pid, started: row.owner_started } };
}

/** Records are written here alone, and migrations change them; so what parses has the shape. */
function decode<T>(record: string, runId: string): T {
  try {
    return JSON.parse(record) as T;
  } catch (error) {
    throw appFailure('store.damaged', { params: { path: databaseFile, runId } }, error);
  }
}

function conditions(filter: RunFilter): { readonly where: string; readonly values: readonly (string | number)[] } {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  const add = (sql: string, ...given: readonly (string | number)[]) => {
    parts.push(sql);
    values.push(...given);
  };
  if (filter.text !== undefined && filter.text.trim() !== '')
    add(`instr(words, ?) > 0`, filter.text.trim().toLowerCase());
  if (filter.task !== undefined) add('task = ?', filter.task);
  if (filter.statuses !== undefined && filter.statuses.length > 0) {
    add(`status IN (${filter.statuses.map(() => '?').join(', ')})`, ...filter.statuses);
  }
  if (filter.image !== undefined) add('number IN (SELECT run FROM run_images WHERE name = ?)', filter.image.trim());
  if (filter.since !== undefined) add('created >= ?', Date.parse(filter.since));
  if (filter.before !== undefined) add('number < ?', numberOf(filter.before));
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}
