/** The one way to a database: PostgreSQL when a URL is given, else PGlite in the data folder; migrated and ready. */
import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { restoreIndexes } from './bulk-load.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import { preparedFolder } from './prepared-folder.ts'

/** Where the database is. */
export interface DatabaseOptions {
  /** folder of this city; the embedded database lives in its `db` */
  dataDir: string
  /** `postgres://…`: used instead of the embedded database */
  databaseUrl?: string
  /** keeps the tables in a schema of their own (tests); made when missing */
  schema?: string
}

/** A new folder is a copy of the prepared one: `create extension postgis` alone takes 6 s of CPU. */
async function copyPrepared(folder: string): Promise<void> {
  const prepared = preparedFolder()
  if (existsSync(join(folder, 'PG_VERSION')) || !existsSync(join(prepared, 'PG_VERSION'))) return
  const half = `${folder}.${process.pid}.tmp`
  await rm(half, { recursive: true, force: true })
  await cp(prepared, half, { recursive: true })
  await rm(folder, { recursive: true, force: true })
  await rename(half, folder)
}

/**
 * Opens the database and brings its tables to the newest shape. Hold the lock of data-folder.ts for an embedded one.
 * @throws {Error} when it cannot be reached, or was made by a newer version
 */
export async function openDatabase({ dataDir, databaseUrl, schema }: DatabaseOptions): Promise<Database> {
  const db = await (async () => {
    if (databaseUrl) return openPostgres(databaseUrl, schema)
    await mkdir(dataDir, { recursive: true })
    await copyPrepared(join(dataDir, 'db'))
    return openPglite(join(dataDir, 'db'))
  })()
  try {
    if (schema) await db.query(`create schema if not exists ${schema}; set search_path to ${schema}, public`)
    await migrate(db)
    await restoreIndexes(db)
    return db
  } catch (cause) {
    await db.close()
    const { message } = cause as Error
    throw new Error(`database: cannot be opened: ${message.replaceAll(databaseUrl ?? '\0', 'DATABASE_URL')}`, { cause })
  }
}
