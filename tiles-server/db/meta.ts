/** Small things the server remembers between runs: JSON by key, in the table `meta`. */
import type { Queryable } from './database.ts'

/** What is kept under a key; `otherwise` when nothing is. */
export async function remembered<T>(db: Queryable, key: string, otherwise: T): Promise<T> {
  const [row] = await db.query<{ value: T }>('select value from meta where key = $1', [key])
  return row ? row.value : otherwise
}

/** Keeps a JSON value under a key, in place of what was there. */
export async function remember(db: Queryable, key: string, value: unknown): Promise<void> {
  await db.query(
    'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, JSON.stringify(value)],
  )
}
