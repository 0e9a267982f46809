/** Features into the vector tiles of a few levels below one root, all tiles open at once and each feature seen once. */
import type { Geometry } from 'geojson'
import { MVT_EXTENT, type MvtTile, mvtTile } from '../../data/formats/mvt.ts'
import type { MvtConstant } from '../../data/formats/mvt-values.ts'
import { clipParts } from './vector-clip.ts'
import { boundsOfParts, coarsen, emptyParts, type Parts, projectGeometry, weigh } from './vector-shape.ts'

/** How the pyramid is cut. */
export interface PyramidOptions {
  /** the root; its descendants down to `maxZ` are cut */
  root: { z: number; x: number; y: number }
  /** coarsest level to cut, ≥ root.z */
  minZ: number
  maxZ: number
  /** tile units that features reach over a tile's edge */
  buffer: number
  /** tile units that a simplified line may lie off; none at the levels ≥ `exactZ` */
  tolerance: number
  exactZ: number
  keyNames: readonly string[]
  /** which tiles are wanted; absent = all */
  wanted?: (z: number, x: number, y: number) => boolean
}

/** A feature ready for cutting. */
export interface PyramidFeature {
  layer: string
  geometry: Geometry
  /** coarsest level it is drawn on */
  minZ: number
  keys: readonly number[]
  values: readonly MvtConstant[]
  /** rings smaller than this (tile units²) are dropped, per level; absent = only those without area */
  leastArea?: (z: number) => number
}

/** A pyramid being cut. */
export interface Pyramid {
  add(feature: PyramidFeature): void
  /** @returns the tiles that hold something, coarsest first */
  finish(): Iterable<{ z: number; x: number; y: number; bytes: Uint8Array }>
}

const EXTENT_BITS = Math.log2(MVT_EXTENT)

/** The tiles met so far, level by level; null where a tile is not wanted. */
function tileKeeper({ minZ, maxZ, keyNames, wanted }: PyramidOptions) {
  const tiles: Map<number, MvtTile | null>[] = []
  for (let z = minZ; z <= maxZ; z++) tiles[z] = new Map()
  // features come in the order of the quadtree: mostly it is the same tile again
  const lastKey = new Float64Array(maxZ + 1).fill(-1)
  const lastTile: (MvtTile | null)[] = Array.from({ length: maxZ + 1 }, () => null)
  return {
    at(z: number, x: number, y: number): MvtTile | null {
      const key = y * 2 ** z + x
      if (lastKey[z] === key) return lastTile[z]
      let tile = tiles[z].get(key)
      if (tile === undefined) {
        tile = !wanted || wanted(z, x, y) ? mvtTile(keyNames) : null
        tiles[z].set(key, tile)
      }
      lastKey[z] = key
      lastTile[z] = tile
      return tile
    },
    *finish(): ReturnType<Pyramid['finish']> {
      for (let z = minZ; z <= maxZ; z++)
        for (const [key, tile] of tiles[z]) {
          const bytes = tile?.finish()
          if (bytes) yield { z, x: key % 2 ** z, y: Math.floor(key / 2 ** z), bytes }
        }
    },
  }
}

/** Keeps what of a feature lies in the root, with the buffer of its coarsest tile; null when nothing does. */
function rootClip({ root, maxZ, buffer }: PyramidOptions): (whole: Parts) => Parts | null {
  const near = emptyParts()
  const rooted = emptyParts()
  const bounds = new Int32Array(4)
  const reach = buffer << (maxZ - root.z)
  const side = MVT_EXTENT * 2 ** (maxZ - root.z)
  const [west, east] = [root.x * side - reach, (root.x + 1) * side + reach]
  const [north, south] = [root.y * side - reach, (root.y + 1) * side + reach]
  return (whole) => {
    boundsOfParts(whole, bounds)
    if (bounds[0] > east || bounds[2] < west || bounds[1] > south || bounds[3] < north) return null
    if (bounds[0] >= west && bounds[2] <= east && bounds[1] >= north && bounds[3] <= south) return whole
    clipParts(whole, 0, west, east, near)
    clipParts(near, 1, north, south, rooted)
    return rooted.count ? rooted : null
  }
}

