import type { Migration } from '../migration.ts';

/**
 * Runs as JSON records, beside them the columns that lists filter by. `number` is the run id's counter; AUTOINCREMENT so
 * that an id never comes again. `change` grows with every change of any run, so that another process can ask which.
 */
export const runs: Migration = {
  number: 1,
  sql: `
    CREATE TABLE home (
      id TEXT NOT NULL,
      change INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO home (id) VALUES (lower(hex(randomblob(16))));

    CREATE TABLE runs (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      status TEXT NOT NULL,
      task TEXT,
      created INTEGER NOT NULL,
      finished INTEGER,
      keep INTEGER NOT NULL,
      words TEXT NOT NULL,
      owner_pid INTEGER NOT NULL,
      owner_started TEXT NOT NULL,
      change INTEGER NOT NULL,
      record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_status ON runs (status, number);
    CREATE INDEX runs_by_task ON runs (task, number) WHERE task IS NOT NULL;
    CREATE INDEX runs_by_created ON runs (created);
    CREATE INDEX runs_by_finished ON runs (finished) WHERE finished IS NOT NULL AND keep = 0;
    CREATE INDEX runs_by_change ON runs (change);

    CREATE TABLE run_images (
      name TEXT NOT NULL,
      run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
      PRIMARY KEY (name, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_images_by_run ON run_images (run);

    CREATE TABLE vertices (
      run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
      step TEXT NOT NULL,
      number INTEGER NOT NULL,
      cached INTEGER NOT NULL,
      record TEXT NOT NULL,
      PRIMARY KEY (run, step, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE removed_runs (
      change INTEGER PRIMARY KEY,
      run INTEGER NOT NULL
    ) STRICT;
  `,
};
