/** dBASE tables (.dbf) as shapefiles carry them: fixed-width records, any of the field's encodings. */
import type { Attributes } from '../geo/city-feature.ts'
import { decodeText, type TextEncoding } from './text-encoding.ts'

/** A column. */
export interface DbfField {
  name: string
  /** C text, N and F numbers, L logical, D date, I and O binary numbers, others as text */
  type: string
  length: number
  decimals: number
  offset: number
}

/** An opened table. */
export interface Dbf {
  fields: DbfField[]
  /** records that are really there, deleted ones included */
  count: number
  /** records the head promises */
  promised: number
  encoding: TextEncoding
  /** Attributes of a record, counted from 0; null when it is marked as deleted. */
  record(index: number): Attributes | null
}

/** Language driver ids of ESRI and dBASE that matter here. */
const DRIVERS: Record<number, TextEncoding> = { 3: 'latin1', 87: 'latin1', 77: 'gb18030', 122: 'gb18030' }

/** Text of a fixed-width field: a character that the width cut in two is dropped. */
function fixedText(bytes: Uint8Array, encoding: TextEncoding): string {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--
  return decodeText(bytes.subarray(0, end), encoding)
    .replace(/\uFFFD+$/, '')
    .replace(/\0.*$/s, '')
    .trim()
}

function fieldsOf(bytes: Uint8Array, view: DataView, headerLength: number, encoding: TextEncoding): DbfField[] {
  const fields: DbfField[] = []
  const taken = new Set<string>()
  let offset = 1
  for (let at = 32; at + 32 <= Math.min(headerLength, bytes.length) && bytes[at] !== 0x0d; at += 32) {
    const zero = bytes.subarray(at, at + 11).indexOf(0)
    const wanted = fixedText(bytes.subarray(at, at + (zero < 0 ? 11 : zero)), encoding) || `field${fields.length + 1}`
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`
    taken.add(name)
    const type = String.fromCharCode(bytes[at + 11])
    // character fields longer than 255 use the decimals' byte as the upper half (FoxPro, Clipper)
    const long = type === 'C' && bytes[at + 17] > 0 ? view.getUint16(at + 16, true) : bytes[at + 16]
    fields.push({ name, type, length: long, decimals: type === 'C' ? 0 : bytes[at + 17], offset })
    offset += long
  }
  return fields
}

function number(text: string): number | string | null {
  if (text === '' || /^\*+$/.test(text)) return null
  const value = Number(text.replace(',', '.'))
  return Number.isFinite(value) ? value : text
}

function cellValue(field: DbfField, bytes: Uint8Array, encoding: TextEncoding): Attributes[string] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  switch (field.type) {
    case 'I':
      return bytes.length === 4 ? view.getInt32(0, true) : null
    case 'O':
      return bytes.length === 8 ? view.getFloat64(0, true) : null
    case 'N':
    case 'F':
      return number(fixedText(bytes, 'latin1'))
    case 'L': {
      const letter = fixedText(bytes, 'latin1').toUpperCase()
      return letter === 'T' || letter === 'Y' ? true : letter === 'F' || letter === 'N' ? false : null
    }
    case 'D': {
      const text = fixedText(bytes, 'latin1')
      if (/^0*$/.test(text)) return null
      return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text
    }
    default:
      return fixedText(bytes, encoding) || null
  }
}

/**
 * Opens a dBASE table.
 *
 * @param bytes the whole file
 * @param encoding of the texts, from the `.cpg` beside it; else the file's language driver, else guessed from the texts
 * @throws {Error} when the head is truncated or impossible
 */
export function readDbf(bytes: Uint8Array, encoding?: TextEncoding | null): Dbf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 33) throw new Error(`dbf: truncated, got ${bytes.length} bytes; expected a head of 32 and fields`)
  const promised = view.getUint32(4, true)
  const headerLength = view.getUint16(8, true)
  const recordLength = view.getUint16(10, true)
  if (headerLength < 33 || headerLength > bytes.length || recordLength < 1)
    throw new Error(`dbf: bad head, got a header of ${headerLength} bytes and records of ${recordLength}`)
  const written = encoding ?? DRIVERS[bytes[29]] ?? guessFields(bytes, view, headerLength, recordLength)
  const fields = fieldsOf(bytes, view, headerLength, written)
  const last = fields.at(-1)
  if (!last) throw new Error('dbf: no fields; expected at least one')
  if (last.offset + last.length > recordLength)
    throw new Error(`dbf: fields of ${last.offset + last.length} bytes in records of ${recordLength}`)
  const count = Math.min(promised, Math.floor((bytes.length - headerLength) / recordLength))
  return {
    fields,
    count,
    promised,
    encoding: written,
    record(index) {
      const start = headerLength + index * recordLength
      if (bytes[start] === 0x2a) return null
      const attributes: Attributes = {}
      for (const field of fields) {
        const from = start + field.offset
        attributes[field.name] = cellValue(field, bytes.subarray(from, from + field.length), written)
      }
      return attributes
    },
  }
}

/** Records that are looked at for the guess. */
const SAMPLE = 5000

/**
 * The encoding that all names and texts are valid in, each by itself: a field's width may have cut its last character in two.
 */
function guessFields(bytes: Uint8Array, view: DataView, headerLength: number, recordLength: number): TextEncoding {
  const layout = fieldsOf(bytes, view, headerLength, 'latin1')
  const fits = new Set<TextEncoding>(['utf-8', 'gb18030'])
  const look = (value: Uint8Array) => {
    let end = value.length
    while (end > 0 && (value[end - 1] === 0x20 || value[end - 1] === 0)) end--
    const text = value.subarray(0, end)
    if (!text.some((byte) => byte > 0x7f)) return
    for (const encoding of fits) {
      try {
        new TextDecoder(encoding, { fatal: true }).decode(text, { stream: true })
      } catch {
        fits.delete(encoding)
      }
    }
  }
  for (let i = 0; i < layout.length; i++) {
    const name = bytes.subarray(32 + 32 * i, 43 + 32 * i)
    const zero = name.indexOf(0)
    look(zero < 0 ? name : name.subarray(0, zero))
  }
  const count = Math.min(SAMPLE, Math.floor((bytes.length - headerLength) / recordLength))
  for (let r = 0; r < count && fits.size > 0; r++)
    for (const { type, offset, length } of layout) {
      const from = headerLength + r * recordLength + offset
      if (type === 'C') look(bytes.subarray(from, from + length))
    }
  return fits.values().next().value ?? 'latin1'
}
