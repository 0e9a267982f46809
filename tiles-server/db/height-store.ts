/** Height grids on disk: written whole or not at all, read by windows through a bounded cache of blocks. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { checkHeightGrid, type HeightGridHeader, locate } from '../../data/geo/height-grid.ts'
import type { Box } from '../../data/geo/tile-grid.ts'
import { blockCache, type HeightFile, openHeightFile } from './height-file.ts'
import { fillFromOne } from './height-lone.ts'
import { writeAtomically } from './write-atomically.ts'

/** A header as stored: with its name, version, file and the range of its heights (null when it has none). */
export interface StoredHeightGrid extends HeightGridHeader {
  source: string
  revision: string
  /** the nodes, in the same folder: little-endian float32, row-major from the north-west, NaN unknown */
  file: string
  minHeight: number | null
  maxHeight: number | null
  unknown: number
}

/** The heights of all grids as one surface: metres above the WGS 84 ellipsoid, NaN where no grid knows. */
export interface Heights {
  /** finest first */
  readonly sources: readonly StoredHeightGrid[]
  /** box around all grids; null when there is none */
  readonly extent: Box | null
  /** Height at a point, bilinear, the finest grid first and feathered into the next over 16 of its nodes. */
  sample(lngDeg: number, latDeg: number): number
  /** Heights on a regular grid of nodes on the window's edges, row-major from the north-west, `columns × rows`. */
  fill(window: Box & { columns: number; rows: number }, out?: Float32Array): Float32Array
  /** Heights at every crossing of the given longitudes and latitudes (degrees), row-major, one row per latitude. */
  fillAt(lngsDeg: Float64Array, latsDeg: Float64Array, out?: Float32Array): Float32Array
  close(): void
}

const CACHE_BYTES = 64 * 2 ** 20
const FEATHER = 16
const LIMIT_M = 20000

/** Rows of known heights, with what is not a height on Earth made NaN; counts as it goes. */
function cleaner(): {
  clean(row: Float32Array): Uint8Array
  tally: { minHeight: number; maxHeight: number; unknown: number }
} {
  const tally = { minHeight: Infinity, maxHeight: -Infinity, unknown: 0 }
  return {
    tally,
    clean(row) {
      const clean = row.slice()
      for (let i = 0; i < clean.length; i++) {
        const height = clean[i]
        if (!(Math.abs(height) <= LIMIT_M)) {
          clean[i] = Number.NaN
          tally.unknown++
        } else {
          if (height < tally.minHeight) tally.minHeight = height
          if (height > tally.maxHeight) tally.maxHeight = height
        }
      }
      const bytes = new Uint8Array(clean.buffer)
      if (endianness() === 'BE') Buffer.from(clean.buffer).swap32()
      return bytes
    },
  }
}

/**
 * Stores a grid in `<dir>/<source>`; a grid of that name is replaced, all at once and only at the end.
 * @param rows each `columns` long, from the north; metres above the ellipsoid; not finite or beyond ±20 km = unknown
 * @returns the stored header
 * @throws {RangeError} when the header is impossible or the rows are too few, too many or of the wrong length
 */
