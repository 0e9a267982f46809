/** Heights of one grid alone at the crossings of longitudes and latitudes: the common case of terrain tiles, made fast. */
import { locate } from '../../data/geo/height-grid.ts'
import type { HeightFile } from './height-file.ts'
import type { StoredHeightGrid } from './height-store.ts'

/** Memory that is used again from window to window. */
interface Room {
  columnAt: Int32Array
  columnPart: Float64Array
  rowAt: Int32Array
  rowPart: Float64Array
  upper: Float64Array
  lower: Float64Array
  nodes: Float32Array
}

const roomFor = (columns: number, rows: number): Room => ({
  columnAt: new Int32Array(columns),
  columnPart: new Float64Array(columns),
  rowAt: new Int32Array(rows),
  rowPart: new Float64Array(rows),
  upper: new Float64Array(columns),
  lower: new Float64Array(columns),
  nodes: new Float32Array(0),
})
let room = roomFor(0, 0)

/** One row of the grid drawn out to the columns asked for; a zero weight lets no unknown neighbour in. */
function across(nodes: Float32Array, first: number, { columnAt, columnPart }: Room, out: Float64Array): void {
  const last = nodes.length - 1
  for (let i = 0; i < out.length; i++) {
    const left = columnAt[i] - first
    if (columnAt[i] < 0) continue
    const u = columnPart[i]
    const west = nodes[left]
    const east = nodes[left < last ? left + 1 : last]
    const height = west + (east - west) * u
    out[i] = u === 1 ? east : u === 0 && Number.isNaN(height) ? west : height
  }
}

/**
 * What `fillAt` of height-store.ts gives when this grid alone comes near, bit for bit: each row of the grid is drawn out once
 * and used for all rows asked for between it and the next, and there are no weights. A third of the time.
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
  const { columnAt, columnPart, rowAt, rowPart } = room
  const turned = header.east > 180 ? lngs.map((lng) => (lng < header.west ? lng + 360 : lng)) : lngs
  locate(turned, header.west, header.east, header.columns, columnAt, columnPart)
  locate(lats, header.north, header.south, header.rows, rowAt, rowPart)
  let first = -1
  let last = -1
  for (let i = 0; i < columns; i++) {
    if (columnAt[i] < 0) continue
    if (first < 0 || columnAt[i] < first) first = columnAt[i]
    if (columnAt[i] > last) last = columnAt[i]
  }
  let { upper, lower } = room
  upper.fill(Number.NaN)
  lower.fill(Number.NaN)
  const width = Math.min(header.columns - first, last - first + 2)
  if (first >= 0 && room.nodes.length !== width) room.nodes = new Float32Array(width)
  const { nodes } = room
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
      } else {
        file.row(row, first, nodes)
        across(nodes, first, room, upper)
      }
      file.row(Math.min(row + 1, header.rows - 1), first, nodes)
      across(nodes, first, room, lower)
      held = row
    }
    const v = rowPart[j]
    if (v === 0) out.set(upper, start)
    else if (v === 1) out.set(lower, start)
    else for (let i = 0; i < columns; i++) out[start + i] = upper[i] + (lower[i] - upper[i]) * v
  }
}
