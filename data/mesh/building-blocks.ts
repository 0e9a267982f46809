/** Many buildings → few blocks for views from afar; the tall ones stay themselves. */

import type { ChunkShape } from './building-chunk.ts'
import { openPlane, type Plane } from './building-frame.ts'
import { type BuildingShape, SHAPE_UNIT_DEG, ShapeRecords } from './building-shape.ts'
import { boxRing, cross, orientedBox } from './footprint.ts'

/** Records and the ground under each. */
export interface Stand {
  /** one after the other */
  records: Uint8Array
  /** metres above the ellipsoid, one per record */
  bases: Float32Array
}

/** How far a block may be fuller than the buildings it stands for: streets stay visible, but not holes. */
const LEAST_COVER = 0.6
const MOST_LANDMARKS = 300
/** More cells than any tile has from south to north. */
const COLUMN = 2 ** 20

const written = new ShapeRecords()

/**
 * Merges buildings whose middles share a cell of a square grid into one block each: turned like the largest, as high as
 * their mean weighted by area, as wide as what they cover.
 * @param pitch metres
 * @param landmark buildings at least so tall (metres) stay themselves, the tallest first, 300 at most
 */
export function mergeBlocks(
  shapes: readonly ChunkShape[],
  bases: Float32Array,
  pitch: number,
  landmark: number,
): Stand {
  if (!shapes.length) return { records: new Uint8Array(0), bases: new Float32Array(0) }
  const { pool: corners, first: origin } = shapes[0]
  const [x0, y0] = [corners[origin], corners[origin + 1]]
  const plane = openPlane(x0 * SHAPE_UNIT_DEG, y0 * SHAPE_UNIT_DEG)
  const tall = landmarks(shapes, landmark)
  const alone = new Set(tall)
  // members of a cell as a chain: an array for each cell costs more than its block
  const next = new Int32Array(shapes.length).fill(-1)
  const tails = new Map<number, number>()
  const heads: number[] = []
  // the grid hangs on the Earth, not on the tile, so that a dirty neighbour does not move it
  const unit = (radius: number): number => ((pitch / radius) * 180) / Math.PI / SHAPE_UNIT_DEG
  const gx = unit(plane.normal * Math.cos((plane.latDeg * Math.PI) / 180))
  const gy = unit(plane.meridian)
  const [column0, row0] = [Math.floor(x0 / gx), Math.floor(y0 / gy)]
  for (let i = 0; i < shapes.length; i++) {
    if (alone.has(i)) continue
    const { pool, first } = shapes[i]
    const column = Math.floor((pool[first] + pool[first + 4]) / 2 / gx) - column0
    const row = Math.floor((pool[first + 1] + pool[first + 5]) / 2 / gy) - row0
    const cell = column * COLUMN + row
    const tail = tails.get(cell)
    if (tail === undefined) heads.push(i)
    else next[tail] = i
    tails.set(cell, i)
  }
  written.length = 0
  const ground: number[] = []
  for (const head of heads) {
    const block = mergeCell(shapes, head, next, plane)
    if (!block) continue
    written.add(block, NO_ID)
    let lowest = Infinity
    for (let i = head; i >= 0; i = next[i]) if (bases[i] < lowest) lowest = bases[i]
    ground.push(lowest)
  }
  for (const i of tall) {
    const { chunk, from, to } = shapes[i]
    written.copy(chunk, from, to)
    ground.push(bases[i])
  }
  return { records: written.take(), bases: Float32Array.from(ground) }
}

/** The tallest that are at least so tall; blocks of coarser levels have no id and are none. */
function landmarks(shapes: readonly ChunkShape[], least: number): number[] {
  let tall: number[] = []
  for (let i = 0; i < shapes.length; i++)
    if (shapes[i].height >= least && shapes[i].idTo > shapes[i].idFrom) tall.push(i)
  if (tall.length > MOST_LANDMARKS) {
    const heights = Float64Array.from(tall, (i) => shapes[i].height).sort()
    const lowest = heights[heights.length - MOST_LANDMARKS]
    tall = tall.filter((i) => shapes[i].height >= lowest)
  }
  return tall
    .sort((a, b) => shapes[b].height - shapes[a].height || compareIds(shapes[a], shapes[b]))
    .slice(0, MOST_LANDMARKS)
}

