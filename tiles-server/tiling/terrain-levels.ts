/** Which terrain tiles there are, as rectangles per level, and which of them a change touches. */
import { type Box, coveringTiles, GEOGRAPHIC, type TileRange } from '../../data/geo/tile-grid.ts'
import type { StoredHeightGrid } from '../db/height-store.ts'
import { TILE_MARGIN, TILE_SIZE } from './terrain-field.ts'
import { FADE_DEG } from './terrain-reach.ts'
import { levelFor } from './terrain-tile.ts'

/** Deepest level that covers the whole world. */
export const WORLD_LEVEL = 3

/** layer.json's form of a rectangle of tiles, inclusive. */
export interface AvailableRange {
  startX: number
  startY: number
  endX: number
  endY: number
}

const grown = (box: Box, by: number): Box => ({
  west: box.west - by,
  south: Math.max(-90, box.south - by),
  east: box.east + by,
  north: Math.min(90, box.north + by),
})

/**
 * Tiles per level: the world to level 3, then each grid and one tile around it down to the level of its measurements.
 * @returns rectangles by level; those of several grids may overlap
 */
export function availableRanges(grids: readonly StoredHeightGrid[]): TileRange[][] {
  const levels: TileRange[][] = []
  for (let z = 0; z <= WORLD_LEVEL; z++)
    levels.push([{ z, minX: 0, minY: 0, maxX: GEOGRAPHIC.columns(z) - 1, maxY: GEOGRAPHIC.rows(z) - 1 }])
  for (const grid of grids) {
    const deepest = levelFor(grid.resolutionM)
    for (let z = WORLD_LEVEL + 1; z <= deepest; z++) {
      levels[z] ??= []
      levels[z].push(...coveringTiles(GEOGRAPHIC, grown(grid, Math.min(FADE_DEG, 180 / 2 ** z)), z))
    }
  }
  return levels
}

/** @returns whether a tile lies in one of the rectangles */
export function isAvailable(ranges: readonly TileRange[] | undefined, x: number, y: number): boolean {
  return ranges?.some((range) => x >= range.minX && x <= range.maxX && y >= range.minY && y <= range.maxY) ?? false
}

/**
 * The part of a level that changed boxes touch: their own tiles, those whose margin reaches in, and where a box comes to the
 * edge of a grid, the land that fades out from it.
 */
export function touchedRanges(boxes: readonly Box[], grids: readonly StoredHeightGrid[], z: number): TileRange[] {
  const margin = ((TILE_MARGIN + 1) / TILE_SIZE) * (180 / 2 ** z)
  return boxes.flatMap((box) => {
    const inside = grids.some(
      (grid) =>
        box.west - margin > grid.west &&
        box.east + margin < grid.east &&
        box.south - margin > grid.south &&
        box.north + margin < grid.north,
    )
    return coveringTiles(GEOGRAPHIC, grown(box, inside ? margin : margin + FADE_DEG), z)
  })
}

/**
 * Cuts the rectangles of a level into blocks for the workers, each tile once, leaving out the tiles that `wanted` refuses.
 * @param side tiles along a block's side
 */
export function* blocksOf(
  ranges: readonly TileRange[],
  side: number,
  wanted: (x: number, y: number) => boolean,
): Generator<TileRange> {
  for (let k = 0; k < ranges.length; k++) {
    const range = ranges[k]
    const earlier = ranges.slice(0, k)
    for (let y = range.minY; y <= range.maxY; y += side)
      for (let x = range.minX; x <= range.maxX; x += side) {
        const block = {
          ...range,
          minX: x,
          minY: y,
          maxX: Math.min(x + side - 1, range.maxX),
          maxY: Math.min(y + side - 1, range.maxY),
        }
        yield* rowsOf(block, (a, b) => wanted(a, b) && !isAvailable(earlier, a, b))
      }
  }
}

/** A block whole when all its tiles are wanted, else its runs of wanted tiles row by row. */
function* rowsOf(block: TileRange, wanted: (x: number, y: number) => boolean): Generator<TileRange> {
  const runs: TileRange[] = []
  let count = 0
  for (let y = block.minY; y <= block.maxY; y++) {
    let start = -1
    for (let x = block.minX; x <= block.maxX + 1; x++) {
      const take = x <= block.maxX && wanted(x, y)
      if (take) count++
      if (take && start < 0) start = x
      if (!take && start >= 0) {
        runs.push({ z: block.z, minX: start, maxX: x - 1, minY: y, maxY: y })
        start = -1
      }
    }
  }
  if (count === (block.maxX - block.minX + 1) * (block.maxY - block.minY + 1)) yield block
  else yield* runs
}
