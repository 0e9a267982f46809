/** One terrain tile from the field: how fine each level is, the mesh, its water mask, its bytes. */
import { octEncode, writeQuantizedMesh } from '../../data/formats/quantized-mesh.ts'
import { type Box, GEOGRAPHIC } from '../../data/geo/tile-grid.ts'
import { terrainMesher } from '../../data/mesh/terrain-mesh.ts'
import type { Heights } from '../db/height-store.ts'
import { type FieldWindow, TILE_MARGIN, TILE_SIZE, terrainField, WINDOW_SIDE } from './terrain-field.ts'
import { coverRaster, type Raster, type WaterAreas } from './terrain-water.ts'

/** Pixels along a water mask's side. */
const MASK_SIDE = 256
/** metres above sea level that still count as sea where only heights are known */
const SEA_TOLERANCE_M = 0.3
/** metres that the sea and the made-up land around the data may lie off, at every level */
const OUTSIDE_ERROR_M = 1
const METRES_PER_DEGREE = 111320

/** @returns degrees between two nodes of a level */
export const nodeSpacingDeg = (z: number): number => 180 / 2 ** z / TILE_SIZE

/**
 * @returns metres that a level's mesh may lie off the field: 4 % of the node spacing, 2 % where buildings are seen close
 * (half the triangles on the levels between, a twelfth of what Cesium's own error for them allows)
 */
export const levelError = (z: number): number =>
  Math.max(0.5, nodeSpacingDeg(z) * METRES_PER_DEGREE * (z < 12 ? 0.04 : 0.02))

/** @returns metres that a level's heights are whole multiples of: as fine as 16 bits allow for the relief to expect */
export const levelQuantum = (z: number): number => (z < 8 ? 1 : z < 10 ? 1 / 4 : z < 12 ? 1 / 8 : 1 / 16)

/** Intervals between nodes that are always kept; few where the earth's roundness needs them. */
const levelBase = (z: number): number => (z < 4 ? 4 : TILE_MARGIN)

/** @returns the level whose nodes lie about as close as a grid's measurements */
export function levelFor(resolutionM: number): number {
  const z = Math.round(Math.log2(180 / TILE_SIZE / (resolutionM / METRES_PER_DEGREE)))
  return Math.min(16, Math.max(0, z))
}

/** Makes tiles; memory is reused, one per thread. */
export interface TerrainTiler {
  /** @returns the bytes of a quantized-mesh tile with normals and water mask */
  tile(z: number, x: number, y: number): Uint8Array
}

/** Longitudes and latitudes of a mask's pixel centres. */
function maskRaster(z: number, x: number, y: number): Raster {
  const { west, south, east, north } = GEOGRAPHIC.bounds(z, x, y)
  const part = (k: number): number => (k + 0.5) / MASK_SIDE
  return {
    lngs: Float64Array.from({ length: MASK_SIDE }, (_, k) => west + (east - west) * part(k)),
    lats: Float64Array.from({ length: MASK_SIDE }, (_, k) => north - (north - south) * part(k)),
  }
}

/** One byte when all pixels agree, else all of them as 0 and 255. */
function pack(mask: Uint8Array): Uint8Array {
  let all = 1
  let any = 0
  for (const pixel of mask) {
    all &= pixel
    any |= pixel
  }
  if (all === any) return Uint8Array.of(all * 255)
  return mask.map((pixel) => pixel * 255)
}

/**
 * Where a tile is water: the polygons where a source knows its water; elsewhere, when there is a sea at all, wherever the
 * surface is at sea level.
 */