export async function writeHeightGrid(
  dir: string,
  source: string,
  header: HeightGridHeader,
  rows: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<StoredHeightGrid> {
  checkHeightGrid(source, header)
  const folder = join(dir, source)
  await mkdir(folder, { recursive: true })
  const revision = randomUUID()
  const name = `grid-${revision}.f32`
  const { clean, tally } = cleaner()
  try {
    const file = await open(join(folder, name), 'wx')
    let count = 0
    try {
      for await (const row of rows) {
        if (row.length !== header.columns)
          throw new RangeError(
            `heights: row ${count} of ${source} is not as long as the grid is wide, got ${row.length}; expected ${header.columns}`,
          )
        if (++count > header.rows) throw new RangeError(`heights: too many rows in ${source}; expected ${header.rows}`)
        await file.writeFile(clean(row))
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (count !== header.rows)
      throw new RangeError(`heights: too few rows in ${source}, got ${count}; expected ${header.rows}`)
    const none = tally.minHeight > tally.maxHeight
    const stored: StoredHeightGrid = {
      ...header,
      source,
      revision,
      file: name,
      minHeight: none ? null : tally.minHeight,
      maxHeight: none ? null : tally.maxHeight,
      unknown: tally.unknown,
    }
    await writeAtomically(join(folder, 'grid.json'), `${JSON.stringify(stored, null, 1)}\n`)
    // older nodes go only now; a reader that has them open keeps them
    for (const old of await readdir(folder))
      if (old.startsWith('grid-') && old !== name) await rm(join(folder, old), { force: true })
    return stored
  } catch (error) {
    await rm(join(folder, name), { force: true })
    throw error
  }
}

/** Removes a grid; nothing happens when there is none. */
export async function removeHeightGrid(dir: string, source: string): Promise<void> {
  await rm(join(dir, source), { recursive: true, force: true })
}

/**
 * The headers of all grids in a folder, finest first.
 * @throws {Error} when a header is not JSON or impossible, naming the grid
 */
export function listHeightGrids(dir: string): StoredHeightGrid[] {
  const found: StoredHeightGrid[] = []
  let names: string[] = []
  try {
    names = readdirSync(dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  for (const name of names.sort()) {
    let text: string
    try {
      text = readFileSync(join(dir, name, 'grid.json'), 'utf8')
    } catch {
      // never finished: an ingest that was killed
      continue
    }
    let header: StoredHeightGrid
    try {
      header = JSON.parse(text) as StoredHeightGrid
    } catch (cause) {
      throw new Error(`heights: header of ${name} is not JSON; expected grid.json as written by ingest`, { cause })
    }
    checkHeightGrid(name, header)
    found.push({ ...header, source: name })
  }
  return found.sort((a, b) => a.resolutionM - b.resolutionM || (a.source < b.source ? -1 : 1))
}

/** A grid opened for sampling, with the scratch its rows are read into. */
interface OpenGrid {
  header: StoredHeightGrid
  file: HeightFile
}

/** Scratch for `locate`, grown on demand. */
interface Scratch {
  columnAt: Int32Array
  columnPart: Float64Array
  rowAt: Int32Array
  rowPart: Float64Array
  weight: Float32Array
}

const scratchFor = (columns: number, rows: number): Scratch => ({
  columnAt: new Int32Array(columns),
  columnPart: new Float64Array(columns),
  rowAt: new Int32Array(rows),
  rowPart: new Float64Array(rows),
  weight: new Float32Array(columns * rows),
})

/** Adds what one grid knows to sums and weights: a node takes what weight the finer grids have left. */
function addGrid(grid: OpenGrid, lngs: Float64Array, lats: Float64Array, sum: Float32Array, scratch: Scratch): void {
  const { header, file } = grid
  const turned = header.east > 180 ? lngs.map((lng) => (lng < header.west ? lng + 360 : lng)) : lngs
  const { columnAt, columnPart, rowAt, rowPart, weight } = scratch
  const columns = lngs.length
  locate(turned, header.west, header.east, header.columns, columnAt, columnPart)
  locate(lats, header.north, header.south, header.rows, rowAt, rowPart)
  let first = -1
  let last = -1
  for (let i = 0; i < columns; i++) {
    if (columnAt[i] < 0) continue
    if (first < 0 || columnAt[i] < first) first = columnAt[i]
    if (columnAt[i] > last) last = columnAt[i]
  }
  if (first < 0) return
  const width = Math.min(header.columns - first, last - first + 2)
  let upper = new Float32Array(width)
  let lower = new Float32Array(width)
  let held = -2
  for (let j = 0; j < lats.length; j++) {
    const row = rowAt[j]
    if (row < 0) continue
    if (row !== held) {
      if (row === held + 1 && header.rows > 1) {
        const swap = upper
        upper = lower
        lower = swap
      } else file.row(row, first, upper)
      file.row(Math.min(row + 1, header.rows - 1), first, lower)
      held = row
    }
    const v = rowPart[j]
    const edgeRow = Math.min(row + v, header.rows - 1 - row - v)
    for (let i = 0; i < columns; i++) {
      if (columnAt[i] < 0) continue
      const left = columnAt[i] - first
      const right = Math.min(left + 1, width - 1)
      const u = columnPart[i]
      // a zero weight must not let an unknown neighbour in
      const north = u === 0 ? upper[left] : u === 1 ? upper[right] : upper[left] + (upper[right] - upper[left]) * u
      const south = u === 0 ? lower[left] : u === 1 ? lower[right] : lower[left] + (lower[right] - lower[left]) * u
      const height = v === 0 ? north : v === 1 ? south : north + (south - north) * v
      if (Number.isNaN(height)) continue
      const node = j * columns + i
      const edge = Math.min(edgeRow, columnAt[i] + u, header.columns - 1 - columnAt[i] - u)
      const share = (1 - weight[node]) * Math.max(1e-6, Math.min(1, edge / FEATHER))
      sum[node] += height * share
      weight[node] += share
    }
  }
}

/**
 * Opens all grids of a folder; a folder that is not there has none.
 * @throws {Error} when a grid's header is broken or its nodes are missing
 */
export function openHeights(dir: string): Heights {
  const cache = blockCache(CACHE_BYTES)
  const grids: OpenGrid[] = listHeightGrids(dir).map((header) => ({
    header,
    file: openHeightFile(join(dir, header.source, header.file), header.columns, header.rows, cache),
  }))
  const extent = grids.length
    ? {
        west: Math.min(...grids.map((grid) => grid.header.west)),
        south: Math.min(...grids.map((grid) => grid.header.south)),
        east: Math.max(...grids.map((grid) => grid.header.east)),
        north: Math.max(...grids.map((grid) => grid.header.north)),
      }
    : null
  let scratch = scratchFor(1, 1)
  const one = { lng: new Float64Array(1), lat: new Float64Array(1), out: new Float32Array(1) }
  const fillAt: Heights['fillAt'] = (lngs, lats, out = new Float32Array(lngs.length * lats.length)) => {
    if (scratch.columnAt.length !== lngs.length || scratch.rowAt.length !== lats.length)
      scratch = scratchFor(lngs.length, lats.length)
    const touched = grids.filter(({ header }) => touches(header, lngs, lats))
    if (touched.length === 1) {
      fillFromOne(touched[0].header, touched[0].file, lngs, lats, out)
      return out
    }
    const { weight } = scratch
    weight.fill(0)
    out.fill(0)
    for (const grid of touched) addGrid(grid, lngs, lats, out, scratch)
    for (let i = 0; i < out.length; i++)
      out[i] = weight[i] > 0 ? (weight[i] === 1 ? out[i] : out[i] / weight[i]) : Number.NaN
    return out
  }
  return {
    sources: grids.map((grid) => grid.header),
    extent,
    sample(lngDeg, latDeg) {
      const only = onlyGrid(grids, lngDeg, latDeg)
      if (only) return sampleGrid(only, lngDeg, latDeg)
      one.lng[0] = lngDeg
      one.lat[0] = latDeg
      return fillAt(one.lng, one.lat, one.out)[0]
    },
    fill({ west, south, east, north, columns, rows }, out) {
      const lngs = Float64Array.from(
        { length: columns },
        (_, i) => west + ((east - west) * i) / Math.max(1, columns - 1),
      )
      const lats = Float64Array.from({ length: rows }, (_, j) => north - ((north - south) * j) / Math.max(1, rows - 1))
      return fillAt(lngs, lats, out)
    },
    fillAt,
    close() {
      for (const grid of grids) grid.file.close()
      cache.clear()
    },
  }
}

/** The grid that alone holds a point; null where none or several do, or where it crosses the anti-meridian. */
function onlyGrid(grids: readonly OpenGrid[], lng: number, lat: number): OpenGrid | null {
  let found: OpenGrid | null = null
  for (const grid of grids) {
    const { west, south, east, north } = grid.header
    if (east > 180) return null
    if (!(lng >= west && lng <= east && lat >= south && lat <= north)) continue
    if (found) return null
    found = grid
  }
  return found
}

/** What `fillAt` gives for one point in one grid, bit for bit, without its arrays: cutters ask a million times. */
function sampleGrid({ header, file }: OpenGrid, lng: number, lat: number): number {
  const { west, east, north, south, columns, rows } = header
  const x = columns > 1 ? (lng - west) * ((columns - 1) / (east - west)) : 0
  const y = rows > 1 ? (lat - north) * ((rows - 1) / (south - north)) : 0
  const column = Math.min(Math.max(0, Math.floor(x)), Math.max(0, columns - 2))
  const row = Math.min(Math.max(0, Math.floor(y)), Math.max(0, rows - 2))
  const [u, v] = [Math.min(1, x - column), Math.min(1, y - row)]
  const along = (at: number): number => {
    const left = file.node(at, column)
    if (u === 0) return left
    const right = file.node(at, column + 1)
    return u === 1 ? right : left + (right - left) * u
  }
  // a zero weight must not let an unknown neighbour in
  if (v === 0) return Math.fround(along(row))
  const lower = along(row + 1)
  if (v === 1) return Math.fround(lower)
  const upper = along(row)
  return Math.fround(upper + (lower - upper) * v)
}

/** Whether any of the points may lie in a grid. */
function touches(header: Box, lngs: Float64Array, lats: Float64Array): boolean {
  const inside = (values: Float64Array, low: number, high: number): boolean => {
    let least = Infinity
    let most = -Infinity
    for (const value of values) {
      if (value < least) least = value
      if (value > most) most = value
    }
    return most >= low && least <= high
  }
  const turned = header.east > 180
  return (turned || inside(lngs, header.west, header.east)) && inside(lats, header.south, header.north)
}
