/** The one place that names the SQLite driver. Its API is node:sqlite's, so that can take its place. */
export {
  DatabaseSync,
  type DatabaseSyncInstance as Connection,
  type StatementSyncInstance as Statement,
} from '@photostructure/sqlite';
