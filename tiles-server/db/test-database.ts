/** A database for a test suite: a fresh schema in DATABASE_URL when that is set, else in one PGlite of the test process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { openDatabase } from './open-database.ts'

const shared = globalThis as typeof globalThis & { tidewallTestDatabase?: Promise<Database> }
let serial = 0

/**
 * Opens a database with the tables empty. Close it at the end of the suite: its schema is dropped; the embedded engine
 * (2 s and 0.9 GB each) stays for the next suite of the process.
 */
export async function openTestDatabase(): Promise<Database> {
  const schema = `test_${process.pid}_${Date.now().toString(36)}_${serial++}`
  const databaseUrl = process.env.DATABASE_URL
  if (databaseUrl) {
    const db = await openDatabase({ dataDir: '', databaseUrl, schema })
    return {
      ...db,
      async close() {
        await db.query(`drop schema ${schema} cascade`)
        await db.close()
      },
    }
  }
  if (!shared.tidewallTestDatabase) {
    const folder = mkdtempSync(join(tmpdir(), 'tidewall-test-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    shared.tidewallTestDatabase = openDatabase({ dataDir: folder })
  }
  const db = await shared.tidewallTestDatabase
  const names = 'dirty, feature, layer, source, scene, meta'
  await db.query(`truncate ${names} restart identity`)
  return { ...db, close: async () => {} }
}
