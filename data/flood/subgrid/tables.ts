/** Tables of fine ground under coarse cells: volume to level in a cell, level to depth and conveyance between cells. */
import { cellIndex, cellOf, type Layout, VOID_BED } from '../layout.ts'
import { lowestOfMain, lowestPass, type Pixels } from './pass.ts'

/** Entries of a cell's table: levels at evenly spaced square roots of the volume. */
export const CELL_ENTRIES = 32
/** Entries of a face's table: (depth, effective depth) at evenly spaced levels; the last segment goes on above. */
export const FACE_ENTRIES = 20
/** Least height a table covers, metres. */
const LEAST_RANGE = 0.2
/** Share of the pixels the tables reach up to; spikes above would take their resolution. */
const REACH = 0.95
/** Steps of the table of x^(5/3). */
const POWER_STEPS = 4096

/** Fine ground: `columns` × `rows` pixels, `n` × `n` under each cell; what is missing of the last cells is void. */
export interface FineGround {
  n: number
  columns: number
  rows: number
  /** index of a pixel's height and roughness, from the north-western one */
  at: (column: number, row: number) => number
  /** metres above the datum, NaN or `VOID_BED` is void; may be changed, then `layCells` */
  bed: Float64Array
  /** Manning's n of each pixel */
  manning: Float64Array
}

/** Between two cells, by the index of the cell behind (east or south of) the face. */
export interface FaceTables {
  /** level at which water passes, metres above the datum; `VOID_BED` when it never does */
  low: Float32Array
  /** entries per metre */
  scale: Float32Array
  /** `FACE_ENTRIES` pairs a face: depth, and (∑ h^(5/3) / n)^(3/5), both means over the whole width of a cell */
  values: Float32Array
}

/** Tables over the padded grid. */
export interface SubgridTables {
  /** lowest ground of a cell above the datum; `VOID_BED` without ground */
  bed: Float32Array
  /** share of a cell that is ground */
  open: Float32Array
  /** (`CELL_ENTRIES` - 1)² / volume at the end of the table, 1/m (volumes are depths over the whole cell) */
  rate: Float32Array
  /** volume and height above the bed at the end of the table, m */
  fullVolume: Float32Array
  fullHeight: Float32Array
  /** share of a cell that is wet above the table */
  fullWet: Float32Array
  /** heights above the bed, `CELL_ENTRIES` a cell */
  heights: Float32Array
  west: FaceTables
  north: FaceTables
}

const power = Float64Array.from({ length: POWER_STEPS + 2 }, (_, k) => (k / POWER_STEPS) ** (5 / 3))

function faceTables(length: number): FaceTables {
  return {
    low: new Float32Array(length).fill(VOID_BED),
    scale: new Float32Array(length),
    values: new Float32Array(length * FACE_ENTRIES * 2),
  }
}

/** Empty tables: the ring's cells are flat floors, as high as `bed` says. */
export function emptyTables(length: number): SubgridTables {
  return {
    bed: new Float32Array(length).fill(VOID_BED),
    open: new Float32Array(length),
    rate: new Float32Array(length),
    fullVolume: new Float32Array(length),
    fullHeight: new Float32Array(length),
    fullWet: new Float32Array(length).fill(1),
    heights: new Float32Array(length * CELL_ENTRIES),
    west: faceTables(length),
    north: faceTables(length),
  }
}

function isGround(z: number): boolean {
  return z < VOID_BED / 2
}

/** Storage of a cell from its sorted pixels. */
function layCell(tables: SubgridTables, i: number, sorted: Float64Array, pixels: number): void {
  const count = sorted.length
  tables.open[i] = count / pixels
  if (count === 0) {
    tables.bed[i] = VOID_BED
    return
  }
  const low = Math.fround(sorted[0]!)
  const full = Math.max(sorted[Math.floor((count - 1) * REACH)]! - low, LEAST_RANGE)
  let wet = 0
  let below = 0
  while (wet < count && sorted[wet]! - low < full) below += sorted[wet++]! - low
  const volume = (wet * full - below) / pixels
  tables.bed[i] = low
  tables.fullHeight[i] = full
  tables.fullVolume[i] = volume
  tables.fullWet[i] = wet / pixels
  tables.rate[i] = (CELL_ENTRIES - 1) ** 2 / volume
  // up through the pixels: between two of them the volume rises evenly
  let k = 0
  let sum = 0
  for (let e = 0; e < CELL_ENTRIES; e++) {
    const wanted = volume * pixels * (e / (CELL_ENTRIES - 1)) ** 2
    while (k < count && k * (sorted[k]! - low) - sum <= wanted) sum += sorted[k++]! - low
    tables.heights[i * CELL_ENTRIES + e] = e === 0 ? 0 : Math.min(full, (wanted + sum) / k)
  }
}

/** Heights and roughness of the sections a face consists of, `width` pixels each; `count` of them. */
interface Sections {
  count: number
  z: Float64Array
  n: Float64Array
}

