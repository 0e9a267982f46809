/** Makes the ready database folder that every new data folder is a copy of; run by `npm ci` (script `prepare`). */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from './migrate.ts'
import { openPglite } from './pglite.ts'
import { preparedFolder } from './prepared-folder.ts'
import { prepareSlimPostgis } from './slim-postgis.ts'

/**
 * Makes the folder unless it is there, and removes those of other versions. Atomic: an interrupted run leaves nothing.
 * @returns its path
 */
export async function prepareDatabase(): Promise<string> {
  const folder = preparedFolder()
  await prepareSlimPostgis()
  if (existsSync(join(folder, 'PG_VERSION'))) return folder
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true })
  const half = `${folder}.${process.pid}.tmp`
  const db = await openPglite(half)
  try {
    await migrate(db)
    await db.query('vacuum analyze')
    await db.query('checkpoint')
  } finally {
    await db.close()
  }
  for (const old of await readdir(parent))
    if (!old.includes(basename(folder).slice(3))) await rm(join(parent, old), { recursive: true, force: true })
  await rename(half, folder)
  return folder
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now()
  await prepareDatabase()
  console.log(`database folder prepared in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
