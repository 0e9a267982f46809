/** What the database keeps of networks beside their pipes: defects, and the model files whole for solvers. */
import type { Database } from '../../../tiles-server/db/database.ts'
import type { Defect } from '../../networks/defect.ts'
import type { NetworksRead } from './read-networks.ts'

/** More are in the file only. */
const MOST_KEPT_DEFECTS = 20_000

/** Keeps a network's defects where a route can find them: `meta`, key `network-defects:<source>`. */
export async function storeDefects(db: Database, source: string, defects: readonly Defect[]): Promise<void> {
  const value = { total: defects.length, defects: defects.slice(0, MOST_KEPT_DEFECTS) }
  await db.query(
    'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [`network-defects:${source}`, JSON.stringify(value)],
  )
}

/**
 * A damaged file may not cost the rows that it gave when it was whole.
 *
 * @throws {Error} naming the file, when the data set has a network already
 */
export async function protectNetwork(db: Database, source: string, damaged: NetworksRead['damaged']): Promise<void> {
  if (damaged.length === 0) return
  const before = await db.query(
    "select 1 from feature where source = $1 and layer in ('pipes', 'pipe-nodes') limit 1",
    [source],
  )
  const [{ name, reason }] = damaged
  if (before.length > 0)
    throw new Error(`${name}: ${reason}; nothing is stored, the network of ${source} stays as it was`)
}

/** Longest model text that is kept; the largest published networks are a tenth of it. */
const MOST_MODEL = 64 * 2 ** 20

/** Keeps EPANET and SWMM files whole for solvers: `meta`, key `network-model:<source>:<file>`; those of an earlier run go. */
export async function storeNetworkModels(db: Database, source: string, models: NetworksRead['models']): Promise<void> {
  await db.query('delete from meta where starts_with(key, $1)', [`network-model:${source}:`])
  for (const { file, format, text } of models) {
    if (text.length > MOST_MODEL) continue
    const value = { format, text: text.replaceAll('\0', '') }
    await db.query('insert into meta (key, value) values ($1, $2)', [
      `network-model:${source}:${file}`,
      JSON.stringify(value),
    ])
  }
}
