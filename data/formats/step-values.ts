/** Values of a STEP line: numbers, strings with their escapes, enumerations, references, lists (ISO 10303-21 §6, §10). */
import { decodeText, guessEncoding } from './text-encoding.ts'

/** The id of another line. */
export interface StepReference {
  readonly ref: number
}

/**
 * A value: `$` and `*` are null, `.T.` and `.F.` booleans, `.U.` null, other enumerations their word, `IFCLABEL('…')` what is
 * inside.
 */
export type StepValue = null | boolean | number | string | StepReference | StepValue[]

const [QUOTE, OPEN, CLOSE, COMMA, SEMICOLON, DOT, HASH, BACKSLASH] = [0x27, 0x28, 0x29, 0x2c, 0x3b, 0x2e, 0x23, 0x5c]
/** Deeper lists than this are read as empty: no schema has them, and the stack is finite. */
const DEEPEST = 32

/**
 * Reads the values between the brackets of a line; a line that is cut short gives those it has.
 * @param at of the opening bracket
 * @param wanted bits of the positions that are read; the others are null, all behind the last one are left out
 */
export function readStepValues(bytes: Uint8Array, at: number, wanted: number): StepValue[] {
  cursor = at + 1
  if (wanted === -1) return list(bytes, 0)
  const values: StepValue[] = []
  for (let rest = wanted >>> 0; rest !== 0; rest >>>= 1) {
    const byte = bytes[space(bytes)]
    if (byte === undefined || byte === CLOSE || byte === SEMICOLON) break
    if (rest & 1 && byte !== COMMA) values.push(value(bytes, byte, 0))
    else values.push(null)
    skipValue(bytes)
  }
  return values
}

/** The cursor moved past white space and comments. */
function space(bytes: Uint8Array): number {
  for (;;) {
    while (bytes[cursor] <= 0x20) cursor++
    if (bytes[cursor] !== 0x2f || bytes[cursor + 1] !== 0x2a) return cursor
    skipComment(bytes)
  }
}

/** To behind the comma that ends a value, or to the bracket that ends the line. */
function skipValue(bytes: Uint8Array): void {
  for (let depth = 0; cursor < bytes.length; cursor++) {
    const byte = bytes[cursor]
    if (byte === QUOTE) {
      do cursor++
      while (cursor < bytes.length && bytes[cursor] !== QUOTE)
    } else if (byte === OPEN) depth++
    else if (byte === SEMICOLON || (byte === CLOSE && depth-- === 0)) return
    else if (byte === COMMA && depth === 0) {
      cursor++
      return
    }
  }
}

/** Where the reading is: it is done within one call, and a variable costs nothing to hand on. */
let cursor = 0

function list(bytes: Uint8Array, depth: number): StepValue[] {
  const values: StepValue[] = []
  while (cursor < bytes.length) {
    const byte = bytes[cursor]
    if (byte === CLOSE) {
      cursor++
      break
    }
    if (byte === SEMICOLON) break
    if (byte === COMMA || byte <= 0x20) cursor++
    else if (byte === 0x2f && bytes[cursor + 1] === 0x2a) skipComment(bytes)
    else values.push(value(bytes, byte, depth))
  }
  return values
}

function skipComment(bytes: Uint8Array): void {
  cursor += 2
  while (cursor < bytes.length && !(bytes[cursor] === 0x2a && bytes[cursor + 1] === 0x2f)) cursor++
  cursor += 2
}

function value(bytes: Uint8Array, byte: number, depth: number): StepValue {
  if (byte === QUOTE) return text(bytes)
  if (byte === HASH) return { ref: whole(bytes, ++cursor) }
  if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b) return number(bytes)
  if (byte === OPEN) {
    cursor++
    return inner(bytes, depth)
  }
  if (byte === DOT) {
    const from = ++cursor
    while (inWord(bytes[cursor])) cursor++
    const found = plain(bytes, from, cursor)
    if (bytes[cursor] === DOT) cursor++
    return found === 'T' ? true : found === 'F' ? false : found === 'U' ? null : found
  }
  if (byte === 0x22) return binary(bytes)
  if (inWord(byte)) {
    while (inWord(bytes[cursor])) cursor++
    while (bytes[cursor] <= 0x20) cursor++
    if (bytes[cursor] !== OPEN) return null
    cursor++
    const found = inner(bytes, depth)
    return found.length === 1 ? found[0] : found
  }
  // `$`, `*`, and whatever does not belong here
  cursor++
  return null
}

function inner(bytes: Uint8Array, depth: number): StepValue[] {
  return depth < DEEPEST ? list(bytes, depth + 1) : []
}

