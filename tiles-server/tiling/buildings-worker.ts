/** Worker thread of the buildings cutter: chunks of building records in, tiles and their summaries on disk out. */
import { threadId } from 'node:worker_threads'
import { glbReady } from '../../data/formats/glb.ts'
import { type Heights, openHeights } from '../db/height-store.ts'
import { type BuildingTask, type CutPlace, type CutTile, cutBuildingTile, type TileTarget } from './buildings-tile.ts'
import { openStandPacks } from './stand-packs.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

/** Files are closed when no task comes for so long: a worker that rests holds on to nothing. */
const IDLE_MS = 300

/** The cut that is going on: the next one opens everything anew, and its summaries go into packs of its own. */
let current: { id: string; target: TileTarget; heights: Heights } | null = null

let idle: NodeJS.Timeout | undefined

function close(): void {
  current?.target.packs.close()
  current?.heights.close()
  current = null
}

function open({ id, root, heightsDir }: CutPlace): NonNullable<typeof current> {
  close()
  const target = { store: openTileStore(root), packs: openStandPacks(root), pack: `${id}-${threadId}` }
  return { id, target, heights: openHeights(heightsDir) }
}

answer<BuildingTask, CutTile>(async (task) => {
  clearTimeout(idle)
  await glbReady
  if (current?.id !== task.cut.id) current = open(task.cut)
  const { target, heights } = current
  try {
    return { value: await cutBuildingTile(task, target, heights.sources.length ? heights.sample : null) }
  } finally {
    idle = setTimeout(close, IDLE_MS)
  }
})
