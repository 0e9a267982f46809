/** The surface that terrain tiles are cut from: heights where known, mean sea level at sea and far away, nothing abrupt between. */
import { undulation } from '../../data/geo/geoid.ts'
import { rowBetween } from '../../data/geo/height-grid.ts'
import type { Box } from '../../data/geo/tile-grid.ts'
import type { Heights } from '../db/height-store.ts'
import { terrainReach } from './terrain-reach.ts'
import { coverRaster, type WaterAreas } from './terrain-water.ts'

/** Intervals along a terrain tile's edge. */
export const TILE_SIZE = 128
/** Nodes around the tile that its mesh depends on. */
export const TILE_MARGIN = 16
/** Nodes along a window's side. */
export const WINDOW_SIDE = TILE_SIZE + 1 + 2 * TILE_MARGIN

/** A window's surface. */
export interface FieldWindow {
  /** metres above the ellipsoid, row-major from the north-west, never NaN */
  heights: Float32Array
  /** metres above the ellipsoid of mean sea level at the same nodes */
  readonly seaLevel: Float32Array
  /** 1 = the node is at sea */
  sea: Uint8Array
  /** 1 = the node lies outside all height grids; null when none does */
  outside: Uint8Array | null
  lngs: Float64Array
  lats: Float64Array
}

/** The surface, sampled tile by tile; every window of a level gives a shared node the same height, bit for bit. */
export interface TerrainField {
  /** The window of a tile; its arrays are reused by the next call. */
  window(z: number, x: number, y: number): FieldWindow
}

const SHORE_M = 0.3
const POLDER_M = 1

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** Longitudes and latitudes of a window's nodes, from whole numbers alone so that neighbours agree exactly. */
function nodePlaces(z: number, x: number, y: number, lngs: Float64Array, lats: Float64Array): void {
  const per = TILE_SIZE * 2 ** z
  const firstColumn = x * TILE_SIZE - TILE_MARGIN
  const firstRow = (2 ** z - 1 - y) * TILE_SIZE - TILE_MARGIN
  for (let k = 0; k < WINDOW_SIDE; k++) {
    lngs[k] = ((firstColumn + k) / per) * 180 - 180
    lats[k] = clamp(90 - ((firstRow + k) / per) * 180, -90, 90)
  }
}

/**
 * Mean sea level over a window: the geoid at every 16th node of the level, straight between.
 * The geoid bends over tens of kilometres, and asking it at each node would cost more than the whole mesh.
 */
function fillSeaLevel(lngs: Float64Array, lats: Float64Array, out: Float32Array): void {
  const step = TILE_MARGIN
  const posts = (WINDOW_SIDE - 1) / step + 1
  const known = new Float64Array(posts)
  // the rows that posts stand on, drawn out to all columns
  const rows = Array.from({ length: posts }, (_, j) => {
    for (let i = 0; i < posts; i++) {
      const lng = lngs[i * step]
      known[i] = undulation(lng < -180 ? lng + 360 : lng >= 180 ? lng - 360 : lng, lats[j * step])
    }
    const row = new Float64Array(WINDOW_SIDE)
    for (let i = 0; i < WINDOW_SIDE - 1; i++) {
      const at = Math.floor(i / step)
      row[i] = known[at] + (known[at + 1] - known[at]) * ((i - at * step) / step)
    }
    row[WINDOW_SIDE - 1] = known[posts - 2] + (known[posts - 1] - known[posts - 2])
    return row
  })
  for (let j = 0; j < WINDOW_SIDE; j++) {
    const at = Math.min(posts - 2, Math.floor(j / step))
    rowBetween(rows[at], rows[at + 1], (j - at * step) / step, out, j * WINDOW_SIDE)
  }
}

/**
 * Joins heights and water into one surface.
 * Unknown heights are sea level. At sea the surface is sea level; land beside it stands at least 0.3 m above unless it is
 * polder, more than 1 m below.
 */
export function terrainField(heights: Heights, water: WaterAreas): TerrainField {
  const nodes = WINDOW_SIDE * WINDOW_SIDE
  const seaLevel = new Float32Array(nodes)
  let seaKnown = false
  const field: FieldWindow = {
    heights: new Float32Array(nodes),
    // inland tiles never ask
    get seaLevel() {
      if (!seaKnown) fillSeaLevel(field.lngs, field.lats, seaLevel)
      seaKnown = true
      return seaLevel
    },
    sea: new Uint8Array(nodes),
    outside: null,
    lngs: new Float64Array(WINDOW_SIDE),
    lats: new Float64Array(WINDOW_SIDE),
  }
  const outside = new Uint8Array(nodes)
  const reach = terrainReach(WINDOW_SIDE)
  const within = (box: Box): boolean =>
    field.lngs[0] >= box.west &&
    field.lngs[WINDOW_SIDE - 1] <= box.east &&
    field.lats[0] <= box.north &&
    field.lats[WINDOW_SIDE - 1] >= box.south
  return {
    window(z, x, y) {
      nodePlaces(z, x, y, field.lngs, field.lats)
      seaKnown = false
      if (heights.sources.length === 1 && within(heights.sources[0])) {
        field.outside = null
        const surface = heights.fillAt(field.lngs, field.lats, field.heights)
        if (heights.sources[0].unknown)
          for (let k = 0; k < nodes; k++) if (Number.isNaN(surface[k])) surface[k] = field.seaLevel[k]
      } else {
        field.outside = outside.fill(1)
        reach.join(heights, field, outside)
      }
      settleShore(field, water)
      return field
    },
  }
}

/** Lays sea nodes on sea level and lifts the land beside them. */
function settleShore(field: FieldWindow, water: WaterAreas): void {
  const { sea, heights } = field
  sea.fill(0)
  if (!coverRaster(water, 'sea', field, sea).near) return
  const { seaLevel } = field
  for (let j = 0; j < WINDOW_SIDE; j++)
    for (let i = 0; i < WINDOW_SIDE; i++) {
      const at = j * WINDOW_SIDE + i
      if (sea[at]) {
        heights[at] = seaLevel[at]
        continue
      }
      const over = heights[at] - seaLevel[at]
      if (over >= SHORE_M || over < -POLDER_M) continue
      const left = i > 0 ? 1 : 0
      const right = i < WINDOW_SIDE - 1 ? 1 : 0
      const up = j > 0 ? WINDOW_SIDE : 0
      const down = j < WINDOW_SIDE - 1 ? WINDOW_SIDE : 0
      const beside =
        sea[at - left] |
        sea[at + right] |
        sea[at - up] |
        sea[at + down] |
        sea[at - up - left] |
        sea[at - up + right] |
        sea[at + down - left] |
        sea[at + down + right]
      if (beside) heights[at] = seaLevel[at] + SHORE_M
    }
}