/** Writes parts into the layer of a tile. */
function put(feature: PyramidFeature, parts: Parts, tile: MvtTile, x: number, y: number): void {
  const layer = tile.layer(feature.layer)
  layer.begin(parts.kind)
  const offsetX = x * MVT_EXTENT
  const offsetY = y * MVT_EXTENT
  let from = 0
  let skipHoles = false
  for (let part = 0; part < parts.count; part++) {
    const end = parts.ends[part]
    if (parts.kind === 1)
      for (let i = from; i < end; i += 2) layer.point(parts.xy[i] - offsetX, parts.xy[i + 1] - offsetY)
    else if (parts.kind === 2) layer.line(parts.xy, from, end, offsetX, offsetY)
    else {
      const outer = parts.holes[part] === 0
      if (outer) skipHoles = !layer.ring(parts.xy, from, end, offsetX, offsetY, true)
      else if (!skipHoles) layer.ring(parts.xy, from, end, offsetX, offsetY, false)
    }
    from = end
  }
  layer.end(feature.keys, feature.values)
}

/** Puts one level's copy of a feature into its tiles. */
function spreading({ root, buffer }: PyramidOptions, tileAt: ReturnType<typeof tileKeeper>['at']) {
  const column = emptyParts()
  const piece = emptyParts()
  const bounds = new Int32Array(4)
  return (feature: PyramidFeature, parts: Parts, z: number): void => {
    boundsOfParts(parts, bounds)
    const span = 2 ** (z - root.z)
    const pad = parts.kind === 1 ? 0 : buffer
    const minX = Math.max(root.x * span, (bounds[0] - pad) >> EXTENT_BITS)
    const maxX = Math.min((root.x + 1) * span - 1, (bounds[2] + pad) >> EXTENT_BITS)
    const minY = Math.max(root.y * span, (bounds[1] - pad) >> EXTENT_BITS)
    const maxY = Math.min((root.y + 1) * span - 1, (bounds[3] + pad) >> EXTENT_BITS)
    const [boxWest, boxNorth, boxEast, boxSouth] = bounds
    for (let x = minX; x <= maxX; x++) {
      const west = x * MVT_EXTENT - pad
      const east = (x + 1) * MVT_EXTENT + pad - (parts.kind === 1 ? 1 : 0)
      let strip = parts
      if (boxWest < west || boxEast > east) {
        clipParts(parts, 0, west, east, column)
        strip = column
        if (!strip.count) continue
      }
      for (let y = minY; y <= maxY; y++) {
        const tile = tileAt(z, x, y)
        if (!tile) continue
        const north = y * MVT_EXTENT - pad
        const south = (y + 1) * MVT_EXTENT + pad - (parts.kind === 1 ? 1 : 0)
        let cut = strip
        if (boxNorth < north || boxSouth > south) {
          clipParts(strip, 1, north, south, piece)
          cut = piece
          if (!cut.count) continue
        }
        put(feature, cut, tile, x, y)
      }
    }
  }
}

/**
 * Starts a pyramid. Geometry is projected once, to the units of the finest level, and coarsened by shifting.
 * @throws {RangeError} when the levels are not in order, or too fine for 32-bit units
 */
export function vectorPyramid(options: PyramidOptions): Pyramid {
  const { root, minZ, maxZ, tolerance, exactZ } = options
  if (!(root.z <= minZ && minZ <= maxZ && maxZ <= 18))
    throw new RangeError(
      `pyramid: levels out of order, got root ${root.z}, ${minZ} … ${maxZ}; expected root ≤ min ≤ max ≤ 18`,
    )
  const world = 2 ** (maxZ + EXTENT_BITS)
  const whole = emptyParts()
  const coarse = emptyParts()
  let weights: Float32Array = new Float32Array(256)
  const tiles = tileKeeper(options)
  const withinRoot = rootClip(options)
  const spreadOver = spreading(options, tiles.at)
  return {
    add(feature) {
      if (feature.minZ > maxZ || !projectGeometry(feature.geometry, world, whole)) return
      const parts = withinRoot(whole)
      if (!parts) return
      const first = Math.max(minZ, feature.minZ)
      const simplified = parts.kind !== 1 && first < exactZ
      // at the finest level that simplifies, the tolerance in units of the finest level
      if (simplified) weights = weigh(parts, tolerance * 2 ** Math.max(0, maxZ - exactZ + 1), weights)
      for (let z = first; z <= maxZ; z++) {
        const shift = maxZ - z
        const loose = simplified && z < exactZ
        const least = feature.leastArea ? feature.leastArea(z) : 1
        if (shift === 0 && !loose && parts.kind !== 3) spreadOver(feature, parts, z)
        else if (coarsen(parts, loose ? weights : null, tolerance * 2 ** shift, shift, least, coarse))
          spreadOver(feature, coarse, z)
      }
    },
    finish: tiles.finish,
  }
}