function close(tables: FaceTables, i: number): void {
  tables.low[i] = VOID_BED
  tables.scale[i] = 0
  tables.values.fill(0, i * FACE_ENTRIES * 2, (i + 1) * FACE_ENTRIES * 2)
}

/** Conveyance between two cells: sections in series, each as wide as the cell; what passes all of them has the same discharge. */
function layFace(
  tables: FaceTables,
  i: number,
  sections: Sections,
  width: number,
  pass: (low: number) => number,
): void {
  const { count, z } = sections
  let sill = -Infinity
  const ground: number[] = []
  for (let s = 0; s < count; s++) {
    let lowest = Infinity
    for (let p = s * width; p < (s + 1) * width; p++) {
      if (!isGround(z[p]!)) continue
      ground.push(z[p]!)
      if (z[p]! < lowest) lowest = z[p]!
    }
    if (lowest > sill) sill = lowest
  }
  if (count === 0 || sill === Infinity) {
    close(tables, i)
    return
  }
  const over = pass(sill)
  if (over > sill) {
    // a wall between the cells: as broad a crest as the cell
    for (let p = 0; p < count * width; p++) if (z[p]! < over) z[p] = over
  }
  if (over === Infinity) {
    close(tables, i)
    return
  }
  const low = Math.fround(Math.max(sill, over))
  const high = Float64Array.from(ground).sort()[Math.floor((ground.length - 1) * REACH)]!
  const gap = Math.max(high - low, LEAST_RANGE) / (FACE_ENTRIES - 2)
  tables.low[i] = low
  tables.scale[i] = 1 / gap
  const start = i * FACE_ENTRIES * 2
  for (let e = 0; e < FACE_ENTRIES; e++) {
    const [depth, conveyance] = e === 0 ? [0, 0] : inSeries(sections, width, low + e * gap)
    tables.values[start + 2 * e] = depth
    tables.values[start + 2 * e + 1] = conveyance ** 0.6
  }
}

const pair: [number, number] = [0, 0]

/** Depth (harmonic mean) and conveyance of sections in series at a level. */
function inSeries({ count, z, n }: Sections, width: number, level: number): readonly [number, number] {
  let thin = 0
  let resist = 0
  for (let s = 0; s < count; s++) {
    let area = 0
    let conveyance = 0
    for (let p = s * width; p < (s + 1) * width; p++) {
      const h = level - z[p]!
      if (!(h > 0)) continue
      area += h
      conveyance += fiveThirds(h) * n[p]!
    }
    area /= width
    conveyance /= width
    thin += 1 / area
    resist += 1 / (conveyance * conveyance)
  }
  pair[0] = count / thin
  pair[1] = Math.sqrt(count / resist)
  return pair
}

/** h^(5/3) from a table, to 1e-4 of what matters: tables of a whole city take seconds with it, minutes without. */
function fiveThirds(h: number): number {
  const x = h * (POWER_STEPS / 8)
  if (x >= POWER_STEPS || x < 8) return h * Math.cbrt(h * h)
  const k = Math.floor(x)
  return 32 * (power[k]! + (power[k + 1]! - power[k]!) * (x - k))
}

/**
 * Lays the tables of cells and of the faces around them.
 *
 * @param cells indices of cells inside the grid
 * @see van Ormondt et al. 2025 (SFINCS subgrid): volume by level, depth and conveyance by level. Here a face is the sections
 *   around it in series, over as high a sill as water must pass between the lowest ground of the two cells.
 */
export function layCells(tables: SubgridTables, layout: Layout, ground: FineGround, cells: Iterable<number>): void {
  const { n, bed, manning, at } = ground
  const half = Math.floor(n / 8)
  const pixels = new Float64Array(n * n)
  const sections: Sections = { count: 0, z: new Float64Array(2 * n * n), n: new Float64Array(2 * n * n) }
  const inside = (c: number, r: number) => c >= 0 && r >= 0 && c < ground.columns && r < ground.rows
  const section = (along: boolean, place: number, first: number): void => {
    const start = sections.count * n
    let any = false
    for (let k = 0; k < n; k++) {
      const [c, r] = along ? [place, first + k] : [first + k, place]
      const [cb, rb] = along ? [place - 1, r] : [c, place - 1]
      const here = inside(c, r) ? at(c, r) : -1
      const before = inside(cb, rb) ? at(cb, rb) : -1
      sections.z[start + k] = Number.NaN
      if (here < 0 && before < 0) continue
      any = true
      const a = here < 0 ? bed[before]! : bed[here]!
      const b = before < 0 ? bed[here]! : bed[before]!
      sections.z[start + k] = isGround(a) && isGround(b) ? Math.max(a, b) : Number.NaN
      sections.n[start + k] = 1 / Math.max(1e-3, manning[here < 0 ? before : here]!)
    }
    if (any) sections.count++
  }
  const west = new Set<number>()
  const north = new Set<number>()
  for (const i of cells) {
    const [column, row] = cellOf(layout, i)
    let count = 0
    for (let k = 0; k < n * n; k++) {
      const c = column * n + (k % n)
      const r = row * n + Math.floor(k / n)
      if (!inside(c, r)) continue
      const z = bed[at(c, r)]!
      if (isGround(z)) pixels[count++] = z
    }
    layCell(tables, i, pixels.slice(0, count).sort(), n * n)
    for (const face of [i, i + 1]) west.add(face)
    for (const face of [i, i + layout.width]) north.add(face)
  }
  const passage = passages(ground)
  for (const [along, faces, face] of [
    [true, west, tables.west],
    [false, north, tables.north],
  ] as const) {
    for (const i of faces) {
      const [column, row] = cellOf(layout, i)
      sections.count = 0
      const middle = (along ? column : row) * n
      for (let place = middle - half; place <= middle + half; place++) section(along, place, (along ? row : column) * n)
      layFace(face, i, sections, n, (low) => passage(column, row, along, low))
    }
  }
}

