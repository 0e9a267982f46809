/** Which properties the elements of a model have: names, how often, what values; for lists to choose from. */
import type { Attributes } from '../../data/geo/city-feature.ts'

/** A property of a model's elements. */
export interface Facet {
  /** `Pset_WallCommon.FireRating` */
  name: string
  type: 'number' | 'text' | 'boolean'
  /** elements that have it */
  count: number
  /** of numbers */
  min?: number
  max?: number
  /** most frequent values first; absent when nearly all differ */
  top?: [value: string | number | boolean, count: number][]
}

interface Tally {
  count: number
  numbers: number
  booleans: number
  min: number
  max: number
  values: Map<string | number | boolean, number> | null
}

/** Most names and most values of each that are counted; a file may have any number. */
const MOST_NAMES = 3000
const MOST_VALUES = 300
const SHOWN = 30

/** A counter of properties: add elements one by one, then take the list, most frequent first. */
export function facetsOf(): { add(attributes: Attributes): void; list(): Facet[] } {
  const tallies = new Map<string, Tally>()
  return {
    add(attributes) {
      for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined) continue
        let tally = tallies.get(name)
        if (!tally) {
          if (tallies.size >= MOST_NAMES) continue
          tally = { count: 0, numbers: 0, booleans: 0, min: Infinity, max: -Infinity, values: new Map() }
          tallies.set(name, tally)
        }
        tally.count++
        if (typeof value === 'number') {
          tally.numbers++
          tally.min = Math.min(tally.min, value)
          tally.max = Math.max(tally.max, value)
        } else if (typeof value === 'boolean') tally.booleans++
        const key = typeof value === 'string' ? value.slice(0, 200) : (value as number | boolean)
        tally.values?.set(key, (tally.values.get(key) ?? 0) + 1)
        if (tally.values && tally.values.size > MOST_VALUES) tally.values = null
      }
    },
    list() {
      const facets = [...tallies].map(([name, { count, numbers, booleans, min, max, values }]): Facet => {
        const type = numbers === count ? 'number' : booleans === count ? 'boolean' : 'text'
        const top = values && [...values].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)
        return { name, type, count, ...(type === 'number' ? { min, max } : {}), ...(top ? { top } : {}) }
      })
      return facets.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    },
  }
}
