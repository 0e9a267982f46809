/** Worker thread of the buildings cutter: chunks of building records in, tiles and their summaries on disk out. */
import { workerData } from 'node:worker_threads'
import { glbReady } from '../../data/formats/glb.ts'
import { openHeights } from '../db/height-store.ts'
import { type BuildingTask, type CutTile, cutBuildingTile } from './buildings-tile.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

const { root, heightsDir } = workerData as { root: string; heightsDir: string }
const store = openTileStore(root)
const heights = openHeights(heightsDir)

answer<BuildingTask, CutTile>(async (task) => {
  await glbReady
  return { value: await cutBuildingTile(task, store, heights.sample) }
})
