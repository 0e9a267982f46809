/** Seeded randomness: streams by key, and smooth noise; the same seed gives the same bits on every machine. */

/** A stream of numbers, each in [0, 1). */
export type Random = () => number

/** Mixes integers into one 32-bit hash. */
export function hash(...values: number[]): number {
  let h = 0x9e3779b9
  for (const value of values) {
    h = Math.imul(h ^ (value | 0), 0x85ebca6b)
    h ^= h >>> 13
    h = Math.imul(h, 0xc2b2ae35)
    h ^= h >>> 16
  }
  return h >>> 0
}

/** The stream that belongs to the keys (mulberry32). */
export function randomOf(...keys: number[]): Random {
  let state = hash(...keys)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** One of the items. @throws {RangeError} when there is none */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('pick: no items, got []; expected at least one')
  return item
}

/** A number in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random()
}

const TABLE = 256

/** Smooth gradient noise (Perlin 2002), about [-1, 1], its period far outside the city. */
export function noiseOf(seed: number): (x: number, y: number) => number {
  const random = randomOf(seed, 77)
  const gx = new Float64Array(TABLE)
  const gy = new Float64Array(TABLE)
  for (let i = 0; i < TABLE; i++) {
    const angle = random() * 2 * Math.PI
    gx[i] = Math.cos(angle) * 1.5
    gy[i] = Math.sin(angle) * 1.5
  }
  const order = Uint8Array.from({ length: TABLE }, (_, i) => i)
  for (let i = TABLE - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const swap = order[i]!
    order[i] = order[j]!
    order[j] = swap
  }
  return (x, y) => {
    const fx = Math.floor(x)
    const fy = Math.floor(y)
    const u = x - fx
    const v = y - fy
    const su = u * u * u * (u * (u * 6 - 15) + 10)
    const sv = v * v * v * (v * (v * 6 - 15) + 10)
    const x0 = order[fx & 255]!
    const x1 = order[(fx + 1) & 255]!
    const a = order[(x0 + fy) & 255]!
    const b = order[(x1 + fy) & 255]!
    const c = order[(x0 + fy + 1) & 255]!
    const d = order[(x1 + fy + 1) & 255]!
    const na = gx[a]! * u + gy[a]! * v
    const nb = gx[b]! * (u - 1) + gy[b]! * v
    const nc = gx[c]! * u + gy[c]! * (v - 1)
    const nd = gx[d]! * (u - 1) + gy[d]! * (v - 1)
    return na + (nb - na) * su + (nc - na + (na - nb - nc + nd) * su) * sv
  }
}
