/** One tile of trees: places and sizes → instanced GLB. */
import { writeInstancedGlb } from '../../data/formats/glb-instances.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { nodeMatrix, openPlane } from '../../data/mesh/building-frame.ts'
import { SHAPE_UNIT_DEG } from '../../data/mesh/building-shape.ts'
import { bend, type Ground } from '../../data/mesh/building-tile.ts'
import { TREE_MODELS } from '../../data/mesh/tree-models.ts'
import type { Region } from './tileset.ts'

/** A tree as the cutter needs it. */
export interface Tree {
  id: string
  /** degrees */
  lng: number
  lat: number
  /** word of `CLASSES.trees` */
  class: string
  /** metres, NaN unknown */
  height: number
}

const KINDS = ['broadleaf', 'needleleaf', 'palm'] as const
const USUAL_HEIGHT = { broadleaf: 8, needleleaf: 11, palm: 9 }
/** Widest crown as a share of the height. */
const REACH = 0.45
const METRES_PER_DEGREE = 111_000

/** The same number in 0 … 1 for the same text, always. @see FNV-1a with Murmur3's finish */
export function chance(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/**
 * Plants the trees of a tile; where the height is unknown it is drawn from the tree's id.
 * @param ground metres above the ellipsoid; sea level where it is not known
 * @param enlarge how much larger each is drawn, where a few stand for many
 */
export function treeTile(
  trees: readonly Tree[],
  ground: Ground,
  enlarge = 1,
): { glb: Uint8Array; region: Region } | null {
  const placed = trees.filter(({ lng, lat }) => Math.abs(lng) <= 180 && Math.abs(lat) <= 90)
  if (!placed.length) return null
  let [west, south, east, north, low, high] = [Infinity, Infinity, -Infinity, -Infinity, Infinity, -Infinity]
  for (const { lng, lat } of placed) {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  const plane = openPlane((west + east) / 2, (south + north) / 2)
  const local: number[] = []
  let widest = 0
  const stands = placed.map((tree) => {
    const kind = (KINDS as readonly string[]).includes(tree.class)
      ? (tree.class as (typeof KINDS)[number])
      : 'broadleaf'
    const known = tree.height > 0.5 && tree.height < 120
    const size = (known ? tree.height : USUAL_HEIGHT[kind] * (0.6 + 0.8 * chance(tree.id, 1))) * enlarge
    const height = ground(tree.lng, tree.lat)
    const foot = Number.isFinite(height) ? height : undulation(tree.lng, tree.lat)
    plane.project([tree.lng / SHAPE_UNIT_DEG, tree.lat / SHAPE_UNIT_DEG], local)
    const [x, y] = local
    low = Math.min(low, foot - size * 0.1)
    high = Math.max(high, foot + size * 1.02)
    widest = Math.max(widest, size * REACH)
    return { kind, size, x, y, z: bend(plane, x, y, foot), turn: chance(tree.id, 2) * 2 * Math.PI }
  })
  // sixteenths of a metre: the last bytes of the floats are zero and compress away
  const coarse = (value: number): number => Math.round(value * 16) / 16
  const groups = KINDS.map((kind) => {
    const own = stands.filter((stand) => stand.kind === kind)
    return {
      model: TREE_MODELS[kind],
      translations: Float32Array.from(own.flatMap(({ x, y, z }) => [coarse(x), coarse(y), coarse(z - low)])),
      scales: Float32Array.from(own, ({ size }) => coarse(size)),
      turns: Float32Array.from(own, ({ turn }) => Math.round(turn * 8) / 8),
    }
  })
  const glb = writeInstancedGlb(groups, nodeMatrix(plane, [0, 0, low], 1))
  const pad = (widest + 0.2) / METRES_PER_DEGREE
  const wide = pad / Math.max(0.02, Math.cos((plane.latDeg * Math.PI) / 180))
  return { glb, region: [west - wide, south - pad, east + wide, north + pad, low - 0.2, high + 0.2] }
}
