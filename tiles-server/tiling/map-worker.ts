/** A thread that cuts blocks of the map and stores the tiles that changed. */
import { workerData } from 'node:worker_threads'
import { cutMapBlock, type MapBlock } from './map-block.ts'
import type { PackedRows } from './map-rows.ts'
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

const store = openTileStore((workerData as { storeRoot: string }).storeRoot)
/** tiles being compressed and written at a time */
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
    const path = `map/${key}.mvt`
    const old = await store.get(path)
    if (old && Buffer.compare(old, bytes) === 0) result.bytes += bytes.length
    else {
      result.bytes += await store.put(path, bytes, { compress: 'quickly' })
      result.written++
    }
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
    if (full.has(key) || (await store.get(`map/${key}.mvt`)) === null) continue
    await store.remove(`map/${key}.mvt`)
    result.removed++
  }
  return { value: result }
})
