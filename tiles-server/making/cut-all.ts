/** Cuts every tileset that is out of date: finds what changed on the ground, then runs the cutters. */
import { createHash } from 'node:crypto'
import type { Database, Queryable } from '../db/database.ts'
import { listHeightGrids } from '../db/height-store.ts'
import { remember, remembered } from '../db/meta.ts'
import { cutBuildings } from '../tiling/buildings.ts'
import type { CutContext, CutResult } from '../tiling/cut-context.ts'
import { cutMap } from '../tiling/map.ts'
import { cutMeshes } from '../tiling/meshes.ts'
import { cutModels } from '../tiling/models.ts'
import { cutPipes } from '../tiling/pipes.ts'
import { cutPointClouds } from '../tiling/points.ts'
import { cutTerrain } from '../tiling/terrain.ts'
import { cutTrees } from '../tiling/trees.ts'
import { cutUnits, cutVolumes } from '../tiling/volumes.ts'
import type { Making } from './progress.ts'

/** The cutters in the order in which a waiting page can use their tiles. */
export const CUTTERS = {
  terrain: cutTerrain,
  map: cutMap,
  buildings: cutBuildings,
  trees: cutTrees,
  pipes: cutPipes,
  models: cutModels,
  points: cutPointClouds,
  mesh: cutMeshes,
  volumes: cutVolumes,
  units: cutUnits,
} as const

type Box = [west: number, south: number, east: number, north: number]

/** Layers whose tiles stand on the ground, so that they are cut again where it changes. */
const ON_GROUND = ['ground', 'buildings', 'trees', 'pipes']

function gridsOnDisk(heightsDir: string): Record<string, { hash: string; box: Box }> {
  const grids: Record<string, { hash: string; box: Box }> = {}
  for (const header of listHeightGrids(heightsDir)) {
    const { source, west, south, east, north } = header
    const hash = createHash('sha256').update(JSON.stringify(header)).digest('hex')
    grids[source] = { hash, box: [west, south, east, north] }
  }
  return grids
}

async function mark(tx: Queryable, layer: string, [west, south, east, north]: Box): Promise<void> {
  await tx.query('insert into dirty (layer, west, south, east, north) values ($1, $2, $3, $4, $5)', [
    layer,
    west,
    south,
    east,
    north,
  ])
}

/**
 * Marks as dirty what stands on changed ground: boxes of height grids that came, went or changed, and of changed water
 * (which flattens the terrain below it).
 */
export async function markChangedGround(db: Database, heightsDir: string): Promise<void> {
  const now = gridsOnDisk(heightsDir)
  await db.transaction(async (tx) => {
    const before = await remembered<typeof now>(tx, 'cut:heights', {})
    for (const source of new Set([...Object.keys(now), ...Object.keys(before)])) {
      if (now[source]?.hash === before[source]?.hash) continue
      for (const grid of [now[source], before[source]]) {
        if (grid) for (const layer of ON_GROUND) await mark(tx, layer, grid.box)
      }
    }
    await remember(tx, 'cut:heights', now)
    const seen = await remembered(tx, 'cut:water', 0)
    const [last] = await tx.query<{ id: number }>(
      `with wet as (select * from dirty where layer = 'water' and id > $1),
         copied as (insert into dirty (layer, west, south, east, north) select 'ground', west, south, east, north from wet)
       select coalesce(max(id), $1)::bigint as id from wet`,
      [seen],
    )
    await remember(tx, 'cut:water', Number(last?.id ?? seen))
  })
}

/**
 * Brings all tilesets up to date.
 * @returns one result per tileset
 * @throws {Error} of the first cutter that fails; the tiles it published before stay served
 */
export async function cutAll(context: Omit<CutContext, 'report'>, making: Making): Promise<CutResult[]> {
  await markChangedGround(context.db, context.heightsDir)
  const results: CutResult[] = []
  for (const [tileset, cut] of Object.entries(CUTTERS)) {
    const result = await making.stage(tileset, (report) =>
      cut({ ...context, report: ({ done, total }) => report(done, total) }),
    )
    results.push(result)
  }
  return results
}
