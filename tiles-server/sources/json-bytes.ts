/** JSON written as bytes: large tables of numbers at a few nanoseconds each, ready to be handed to another thread and sent. */

/** A text under way. */
export interface JsonBytes {
  /** JSON as it is to stand */
  text(json: string): void
  /** a value as JSON */
  value(value: unknown): void
  /** a number with so many digits after the point at most, no trailing zeros; null when it is not finite */
  number(value: number, digits: number): void
  /** one ASCII sign */
  sign(code: number): void
  /** all of it; the writer is spent */
  take(): Uint8Array<ArrayBuffer>
}

const [COMMA, OPEN, CLOSE, MINUS, POINT, ZERO] = [44, 91, 93, 45, 46, 48]
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
/** Longest number that is written: sign, ten figures, point. */
const ROOM = 40

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
  const figures = (whole: number): void => {
    let width = 1
    while (width < 10 && whole >= POWERS[width]!) width++
    let rest = whole
    for (let i = at + width - 1; i >= at; i--) {
      const next = (rest / 10) | 0
      bytes[i] = ZERO + rest - next * 10
      rest = next
    }
    at += width
  }
  return {
    text,
    value: (value) => text(JSON.stringify(value)),
    number(value, digits) {
      const power = POWERS[digits]!
      const scaled = Math.round(Math.abs(value) * power)
      if (!(scaled < 2 ** 31)) return text(Number.isFinite(value) ? String(Number(value.toFixed(digits))) : 'null')
      room(ROOM)
      if (value < 0 && scaled > 0) bytes[at++] = MINUS
      const whole = (scaled / power) | 0
      figures(whole)
      let part = scaled - whole * power
      if (part === 0) return
      bytes[at++] = POINT
      for (let unit = power / 10; part > 0; unit /= 10) {
        const figure = (part / unit) | 0
        bytes[at++] = ZERO + figure
        part -= figure * unit
      }
    },
    sign(code) {
      room(1)
      bytes[at++] = code
    },
    take: () => bytes.slice(0, at),
  }
}

/** Writes a table of numbers, a list per row. @param value NaN is written as null */
export function writeTable(
  out: JsonBytes,
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
  digits: number,
): void {
  out.sign(OPEN)
  for (let r = 0; r < rows; r++) {
    if (r > 0) out.sign(COMMA)
    out.sign(OPEN)
    for (let c = 0; c < columns; c++) {
      if (c > 0) out.sign(COMMA)
      out.number(value(r, c), digits)
    }
    out.sign(CLOSE)
  }
  out.sign(CLOSE)
}

/** Writes a text per row, a sign per column. @param sign ASCII, no quote, no backslash */
export function writeSigns(
  out: JsonBytes,
  rows: number,
  columns: number,
  sign: (row: number, column: number) => number,
): void {
  const QUOTE = 34
  out.sign(OPEN)
  for (let r = 0; r < rows; r++) {
    if (r > 0) out.sign(COMMA)
    out.sign(QUOTE)
    for (let c = 0; c < columns; c++) out.sign(sign(r, c))
    out.sign(QUOTE)
  }
  out.sign(CLOSE)
}
