/** Stored points → GLB tiles: a node's own as they are, a piece as the octree below it; each point in exactly one tile. */
import { hash } from 'node:crypto'
import { writePointsGlb } from '../../data/formats/glb-points.ts'
import { pointClass } from '../../data/formats/las-classes.ts'
import { fromEcef, type Vector3 } from '../../data/geo/ellipsoid.ts'
import { placed, placementMatrix } from '../../data/geo/placement.ts'
import { POINT_BYTES, type StoredCloud, type StoredPoints } from '../db/point-store.ts'
import type { TileStore } from './tile-store.ts'

/** A tile of the tree. */
export interface PointNode {
  /** lowest x, y, z, then highest, metres in the cloud's frame */
  box: [number, number, number, number, number, number]
  /** metres between its points */
  error: number
  /** file in `points/c/`, null for a node whose points are all below it */
  content: string | null
  points: number
  bytes: number
  children: PointNode[]
}

/** A tile of so many points is not divided. */
const LEAF = 40_000
/** Fewer points than this make no tile of their own. */
const FEW = 1500
/** Samples of a node: one per cell of a grid of so many cells a side. */
const SAMPLES = 96
/** Steps of 16 bits may be so coarse, metres. */
const COARSEST = 0.002

interface Cube {
  min: readonly [number, number, number]
  size: number
}

/** Everything that one piece of work needs. */
interface Piece {
  cloud: StoredCloud
  view: DataView
  matrix: number[]
  store: TileStore
}

/** Cuts one file of points. @returns its tile with what hangs below it */
export async function cutPoints(
  cloud: StoredCloud,
  node: StoredPoints,
  bytes: Uint8Array,
  store: TileStore,
): Promise<PointNode> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const matrix = placementMatrix({ ...cloud.place, headingDeg: 0, scale: 1, by: 'crs' })
  const all = Uint32Array.from({ length: node.points }, (_, i) => i * POINT_BYTES)
  const piece = { cloud, view, matrix, store }
  const cube = cubeOf(cloud, node.key)
  return node.whole ? divide(piece, all, cube) : tile(piece, all, cube, [])
}

/** A node's cube by its path from the root. */
export function cubeOf({ cube }: StoredCloud, key: string): Cube {
  const min: [number, number, number] = [...cube.min]
  let { size } = cube
  for (const digit of key) {
    size /= 2
    for (let axis = 0; axis < 3; axis++) if (Number(digit) & (1 << axis)) min[axis] += size
  }
  return { min, size }
}

/** Metres between a node's points when it has samples of the cube only. */
export const spacing = (cloud: StoredCloud, size: number): number => (size * cloud.unitM) / SAMPLES

