/** What every drawing of a section needs: standard scales, room for words, words kept apart, numbers written. */

/** Scales that drawings use, 1 : n. @see GB/T 50001-2017 table 6.0.4, continued */
const SCALES = [
  10, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 2500, 3000, 4000, 5000,
  6000, 8000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000,
]

/**
 * The largest standard scale at which metres fit into millimetres, as the n of 1 : n.
 * @returns Infinity when none does
 */
export function standardScale(metres: number, millimetres: number): number {
  return SCALES.find((n) => (metres * 1000) / n <= millimetres) ?? Number.POSITIVE_INFINITY
}

/** How often heights are stretched, the most first. */
const STRETCHES = [20, 10, 5, 4, 2.5, 2]

/** The upright scale that stretches metres as far as they still fit into millimetres: a standard one, and a round part of the level one. */
export function stretchedScale(metres: number, millimetres: number, horizontal: number): number {
  const fit = STRETCHES.find(
    (times) => SCALES.includes(horizontal / times) && (metres * 1000 * times) / horizontal <= millimetres,
  )
  return fit === undefined ? horizontal : horizontal / fit
}

const isWide = (code: number): boolean =>
  (code >= 0x2e80 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xff00 && code <= 0xff60)

/** Width of words in Noto Sans SC, millimetres, within a few per cent. */
export function textWidth(text: string, sizeMm: number): number {
  let ems = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (isWide(code) || code > 0xffff) ems += 1
    else if (code === 0x20 || (code >= 0x27 && code <= 0x2f) || code === 0x3a) ems += 0.3
    else if (code >= 0x30 && code <= 0x39) ems += 0.56
    else if (code >= 0x41 && code <= 0x5a) ems += 0.65
    else ems += 0.57
  }
  return ems * sizeMm
}

/**
 * Centres near the wanted ones, at least `gap` apart and within low … high; the order stays.
 * Places that push each other share the push (the least sum of squares: pool adjacent violators).
 * @param wanted ascending
 * @returns centres; evenly spread where the room does not do
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const count = wanted.length
  if (count === 0) return []
  const room = high - low
  if (room < gap * (count - 1))
    return wanted.map((_, i) => (count === 1 ? (low + high) / 2 : low + (room * i) / (count - 1)))
  // blocks of places that touch: [sum of (wanted - i·gap), how many]
  const blocks: [sum: number, size: number][] = []
  for (const [i, at] of wanted.entries()) {
    let block: [number, number] = [at - i * gap, 1]
    for (let last = blocks.at(-1); last && last[0] / last[1] >= block[0] / block[1]; last = blocks.at(-1)) {
      block = [last[0] + block[0], last[1] + block[1]]
      blocks.pop()
    }
    blocks.push(block)
  }
  const out: number[] = []
  for (const [sum, size] of blocks) {
    const start = Math.min(high - gap * (count - 1), Math.max(low, sum / size))
    for (let i = 0; i < size; i++) out.push(start + out.length * gap)
  }
  return out
}

/** The sheet of sections: A3 lying; wider where it must be. */
export const A3 = { width: 420, height: 297 }
/** Above the picture, for the title, millimetres. */
export const TITLE = 20
/** Left of the picture, for headings and the ruler of heights, millimetres. */
export const HEAD = 32

/** Lowest and highest of heights in metres; unknown ones do not count, and without any it is −3 … 0. */
export function heightRange(heights: Iterable<number>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const z of heights) {
    if (!Number.isFinite(z)) continue
    low = Math.min(low, z)
    high = Math.max(high, z)
  }
  return low <= high ? [low, high] : [-3, 0]
}

/** A box on the sheet: left, bottom, right, top in millimetres. */
export type Box = readonly [left: number, bottom: number, right: number, top: number]

const meet = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]

/** Whether a box is free of those taken. */
export const isFree = (box: Box, taken: readonly Box[]): boolean => !taken.some((other) => meet(box, other))

/** A number with fixed digits, `—` when it is none. */
export const fixed = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1') : '—'

/** 1, 2 or 5 times a power of ten, at least `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= least * 0.999) ?? least
}
