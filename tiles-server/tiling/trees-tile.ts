/** One tile of trees: places and sizes → instanced GLB. */
import { writeInstancedGlb } from '../../data/formats/glb-instances.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { nodeMatrix, openPlane } from '../../data/mesh/building-frame.ts'
import { SHAPE_UNIT_DEG } from '../../data/mesh/building-shape.ts'
import { bend, type Ground } from '../../data/mesh/building-tile.ts'
import { TREE_MODELS } from '../../data/mesh/tree-models.ts'
import type { Region } from './tileset.ts'

/** Trees as the cutter moves them between threads: one entry per tree in each array. */
export interface Forest {
  /** degrees */
  lngs: Float64Array
  lats: Float64Array
  /** metres, NaN unknown */
  heights: Float32Array
  /** index into `KINDS` */
  kinds: Uint8Array
  /** `seedOf` the id */
  seeds: Uint32Array
}

/** Trees that have a model; others are drawn as the first. */
export const KINDS = ['broadleaf', 'needleleaf', 'palm'] as const
const USUAL_HEIGHT = [8, 11, 9]
/** Widest crown as a share of the height. */
const REACH = 0.45
const METRES_PER_DEGREE = 111_000

/** A number for a text, always the same. @see FNV-1a */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** A number in 0 … 1 for a seed, another one for each salt. @see Murmur3's finish */
export function chance(seed: number, salt: number): number {
  let hash = seed ^ Math.imul(salt, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** A forest with room for `count` trees. */
export const emptyForest = (count: number): Forest => ({
  lngs: new Float64Array(count),
  lats: new Float64Array(count),
  heights: new Float32Array(count),
  kinds: new Uint8Array(count),
  seeds: new Uint32Array(count),
})

/** Those trees of some forests that are on Earth and for which `keep` holds, by their seed. */
export function gather(forests: readonly Forest[], keep: (seed: number) => boolean = () => true): Forest {
  const all = emptyForest(forests.reduce((sum, { seeds }) => sum + seeds.length, 0))
  let count = 0
  for (const { lngs, lats, heights, kinds, seeds } of forests) {
    for (let i = 0; i < seeds.length; i++) {
      if (!(Math.abs(lngs[i]) <= 180 && Math.abs(lats[i]) <= 90) || !keep(seeds[i])) continue
      all.lngs[count] = lngs[i]
      all.lats[count] = lats[i]
      all.heights[count] = heights[i]
      all.kinds[count] = kinds[i]
      all.seeds[count++] = seeds[i]
    }
  }
  const { lngs, lats, heights, kinds, seeds } = all
  return {
    lngs: lngs.slice(0, count),
    lats: lats.slice(0, count),
    heights: heights.slice(0, count),
    kinds: kinds.slice(0, count),
    seeds: seeds.slice(0, count),
  }
}

/** Sixteenths of a metre: the last bytes of the floats are zero and compress away. */
const coarse = (value: number): number => Math.round(value * 16) / 16

/**
 * Plants the trees of a tile; where the height is unknown it is drawn from the tree's seed.
 * @param forest all on Earth
 * @param ground metres above the ellipsoid; sea level where it is not known
 * @param enlarge how much larger each is drawn, where a few stand for many
 * @returns null without trees
 */
export function treeTile(forest: Forest, ground: Ground, enlarge = 1): { glb: Uint8Array; region: Region } | null {
  const { lngs, lats, heights, kinds, seeds } = forest
  const count = seeds.length
  if (!count) return null
  let [west, south, east, north, low, high, widest] = [Infinity, Infinity, -Infinity, -Infinity, Infinity, -Infinity, 0]
  for (let i = 0; i < count; i++) {
    west = Math.min(west, lngs[i])
    east = Math.max(east, lngs[i])
    south = Math.min(south, lats[i])
    north = Math.max(north, lats[i])
  }
  const plane = openPlane((west + east) / 2, (south + north) / 2)
  const [sizes, feet, counts] = [new Float64Array(count), new Float64Array(count), [0, 0, 0]]
  for (let i = 0; i < count; i++) {
    const known = heights[i] > 0.5 && heights[i] < 120
    const size = (known ? heights[i] : USUAL_HEIGHT[kinds[i]] * (0.6 + 0.8 * chance(seeds[i], 1))) * enlarge
    const height = ground(lngs[i], lats[i])
    const foot = Number.isFinite(height) ? height : undulation(lngs[i], lats[i])
    sizes[i] = size
    feet[i] = foot
    counts[kinds[i]]++
    low = Math.min(low, foot - size * 0.1)
    high = Math.max(high, foot + size * 1.02)
    widest = Math.max(widest, size * REACH)
  }
  const groups = KINDS.map((kind, k) => ({
    model: TREE_MODELS[kind],
    translations: new Float32Array(counts[k] * 3),
    scales: new Float32Array(counts[k]),
    turns: new Float32Array(counts[k]),
  }))
  const [local, next] = [
    [0, 0],
    [0, 0, 0],
  ]
  for (let i = 0; i < count; i++) {
    const { translations, scales, turns } = groups[kinds[i]]
    const at = next[kinds[i]]++
    plane.project([lngs[i] / SHAPE_UNIT_DEG, lats[i] / SHAPE_UNIT_DEG], local)
    translations[at * 3] = coarse(local[0])
    translations[at * 3 + 1] = coarse(local[1])
    translations[at * 3 + 2] = coarse(bend(plane, local[0], local[1], feet[i]) - low)
    scales[at] = coarse(sizes[i])
    turns[at] = Math.round(chance(seeds[i], 2) * 2 * Math.PI * 8) / 8
  }
  const glb = writeInstancedGlb(groups, nodeMatrix(plane, [0, 0, low], 1))
  const pad = (widest + 0.2) / METRES_PER_DEGREE
  const wide = pad / Math.max(0.02, Math.cos((plane.latDeg * Math.PI) / 180))
  return { glb, region: [west - wide, south - pad, east + wide, north + pad, low - 0.2, high + 0.2] }
}
