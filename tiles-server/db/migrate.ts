/** Brings a database to the newest shape: runs the .sql files of migrations/ that it has not seen, each once, in order. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Database } from './database.ts'

const folder = new URL('./migrations/', import.meta.url)

/** The migrations in order; `id` is the number before the first dash. */
export function migrations(): { id: number; name: string; sql: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ id: Number.parseInt(name, 10), name, sql: readFileSync(new URL(name, folder), 'utf8') }))
}

/** Changes when any migration does: part of the key of the prepared database folder. */
export function migrationsHash(): string {
  const hash = createHash('sha256')
  for (const { name, sql } of migrations()) hash.update(name).update(sql)
  return hash.digest('hex').slice(0, 12)
}

/**
 * Runs what is missing, in one transaction: all or nothing. Two servers starting at once take turns.
 * @returns how many migrations ran
 * @throws {Error} when the database is newer than this program
 */
export async function migrate(db: Database): Promise<number> {
  const known = migrations()
  const [{ there }] = await db.query<{ there: boolean }>("select to_regclass('migration') is not null as there")
  if (there) {
    const [{ newest }] = await db.query<{ newest: number | null }>('select max(id) as newest from migration')
    const last = known.at(-1)?.id ?? 0
    if (newest === last) return 0
    if ((newest ?? 0) > last)
      throw new Error(`database: made by a newer version, got migration ${newest}; expected at most ${last}`)
  }
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [0x7716a11])
    await tx.query(
      'create table if not exists migration (id integer primary key, name text not null, at timestamptz not null default now())',
    )
    const done = new Set((await tx.query<{ id: number }>('select id from migration')).map(({ id }) => id))
    const missing = known.filter(({ id }) => !done.has(id))
    for (const { id, name, sql } of missing) {
      await tx.query(sql)
      await tx.query('insert into migration (id, name) values ($1, $2)', [id, name])
    }
    return missing.length
  })
}