/** By bytes: to make strings of them would take a hundred times as long. */
function compareIds(one: ChunkShape, other: ChunkShape): number {
  const shorter = Math.min(one.idTo - one.idFrom, other.idTo - other.idFrom)
  for (let i = 0; i < shorter; i++) {
    const difference = one.chunk[one.idFrom + i] - other.chunk[other.idFrom + i]
    if (difference) return difference
  }
  return one.idTo - one.idFrom - (other.idTo - other.idFrom)
}

/** Corners of a cell's members in metres, and how many numbers there are. */
let all = new Float64Array(1 << 12)
let filled = 0

/** Projects a cell's members into `all` and weighs them. */
function weigh(
  shapes: readonly ChunkShape[],
  head: number,
  next: Int32Array,
  plane: Plane,
): { area: number; volume: number; storeys: number; chief: ChunkShape; chiefAt: number } {
  let area = 0
  let volume = 0
  let storeys = 0
  let largest = 0
  let chiefAt = 0
  let chief = shapes[head]
  filled = 0
  for (let member = head; member >= 0; member = next[member]) {
    const shape = shapes[member]
    const end = filled + shape.corners * 2
    if (end > all.length) {
      const larger = new Float64Array(end * 2)
      larger.set(all)
      all = larger
    }
    plane.projectPart(shape.pool, shape.first, shape.corners * 2, all, filled)
    const own = firstArea(filled / 2, shape.ringSizes[0])
    area += own
    volume += own * shape.height
    storeys += own * shape.levels
    if (own > largest) {
      largest = own
      chief = shape
      chiefAt = filled
    }
    filled = end
  }
  return { area, volume, storeys, chief, chiefAt }
}

/** Square metres of a ring in `all`. */
function firstArea(from: number, corners: number): number {
  let twice = 0
  for (let i = from + 1; i < from + corners - 1; i++) twice += cross(all, from, i, i + 1)
  return Math.abs(twice) / 2
}

function mergeCell(
  shapes: readonly ChunkShape[],
  head: number,
  next: Int32Array,
  plane: Plane,
): Omit<BuildingShape, 'id'> | null {
  const { area, volume, storeys, chief, chiefAt } = weigh(shapes, head, next, plane)
  if (!(area > 0)) return null
  const corners = chief.ringSizes[0]
  const { ux, uy } = orientedBox(all.subarray(chiefAt, chiefAt + corners * 2), corners)
  let lowU = Infinity
  let highU = -Infinity
  let lowV = Infinity
  let highV = -Infinity
  for (let i = 0; i < filled; i += 2) {
    const u = all[i] * ux + all[i + 1] * uy
    const v = all[i + 1] * ux - all[i] * uy
    if (u < lowU) lowU = u
    if (u > highU) highU = u
    if (v < lowV) lowV = v
    if (v > highV) highV = v
  }
  const u = (lowU + highU) / 2
  const v = (lowV + highV) / 2
  const half = (highU - lowU) / 2
  const halfAcross = (highV - lowV) / 2
  const cover = Math.min(1, area / Math.max(4 * half * halfAcross, 1e-6))
  const ring = boxRing(
    { x: u * ux - v * uy, y: u * uy + v * ux, ux, uy, half, halfAcross },
    Math.sqrt(Math.max(LEAST_COVER, cover)),
  )
  const coordinates = new Int32Array(8)
  for (let i = 0; i < 8; i += 2) {
    const [lng, lat] = plane.unproject(ring[i], ring[i + 1])
    coordinates[i] = Math.round(lng / SHAPE_UNIT_DEG)
    coordinates[i + 1] = Math.round(lat / SHAPE_UNIT_DEG)
  }
  return {
    class: chief.class,
    height: volume / area,
    minHeight: 0,
    levels: Math.round(storeys / area),
    year: chief.year,
    roof: 0,
    roofHeight: Number.NaN,
    roofDirectionDeg: Number.NaN,
    estimated: true,
    part: false,
    coordinates,
    ringSizes: FOUR,
    holes: SOLID,
  }
}

const FOUR = Uint32Array.of(4)
const SOLID = Uint8Array.of(0)
const NO_ID = new Uint8Array(0)
