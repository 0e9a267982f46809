/** Heights of one grid alone at the crossings of longitudes and latitudes: the common case of terrain tiles, made fast. */
import { locate, rowBetween } from '../../data/geo/height-grid.ts'
import type { HeightFile } from './height-file.ts'
import type { StoredHeightGrid } from './height-store.ts'

/** Memory that is used again from window to window. */
interface Room {
  columnAt: Int32Array
  columnPart: Float64Array
  /** of each column asked for: the nodes west and east of it, from the first node that any needs */
  west: Int32Array
  east: Int32Array
  rowAt: Int32Array
  rowPart: Float64Array
  upper: Float64Array
  lower: Float64Array
  nodes: Float32Array
}

const roomFor = (columns: number, rows: number): Room => ({
  columnAt: new Int32Array(columns),
  columnPart: new Float64Array(columns),
  west: new Int32Array(columns),
  east: new Int32Array(columns),
  rowAt: new Int32Array(rows),
  rowPart: new Float64Array(rows),
  upper: new Float64Array(columns),
  lower: new Float64Array(columns),
  nodes: new Float32Array(0),
})
let room = roomFor(0, 0)

/**
 * Notes for each column which nodes it lies between; a zero weight lets no unknown neighbour in, and a column outside is NaN.
 * @returns the first node and how many from there are needed; none are when no column is inside
 */
function settleColumns({ columns }: StoredHeightGrid): { first: number; width: number } {
  const { columnAt, columnPart, west, east } = room
  let first = -1
  let last = -1
  for (const at of columnAt) {
    if (at < 0) continue
    if (first < 0 || at < first) first = at
    if (at > last) last = at
  }
  const width = first < 0 ? 0 : Math.min(columns - first, last - first + 2)
  for (let i = 0; i < columnAt.length; i++) {
    if (columnAt[i] < 0) {
      west[i] = 0
      east[i] = 0
      columnPart[i] = Number.NaN
      continue
    }
    const left = columnAt[i] - first
    const right = Math.min(left + 1, width - 1)
    west[i] = columnPart[i] === 1 ? right : left
    east[i] = columnPart[i] === 0 ? left : right
  }
  return { first, width }
}

/** One row of the grid drawn out to the columns asked for. */
function across(
  nodes: Float32Array,
  from: number,
  west: Int32Array,
  east: Int32Array,
  part: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const left = nodes[from + west[i]]
    out[i] = left + (nodes[from + east[i]] - left) * part[i]
  }
}

/** Reads one row of the grid and draws it out. */
function drawRow(file: HeightFile, row: number, first: number, width: number, out: Float64Array): void {
  const { west, east, columnPart } = room
  const { data, from, count } = file.stretch(row, first)
  if (count >= width) across(data, from, west, east, columnPart, out)
  else {
    if (room.nodes.length !== width) room.nodes = new Float32Array(width)
    file.row(row, first, room.nodes)
    across(room.nodes, 0, west, east, columnPart, out)
  }
}

/**
 * What `fillAt` of height-store.ts gives when this grid alone comes near, bit for bit: each row of the grid is drawn out once
 * and used for all rows asked for between it and the next, and there are no weights. A fraction of the time.
 * @param out metres above the ellipsoid, `lngs × lats`, row-major; NaN where the grid does not know
 */
export function fillFromOne(
  header: StoredHeightGrid,
  file: HeightFile,
  lngs: Float64Array,
  lats: Float64Array,
  out: Float32Array,
): void {
  const columns = lngs.length
  if (room.columnAt.length !== columns || room.rowAt.length !== lats.length) room = roomFor(columns, lats.length)
  const { rowAt, rowPart } = room
  const turned = header.east > 180 ? lngs.map((lng) => (lng < header.west ? lng + 360 : lng)) : lngs
  locate(turned, header.west, header.east, header.columns, room.columnAt, room.columnPart)
  locate(lats, header.north, header.south, header.rows, rowAt, rowPart)
  const { first, width } = settleColumns(header)
  let { upper, lower } = room
  let held = -2
  for (let j = 0; j < lats.length; j++) {
    const row = rowAt[j]
    const start = j * columns
    if (row < 0 || first < 0) {
      out.fill(Number.NaN, start, start + columns)
      continue
    }
    if (row !== held) {
      if (row === held + 1 && header.rows > 1) {
        const swap = upper
        upper = lower
        lower = swap
      } else drawRow(file, row, first, width, upper)
      drawRow(file, Math.min(row + 1, header.rows - 1), first, width, lower)
      held = row
    }
    const v = rowPart[j]
    if (v === 0) out.set(upper, start)
    else if (v === 1) out.set(lower, start)
    else rowBetween(upper, lower, v, out, start)
  }
}
