/** Cuts every tileset that is out of date: finds what changed on the ground, then runs the four cutters. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database, Queryable } from '../db/database.ts'
import { cutBuildings } from '../tiling/buildings.ts'
import type { CutContext, CutResult } from '../tiling/cut-context.ts'
import { cutMap } from '../tiling/map.ts'
import { cutTerrain } from '../tiling/terrain.ts'
import { cutTrees } from '../tiling/trees.ts'
import type { Making } from './progress.ts'

/** The cutters in the order in which a waiting page can use their tiles. */
export const CUTTERS = { terrain: cutTerrain, map: cutMap, buildings: cutBuildings, trees: cutTrees } as const

type Box = [west: number, south: number, east: number, north: number]

/** Layers whose tiles stand on the ground, so that they are cut again where it changes. */
const ON_GROUND = ['ground', 'buildings', 'trees']

async function gridsOnDisk(heightsDir: string): Promise<Record<string, { hash: string; box: Box }>> {
  await mkdir(heightsDir, { recursive: true })
  const grids: Record<string, { hash: string; box: Box }> = {}
  for (const source of await readdir(heightsDir)) {
    const text = await readFile(join(heightsDir, source, 'grid.json'), 'utf8').catch(() => null)
    if (text === null) continue
    const { west, south, east, north } = JSON.parse(text)
    grids[source] = { hash: createHash('sha256').update(text).digest('hex'), box: [west, south, east, north] }
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

async function remembered<T>(tx: Queryable, key: string, otherwise: T): Promise<T> {
  const [row] = await tx.query<{ value: T }>('select value from meta where key = $1', [key])
  return row ? row.value : otherwise
}

async function remember(tx: Queryable, key: string, value: unknown): Promise<void> {
  await tx.query(
    'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, JSON.stringify(value)],
  )
}

/**
 * Marks as dirty what stands on changed ground: boxes of height grids that came, went or changed, and of changed water
 * (which flattens the terrain below it).
 */
export async function markChangedGround(db: Database, heightsDir: string): Promise<void> {
  const now = await gridsOnDisk(heightsDir)
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
