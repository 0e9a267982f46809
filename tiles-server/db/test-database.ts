/** A database for a test suite: a fresh schema in DATABASE_URL when that is set, else a PGlite folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { openDatabase } from './open-database.ts'

/**
 * Opens a database with empty tables; close it at the end of the suite and it is gone. Open one per test file: an embedded
 * one costs 2 s and 0.9 GB.
 */
export async function openTestDatabase(): Promise<Database> {
  const databaseUrl = process.env.DATABASE_URL
  if (databaseUrl) {
    const schema = `test_${process.pid}_${Date.now().toString(36)}`
    const db = await openDatabase({ dataDir: '', databaseUrl, schema })
    const close = async (): Promise<void> => {
      await db.query(`drop schema ${schema} cascade`)
      await db.close()
    }
    return { ...db, close }
  }
  const folder = await mkdtemp(join(tmpdir(), 'tidewall-test-'))
  const db = await openDatabase({ dataDir: folder })
  const close = async (): Promise<void> => {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...db, close }
}
