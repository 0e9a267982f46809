/** Which blocks of the map must be cut: those that hold something, or only those that a change touches. */
import { type Box, coveringTiles, MERCATOR } from '../../data/geo/tile-grid.ts'
import type { Queryable } from '../db/database.ts'
import type { MapBlock } from './map-block.ts'
import { MAP_BUFFER, MAP_TIERS } from './map-rules.ts'

const EXTENT = 4096

/** A tile's box with the reach of features over its edge. */
export function reachBox(z: number, x: number, y: number): Box {
  const { west, south, east, north } = MERCATOR.bounds(z, x, y)
  const more = MAP_BUFFER / EXTENT
  const wide = (east - west) * more
  const high = (north - south) * more * 1.5
  return { west: west - wide, south: Math.max(-90, south - high), east: east + wide, north: Math.min(90, north + high) }
}

/**
 * All blocks that hold a feature, found by walking down from the world: an index look-up per candidate, not a scan.
 * @param layers SQL list of layer names
 */
export async function fullPlan(db: Queryable, layers: string, signal: AbortSignal): Promise<MapBlock[]> {
  const blocks: MapBlock[] = []
  const deepest = MAP_TIERS[MAP_TIERS.length - 1].z
  const holds = async (z: number, x: number, y: number): Promise<boolean> => {
    const { west, south, east, north } = reachBox(z, x, y)
    const rows = await db.query(
      `select 1 as one from feature where layer in (${layers}) and geom && st_makeenvelope($1, $2, $3, $4, 4326) limit 1`,
      [west, south, east, north],
    )
    return rows.length > 0
  }
  const visit = async (z: number, x: number, y: number): Promise<void> => {
    signal.throwIfAborted()
    if (!(await holds(z, x, y))) return
    const tier = MAP_TIERS.find((candidate) => candidate.z === z)
    if (tier) blocks.push({ root: { z, x, y }, maxZ: tier.maxZ, wanted: null })
    if (z < deepest) for (let k = 0; k < 4; k++) await visit(z + 1, x * 2 + (k & 1), y * 2 + (k >> 1))
  }
  await visit(0, 0, 0)
  return blocks
}

/**
 * A full plan and, whole, the blocks that changed boxes touch: where everything was removed, tiles must go too.
 */
export function withTouched(blocks: readonly MapBlock[], boxes: readonly Box[]): MapBlock[] {
  const all = new Map(blocks.map((block) => [`${block.root.z}/${block.root.x}/${block.root.y}`, block]))
  for (const box of boxes)
    for (const tier of MAP_TIERS)
      for (const { z, minX, minY, maxX, maxY } of coveringTiles(MERCATOR, box, tier.z))
        for (let x = minX; x <= maxX; x++)
          for (let y = minY; y <= maxY; y++)
            if (!all.has(`${z}/${x}/${y}`))
              all.set(`${z}/${x}/${y}`, { root: { z, x, y }, maxZ: tier.maxZ, wanted: null })
  return [...all.values()]
}

/** The tiles that changed boxes touch, gathered by block. */
export function dirtyPlan(boxes: readonly Box[]): MapBlock[] {
  const blocks = new Map<string, MapBlock & { wanted: string[] }>()
  const seen = new Set<string>()
  for (const box of boxes)
    for (const tier of MAP_TIERS)
      for (let z = tier.z; z <= tier.maxZ; z++)
        for (const { minX, minY, maxX, maxY } of coveringTiles(MERCATOR, grow(box, z), z))
          for (let x = minX; x <= maxX; x++)
            for (let y = minY; y <= maxY; y++) {
              const key = `${z}/${x}/${y}`
              if (seen.has(key)) continue
              seen.add(key)
              const root = { z: tier.z, x: x >> (z - tier.z), y: y >> (z - tier.z) }
              const name = `${root.z}/${root.x}/${root.y}`
              let block = blocks.get(name)
              if (!block) {
                block = { root, maxZ: tier.maxZ, wanted: [] }
                blocks.set(name, block)
              }
              block.wanted.push(key)
            }
  return [...blocks.values()]
}

/** A box and the tiles whose buffer reaches into it. */
function grow(box: Box, z: number): Box {
  const more = ((360 / 2 ** z) * (MAP_BUFFER + 2)) / EXTENT
  return {
    west: box.west - more,
    south: Math.max(-90, box.south - more),
    east: box.east + more,
    north: Math.min(90, box.north + more),
  }
}

/** How many tiles a plan may cut, for progress. */
export const tilesOf = (block: MapBlock): number =>
  block.wanted ? block.wanted.length : (4 ** (block.maxZ - block.root.z + 1) - 1) / 3
