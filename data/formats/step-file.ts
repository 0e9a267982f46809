/** STEP files (ISO 10303-21): where each line stands, found in one pass; its values, read when they are asked for. */
import { readStepValues, type StepValue } from './step-values.ts'

/** A line of the data section: `#12=IFCWALL('…',$,#3);`. */
export interface StepLine {
  id: number
  /** as in the file, in capitals: `IFCWALL` */
  type: string
  values: StepValue[]
}

/** An indexed file: about twelve bytes for each line beside the file's own. */
export interface StepFile {
  /** Types there are lines of, in order of appearance. */
  types: readonly string[]
  /** Ids of all lines of types that are wanted, in file order. */
  idsOf(wanted: (type: string) => boolean): number[]
  /** The type of a line, null when there is no such line. */
  typeOf(id: number): string | null
  /** A line with its values, parsed anew each time; null when there is none. Of lines with one id the last counts. `wanted` = bits of the positions to read, the others are null. */
  line(id: number, wanted?: number): StepLine | null
}

const [HASH, QUOTE, SLASH, STAR, SEMICOLON, EQUALS, OPEN] = [0x23, 0x27, 0x2f, 0x2a, 0x3b, 0x3d, 0x28]
/** Ids above this many times the number of lines are looked up in a map instead of an array. */
const SPARSE = 16

/** Whole numbers that grow. */
class Numbers {
  values = new Uint32Array(1 << 14)
  length = 0
  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Uint32Array(this.length * 2)
      wider.set(this.values)
      this.values = wider
    }
    this.values[this.length++] = value
  }
}

/** Words by number, found by their bytes without making a text of each. */
class Words {
  readonly list: string[] = []
  private readonly byHash = new Map<number, number[]>()

  /** The number of the word at `from … to`. */
  at(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] & 0xdf)) | 0
    const alike = this.byHash.get(hash)
    for (const each of alike ?? []) if (this.same(this.list[each], bytes, from, to)) return each
    const word = String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 256))).toUpperCase()
    const number = this.list.push(word) - 1
    if (alike) alike.push(number)
    else this.byHash.set(hash, [number])
    return number
  }

  private same(word: string, bytes: Uint8Array, from: number, to: number): boolean {
    if (word.length !== to - from) return false
    for (let i = 0; i < word.length; i++) {
      const byte = bytes[from + i]
      if (word.charCodeAt(i) !== (byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte)) return false
    }
    return true
  }
}

/** Behind the `;` that ends what begins at `at`; strings and comments may hold any byte. */
function endOf(bytes: Uint8Array, at: number): number {
  const { length } = bytes
  while (at < length) {
    const byte = bytes[at++]
    if (byte === SEMICOLON) return at
    if (byte === QUOTE) {
      // a doubled quote is one string ending and the next beginning: the same to whoever looks for the end
      while (at < length && bytes[at] !== QUOTE) at++
      at++
    } else if (byte === SLASH && bytes[at] === STAR) at = endOfComment(bytes, at + 1)
  }
  return length
}

function endOfComment(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && !(bytes[at] === STAR && bytes[at + 1] === SLASH)) at++
  return at + 2
}

/** Past white space and comments. */
function skipped(bytes: Uint8Array, at: number): number {
  for (;;) {
    while (bytes[at] <= 0x20) at++
    if (bytes[at] !== SLASH || bytes[at + 1] !== STAR) return at
    at = endOfComment(bytes, at + 2)
  }
}

/** Letters, digits, `_`. */
const inWord = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f

/**
 * Finds all lines of a file. What is no line is passed over: a header, half a line at the end of a file that was cut short,
 * instances of several types at once, ids of more than 32 bits.
 * @param bytes the whole file; kept, and read again for the values of lines
 * @see ISO 10303-21 §5, §9
 */
export function openStep(bytes: Uint8Array): StepFile {
  const words = new Words()
  const [ids, starts, kinds] = [new Numbers(), new Numbers(), new Numbers()]
  let highest = 0
  for (let at = skipped(bytes, 0); at < bytes.length; at = skipped(bytes, at)) {
    if (bytes[at] !== HASH) {
      at = endOf(bytes, at)
      continue
    }
    let id = 0
    for (at++; bytes[at] >= 0x30 && bytes[at] <= 0x39; at++) id = id * 10 + bytes[at] - 0x30
    at = skipped(bytes, at)
    if (bytes[at] === EQUALS && id < 2 ** 32) {
      const from = skipped(bytes, at + 1)
      for (at = from; inWord(bytes[at]); ) at++
      const to = at
      at = skipped(bytes, at)
      if (to > from && bytes[at] === OPEN) {
        ids.push(id)
        starts.push(at)
        kinds.push(words.at(bytes, from, to))
        if (id > highest) highest = id
      }
    }
    at = endOf(bytes, at)
  }
  return stepFile(bytes, words.list, ids, starts, kinds, highest)
}

function stepFile(
  bytes: Uint8Array,
  types: readonly string[],
  ids: Numbers,
  starts: Numbers,
  kinds: Numbers,
  highest: number,
): StepFile {
  const rowOf = rowsById(ids, highest)
  const { rows, first } = rowsByKind(kinds, types.length)
  return {
    types,
    idsOf(wanted) {
      const found: number[] = []
      let several = 0
      for (let kind = 0; kind < types.length; kind++) {
        if (!wanted(types[kind])) continue
        several++
        for (let i = first[kind]; i < first[kind + 1]; i++)
          if (rowOf(ids.values[rows[i]]) === rows[i]) found.push(rows[i])
      }
      if (several > 1) found.sort((a, b) => a - b)
      for (let i = 0; i < found.length; i++) found[i] = ids.values[found[i]]
      return found
    },
    typeOf: (id) => types[kinds.values[rowOf(id)]] ?? null,
    line(id, wanted = -1) {
      const row = rowOf(id)
      if (row < 0) return null
      return { id, type: types[kinds.values[row]], values: readStepValues(bytes, starts.values[row], wanted) }
    },
  }
}

/** Rows in order of their kinds; those of a kind stand from its `first` to that of the next. */
function rowsByKind({ values, length }: Numbers, kinds: number): { rows: Uint32Array; first: Uint32Array } {
  const first = new Uint32Array(kinds + 1)
  for (let row = 0; row < length; row++) first[values[row] + 1]++
  for (let kind = 0; kind < kinds; kind++) first[kind + 1] += first[kind]
  const next = first.slice()
  const rows = new Uint32Array(length)
  for (let row = 0; row < length; row++) rows[next[values[row]]++] = row
  return { rows, first }
}

/** The row of an id, -1 for none. */
function rowsById({ values, length }: Numbers, highest: number): (id: number) => number {
  if (highest > length * SPARSE + 65536) {
    const map = new Map<number, number>()
    for (let row = 0; row < length; row++) map.set(values[row], row)
    return (id) => map.get(id) ?? -1
  }
  const rows = new Int32Array(highest + 1).fill(-1)
  for (let row = 0; row < length; row++) rows[values[row]] = row
  return (id) => rows[id] ?? -1
}
