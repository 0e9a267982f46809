/** A thread that cuts blocks of the map and stores the tiles that changed. */
import { workerData } from 'node:worker_threads'
import { cutMapBlock, type MapBlock } from './map-block.ts'
import type { PackedRows } from './map-rows.ts'
import { openStaging } from './staging.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

/** A block with its rows. */
export interface MapTask {
  block: MapBlock
  rows: PackedRows
}

/** What became of a block. */
export interface MapBlockResult {
  tiles: number
  written: number
  removed: number
  bytes: number
}

/** What every map worker is started with. */
export interface MapWorkerData {
  storeRoot: string
  /** nothing was published yet */
  direct: boolean
}

const { storeRoot, direct } = workerData as MapWorkerData
const staging = openStaging(openTileStore(storeRoot), 'map', direct)
/** tiles being written at a time */
const AHEAD = 4

/** Paths of all wanted tiles of a block; a tile with nothing in it must not stay from before. */
function* wantedPaths({ root, maxZ, wanted }: MapBlock): Generator<string> {
  if (wanted) yield* wanted
  else
    for (let z = root.z; z <= maxZ; z++) {
      const span = 2 ** (z - root.z)
      for (let x = root.x * span; x < (root.x + 1) * span; x++)
        for (let y = root.y * span; y < (root.y + 1) * span; y++) yield `${z}/${x}/${y}`
    }
}

answer<MapTask, MapBlockResult>(async ({ block, rows }) => {
  const result: MapBlockResult = { tiles: 0, written: 0, removed: 0, bytes: 0 }
  const full = new Set<string>()
  const writing = new Set<Promise<void>>()
  const keep = async (key: string, bytes: Uint8Array): Promise<void> => {
    const stored = await staging.put(`${key}.mvt`, bytes)
    result.bytes += stored ?? bytes.length
    if (stored !== null) result.written++
  }
  for (const { z, x, y, bytes } of cutMapBlock(block, rows)) {
    const key = `${z}/${x}/${y}`
    full.add(key)
    result.tiles++
    const stored = keep(key, bytes)
    writing.add(stored)
    stored.finally(() => writing.delete(stored)).catch(() => {})
    if (writing.size >= AHEAD) await Promise.race(writing)
  }
  await Promise.all(writing)
  for (const key of wantedPaths(block)) {
    if (!full.has(key) && (await staging.remove(`${key}.mvt`))) result.removed++
  }
  return { value: result }
})
