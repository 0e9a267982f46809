/** PostgreSQL with PostGIS through pg, behind the port. */
import pg from 'pg'
import type { Database, Queryable } from './database.ts'

const { Pool, types } = pg
const INT8 = 20
const BYTEA = 17

/** Bytes with a memory of their own: a slice of Node's shared pool could not be handed to a worker. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / 2)
  Buffer.from(bytes.buffer).write(text.slice(2), 'hex')
  return bytes
}

const wholeOf = (text: string): number | bigint => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text))

/** bigint as number when it is safe, bytea as a plain Uint8Array, as PGlite gives them; everything else as pg does. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8
      ? wholeOf
      : oid === BYTEA
        ? bytesOf
        : types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

function queryable(runner: pg.Pool | pg.ClientBase): Queryable {
  return {
    async query<T>(sql: string, parameters?: readonly unknown[]) {
      const result = (await runner.query(sql, parameters?.length ? [...parameters] : undefined)) as
        | pg.QueryResult
        | pg.QueryResult[]
      return (Array.isArray(result) ? result.at(-1) : result)?.rows as T[]
    },
  }
}

/**
 * Connects lazily to `url`; `schema` (made when missing) is put in front of the search path.
 * @throws {Error} from the first query, without the connection string, when the server cannot be reached
 */
export function openPostgres(url: string, schema?: string): Database {
  if (schema && !/^[a-z_][a-z0-9_]*$/.test(schema))
    throw new RangeError(`database: bad schema name, got ${schema}; expected lower-case letters, digits and _`)
  const pool = new Pool({
    connectionString: url,
    max: 8,
    types: parsers,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    ...(schema ? { options: `-c search_path=${schema},public` } : {}),
  })
  pool.on('error', () => {}) // an idle connection was lost: the next query opens another
  const listeners = new Map<string, Set<(payload: string) => void>>()
  let ear: pg.PoolClient | null = null
  let closing = false

  const startListening = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect()
    client.on('notification', ({ channel, payload }) => {
      for (const hear of listeners.get(channel) ?? []) hear(payload ?? '')
    })
    client.on('error', () => {
      ear = null
      client.release(true)
      if (!closing) setTimeout(() => void relisten().catch(() => {}), 1000).unref()
    })
    return client
  }
  const relisten = async (): Promise<void> => {
    ear ??= await startListening()
    for (const channel of listeners.keys()) await ear.query(`listen ${pg.escapeIdentifier(channel)}`)
  }

  return {
    engine: 'postgres',
    query: queryable(pool).query,
    async transaction(work) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        await client.query('begin')
        const value = await work(queryable(client))
        await client.query('commit')
        return value
      } catch (error) {
        await client.query('rollback').catch((lost: Error) => {
          broken = lost
        })
        throw error
      } finally {
        client.release(broken)
      }
    },
    async listen(channel, hear) {
      const set = listeners.get(channel) ?? new Set()
      listeners.set(channel, set.add(hear))
      await relisten()
      return async () => void set.delete(hear)
    },
    async close() {
      if (closing) return
      closing = true
      ear?.release(true)
      await pool.end()
    },
  }
}
