/** Which layers of different holes are the same: units in one order from the surface down, in which every hole's log fits. */
import type { Borehole, Stratum } from './borehole.ts'
import { type Family, soil } from './soils.ts'

/** A layer that goes through the ground from hole to hole. */
export interface Unit {
  /** number of the layer in its survey, '' when it has none */
  code: string
  /** the name most logs give it */
  name: string
  /** class word that most logs give it, see `SOILS` */
  soil: string
}

/** The layers of one hole as units. */
export interface UnitLog {
  /** index of the unit of each layer, rising */
  unit: Int32Array
  /** metres, all above 0 */
  thickness: Float64Array
}

/** Units of all holes, from the surface down. */
export interface Correlation {
  units: Unit[]
  /** per hole */
  logs: UnitLog[]
}

/** A hole with the gaps of its log filled by layers of nothing known. */
function whole({ strata, depth }: Borehole): Stratum[] {
  const out: Stratum[] = []
  let at = 0
  const gap = (to: number) => {
    if (to > at + 0.01) out.push({ top: at, bottom: to, code: '', soil: 'unknown', name: '' })
  }
  for (const one of strata) {
    gap(one.top)
    out.push(one)
    at = one.bottom
  }
  gap(depth)
  return out
}

/** What makes two layers the same: number and kind of soil; without a number the class. Names of surveys differ too much. */
function keyOf({ code, soil: id }: Stratum): string {
  const family: Family = soil(id).family
  const number = code.normalize('NFKC').replace(/\s+/g, '').toLowerCase()
  return number === '' ? `·${id}` : `${number}·${family}`
}

/** More distinct layers than this are ordered by depth alone: sorting by pairs would take the square of it. */
const MOST_PAIRED = 600

/** An order in which most holes agree: what lies above what, and where they disagree, by mean depth. */
function ordered(keys: readonly string[][], depth: ReadonlyMap<string, number>): string[] {
  const all = [...depth.keys()].sort((a, b) => depth.get(a)! - depth.get(b)! || (a < b ? -1 : 1))
  if (all.length > MOST_PAIRED) return all
  const index = new Map(all.map((key, i) => [key, i]))
  const n = all.length
  const above = new Int32Array(n * n)
  for (const list of keys)
    for (let i = 1; i < list.length; i++) {
      const [a, b] = [index.get(list[i - 1]!)!, index.get(list[i]!)!]
      if (a !== b) above[a * n + b]!++
    }
  const left = new Set(all.keys())
  const out: string[] = []
  while (left.size > 0) {
    let best = -1
    let least = Number.POSITIVE_INFINITY
    for (const b of left) {
      let against = 0
      for (const a of left) against += Math.max(0, above[a * n + b]! - above[b * n + a]!)
      if (against < least) [best, least] = [b, against]
      if (against === 0) break
    }
    left.delete(best)
    out.push(all[best]!)
  }
  return out
}

/** Positions of a longest strictly rising part of a list. */
function rising(list: readonly number[]): Set<number> {
  const ends: number[] = []
  const before = new Int32Array(list.length).fill(-1)
  for (const [i, value] of list.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (list[ends[middle]!]! < value) low = middle + 1
      else high = middle
    }
    before[i] = low > 0 ? ends[low - 1]! : -1
    ends[low] = i
  }
  const found = new Set<number>()
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i]!) found.add(i)
  return found
}

/** Layers against the common order become lenses: units of their own right below what they lie under in that hole. */
function withLenses(order: readonly string[], keys: string[][]): string[] {
  const rank = new Map(order.map((key, i) => [key, i]))
  const below = new Map<string, string[]>()
  const known = new Map<string, string>()
  for (const list of keys) {
    const fits = rising(list.map((key) => rank.get(key)!))
    for (const [i, key] of list.entries()) {
      if (fits.has(i)) continue
      const over = i === 0 ? '' : list[i - 1]!
      const path = `${over}>${key}`
      let lens = known.get(path)
      if (lens === undefined) {
        known.set(path, (lens = `#${known.size}`))
        below.set(over, [...(below.get(over) ?? []), lens])
      }
      list[i] = lens
    }
  }
  const out: string[] = []
  const lay = (start: string) => {
    // a lens may lie below a lens: without recursion, as a hole may have thousands
    const stack = [start]
    while (stack.length > 0) {
      const key = stack.pop()!
      if (key !== '') out.push(key)
      stack.push(...(below.get(key) ?? []).toReversed())
    }
  }
  lay('')
  for (const key of order) lay(key)
  return out
}

/** The most frequent of some words, the first one of equals. */
class Votes {
  private readonly counts = new Map<string, number>()
  add(word: string): void {
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1)
  }
  most(): string {
    let best = ''
    let count = 0
    for (const [word, times] of this.counts) if (times > count) [best, count] = [word, times]
    return best
  }
}

/**
 * Finds the units of a set of holes. Layers are the same when number and kind of soil agree (class of soil where a log has no numbers).
 * A layer that lies against the order of the others is a lens of its own.
 */
export function correlate(holes: readonly Borehole[]): Correlation {
  const layers = holes.map(whole)
  const keys = layers.map((list) => list.map(keyOf))
  const depths = new Map<string, { sum: number; count: number }>()
  for (const [h, list] of keys.entries())
    for (const [i, key] of list.entries()) {
      const one = depths.get(key) ?? { sum: 0, count: 0 }
      depths.set(key, one)
      one.sum += (layers[h]![i]!.top + layers[h]![i]!.bottom) / 2
      one.count++
    }
  const order = ordered(keys, new Map([...depths].map(([key, { sum, count }]) => [key, sum / count])))
  const all = withLenses(order, keys)
  const rank = new Map(all.map((key, i) => [key, i]))
  const votes = all.map(() => ({ code: new Votes(), name: new Votes(), soil: new Votes() }))
  const logs = layers.map((list, h): UnitLog => {
    for (const [i, layer] of list.entries()) {
      const vote = votes[rank.get(keys[h]![i]!)!]!
      vote.code.add(layer.code)
      vote.name.add(layer.name)
      vote.soil.add(layer.soil)
    }
    return {
      unit: Int32Array.from(keys[h]!, (key) => rank.get(key)!),
      thickness: Float64Array.from(list, ({ top, bottom }) => bottom - top),
    }
  })
  return {
    units: votes.map(({ code, name, soil: id }) => ({ code: code.most(), name: name.most(), soil: id.most() })),
    logs,
  }
}