async function divide(piece: Piece, points: Uint32Array, cube: Cube): Promise<PointNode> {
  if (points.length <= LEAF || cube.size < 8) return tile(piece, points, cube, [])
  const { samples, parts } = sample(piece.view, points, cube)
  const children: PointNode[] = []
  const own = [samples]
  for (let part = 0; part < 8; part++) {
    if (parts[part].length < FEW) own.push(parts[part])
    else children.push(await divide(piece, parts[part], childOf(cube, part)))
  }
  return tile(piece, joined(own), cube, children)
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function childOf({ min, size }: Cube, part: number): Cube {
  const half = size / 2
  return {
    min: [min[0] + (part & 1 ? half : 0), min[1] + (part & 2 ? half : 0), min[2] + (part & 4 ? half : 0)],
    size: half,
  }
}

/** One point per cell of a grid; the others by the eighth they lie in. */
function sample(
  view: DataView,
  points: Uint32Array,
  { min, size }: Cube,
): { samples: Uint32Array; parts: Uint32Array[] } {
  const taken = new Uint8Array(SAMPLES ** 3 / 8)
  const octant = new Uint8Array(points.length)
  const counts = new Uint32Array(9)
  for (let i = 0; i < points.length; i++) {
    let [cell, part] = [0, 0]
    for (let axis = 0; axis < 3; axis++) {
      const share = (view.getInt32(points[i] + axis * 4, true) - min[axis]) / size
      cell = cell * SAMPLES + Math.min(SAMPLES - 1, Math.max(0, Math.floor(share * SAMPLES)))
      if (share >= 0.5) part |= 1 << axis
    }
    const bit = 1 << (cell & 7)
    if ((taken[cell >> 3] & bit) === 0) {
      taken[cell >> 3] |= bit
      part = 8
    }
    octant[i] = part
    counts[part]++
  }
  const parts = Array.from(counts, (count) => new Uint32Array(count))
  const filled = new Uint32Array(9)
  for (let i = 0; i < points.length; i++) parts[octant[i]][filled[octant[i]]++] = points[i]
  return { samples: parts[8], parts: parts.slice(0, 8) }
}

async function tile(piece: Piece, points: Uint32Array, cube: Cube, children: PointNode[]): Promise<PointNode> {
  const { cloud, view, store } = piece
  const box = children.reduce((sum, child) => around(sum, child.box), boxOf(view, points, cloud.unitM))
  const wide = Math.max(box[3] - box[0], box[4] - box[1], 0.01)
  // points lie on surfaces mostly: so far from each other where nothing is left out
  const full = wide / Math.sqrt(Math.max(1, points.length))
  const sampled = spacing(cloud, cube.size)
  const error = Math.max(children.length ? sampled : Math.min(full, sampled), ...children.map((child) => child.error))
  const node: PointNode = { box, error, content: null, points: points.length, bytes: 0, children }
  if (points.length === 0) return node
  const glb = glbOf(piece, ordered(view, points, cube), box)
  node.content = `${hash('sha1', glb, 'base64url').slice(0, 20)}.glb`
  node.bytes = await store.put(`points/c/${node.content}`, glb, { compress: 'large' })
  return node
}

const around = (a: PointNode['box'], b: PointNode['box']): PointNode['box'] =>
  a.map((value, i) => (i < 3 ? Math.min(value, b[i]) : Math.max(value, b[i]))) as PointNode['box']

function boxOf(view: DataView, points: Uint32Array, unitM: number): PointNode['box'] {
  const box: PointNode['box'] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  for (const at of points)
    for (let axis = 0; axis < 3; axis++) {
      const value = view.getInt32(at + axis * 4, true) * unitM
      if (value < box[axis]) box[axis] = value
      if (value > box[axis + 3]) box[axis + 3] = value
    }
  return box
}

/** Points along a Morton curve: neighbours stand next to each other and pack well. */
function ordered(view: DataView, points: Uint32Array, { min, size }: Cube): Uint32Array {
  // the point's number below the curve's 30 bits, in the 53 that a double holds
  const keys = new Float64Array(points.length)
  for (let i = 0; i < points.length; i++) {
    let key = 0
    for (let axis = 0; axis < 3; axis++) {
      const share = (view.getInt32(points[i] + axis * 4, true) - min[axis]) / size
      const cell = Math.min(1023, Math.max(0, Math.floor(share * 1024)))
      for (let bit = 0; bit < 10; bit++) key += ((cell >> bit) & 1) * 2 ** (3 * bit + axis)
    }
    keys[i] = key * 2 ** 22 + i
  }
  keys.sort()
  return Uint32Array.from(keys, (key) => points[key % 2 ** 22])
}

/** sRGB of 8 bits → linear of 16. */
const LINEAR = Uint16Array.from({ length: 256 }, (_, value) => {
  const share = value / 255
  return Math.round(65_535 * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
})

function glbOf({ cloud, view, matrix }: Piece, points: Uint32Array, box: PointNode['box']): Uint8Array {
  const count = points.length
  const step = Math.max(box[3] - box[0], box[4] - box[1], box[5] - box[2], 0.001) / 65_535
  const short = step <= COARSEST
  const positions = short ? new Uint16Array(count * 4) : new Float32Array(count * 3)
  const colours = cloud.coloured ? new Uint16Array(count * 4) : null
  const features = new Uint8Array(count * 4)
  const intensities = new Uint16Array(count * 2)
  const heights = new Uint16Array(count * 2)
  const rows = new Map<number, number>()
  const shift = cloud.deepColours ? 8 : 0
  const [low, high] = cloud.intensity
  const span = Math.max(1, high - low)
  const world: Vector3 = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const at = points[i]
    const [x, y, z] = [0, 4, 8].map((byte) => view.getInt32(at + byte, true) * cloud.unitM)
    if (short) {
      positions[i * 4] = Math.round((x - box[0]) / step)
      positions[i * 4 + 1] = Math.round((y - box[1]) / step)
      positions[i * 4 + 2] = Math.round((z - box[2]) / step)
    } else {
      positions[i * 3] = x - box[0]
      positions[i * 3 + 1] = y - box[1]
      positions[i * 3 + 2] = z - box[2]
    }
    if (colours) for (let c = 0; c < 3; c++) colours[i * 4 + c] = LINEAR[view.getUint16(at + 12 + c * 2, true) >> shift]
    const code = view.getUint8(at + 20)
    let row = rows.get(code)
    if (row === undefined) rows.set(code, (row = rows.size))
    features[i * 4] = row
    const bright = (view.getUint16(at + 18, true) - low) / span
    intensities[i * 2] = Math.round(65_535 * Math.min(1, Math.max(0, bright)))
    const height = fromEcef(...placed(matrix, x, y, z), world)[2]
    heights[i * 2] = Math.min(65_535, Math.max(0, Math.round((height + 1000) * 10)))
  }
  const codes = [...rows.keys()]
  const scale = short ? step : 1
  const node = [scale, 0, 0, 0, 0, 0, -scale, 0, 0, scale, 0, 0, box[0], box[2], -box[1], 1]
  return writePointsGlb({ count, positions, colours, features, intensities, heights }, node, {
    name: 'pointClass',
    count: codes.length,
    columns: [
      { name: 'id', type: 'string', values: codes.map(() => cloud.id) },
      { name: 'class', type: 'string', values: codes.map((code) => pointClass(code).word) },
      { name: 'code', type: 'uint8', values: Uint8Array.from(codes) },
    ],
  })
}
