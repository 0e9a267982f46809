/** Many buildings → few blocks for views from afar; the tall ones stay themselves. */

import type { ChunkShape } from './building-chunk.ts'
import { openPlane, type Plane } from './building-frame.ts'
import { packShape, SHAPE_UNIT_DEG } from './building-shape.ts'
import { boxRing, cross, orientedBox } from './footprint.ts'

/** Records and the ground under each. */
export interface Stand {
  records: Uint8Array[]
  /** metres above the ellipsoid */
  bases: Float32Array
}

/** How far a block may be fuller than the buildings it stands for: streets stay visible, but not holes. */
const LEAST_COVER = 0.6
const MOST_LANDMARKS = 300

interface Cell {
  members: number[]
}

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
  if (!shapes.length) return { records: [], bases: new Float32Array(0) }
  const [x0, y0] = [shapes[0].coordinates[0], shapes[0].coordinates[1]]
  const plane = openPlane(x0 * SHAPE_UNIT_DEG, y0 * SHAPE_UNIT_DEG)
  const tall = shapes
    .map((_, i) => i)
    .filter((i) => shapes[i].idTo > shapes[i].idFrom && shapes[i].height >= landmark)
    .sort((a, b) => shapes[b].height - shapes[a].height || (shapes[a].id < shapes[b].id ? -1 : 1))
    .slice(0, MOST_LANDMARKS)
  const alone = new Set(tall)
  const cells = new Map<string, Cell>()
  // the grid hangs on the Earth, not on the tile, so that a dirty neighbour does not move it
  const [gx, gy] = [pitch / (plane.normal * Math.cos((plane.latDeg * Math.PI) / 180)), pitch / plane.meridian].map(
    (r) => (r * 180) / Math.PI / SHAPE_UNIT_DEG,
  )
  for (let i = 0; i < shapes.length; i++) {
    if (alone.has(i)) continue
    const { coordinates } = shapes[i]
    const key = `${Math.floor((coordinates[0] + coordinates[4]) / 2 / gx)} ${Math.floor((coordinates[1] + coordinates[5]) / 2 / gy)}`
    const cell = cells.get(key)
    if (cell) cell.members.push(i)
    else cells.set(key, { members: [i] })
  }
  const records: Uint8Array[] = []
  const ground: number[] = []
  for (const { members } of cells.values()) {
    const block = mergeCell(
      members.map((i) => shapes[i]),
      plane,
    )
    if (!block) continue
    records.push(block)
    ground.push(Math.min(...members.slice(0, 1000).map((i) => bases[i])))
  }
  for (const i of tall) {
    const { chunk, from, to } = shapes[i]
    records.push(chunk.subarray(from, to))
    ground.push(bases[i])
  }
  return { records, bases: Float32Array.from(ground) }
}

function mergeCell(members: ChunkShape[], plane: Plane): Uint8Array | null {
  const all: number[] = []
  const local: number[] = []
  let [area, volume, storeys, largest] = [0, 0, 0, 0]
  let chief = members[0]
  let direction: [number, number] = [1, 0]
  for (const shape of members) {
    plane.project(shape.coordinates, local)
    let own = 0
    for (let i = 1; i < shape.ringSizes[0] - 1; i++) own += cross(local, 0, i, i + 1) / 2
    own = Math.abs(own)
    area += own
    volume += own * shape.height
    storeys += own * shape.levels
    if (own > largest) {
      largest = own
      chief = shape
      const box = orientedBox(local, shape.ringSizes[0])
      direction = [box.ux, box.uy]
    }
    for (const value of local) all.push(value)
  }
  if (!(area > 0)) return null
  const [ux, uy] = direction
  let [lowU, highU, lowV, highV] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < all.length; i += 2) {
    const u = all[i] * ux + all[i + 1] * uy
    const v = all[i + 1] * ux - all[i] * uy
    lowU = Math.min(lowU, u)
    highU = Math.max(highU, u)
    lowV = Math.min(lowV, v)
    highV = Math.max(highV, v)
  }
  const [u, v, half, halfAcross] = [(lowU + highU) / 2, (lowV + highV) / 2, (highU - lowU) / 2, (highV - lowV) / 2]
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
  return packShape({
    id: '',
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
    ringSizes: Uint32Array.of(4),
    holes: Uint8Array.of(0),
  })
}
