/** Fills a data folder with the bench's towns of pipes and a scene of ground and pipes alone: `node store-towns.ts --data <dir> --pipes <n>`. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SceneDocument } from '../../scenes/schema/scene.ts'
import { parseScene } from '../../scenes/schema/scene.ts'
import { fillEmptyCity } from '../db/bulk-load.ts'
import { lockDataFolder } from '../db/data-folder.ts'
import { writeHeightGrid } from '../db/height-store.ts'
import { openDatabase } from '../db/open-database.ts'
import { storeLayer, storeSource } from '../db/store-layer.ts'
import { FIRST_TOWN, TOWNS_GROUND, townsOfPipes } from './towns-of-pipes.ts'

const SOURCE = 'towns'

/** Ground, and pipes seen through it: what else a page loads would hide what they cost. */
function scene(): SceneDocument {
  const [lng, lat] = FIRST_TOWN
  return parseScene({
    version: 1,
    title: { zh: '百万管线', en: 'A million pipes' },
    time: {
      start: '2026-06-01T00:00:00+08:00',
      end: '2026-06-02T00:00:00+08:00',
      step: 'PT10M',
      at: '2026-06-01T10:30:00+08:00',
    },
    sources: {
      terrain: { type: 'terrain', url: '/tiles/terrain' },
      pipes: { type: '3d-tiles', url: '/tiles/pipes/tileset.json' },
    },
    layers: [
      { id: 'ground', type: 'ground', source: 'terrain' },
      { id: 'pipes', type: 'pipes', source: 'pipes' },
    ],
    below: { xray: 0.85 },
    views: { overview: { lng, lat: lat - 0.012, height: 1100, heading: 0, pitch: -38 } },
  })
}

/** Ground as flat as the towns expect it, over all of them. */
async function storeGround(dir: string): Promise<void> {
  const [lng, lat] = FIRST_TOWN
  const [columns, rows] = [65, 65]
  const header = {
    ...{ west: lng - 0.16, south: lat - 0.16, east: lng + 0.16, north: lat + 0.16, columns, rows, resolutionM: 500 },
    ...{ dataDate: '2026-06-01', datum: 'ellipsoid', attribution: 'seeded' },
  }
  const flat = Array.from({ length: rows }, () => new Float32Array(columns).fill(TOWNS_GROUND))
  await writeHeightGrid(dir, SOURCE, header, flat)
}

const { values } = parseArgs({
  options: { data: { type: 'string' }, pipes: { type: 'string' }, one: { type: 'boolean' } },
})
const [dataDir, count] = [values.data, Number(values.pipes)]
if (!dataDir || !(count > 0)) throw new RangeError('store-towns: expected --data <dir> --pipes <n>')
const lock = lockDataFolder(dataDir)
process.on('exit', () => lock.release())
const db = await openDatabase({ dataDir })
try {
  if (values.one) {
    // one pipe more, of another source: what a survey of one street brings
    const [first] = townsOfPipes(1, 'pipes')
    const one = { ...first!, id: 'one-more' }
    await storeLayer(db, { source: 'one-more', layer: 'pipes', features: [one] })
  } else {
    await storeGround(join(dataDir, 'heights'))
    await storeSource(db, {
      id: SOURCE,
      title: '演示',
      files: [],
      attribution: 'seeded',
      datum: 'ellipsoid',
      synthetic: true,
    })
    await fillEmptyCity(db, async () => {
      for (const layer of ['pipes', 'pipe-nodes'] as const) {
        const result = await storeLayer(db, { source: SOURCE, layer, features: townsOfPipes(count, layer) })
        console.log(JSON.stringify({ layer, ...result }))
      }
    })
    await db.query(
      'insert into scene (id, document) values ($1, $2) on conflict (id) do update set document = excluded.document',
      ['towns/pipes', JSON.stringify(scene())],
    )
  }
} finally {
  await db.close()
}
process.exit()
