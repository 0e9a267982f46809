/** One long file of points → the nodes of an octree on disk: samples for the upper nodes, pieces that fit memory below. */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { POINT_BYTES, pointsFile, type StoredPoints } from '../../../tiles-server/db/point-store.ts'
import { type PointFile, pointFile, pointsIn } from './point-files.ts'

/** A cube in units of the cloud. */
export interface Cube {
  min: readonly [number, number, number]
  size: number
}

/** Levels of one pass: a grid of 128³ cells. */
const LEVELS = 7
const SIDE = 1 << LEVELS
/** Points of a piece: a worker holds some of them at once. */
const MOST_POINTS = 400_000
/** Samples of an upper node: at most one per cell of a grid of so many cells a side. */
const SAMPLES = 96
const MOST_SAMPLES = 40_000

/** Spreads the bits of 0 … 127 by two places. */
const SPREAD = Uint32Array.from({ length: SIDE }, (_, value) => {
  let bits = 0
  for (let i = 0; i < LEVELS; i++) bits |= ((value >> i) & 1) << (3 * i)
  return bits
})

/** A node that keeps samples of what is below it. */
interface Upper {
  file: PointFile
  min: [number, number, number]
  size: number
  taken: Uint8Array
}

interface Grid {
  /** points below each node, by level: level 0 has one node, level 7 all cells; in Morton order */
  counts: Uint32Array[]
}

/** Where a coordinate lies in the cube, 0 … 127. */
const cellOf = (at: number, min: number, size: number): number =>
  Math.min(SIDE - 1, Math.max(0, Math.floor(((at - min) / size) * SIDE)))

function mortonOf({ min, size }: Cube, view: DataView, at: number): number {
  const x = cellOf(view.getInt32(at, true), min[0], size)
  const y = cellOf(view.getInt32(at + 4, true), min[1], size)
  const z = cellOf(view.getInt32(at + 8, true), min[2], size)
  return SPREAD[x] | (SPREAD[y] << 1) | (SPREAD[z] << 2)
}

async function countCells(path: string, cube: Cube, signal?: AbortSignal): Promise<Grid> {
  const counts = Array.from({ length: LEVELS + 1 }, (_, level) => new Uint32Array(8 ** level))
  for await (const bytes of pointsIn(path, signal)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < bytes.length; at += POINT_BYTES) counts[LEVELS][mortonOf(cube, view, at)]++
  }
  for (let level = LEVELS; level > 0; level--)
    for (let i = 0; i < counts[level].length; i++) counts[level - 1][i >> 3] += counts[level][i]
  return { counts }
}

/** Octal digits of a node's place among its level's nodes. */
function digits(index: number, level: number): string {
  let text = ''
  for (let i = level - 1; i >= 0; i--) text += (index >> (3 * i)) & 7
  return text
}

/** A node's cube. */
export function childCube({ min, size }: Cube, key: string): Cube {
  let [x, y, z, side] = [min[0], min[1], min[2], size]
  for (const digit of key) {
    side /= 2
    const bits = Number(digit)
    if (bits & 1) x += side
    if (bits & 2) y += side
    if (bits & 4) z += side
  }
  return { min: [x, y, z], size: side }
}

/** Nodes of one pass, by level and Morton index. */
interface Nodes {
  uppers: Map<number, Upper>[]
  /** piece of each cell of the lowest level */
  pieces: (PointFile | undefined)[]
  all: { key: string; file: PointFile; whole: boolean }[]
}

function planNodes({ counts }: Grid, cube: Cube, prefix: string, folder: string): Nodes {
  const nodes: Nodes = { uppers: counts.map(() => new Map()), pieces: [], all: [] }
  const visit = (level: number, index: number): void => {
    const count = counts[level][index]
    if (count === 0) return
    const path = digits(index, level)
    const key = prefix + path
    const whole = count <= MOST_POINTS || level === LEVELS
    const file = pointFile(join(folder, pointsFile(key)))
    nodes.all.push({ key, file, whole })
    if (whole) {
      const span = 8 ** (LEVELS - level)
      for (let i = 0; i < span; i++) nodes.pieces[index * span + i] = file
      return
    }
    const { min, size } = childCube(cube, path)
    nodes.uppers[level].set(index, {
      file,
      min: [...min] as [number, number, number],
      size,
      taken: new Uint8Array(SAMPLES ** 3 / 8),
    })
    for (let child = 0; child < 8; child++) visit(level + 1, index * 8 + child)
  }
  visit(0, 0)
  return nodes
}

/** Whether an upper node has no sample yet where the point lies; then it has. */
function takes(upper: Upper, view: DataView, at: number): boolean {
  if (upper.file.points >= MOST_SAMPLES) return false
  let cell = 0
  for (let axis = 0; axis < 3; axis++) {
    const share = (view.getInt32(at + axis * 4, true) - upper.min[axis]) / upper.size
    cell = cell * SAMPLES + Math.min(SAMPLES - 1, Math.max(0, Math.floor(share * SAMPLES)))
  }
  const bit = 1 << (cell & 7)
  if (upper.taken[cell >> 3] & bit) return false
  upper.taken[cell >> 3] |= bit
  return true
}

async function pour(path: string, cube: Cube, nodes: Nodes, signal?: AbortSignal): Promise<void> {
  for await (const bytes of pointsIn(path, signal)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < bytes.length; at += POINT_BYTES) {
      const cell = mortonOf(cube, view, at)
      let file = nodes.pieces[cell] as PointFile
      for (let level = 0; level < LEVELS; level++) {
        const upper = nodes.uppers[level].get(cell >> (3 * (LEVELS - level)))
        if (!upper) break
        if (!takes(upper, view, at)) continue
        file = upper.file
        break
      }
      file.add(bytes, at)
    }
  }
  for (const { file } of nodes.all) file.flush()
}

/** A piece this small (units) is not divided further, however many points lie in it. */
const SMALLEST = 128

/**
 * Distributes points to nodes; each point goes to exactly one. Pieces that are still too large are divided again.
 * @param path file of all points; removed at the end
 * @param folder where node files are written
 * @returns the nodes that have points, parents before children
 * @see Schütz et al. 2020, Fast out-of-core octree generation for massive point clouds
 */
export async function distribute(
  path: string,
  cube: Cube,
  folder: string,
  signal?: AbortSignal,
  prefix = '',
): Promise<StoredPoints[]> {
  const grid = await countCells(path, cube, signal)
  const nodes = planNodes(grid, cube, prefix, folder)
  await pour(path, cube, nodes, signal)
  await rm(path, { force: true })
  const found: StoredPoints[] = []
  for (const { key, file, whole } of nodes.all) {
    if (file.points === 0) continue
    const own = childCube(cube, key.slice(prefix.length))
    if (whole && file.points > MOST_POINTS && own.size > SMALLEST) {
      const piece = `${file.path}.piece`
      await rename(file.path, piece)
      found.push(...(await distribute(piece, own, folder, signal, key)))
    } else found.push({ key, points: file.points, whole })
  }
  return found
}
