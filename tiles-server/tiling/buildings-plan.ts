/** How a layer's buildings are divided: an adaptive quadtree over ranges of `cell`, from counts per small cell. */
import { CELL_LEVEL } from '../../data/geo/tile-grid.ts'

/** Buildings in one small cell, as the database counts them. */
export interface CellCount {
  /** `cell` without its last bits: the Morton code at `COUNT_LEVEL` */
  code: number
  count: number
  /** bytes of their records */
  bytes: number
}

/** A node of the quadtree that holds buildings. Leaves have no children. */
export interface PlanNode {
  /** −1 for the world above the two roots */
  z: number
  /** Morton code at level z */
  code: number
  count: number
  /** of the records */
  bytes: number
  children: PlanNode[]
  /** which share of its cell's records a leaf takes, where the smallest cell holds too many for one tile */
  part?: { index: number; of: number }
}

/** Level at which buildings are counted, and the smallest leaf: about 150 m. */
export const COUNT_LEVEL = 17
/** Leaves are no larger than this: about 1.2 km, so that 16 bits resolve 2 cm. */
export const LARGEST_LEAF = 14
const MOST_BUILDINGS = 700
const MOST_BYTES = 300_000
/** The smallest cell is split by numbers above this: feature ids have 16 bits. */
const MOST_IN_CELL = 4000

/** SQL's divisor from `cell` to the code at `COUNT_LEVEL`. */
export const COUNT_SHIFT = 2 * (CELL_LEVEL - COUNT_LEVEL)

/**
 * Divides until no leaf has more than 700 buildings or 300 kB of records, or the smallest cell is reached. A village across
 * the border of two large cells is not divided by it when it is no wider than a leaf: a tile of its own for a few
 * buildings costs their bytes again. A node with one child gives way to it.
 * @param counts ascending by code
 * @returns null when there are none
 */
export function planBuildings(counts: readonly CellCount[]): PlanNode | null {
  return planTree(counts, { largestLeaf: LARGEST_LEAF, most: MOST_BUILDINGS, mostBytes: MOST_BYTES, across: true })
}

/** When a node is small enough to be a leaf. */
export interface LeafLimits {
  /** no leaf above this level */
  largestLeaf: number
  most: number
  mostBytes: number
  /** a larger cell is a leaf too when what it holds is no wider than `largestLeaf` */
  across?: boolean
}

/** `planBuildings` with other limits. */
export function planTree(counts: readonly CellCount[], limits: LeafLimits): PlanNode | null {
  return divide(counts, 0, counts.length, -1, 0, limits)
}

function divide(
  counts: readonly CellCount[],
  from: number,
  to: number,
  z: number,
  code: number,
  limits: LeafLimits,
): PlanNode | null {
  if (from === to) return null
  let [count, bytes] = [0, 0]
  for (let i = from; i < to; i++) {
    count += counts[i].count
    bytes += counts[i].bytes
  }
  const node: PlanNode = { z, code, count, bytes, children: [] }
  if (z >= COUNT_LEVEL) return shared(node)
  const few = count <= limits.most && bytes <= limits.mostBytes
  if (few && (z >= limits.largestLeaf || (limits.across && z >= 0 && narrow(counts, from, to, limits)))) return node
  const side = 4 ** (COUNT_LEVEL - z - 1)
  for (let child = z < 0 ? 0 : code * 4, end = z < 0 ? 2 : child + 4, at = from; child < end; child++) {
    const start = at
    while (at < to && counts[at].code < (child + 1) * side) at++
    const part = divide(counts, start, at, z + 1, child, limits)
    if (part) node.children.push(part)
  }
  return node.children.length === 1 ? node.children[0] : node
}

/** Whether some cells lie within the width of the largest leaf. */
function narrow(counts: readonly CellCount[], from: number, to: number, { largestLeaf }: LeafLimits): boolean {
  const side = 2 ** (COUNT_LEVEL - largestLeaf)
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = from; i < to; i++) {
    const { x, y } = cellAt(counts[i].code)
    minX = Math.min(minX, x)
    maxX = Math.max(maxX, x)
    minY = Math.min(minY, y)
    maxY = Math.max(maxY, y)
    if (maxX - minX >= side || maxY - minY >= side) return false
  }
  return true
}

/** Column and row of a Morton code. */
function cellAt(code: number): { x: number; y: number } {
  let [x, y] = [0, 0]
  for (let bit = 0, rest = code; rest > 0; bit++, rest = Math.floor(rest / 4)) {
    const two = rest % 4
    x += (two & 1) * 2 ** bit
    y += (two >> 1) * 2 ** bit
  }
  return { x, y }
}

function shared(node: PlanNode): PlanNode {
  const of = Math.ceil(node.count / MOST_IN_CELL)
  if (of < 2) return node
  const count = Math.ceil(node.count / of)
  for (let index = 0; index < of; index++) node.children.push({ ...node, count, children: [], part: { index, of } })
  return node
}

/** Name of a node, unique in the tree. */
export const nodeName = ({ z, code, part }: PlanNode): string => `${z}/${code}${part ? `.${part.index}` : ''}`

/** First and last `cell` of a node. */
export function nodeCells({ z, code }: { z: number; code: number }): { first: number; last: number } {
  const side = 4 ** (CELL_LEVEL - z)
  return { first: code * side, last: (code + 1) * side - 1 }
}

/** A node's box in degrees. */
export function nodeBox({ z, code }: { z: number; code: number }): {
  west: number
  south: number
  east: number
  north: number
} {
  const { x, y } = cellAt(code)
  const side = 180 / 2 ** z
  return { west: x * side - 180, south: y * side - 90, east: (x + 1) * side - 180, north: (y + 1) * side - 90 }
}

/** All nodes, children before parents. */
export function* nodesUpward(node: PlanNode): Generator<PlanNode> {
  for (const child of node.children) yield* nodesUpward(child)
  yield node
}

/** Nominal geometric error in metres of a coarse tile: a 75th of its width, 8 m for a tile of 600 m. */
export const levelError = (z: number): number => 8 * 2 ** (15 - z)