const inWord = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f

function whole(bytes: Uint8Array, from: number): number {
  let found = 0
  for (cursor = from; bytes[cursor] >= 0x30 && bytes[cursor] <= 0x39; cursor++)
    found = found * 10 + bytes[cursor] - 0x30
  return found
}

/** Short whole numbers by hand; all else by the language, which rounds correctly. */
function number(bytes: Uint8Array): number | null {
  const from = cursor
  const found = whole(bytes, from)
  const next = bytes[cursor]
  if ((next === COMMA || next === CLOSE) && cursor > from && cursor - from < 15) return found
  for (;;) {
    const byte = bytes[cursor]
    const belongs =
      (byte >= 0x30 && byte <= 0x39) || byte === DOT || byte === 0x2d || byte === 0x2b || byte === 0x45 || byte === 0x65
    if (!belongs) break
    cursor++
  }
  const real = Number(String.fromCharCode.apply(null, bytes.subarray(from, cursor) as unknown as number[]))
  return Number.isNaN(real) ? null : real
}

function binary(bytes: Uint8Array): string {
  const from = ++cursor
  while (cursor < bytes.length && bytes[cursor] !== 0x22) cursor++
  const found = plain(bytes, from, cursor)
  cursor++
  return found
}

/** Longest text that is looked up among those read before, and how many of them are kept. */
const [SHORT, KEPT] = [48, 1 << 13]
const recent = new Array<string>(KEPT).fill('')

/** ASCII of any length as text. Files say the same words again and again: the name of a property, a type, a material. */
function plain(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from
  if (length > SHORT) return made(bytes, from, to)
  let hash = length
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]) | 0
  const slot = (hash ^ (hash >>> 13)) & (KEPT - 1)
  const known = recent[slot]
  if (known.length === length) {
    let i = 0
    while (i < length && known.charCodeAt(i) === bytes[from + i]) i++
    if (i === length) return known
  }
  return (recent[slot] = made(bytes, from, to))
}

function made(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= 4096) return String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[])
  return new TextDecoder('latin1').decode(bytes.subarray(from, to))
}

function text(bytes: Uint8Array): string {
  const from = ++cursor
  let special = 0
  for (; cursor < bytes.length; cursor++) {
    const byte = bytes[cursor]
    if (byte === QUOTE) {
      if (bytes[cursor + 1] !== QUOTE) break
      special |= 1
      cursor++
    } else if (byte === BACKSLASH) special |= 2
    else if (byte > 0x7e) special |= 4
  }
  const to = cursor++
  if (special === 0) return plain(bytes, from, to)
  const raw = special & 4 ? decodeText(bytes.subarray(from, to), encodingOf(bytes, from)) : plain(bytes, from, to)
  const single = special & 1 ? raw.replaceAll("''", "'") : raw
  return special & 2 ? unescaped(single) : single
}

/** Bytes that the encoding is guessed from: a short text of GBK could as well be Latin-1. */
const SAMPLE = 1 << 20
const encodings = new WeakMap<Uint8Array, ReturnType<typeof guessEncoding>>()

/** What a file with bytes beyond ASCII is written in, which the standard does not allow and many programs do. */
function encodingOf(bytes: Uint8Array, from: number): ReturnType<typeof guessEncoding> {
  let found = encodings.get(bytes)
  if (!found) encodings.set(bytes, (found = guessEncoding(bytes.subarray(from, from + SAMPLE), true)))
  return found
}

const ESCAPE = /\\X2\\([0-9A-F]*)\\X0\\|\\X4\\([0-9A-F]*)\\X0\\|\\X\\([0-9A-F]{2})|\\S\\(.)|\\P[A-I]\\|\\(\\)/gi

/** @see ISO 10303-21 §6.4.3 */
function unescaped(raw: string): string {
  return raw.replace(ESCAPE, (_, two?: string, four?: string, one?: string, shifted?: string, slash?: string) => {
    if (two !== undefined) return String.fromCharCode(...codes(two, 4))
    if (four !== undefined)
      return codes(four, 8)
        .map((code) => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'))
        .join('')
    if (one !== undefined) return String.fromCharCode(Number.parseInt(one, 16))
    if (shifted !== undefined) return String.fromCharCode((shifted.charCodeAt(0) & 0x7f) + 128)
    return slash ?? ''
  })
}

const codes = (hex: string, width: number): number[] =>
  Array.from({ length: Math.floor(hex.length / width) }, (_, i) =>
    Number.parseInt(hex.slice(i * width, i * width + width), 16),
  )
