/** The port to the database: the same three verbs over PGlite (embedded) and PostgreSQL. */

/** A row as the driver gives it: text, number, boolean, null, Date, parsed jsonb; bytea as Uint8Array. */
export type Row = Record<string, unknown>

/** What one query needs; the same SQL runs on both engines. */
export interface Queryable {
  /**
   * Runs one statement with $1… parameters.
   * @returns the rows; bytea columns are Uint8Array, bigint columns are number when safe
   * @throws {Error} with the engine's message and the SQLSTATE in `code`
   */
  query<T = Row>(sql: string, parameters?: readonly unknown[]): Promise<T[]>
  /** Appends rows in PostgreSQL's binary COPY format to a table; the bytes are given away. Absent where `query` must do. */
  copy?(table: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
}

/** An open database. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  /** Calls `heard` on each NOTIFY of the channel; the result stops listening. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>
  readonly engine: 'pglite' | 'postgres'
  close(): Promise<void>
}
