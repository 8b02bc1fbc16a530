import type { Database } from './database/database.ts';
import { formatRunId } from './run-id.ts';

/** How often other processes' changes are looked for, while somebody listens. */
const pollMs = 250;
/** Removals that are remembered for other processes, which look far more often than this many happen. */
const keptRemovals = 10_000;

type Listener = (runId: string) => void;

/**
 * Who is told of changed and removed runs. Each write takes the next change number; what other processes wrote is found
 * by it, after SQLite's `data_version` has said that there is something.
 */
export class RunChanges {
  private readonly database: () => Database;
  private readonly changed = new Set<Listener>();
  private readonly removed = new Set<Listener>();
  /** All changes up to this were told. */
  private told = 0;
  /** Changes behind `told` that are this process's own, and told. */
  private readonly own = new Set<number>();
  private dataVersion = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(database: () => Database) {
    this.database = database;
  }

  /** A transaction with the next change number. */
  write<T>(work: (change: number) => T): T {
    let taken = 0;
    const result = this.database().write(() => {
      taken = this.take();
      return work(taken);
    });
    if (this.timer !== undefined) this.own.add(taken);
    return result;
  }

  private take(): number {
    const row = this.database().statement('UPDATE home SET change = change + 1 RETURNING change').get() as {
      readonly change: number;
    };
    return row.change;
  }

  /** Removes runs; tells which there were. */
  remove(numbers: readonly number[]): readonly number[] {
    const database = this.database();
    const taken: number[] = [];
    const removed = database.write(() =>
      numbers.filter((number) => {
        if (database.statement('DELETE FROM runs WHERE number = ?').run(number).changes === 0) return false;
        const change = this.take();
        taken.push(change);
        database.statement('INSERT INTO removed_runs (change, run) VALUES (?, ?)').run(change, number);
        database.statement('DELETE FROM removed_runs WHERE change <= ?').run(change - keptRemovals);
        return true;
      }),
    );
    if (this.timer !== undefined) for (const change of taken) this.own.add(change);
    return removed;
  }

  tell(runIds: readonly string[]): void {
    for (const runId of runIds) for (const listener of this.changed) listener(runId);
  }

  tellRemoved(runIds: readonly string[]): void {
    for (const runId of runIds) for (const listener of this.removed) listener(runId);
  }

  onChange(listener: Listener): () => void {
    return this.listen(this.changed, listener);
  }

  onRemove(listener: Listener): () => void {
    return this.listen(this.removed, listener);
  }

  private listen(listeners: Set<Listener>, listener: Listener): () => void {
    listeners.add(listener);
    if (this.timer === undefined) {
      this.dataVersion = this.currentDataVersion();
      this.told = this.lastChange();
      this.timer = setInterval(() => this.look(), pollMs).unref();
    }
    return () => {
      listeners.delete(listener);
      if (this.changed.size + this.removed.size === 0) this.close();
    };
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.own.clear();
  }

  private look(): void {
    const version = this.currentDataVersion();
    if (version === this.dataVersion) {
      // Nobody else has written: all there is up to our last one is told.
      this.told = Math.max(this.told, ...this.own);
      this.own.clear();
      return;
    }
    this.dataVersion = version;
    const rows = this.database()
      .statement(
        `SELECT number AS run, change, 0 AS gone FROM runs WHERE change > ?1
         UNION ALL SELECT run, change, 1 AS gone FROM removed_runs WHERE change > ?1 ORDER BY change`,
      )
      .all(this.told) as { readonly run: number; readonly change: number; readonly gone: number }[];
    const others = rows.filter(({ change }) => !this.own.has(change));
    this.told = Math.max(this.told, ...rows.map(({ change }) => change));
    this.own.clear();
    this.tell(others.filter(({ gone }) => gone === 0).map(({ run }) => formatRunId(run)));
    this.tellRemoved(others.filter(({ gone }) => gone === 1).map(({ run }) => formatRunId(run)));
  }

  private lastChange(): number {
    return (this.database().statement('SELECT change FROM home').get() as { readonly change: number }).change;
  }

  private currentDataVersion(): number {
    return (this.database().statement('PRAGMA data_version').get() as { readonly data_version: number }).data_version;
  }
}
