/** Worker thread of the pipes cutter: records in, tiles and their summaries on disk out. */
import { workerData } from 'node:worker_threads'
import { glbReady } from '../../data/formats/glb.ts'
import { openHeights } from '../db/height-store.ts'
import { cutPipeTile, type PipeCut, type PipeTask } from './pipes-tile.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

const { root, heightsDir } = workerData as { root: string; heightsDir: string }
const store = openTileStore(root)
const heights = openHeights(heightsDir)

answer<PipeTask, PipeCut>(async (task) => {
  await glbReady
  return { value: await cutPipeTile(task, store, heights.sample) }
})
