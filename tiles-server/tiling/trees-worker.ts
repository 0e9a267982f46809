/** Worker thread of the trees cutter: forests in, tiles on disk out. */
import { hash } from 'node:crypto'
import { workerData } from 'node:worker_threads'
import { glbReady } from '../../data/formats/glb.ts'
import { openHeights } from '../db/height-store.ts'
import { openTileStore } from './tile-store.ts'
import type { Region } from './tileset.ts'
import { type Forest, treeTile } from './trees-tile.ts'
import { answer } from './worker-answer.ts'

/** What to plant. */
export interface TreeTask {
  forest: Forest
  enlarge: number
}

/** A tile of trees in the store. */
export interface Planted {
  /** file name in `trees/c/` */
  content: string
  bytes: number
  region: Region
}

const { root, heightsDir } = workerData as { root: string; heightsDir: string }
const store = openTileStore(root)
const heights = openHeights(heightsDir)

answer<TreeTask, Planted | null>(async ({ forest, enlarge }) => {
  await glbReady
  const tile = treeTile(forest, heights.sample, enlarge)
  if (!tile) return { value: null }
  const content = `${hash('sha1', tile.glb, 'base64url').slice(0, 20)}.glb`
  const bytes = await store.put(`trees/c/${content}`, tile.glb, { compress: 'large' })
  return { value: { content, bytes, region: tile.region } }
})