function waterMask(
  z: number,
  x: number,
  y: number,
  field: FieldWindow,
  water: WaterAreas,
  hasSea: boolean,
): Uint8Array {
  const box = GEOGRAPHIC.bounds(z, x, y)
  let covered = 0
  const { coverage } = water
  for (let k = 0; k < coverage.length; k += 4)
    if (
      coverage[k] <= box.east &&
      coverage[k + 2] >= box.west &&
      coverage[k + 1] <= box.north &&
      coverage[k + 3] >= box.south
    )
      covered = Math.max(
        covered,
        coverage[k] <= box.west &&
          coverage[k + 2] >= box.east &&
          coverage[k + 1] <= box.south &&
          coverage[k + 3] >= box.north
          ? 2
          : 1,
      )
  // most tiles are all land or all sea: say so without painting 65,536 pixels
  const byHeight = covered < 2 && hasSea ? seaByHeight(field) : 'none'
  if (!covered && byHeight !== 'some') return Uint8Array.of(byHeight === 'all' ? 255 : 0)
  if (byHeight === 'none' && !comesNear(water, box)) return Uint8Array.of(0)
  const mask = new Uint8Array(MASK_SIDE * MASK_SIDE)
  const raster = maskRaster(z, x, y)
  if (byHeight !== 'none') maskByHeight(field, raster, covered ? coverage : null, mask)
  if (covered) coverRaster(water, 'all', raster, mask)
  return pack(mask)
}

/** Whether all, some or none of a tile's nodes are at sea level. */
function seaByHeight({ heights, seaLevel }: FieldWindow): 'all' | 'some' | 'none' {
  let some = false
  let all = true
  for (let j = TILE_MARGIN; j <= TILE_MARGIN + TILE_SIZE; j++)
    for (let i = TILE_MARGIN; i <= TILE_MARGIN + TILE_SIZE; i++) {
      const at = j * WINDOW_SIDE + i
      if (heights[at] - seaLevel[at] > SEA_TOLERANCE_M) all = false
      else some = true
    }
  return all ? 'all' : some ? 'some' : 'none'
}

/** Whether any water area's box meets a tile's. */
function comesNear(water: WaterAreas, box: Box): boolean {
  const { boxes } = water
  for (let k = 0; k < boxes.length; k += 4)
    if (boxes[k] <= box.east && boxes[k + 2] >= box.west && boxes[k + 1] <= box.north && boxes[k + 3] >= box.south)
      return true
  return false
}

/** Marks pixels whose nearest node is at sea level, leaving out those that a source covers. */
function maskByHeight(field: FieldWindow, raster: Raster, coverage: Float64Array | null, mask: Uint8Array): void {
  const per = TILE_SIZE / MASK_SIDE
  const { heights, seaLevel } = field
  for (let j = 0; j < MASK_SIDE; j++)
    for (let i = 0; i < MASK_SIDE; i++) {
      const at = (TILE_MARGIN + Math.round((j + 0.5) * per)) * WINDOW_SIDE + TILE_MARGIN + Math.round((i + 0.5) * per)
      if (heights[at] - seaLevel[at] > SEA_TOLERANCE_M) continue
      if (coverage && isCovered(coverage, raster.lngs[i], raster.lats[j])) continue
      mask[j * MASK_SIDE + i] = 1
    }
}

function isCovered(coverage: Float64Array, lng: number, lat: number): boolean {
  for (let k = 0; k < coverage.length; k += 4)
    if (lng >= coverage[k] && lat >= coverage[k + 1] && lng <= coverage[k + 2] && lat <= coverage[k + 3]) return true
  return false
}

/** Prepares to make tiles of a field of heights and water. */
export function terrainTiler(heights: Heights, water: WaterAreas): TerrainTiler {
  const field = terrainField(heights, water)
  const mesher = terrainMesher(TILE_SIZE, TILE_MARGIN)
  const hasSea = water.sea.includes(1)
  return {
    tile(z, x, y) {
      const surface = field.window(z, x, y)
      const { outside } = surface
      const mesh = mesher.mesh({
        window: { size: TILE_SIZE, margin: TILE_MARGIN, heights: surface.heights },
        box: GEOGRAPHIC.bounds(z, x, y),
        maxError: levelError(z),
        elsewhere: outside ? { nodes: outside, maxError: OUTSIDE_ERROR_M } : null,
        base: levelBase(z),
        quantum: levelQuantum(z),
      })
      return writeQuantizedMesh({
        ...mesh,
        normals: octEncode(mesh.normals),
        waterMask: waterMask(z, x, y, surface, water, hasSea),
      })
    },
  }
}
