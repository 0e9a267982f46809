/** Scene documents: the files under scenes/ and those kept in the database, which win. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'

/** A scene in the list. */
export interface SceneTitle {
  /** `<place>/<theme>` */
  id: string
  title: unknown
}

const WORD = /^[a-z0-9][a-z0-9-]{0,63}$/
/** A place bears the name of its data set, in any script. */
const PLACE = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => (entry.isDirectory() ? WORD.test(entry.name) : entry.name.endsWith('.json')))
    .map(({ name }) => name)
}

/** The place of the test city's scenes. It is made where a real city lies: nearness does not tell them apart, the stored data set does. */
const TEST_PLACE = 'tiny'

/** Whether something is built where a scene opens: a scene of a city that is not stored shows an empty plain. */
async function hasCity(db: Database, place: string, document: unknown): Promise<boolean> {
  if (place === TEST_PLACE)
    return (await db.query("select 1 from source where report -> 'tiny' = 'true'::jsonb limit 1")).length > 0
  const [view] = Object.values((document as { views?: Record<string, { lng?: unknown; lat?: unknown }> }).views ?? {})
  if (typeof view?.lng !== 'number' || typeof view.lat !== 'number') return false
  const near = `st_makeenvelope($1::float8 - 0.3, $2::float8 - 0.3, $1::float8 + 0.3, $2::float8 + 0.3, 4326)`
  const rows = await db.query(`select 1 from feature where geom && ${near} limit 1`, [view.lng, view.lat])
  return rows.length > 0
}

/**
 * The scenes of cities that are stored, what was brought in before what came with the code; all scenes while none is stored.
 *
 * @param folder scenes/
 */
export async function readSceneTitles(db: Database, folder: string): Promise<SceneTitle[]> {
  const found = new Map<string, { title: unknown; rank: number }>()
  for (const place of await names(folder)) {
    if (!WORD.test(place) || place === 'schema') continue
    for (const file of await names(join(folder, place))) {
      const theme = file.replace(/\.json$/, '')
      if (!file.endsWith('.json') || !WORD.test(theme)) continue
      const text = await readScene(db, folder, place, theme)
      if (!text) continue
      const document = JSON.parse(text) as { title?: unknown }
      found.set(`${place}/${theme}`, { title: document.title, rank: (await hasCity(db, place, document)) ? 1 : 2 })
    }
  }
  const rows = await db.query<{ id: string; title: unknown }>("select id, document -> 'title' as title from scene")
  for (const { id, title } of rows) found.set(id, { title, rank: 0 })
  const stored = [...found].filter(([, { rank }]) => rank < 2)
  return (stored.length > 0 ? stored : [...found])
    .sort(([a, { rank: ra }], [b, { rank: rb }]) => ra - rb || (a < b ? -1 : 1))
    .map(([id, { title }]) => ({ id, title }))
}

/** @returns the document's JSON text, null when there is none (or the words are no names) */
export async function readScene(db: Database, folder: string, place: string, theme: string): Promise<string | null> {
  if (!PLACE.test(place) || !WORD.test(theme)) return null
  const [row] = await db.query<{ document: string }>('select document::text as document from scene where id = $1', [
    `${place}/${theme}`,
  ])
  if (row) return row.document
  if (!WORD.test(place)) return null
  return readFile(join(folder, place, `${theme}.json`), 'utf8').catch(() => null)
}
