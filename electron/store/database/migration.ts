/** One step of the database's layout. Never changed once it was released: a new one follows instead. */
export interface Migration {
  /** From 1, without a gap; SQLite's `user_version` keeps the last. */
  readonly number: number;
  readonly sql: string;
}
