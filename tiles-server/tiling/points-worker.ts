/** Worker thread of the point clouds' cutter: one stored file of points in, its tiles on disk out. */
import { workerData } from 'node:worker_threads'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { readPoints, type StoredCloud, type StoredPoints } from '../db/point-store.ts'
import { cutPoints, type PointNode } from './points-tile.ts'
import { openTileStore } from './tile-store.ts'
import { answer } from './worker-answer.ts'

const { root, pointsDir } = workerData as { root: string; pointsDir: string }
const store = openTileStore(root)

answer<{ cloud: StoredCloud; node: StoredPoints }, PointNode>(async ({ cloud, node }) => {
  await MeshoptEncoder.ready
  return { value: await cutPoints(cloud, node, await readPoints(pointsDir, cloud, node), store) }
})
