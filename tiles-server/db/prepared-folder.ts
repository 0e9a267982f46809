/** Where the ready-made empty database of this version is kept. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrationsHash } from './migrate.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

function version(name: string): string {
  const file = join(root, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** A folder under node_modules/.cache/tidewall named after the engine's versions and the migrations; it may not exist yet. */
export function preparedFolder(): string {
  const key = [version('@electric-sql/pglite'), version('@electric-sql/pglite-postgis'), migrationsHash()].join('+')
  const name = createHash('sha256').update(key).digest('hex').slice(0, 12)
  return join(root, 'node_modules/.cache/tidewall', `db-${name}`)
}
