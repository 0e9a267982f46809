/** Heads of LAS 1.0 … 1.5, LAZ and COPC point clouds: record layout, counts, scale, extent and what is said of the system. */

/** A file that is read in pieces. */
export interface LasBytes {
  readonly size: number
  /** @returns at most `length` bytes from `at`; fewer only at the end of the file */
  read(at: number, length: number): Promise<Uint8Array>
}

/** What a file says about itself. */
export interface LasHead {
  /** `1.4` */
  version: string
  /** point data record format, 0 … 10 */
  format: number
  /** bytes of one record, extra bytes included */
  recordLength: number
  /** LAZ, COPC included */
  packed: boolean
  copc: boolean
  /** records the head claims */
  count: number
  /** byte at which point data begins */
  dataAt: number
  /** stored whole numbers × scale + offset = coordinates */
  scale: [x: number, y: number, z: number]
  offset: [x: number, y: number, z: number]
  /** as the head claims, in coordinates; may be wrong */
  bounds: [minX: number, minY: number, minZ: number, maxX: number, maxY: number, maxZ: number]
  /** day it was made, `2024-05-17`; null when it does not say */
  date: string | null
  /** software that wrote it */
  software: string
  records: LasRecord[]
  /** place of each value in a record, null for what the format has not */
  layout: LasLayout
}

/** A variable length record. */
export interface LasRecord {
  user: string
  id: number
  bytes: Uint8Array
}

/** Bytes into a record. */
export interface LasLayout {
  classAt: number
  /** bits of the class byte that are the class */
  classMask: number
  withheldAt: number
  withheldBit: number
  colourAt: number | null
}

/** Bytes of a record without extra bytes, by format. */
export const RECORD_BYTES = [20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67]
const COLOUR_AT: Record<number, number> = { 2: 20, 3: 28, 5: 28, 7: 30, 8: 30, 10: 30 }
/** Records that are not about the system or the packing are passed over; WKT of the field stays far below this. */
const LONGEST_RECORD = 1 << 20
const MOST_RECORDS = 10_000
const WANTED = new Set(['LASF_Projection', 'laszip encoded', 'copc'])

const text = (bytes: Uint8Array): string =>
  new TextDecoder('latin1')
    .decode(bytes)
    .replace(/\0[\s\S]*$/, '')
    .trim()

/** A reader of whole pieces. */
async function whole(source: LasBytes, at: number, length: number, what: string): Promise<DataView> {
  const bytes = at >= 0 && at + length <= source.size ? await source.read(at, length) : null
  if (bytes === null || bytes.length < length)
    throw new RangeError(`las: cut short, got ${source.size} bytes; expected ${what} at ${at}…${at + length}`)
  return new DataView(bytes.buffer, bytes.byteOffset, length)
}

/** Variable length records of one list; `extended` ones have longer lengths. */
async function recordsAt(source: LasBytes, from: number, count: number, extended: boolean): Promise<LasRecord[]> {
  const found: LasRecord[] = []
  const head = extended ? 60 : 54
  for (let i = 0, at = from; i < Math.min(count, MOST_RECORDS); i++) {
    // what is missing here may not matter; what matters is asked for by name
    if (at + head > source.size) break
    const view = await whole(source, at, head, 'a record')
    const user = text(new Uint8Array(view.buffer, view.byteOffset + 2, 16))
    const id = view.getUint16(18, true)
    const length = extended ? Number(view.getBigUint64(20, true)) : view.getUint16(20, true)
    if (at + head + length > source.size) break
    if (WANTED.has(user) && length <= LONGEST_RECORD)
      found.push({ user, id, bytes: await source.read(at + head, length) })
    at += head + length
  }
  return found
}

/**
 * Reads a head.
 * @throws {RangeError} when it is no LAS, is cut short, or its layout or scale cannot be
 * @see ASPRS LAS 1.4 R15 §2; LAS 1.5 keeps these fields; LAZ marks a packed format by its bit 7
 */
export async function readLasHead(source: LasBytes): Promise<LasHead> {
  const view = await whole(source, 0, 227, 'a head')
  if (view.getUint32(0, false) !== 0x4c415346) throw new RangeError('las: no LASF mark; expected a LAS or LAZ file')
  const [major, minor] = [view.getUint8(24), view.getUint8(25)]
  if (major !== 1 || minor > 5) throw new RangeError(`las: unknown version, got ${major}.${minor}; expected 1.0 … 1.5`)
  const word = view.getUint8(104)
  const format = word & 0x3f
  const recordLength = view.getUint16(105, true)
  if (format > 10) throw new RangeError(`las: unknown point format, got ${format}; expected 0 … 10`)
  if (recordLength < RECORD_BYTES[format])
    throw new RangeError(
      `las: records too short, got ${recordLength} bytes; expected ≥ ${RECORD_BYTES[format]} for format ${format}`,
    )
  const headBytes = view.getUint16(94, true)
  const dataAt = view.getUint32(96, true)
  if (dataAt < headBytes || dataAt > source.size)
    throw new RangeError(`las: point data begins at byte ${dataAt}; expected ${headBytes} … ${source.size}`)
  const three = (at: number, stride = 8): [number, number, number] => [
    view.getFloat64(at, true),
    view.getFloat64(at + stride, true),
    view.getFloat64(at + 2 * stride, true),
  ]
  const scale = three(131)
  const offset = three(155)
  if (!scale.every((each) => Number.isFinite(each) && each !== 0) || !offset.every(Number.isFinite))
    throw new RangeError(`las: bad scale or offset, got ${scale} and ${offset}; expected finite numbers, scale not 0`)
  const [maxX, maxY, maxZ] = three(179, 16)
  const [minX, minY, minZ] = three(187, 16)
  const records = await recordsAt(source, headBytes, view.getUint32(100, true), false)
  let count = view.getUint32(107, true)
  if (minor >= 4 && headBytes >= 375) {
    const long = await whole(source, 0, 375, 'a head of LAS 1.4')
    count = Number(long.getBigUint64(247, true)) || count
    records.push(...(await recordsAt(source, Number(long.getBigUint64(235, true)), long.getUint32(243, true), true)))
  }
  const [day, year] = [view.getUint16(90, true), view.getUint16(92, true)]
  return {
    version: `${major}.${minor}`,
    format,
    recordLength,
    packed: (word & 0xc0) !== 0,
    copc: records.some(({ user, id }) => user === 'copc' && id === 1),
    count,
    dataAt,
    scale,
    offset,
    bounds: [minX, minY, minZ, maxX, maxY, maxZ],
    date: day > 0 && day <= 366 && year > 1980 && year < 2200 ? dayOf(year, day) : null,
    software: text(new Uint8Array(view.buffer, view.byteOffset + 58, 32)),
    records,
    layout: layoutOf(format),
  }
}

const dayOf = (year: number, day: number): string => new Date(Date.UTC(year, 0, day)).toISOString().slice(0, 10)

function layoutOf(format: number): LasLayout {
  const colourAt = COLOUR_AT[format] ?? null
  return format < 6
    ? { classAt: 15, classMask: 31, withheldAt: 15, withheldBit: 128, colourAt }
    : { classAt: 16, classMask: 255, withheldAt: 15, withheldBit: 4, colourAt }
}
