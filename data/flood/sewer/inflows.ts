/** Inflows a SWMM .inp gives to its nodes: series, baselines, dry weather with its patterns. */
import { type SwmmInp, swmmUnits } from '../../formats/swmm-inp.ts'
import { type Series, valueAt } from '../forcing/series.ts'
import type { Network } from './network.ts'
import { nameKey, type OutsideFiles, seriesNamed } from './time-series.ts'

interface Pattern {
  type: string
  factors: number[]
}

interface Source {
  node: number
  /** m³/s, times `scale` */
  series: Series | null
  scale: number
  baseline: number
  patterns: Pattern[]
}

const LENGTHS: { [type: string]: number } = { MONTHLY: 12, DAILY: 7, HOURLY: 24, WEEKEND: 24 }

interface Clock {
  month: number
  day: number
  hour: number
  weekend: boolean
}

function clockAt(seconds: number): Clock {
  const date = new Date(seconds * 1000)
  const day = date.getUTCDay()
  return { month: date.getUTCMonth(), day, hour: date.getUTCHours(), weekend: day === 0 || day === 6 }
}

/** Factor of a pattern at a moment of the file's clock; 1 when it does not apply. */
function factorAt({ type, factors }: Pattern, { month, day, hour, weekend }: Clock): number {
  if (type === 'MONTHLY') return factors[month] ?? 1
  if (type === 'DAILY') return factors[day] ?? 1
  if (type === 'WEEKEND' && !weekend) return 1
  return factors[hour] ?? 1
}

/**
 * Inflows of a file by node.
 *
 * @returns a function that adds what flows in at a moment, m³/s, to `into` (a place a node of the file)
 * @throws {Error} naming nodes, series and patterns that are missing
 */
export function inflowsOf(
  inp: SwmmInp,
  network: Network,
  files: OutsideFiles,
): (time: number, into: Float64Array) => void {
  const { flowM3s } = swmmUnits(inp.options)
  const index = new Map(network.nodes.map(({ name }, k) => [nameKey(name), k]))
  const sources: Source[] = []
  const patterns = new Map(inp.patterns.map((one) => [nameKey(one.name), one]))
  const known = new Map<string, Series>()
  const seriesOf = (name: string): Series => {
    const key = nameKey(name)
    const found = known.get(key) ?? seriesNamed(inp, name, files, (q) => q * flowM3s)
    known.set(key, found)
    return found
  }
  const nodeOf = (name: string, where: string) => {
    const found = index.get(nameKey(name))
    if (found === undefined)
      throw new Error(`${where}: node ${name} is missing; expected it in [JUNCTIONS] | [STORAGE]`)
    return found
  }
  // a weekend pattern replaces the hourly one on its days
  const patternsOf = (names: readonly string[], where: string): Pattern[] =>
    names
      .filter((name) => name !== '' && name !== '*')
      .map((name) => {
        const found = patterns.get(nameKey(name))
        if (!found) throw new Error(`${where}: pattern ${name} is missing; expected it in [PATTERNS]`)
        const length = LENGTHS[found.type]
        if (!length) throw new Error(`pattern ${name}: ${found.type}; expected ${Object.keys(LENGTHS).join(' | ')}`)
        if (found.factors.length > length)
          throw new Error(`pattern ${name}: ${found.factors.length} factors; expected ${length}`)
        return found
      })
  for (const one of inp.inflows) {
    if (one.constituent.toUpperCase() !== 'FLOW') continue
    const where = `[INFLOWS] line ${one.line}`
    sources.push({
      node: nodeOf(one.node, where),
      series: one.series && one.series !== '*' ? seriesOf(one.series) : null,
      scale: one.scale,
      baseline: one.baseline * flowM3s,
      patterns: patternsOf([one.pattern], where),
    })
  }
  for (const one of inp.dwf) {
    if (one.constituent.toUpperCase() !== 'FLOW') continue
    const where = `[DWF] line ${one.line}`
    sources.push({
      node: nodeOf(one.node, where),
      series: null,
      scale: 0,
      baseline: one.baseline * flowM3s,
      patterns: patternsOf([one.pattern1, one.pattern2, one.pattern3, one.pattern4], where),
    })
  }
  return (time, into) => {
    const clock = clockAt(network.startSeconds + time)
    for (const { node, series, scale, baseline, patterns } of sources) {
      let base = baseline
      const replaced = clock.weekend && patterns.some(({ type }) => type === 'WEEKEND')
      for (const one of patterns) if (!(replaced && one.type === 'HOURLY')) base *= factorAt(one, clock)
      // a series gives nothing before its first and after its last moment
      const within = series && time >= series.times[0]! && time <= series.times[series.times.length - 1]!
      into[node]! += base + (within ? scale * valueAt(series, time) : 0)
    }
  }
}
