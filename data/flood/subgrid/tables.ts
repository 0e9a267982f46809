/** Tables of fine ground under coarse cells: level to volume in a cell, level to depth and conveyance in a face. */
import { cellIndex, type Layout, VOID_BED } from '../layout.ts'

/** Entries of a table. */
export const LEVELS = 16

/** Fine ground, `n` × `n` pixels under each cell; NaN is void. */
export interface FineGround {
  n: number
  /** row-major from the north, (columns · n) × (rows · n), metres above the datum */
  bed: Float64Array
  /** Manning's n of each pixel, or one for all */
  manning: Float64Array | number
}

/** Tables of one kind over the padded grid: lowest and highest ground, then `LEVELS` values evenly between. */
export interface Tables {
  low: Float64Array
  high: Float64Array
  /** share of the pixels that are not void */
  open: Float64Array
  values: Float64Array
}

/** Cells (mean depth by level), western and northern faces (mean depth and conveyance by level). */
export interface SubgridTables {
  cells: Tables
  west: { depth: Tables; conveyance: Tables }
  north: { depth: Tables; conveyance: Tables }
}

function empty(length: number): Tables {
  return {
    low: new Float64Array(length).fill(VOID_BED),
    high: new Float64Array(length).fill(VOID_BED),
    open: new Float64Array(length),
    values: new Float64Array(length * LEVELS),
  }
}

/** Fills one table from pixels; `of` gives what a pixel adds at a depth. */
function fill(
  tables: Tables,
  i: number,
  pixels: readonly number[],
  weights: readonly number[],
  of: (depth: number, weight: number) => number,
): void {
  let low = Infinity
  let high = -Infinity
  let count = 0
  for (const z of pixels) {
    if (Number.isNaN(z)) continue
    low = Math.min(low, z)
    high = Math.max(high, z)
    count++
  }
  if (count === 0) return
  // a flat floor still needs a rise for its table
  high = Math.max(high, low + 1e-3)
  tables.low[i] = low
  tables.high[i] = high
  tables.open[i] = count / pixels.length
  for (let k = 0; k < LEVELS; k++) {
    const level = low + ((high - low) * k) / (LEVELS - 1)
    let sum = 0
    pixels.forEach((z, p) => {
      if (level > z) sum += of(level - z, weights[p]!)
    })
    tables.values[i * LEVELS + k] = sum / pixels.length
  }
}

/**
 * Tables of all cells and faces. A face's pixel is as high as the higher of the two that meet there, void if one is.
 *
 * @throws {RangeError} when the fine ground has another size
 * @see van Ormondt et al. 2025 (SFINCS subgrid); conveyance ∑ h^(5/3) / n
 */
export function subgridTables(layout: Layout, ground: FineGround): SubgridTables {
  const { columns, rows, length } = layout
  const { n, bed, manning } = ground
  const wide = columns * n
  if (bed.length !== wide * rows * n) {
    throw new RangeError(`subgrid: ${bed.length} pixels; expected ${wide} × ${rows * n}`)
  }
  const roughness = (p: number) => (typeof manning === 'number' ? manning : manning[p]!)
  const tables: SubgridTables = {
    cells: empty(length),
    west: { depth: empty(length), conveyance: empty(length) },
    north: { depth: empty(length), conveyance: empty(length) },
  }
  const ones = new Array<number>(n * n).fill(1)
  const depth = (h: number) => h
  const conveyance = (h: number, r: number) => (h * Math.cbrt(h * h)) / Math.max(r, 1e-3)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = cellIndex(layout, column, row)
      const first = row * n * wide + column * n
      const pixels: number[] = []
      const west: number[] = []
      const north: number[] = []
      const westRough: number[] = []
      const northRough: number[] = []
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) pixels.push(bed[first + a * wide + b]!)
        const w = first + a * wide
        west.push(column > 0 ? Math.max(bed[w]!, bed[w - 1]!) : Number.NaN)
        westRough.push(roughness(w))
        const t = first + a
        north.push(row > 0 ? Math.max(bed[t]!, bed[t - wide]!) : Number.NaN)
        northRough.push(roughness(t))
      }
      fill(tables.cells, i, pixels, ones, depth)
      fill(tables.west.depth, i, west, westRough, depth)
      fill(tables.west.conveyance, i, west, westRough, conveyance)
      fill(tables.north.depth, i, north, northRough, depth)
      fill(tables.north.conveyance, i, north, northRough, conveyance)
    }
  }
  return tables
}

/** Mean depth at a level. */
export function depthAt(tables: Tables, i: number, level: number): number {
  const low = tables.low[i]!
  const high = tables.high[i]!
  if (level <= low) return 0
  const top = tables.values[i * LEVELS + LEVELS - 1]!
  if (level >= high) return top + (level - high) * tables.open[i]!
  const at = ((level - low) / (high - low)) * (LEVELS - 1)
  const k = Math.floor(at)
  const a = tables.values[i * LEVELS + k]!
  return a + (tables.values[i * LEVELS + k + 1]! - a) * (at - k)
}

/** Conveyance at a level whose mean depth is `depth`. */
export function conveyanceAt(tables: Tables, i: number, level: number, depth: number): number {
  const high = tables.high[i]!
  if (level <= high) return depthAt(tables, i, level)
  const top = tables.values[i * LEVELS + LEVELS - 1]!
  const before = depth - (level - high) * tables.open[i]!
  return top * (depth / before) ** (5 / 3)
}

/** Level at a mean depth: the inverse of `depthAt`. */
export function levelAt(tables: Tables, i: number, depth: number): number {
  const low = tables.low[i]!
  const high = tables.high[i]!
  if (depth <= 0 || tables.open[i] === 0) return low
  const start = i * LEVELS
  const top = tables.values[start + LEVELS - 1]!
  if (depth >= top) return high + (depth - top) / tables.open[i]!
  let a = 0
  let b = LEVELS - 1
  while (b - a > 1) {
    const middle = (a + b) >> 1
    if (tables.values[start + middle]! <= depth) a = middle
    else b = middle
  }
  const va = tables.values[start + a]!
  const share = (depth - va) / (tables.values[start + b]! - va)
  return low + ((high - low) * (a + share)) / (LEVELS - 1)
}
