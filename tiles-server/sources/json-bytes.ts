/** JSON written as bytes: large tables of numbers at a few nanoseconds each, ready to be handed to another thread and sent. */

/** A text under way. */
export interface JsonBytes {
  /** JSON as it is to stand */
  text(json: string): void
  /** a value as JSON */
  value(value: unknown): void
  /** a list of numbers with so many digits after the point at most, no trailing zeros; null for what is not finite */
  numbers(values: Float32Array | Float64Array, digits: number): void
  /** a text of ASCII signs without quotes and backslashes */
  signs(codes: Uint8Array): void
  /** all of it; the writer is spent */
  take(): Uint8Array<ArrayBuffer>
}

const [QUOTE, COMMA, OPEN, CLOSE, MINUS, POINT, ZERO] = [34, 44, 91, 93, 45, 46, 48]
const POWERS = Float64Array.of(1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)
/** Longest number that is written, with what parts it from the next: sign, ten figures, point; or what JavaScript says of a huge one. */
const ROOM = 32
/** `null` */
const NULL = Uint8Array.of(110, 117, 108, 108)

/** Writes a number that is not negative; @returns where it ends */
function figures(bytes: Uint8Array, start: number, whole: number): number {
  let at = start
  let width = 1
  while (width < 10 && whole >= POWERS[width]!) width++
  let rest = whole
  for (let i = at + width - 1; i >= at; i--) {
    const next = (rest / 10) | 0
    bytes[i] = ZERO + rest - next * 10
    rest = next
  }
  at += width
  return at
}

/** Writes so many units of the last of some digits, without trailing zeros; @returns where it ends */
function decimal(bytes: Uint8Array, start: number, scaled: number, digits: number): number {
  const power = POWERS[digits]!
  const whole = (scaled / power) | 0
  let at = figures(bytes, start, whole)
  let part = scaled - whole * power
  if (part === 0) return at
  bytes[at++] = POINT
  for (let unit = power / 10; part > 0; unit /= 10) {
    const figure = (part / unit) | 0
    bytes[at++] = ZERO + figure
    part -= figure * unit
  }
  return at
}

/** Numbers up to `SHORT` units of the last digit, ready as text: `SLOT` bytes each, and how many of them count. */
interface Short {
  bytes: Uint8Array
  length: Uint8Array
}
const SHORT = 4096
const SLOT = 16
const shorts: (Short | undefined)[] = []

function shortOf(digits: number): Short {
  let known = shorts[digits]
  if (!known) {
    known = { bytes: new Uint8Array(SHORT * SLOT), length: new Uint8Array(SHORT) }
    for (let scaled = 0; scaled < SHORT; scaled++) {
      const end = decimal(known.bytes, scaled * SLOT, scaled, digits)
      known.length[scaled] = end - scaled * SLOT
    }
    shorts[digits] = known
  }
  return known
}

/** A new text. @param guess bytes that will do; it grows when they do not */
export function jsonBytes(guess = 1 << 16): JsonBytes {
  let bytes = new Uint8Array(guess)
  let at = 0
  const encoder = new TextEncoder()
  const room = (more: number): void => {
    if (at + more <= bytes.length) return
    const wider = new Uint8Array(Math.max(at + more, bytes.length * 2))
    wider.set(bytes.subarray(0, at))
    bytes = wider
  }
  const text = (json: string): void => {
    room(json.length * 3)
    at += encoder.encodeInto(json, bytes.subarray(at)).written
  }
  return {
    text,
    value: (value) => text(JSON.stringify(value)),
    numbers(values, digits) {
      room(2 * ROOM)
      const power = POWERS[digits]!
      const short = shortOf(digits)
      bytes[at++] = OPEN
      for (let i = 0; i < values.length; i++) {
        if (at + 2 * ROOM > bytes.length) room(1 << 20)
        if (i > 0) bytes[at++] = COMMA
        const value = values[i]!
        const scaled = Math.round(Math.abs(value) * power)
        if (!(scaled < 2 ** 31)) {
          if (Number.isFinite(value)) text(String(Number(value.toFixed(digits))))
          else {
            bytes.set(NULL, at)
            at += NULL.length
          }
          continue
        }
        if (value < 0 && scaled > 0) bytes[at++] = MINUS
        if (scaled >= SHORT) {
          at = decimal(bytes, at, scaled, digits)
          continue
        }
        const end = scaled * SLOT + short.length[scaled]!
        for (let from = scaled * SLOT; from < end; from++) bytes[at++] = short.bytes[from]!
      }
      room(1)
      bytes[at++] = CLOSE
    },
    signs(codes) {
      room(codes.length + 2)
      bytes[at++] = QUOTE
      bytes.set(codes, at)
      at += codes.length
      bytes[at++] = QUOTE
    },
    take: () => bytes.subarray(0, at),
  }
}

/** Writes a list, an item per row. */
export function writeRows(out: JsonBytes, rows: number, write: (row: number) => void): void {
  out.text('[')
  for (let r = 0; r < rows; r++) {
    if (r > 0) out.text(',')
    write(r)
  }
  out.text(']')
}