/** Finds the sill between a cell and the one before it. */
function passages(ground: FineGround) {
  const { n, bed, at } = ground
  const both: Pixels = { columns: 0, rows: 0, z: new Float64Array(2 * n * n) }
  const one: Pixels = { columns: n, rows: n, z: new Float64Array(n * n) }
  const known = new Map<string, number>()
  const pixel = (c: number, r: number) => {
    if (c < 0 || r < 0 || c >= ground.columns || r >= ground.rows) return Number.NaN
    const z = bed[at(c, r)]!
    return isGround(z) ? z : Number.NaN
  }
  const lowest = (column: number, row: number) => {
    const name = `${column} ${row}`
    let found = known.get(name)
    if (found === undefined) {
      for (let p = 0; p < n * n; p++) one.z[p] = pixel(column * n + (p % n), row * n + Math.floor(p / n))
      found = lowestOfMain(one)
      known.set(name, found)
    }
    return found
  }
  return (column: number, row: number, along: boolean, low: number): number => {
    const before = along ? lowest(column - 1, row) : lowest(column, row - 1)
    const here = lowest(column, row)
    // the ring has no ground of its own
    if (before < 0 || here < 0) return low
    both.columns = along ? 2 * n : n
    both.rows = along ? n : 2 * n
    const [west, north] = along ? [(column - 1) * n, row * n] : [column * n, (row - 1) * n]
    for (let p = 0; p < 2 * n * n; p++) {
      both.z[p] = pixel(west + (p % both.columns), north + Math.floor(p / both.columns))
    }
    const from = Math.floor(before / n) * both.columns + (before % n)
    const to = along
      ? Math.floor(here / n) * both.columns + n + (here % n)
      : (n + Math.floor(here / n)) * both.columns + (here % n)
    return lowestPass(both, from, to, low)
  }
}

/** Tables of all cells and faces. */
export function subgridTables(layout: Layout, ground: FineGround): SubgridTables {
  const tables = emptyTables(layout.length)
  layCells(tables, layout, ground, allCells(layout))
  return tables
}

/** Indices of all cells inside the grid. */
export function* allCells(layout: Layout): Generator<number> {
  for (let row = 0; row < layout.rows; row++)
    for (let column = 0; column < layout.columns; column++) yield cellIndex(layout, column, row)
}

/** Height of the water above the bed of a cell at a volume (depth over the whole cell). */
export function heightAt(tables: SubgridTables, i: number, volume: number): number {
  const full = tables.fullVolume[i]!
  if (volume >= full) return tables.fullHeight[i]! + (volume - full) / tables.fullWet[i]!
  const s = Math.sqrt(volume * tables.rate[i]!)
  const k = Math.min(Math.floor(s), CELL_ENTRIES - 2)
  const a = tables.heights[i * CELL_ENTRIES + k]!
  return a + (tables.heights[i * CELL_ENTRIES + k + 1]! - a) * (s - k)
}

/** Share of a cell that is wet at a volume. */
export function wetAt(tables: SubgridTables, i: number, volume: number): number {
  const most = tables.fullWet[i]!
  if (volume >= tables.fullVolume[i]!) return most
  const rate = tables.rate[i]!
  const s = Math.sqrt(volume * rate)
  const start = i * CELL_ENTRIES + Math.min(Math.floor(s), CELL_ENTRIES - 2)
  return Math.min(most, (2 * s) / (rate * (tables.heights[start + 1]! - tables.heights[start]!)))
}

/** Volume (depth over the whole cell) at a height above the bed: the inverse of `heightAt`. */
export function volumeAt(tables: SubgridTables, i: number, height: number): number {
  if (!(height > 0) || tables.open[i] === 0) return 0
  const top = tables.fullHeight[i]!
  if (height >= top) return tables.fullVolume[i]! + (height - top) * tables.fullWet[i]!
  const start = i * CELL_ENTRIES
  let k = 0
  while (k < CELL_ENTRIES - 2 && tables.heights[start + k + 1]! <= height) k++
  const a = tables.heights[start + k]!
  const s = k + (height - a) / (tables.heights[start + k + 1]! - a)
  return (s * s) / tables.rate[i]!
}
