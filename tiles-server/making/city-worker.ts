/** A worker that generates the default city: writes its height grid, then sends features in batches, one per request. */
import { parentPort, workerData } from 'node:worker_threads'
import { type City, ellipsoidalHeights, generateCity } from '../../data/city/generate.ts'
import { type CityFeature, LAYERS } from '../../data/geo/city-feature.ts'
import { writeHeightGrid } from '../db/height-store.ts'

/** What the worker is started with. */
export interface CityOrder {
  seed: number
  buildings: number
  tiny: boolean
  heightsDir: string
  source: string
}

/** What it answers to `next`. */
export type CityReply =
  | { type: 'ready'; extent: City['extent']; source: City['source'] }
  | { type: 'batch'; layer: (typeof LAYERS)[number]; features: CityFeature[]; last: boolean }

const BATCH = 1000

async function* replies(order: CityOrder): AsyncGenerator<CityReply> {
  const city = generateCity({ seed: order.seed, buildings: order.buildings, tiny: order.tiny })
  const { heights: _, ...grid } = city.heights
  const heights = ellipsoidalHeights(city)
  const rows = function* (): Generator<Float32Array> {
    for (let row = 0; row < grid.rows; row++) yield heights.subarray(row * grid.columns, (row + 1) * grid.columns)
  }
  await writeHeightGrid(
    order.heightsDir,
    order.source,
    { ...grid, dataDate: city.source.dataDate, datum: 'EGM96', attribution: city.source.attribution },
    rows(),
  )
  yield { type: 'ready', extent: city.extent, source: city.source }
  for (const layer of LAYERS) {
    let features: CityFeature[] = []
    for (const feature of city.features(layer)) {
      features.push(feature)
      if (features.length === BATCH) {
        yield { type: 'batch', layer, features, last: false }
        features = []
      }
    }
    yield { type: 'batch', layer, features, last: true }
  }
}

const stream = replies(workerData as CityOrder)
parentPort?.on('message', async () => {
  try {
    const { value, done } = await stream.next()
    parentPort?.postMessage(done ? { done: true } : { value })
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
})
