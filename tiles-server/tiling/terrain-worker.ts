/** A thread that cuts blocks of terrain tiles and stores those that changed. */
import { workerData } from 'node:worker_threads'
import type { TileRange } from '../../data/geo/tile-grid.ts'
import { openHeights } from '../db/height-store.ts'
import { openStaging } from './staging.ts'
import { terrainTiler } from './terrain-tile.ts'
import type { WaterAreas } from './terrain-water.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

/** What every terrain worker is started with. */
export interface TerrainWorkerData {
  heightsDir: string
  storeRoot: string
  water: WaterAreas
  /** nothing was published yet */
  direct: boolean
}

/** What became of a block of tiles. */
export interface TerrainBlockResult {
  tiles: number
  written: number
  bytes: number
}

const { heightsDir, storeRoot, water, direct } = workerData as TerrainWorkerData
const tiler = terrainTiler(openHeights(heightsDir), water)
const staging = openStaging(openTileStore(storeRoot), 'terrain', direct)
/** tiles being written while the next is meshed */
const AHEAD = 4

async function keep(path: string, bytes: Uint8Array, result: TerrainBlockResult): Promise<void> {
  const stored = await staging.put(path, bytes)
  result.bytes += stored ?? bytes.length
  if (stored !== null) result.written++
}

answer<TileRange, TerrainBlockResult>(async ({ z, minX, maxX, minY, maxY }) => {
  const result: TerrainBlockResult = { tiles: 0, written: 0, bytes: 0 }
  const writing = new Set<Promise<void>>()
  for (let y = maxY; y >= minY; y--)
    for (let x = minX; x <= maxX; x++) {
      const stored = keep(`${z}/${x}/${y}.terrain`, tiler.tile(z, x, y), result)
      writing.add(stored)
      stored.finally(() => writing.delete(stored)).catch(() => {})
      result.tiles++
      if (writing.size >= AHEAD) await Promise.race(writing)
    }
  await Promise.all(writing)
  return { value: result }
})
