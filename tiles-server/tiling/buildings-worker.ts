/** Worker thread of the buildings cutter: chunks of building records in, tiles and their summaries on disk out. */
import { threadId } from 'node:worker_threads'
import { glbReady } from '../../data/formats/glb.ts'
import { type Heights, openHeights } from '../db/height-store.ts'
import { type BuildingTask, type CutPlace, type CutTile, cutBuildingTile, type TileTarget } from './buildings-tile.ts'
import { openStandPacks } from './stand-packs.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

/** The cut that is going on: the next one opens everything anew, and its summaries go into packs of its own. */
let current: { id: string; target: TileTarget; heights: Heights } | null = null

function open({ id, root, heightsDir }: CutPlace): NonNullable<typeof current> {
  current?.target.packs.close()
  current?.heights.close()
  const target = { store: openTileStore(root), packs: openStandPacks(root), pack: `${id}-${threadId}` }
  return { id, target, heights: openHeights(heightsDir) }
}

answer<BuildingTask, CutTile>(async (task) => {
  await glbReady
  if (current?.id !== task.cut.id) current = open(task.cut)
  const { target, heights } = current
  return { value: await cutBuildingTile(task, target, heights.sample) }
})
