/** Reads WOFF 1.0: a TrueType font whose tables are packed one by one. */
import { unzlibSync } from 'fflate'

const bad = (what: string): never => {
  throw new RangeError(`woff: ${what}`)
}
/** A font of more tables, or a table of more bytes, is no font of ours. */
const [MOST_TABLES, MOST_BYTES] = [64, 64 * 2 ** 20]

/**
 * The tables of a font by their four letters.
 * @throws {RangeError} when the bytes are no WOFF 1.0, or are cut short
 * @see W3C, WOFF File Format 1.0, §3 … 5
 */
export function readWoff(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 44 || view.getUint32(0) !== 0x774f4646) bad('no signature; expected wOFF')
  const count = view.getUint16(12)
  if (count > MOST_TABLES || bytes.length < 44 + 20 * count) bad(`got ${count} tables in ${bytes.length} bytes`)
  const tables = new Map<string, Uint8Array>()
  for (let i = 0; i < count; i++) {
    const at = 44 + 20 * i
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    const [offset, packed, size] = [view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)]
    if (offset + packed > bytes.length || packed > size || size > MOST_BYTES) bad(`table ${name} is cut short`)
    const part = bytes.subarray(offset, offset + packed)
    tables.set(name, packed === size ? part : unzlibSync(part, { out: new Uint8Array(size) }))
  }
  return tables
}
