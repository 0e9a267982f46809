/** Writes LAS files: for tests, and for whoever needs a small cloud of his own. */
import { RECORD_BYTES } from './las.ts'

/** A point to be written. */
export interface WrittenPoint {
  x: number
  y: number
  z: number
  class?: number
  intensity?: number
  /** 16 bits each */
  colour?: readonly [number, number, number]
  withheld?: boolean
}

/** How a file is written. */
export interface LasWish {
  /** 0 … 4: `1.<minor>`; 4 when absent */
  minor?: number
  /** point data record format; 7 when absent */
  format?: number
  scale?: readonly [number, number, number]
  offset?: readonly [number, number, number]
  /** WKT of the system; none when absent */
  wkt?: string
}

const HEADS: Record<number, number> = { 0: 227, 1: 227, 2: 227, 3: 235, 4: 375 }

/** Writes a LAS file. @throws {RangeError} for a version or format that it does not write */
export function writeLas(points: readonly WrittenPoint[], wish: LasWish = {}): Uint8Array {
  const minor = wish.minor ?? 4
  const format = wish.format ?? (minor === 4 ? 7 : 3)
  const head = HEADS[minor]
  const length = RECORD_BYTES[format]
  if (!head || !length) throw new RangeError(`las: cannot write 1.${minor} with format ${format}`)
  const scale = wish.scale ?? [0.001, 0.001, 0.001]
  const offset = wish.offset ?? [0, 0, 0]
  const wkt = wish.wkt ? new TextEncoder().encode(`${wish.wkt}\0`) : null
  const dataAt = head + (wkt ? 54 + wkt.length : 0)
  const bytes = new Uint8Array(dataAt + points.length * length)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode('LASF'))
  view.setUint16(6, wkt ? 16 : 0, true)
  view.setUint8(24, 1)
  view.setUint8(25, minor)
  bytes.set(new TextEncoder().encode('Tidewall'), 58)
  view.setUint16(90, 32, true)
  view.setUint16(92, 2026, true)
  view.setUint16(94, head, true)
  view.setUint32(96, dataAt, true)
  view.setUint32(100, wkt ? 1 : 0, true)
  view.setUint8(104, format)
  view.setUint16(105, length, true)
  if (format < 6) view.setUint32(107, points.length, true)
  if (minor === 4) view.setBigUint64(247, BigInt(points.length), true)
  for (let axis = 0; axis < 3; axis++) {
    let [low, high] = points.length ? [Infinity, -Infinity] : [0, 0]
    for (const { x, y, z } of points) {
      const value = [x, y, z][axis]
      if (value < low) low = value
      if (value > high) high = value
    }
    view.setFloat64(131 + axis * 8, scale[axis], true)
    view.setFloat64(155 + axis * 8, offset[axis], true)
    view.setFloat64(179 + axis * 16, high, true)
    view.setFloat64(187 + axis * 16, low, true)
  }
  if (wkt) {
    bytes.set(new TextEncoder().encode('LASF_Projection'), head + 2)
    view.setUint16(head + 18, 2112, true)
    view.setUint16(head + 20, wkt.length, true)
    bytes.set(wkt, head + 54)
  }
  for (const [i, point] of points.entries()) writePoint(view, dataAt + i * length, format, point, scale, offset)
  return bytes
}

function writePoint(
  view: DataView,
  at: number,
  format: number,
  point: WrittenPoint,
  scale: readonly number[],
  offset: readonly number[],
): void {
  for (const [axis, value] of [point.x, point.y, point.z].entries())
    view.setInt32(at + axis * 4, Math.round((value - offset[axis]) / scale[axis]), true)
  view.setUint16(at + 12, point.intensity ?? 0, true)
  if (format < 6) view.setUint8(at + 15, (point.class ?? 0) | (point.withheld ? 128 : 0))
  else {
    view.setUint8(at + 15, point.withheld ? 4 : 0)
    view.setUint8(at + 16, point.class ?? 0)
  }
  const colourAt = { 2: 20, 3: 28, 5: 28, 7: 30, 8: 30, 10: 30 }[format]
  if (colourAt !== undefined)
    for (let c = 0; c < 3; c++) view.setUint16(at + colourAt + c * 2, point.colour?.[c] ?? 0, true)
}
