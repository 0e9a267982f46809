/** Worker thread of the pipes cutter: records in, tiles and their summaries on disk out. */
import { glbReady } from '../../data/formats/glb.ts'
import { type Heights, openHeights } from '../db/height-store.ts'
import { cutPipeTile, type PipeCut, type PipePlace, type PipeTask } from './pipes-tile.ts'
import { openTileStore, type TileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

/** Heights are closed when no task comes for so long: a worker that rests holds on to nothing. */
const IDLE_MS = 300

/** The cut that is going on: the next one opens everything anew. */
let current: { id: string; store: TileStore; heights: Heights } | null = null
let idle: NodeJS.Timeout | undefined

function close(): void {
  current?.heights.close()
  current = null
}

function open({ id, root, heightsDir }: PipePlace): NonNullable<typeof current> {
  close()
  return { id, store: openTileStore(root), heights: openHeights(heightsDir) }
}

answer<PipeTask, PipeCut>(async (task) => {
  clearTimeout(idle)
  await glbReady
  if (current?.id !== task.cut.id) current = open(task.cut)
  const { store, heights } = current
  try {
    return { value: await cutPipeTile(task, store, heights.sample) }
  } finally {
    idle = setTimeout(close, IDLE_MS)
  }
})
