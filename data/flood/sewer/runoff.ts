/** Rain on the subcatchments of a SWMM .inp, what the ground takes, and what runs off to the nodes. */
import { type SwmmInp, swmmHours, swmmUnits } from '../../formats/swmm-inp.ts'
import type { Series } from '../forcing/series.ts'
import type { Network } from './network.ts'
import { infiltrate, SOIL_MEMORY, type Soil, type SoilMethod, soilOf } from './soil.ts'
import { nameKey, type OutsideFiles, seriesNamed } from './time-series.ts'

/** Runoff of all subcatchments. */
export interface Runoff {
  /** Goes on by `dt` seconds; adds what reaches each node, m³/s, to `into`. */
  advance(time: number, dt: number, into: Float64Array): void
  /** m³ so far, and m³ per subcatchment in order */
  totals(): {
    rain: number
    infiltrated: number
    evaporated: number
    runoff: number
    stored: number
    /** largest runoff of each subcatchment, m³/s, and its volume, m³ */
    each: { name: string; peak: number; volume: number; infiltrated: number; rain: number }[]
  }
  /** all that lasts, one buffer */
  state: Float64Array
}

/** A part of a subcatchment: impervious with and without hollows, and pervious. */
interface Plot {
  share: number
  hollow: number
  /** width √slope / (n area) of the plot, m^-(2/3) s^-1 … × depth^(5/3) is a rate */
  alpha: number
}

interface Catchment {
  name: string
  area: number
  gage: Gage | null
  node: number
  /** another subcatchment it runs onto, -1 for none */
  onto: number
  plots: [Plot, Plot, Plot]
  soil: Soil | null
  /** 0 outlet, 1 impervious onto pervious, 2 pervious onto impervious, and the share */
  route: 0 | 1 | 2
  routed: number
}

interface Gage {
  series: Series
  /** s that a value holds */
  interval: number
  /** m/s of a value */
  factor: number
}

const METHODS: SoilMethod[] = ['HORTON', 'MODIFIED_HORTON', 'GREEN_AMPT', 'MODIFIED_GREEN_AMPT', 'CURVE_NUMBER']

function gagesOf(inp: SwmmInp, files: OutsideFiles): Map<string, Gage | null> {
  const { rainM } = swmmUnits(inp.options)
  const gages = new Map<string, Gage | null>()
  const used = new Set(inp.subcatchments.map(({ raingage }) => nameKey(raingage)))
  for (const one of inp.raingages) {
    if (!used.has(nameKey(one.name))) continue
    const where = `rain gage ${one.name} (line ${one.line})`
    if (one.source.toUpperCase() !== 'TIMESERIES')
      throw new Error(`${where}: source ${one.source}; expected TIMESERIES`)
    const interval = 3600 * swmmHours(one.interval)
    if (!(interval > 0)) throw new Error(`${where}: interval ${one.interval}; expected > 0`)
    const format = one.format.toUpperCase()
    if (!/^(INTENSITY|VOLUME|CUMULATIVE)$/.test(format)) {
      throw new Error(`${where}: format ${one.format}; expected INTENSITY | VOLUME | CUMULATIVE`)
    }
    const series = seriesNamed(inp, one.series, files)
    if (format === 'CUMULATIVE') {
      for (let k = series.values.length - 1; k > 0; k--) {
        series.values[k] = Math.max(0, series.values[k]! - series.values[k - 1]!)
      }
    }
    if (series.values.some((value) => value < 0)) {
      throw new Error(`${where}: ${Math.min(...series.values)} in series ${one.series}; expected rain ≥ 0`)
    }
    gages.set(nameKey(one.name), { series, interval, factor: rainM / (format === 'INTENSITY' ? 3600 : interval) })
  }
  return gages
}

/** Rain in m/s at a moment: each value holds for the gage's interval. */
function rainAt({ series, interval, factor }: Gage, time: number): number {
  const { times, values } = series
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= time) low = middle + 1
    else high = middle
  }
  return low > 0 && time < times[low - 1]! + interval ? factor * values[low - 1]! : 0
}

function soilAt(where: string, method: SoilMethod, values: readonly number[], rainM: number): Soil {
  try {
    return soilOf(method, values, rainM)
  } catch (cause) {
    throw new Error(`${where}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

function catchmentsOf(inp: SwmmInp, network: Network, files: OutsideFiles): Catchment[] {
  const { lengthM, areaM2, rainM } = swmmUnits(inp.options)
  const gages = gagesOf(inp, files)
  const nodes = new Map(network.nodes.map(({ name }, k) => [nameKey(name), k]))
  const names = new Map(inp.subcatchments.map(({ name }, k) => [nameKey(name), k]))
  const areas = new Map(inp.subareas.map((one) => [nameKey(one.subcatchment), one]))
  const soils = new Map(inp.infiltration.map((one) => [nameKey(one.subcatchment), one]))
  const asked = (inp.options.INFILTRATION ?? 'HORTON').toUpperCase()
  return inp.subcatchments.map((one) => {
    const where = `subcatchment ${one.name} (line ${one.line})`
    const gage = one.raingage === '*' ? null : gages.get(nameKey(one.raingage))
    if (gage === undefined)
      throw new Error(`${where}: rain gage ${one.raingage} is missing; expected it in [RAINGAGES]`)
    const node = nodes.get(nameKey(one.outlet)) ?? -1
    const onto = node < 0 ? (names.get(nameKey(one.outlet)) ?? -1) : -1
    if (node < 0 && onto < 0 && one.outlet !== '*') {
      throw new Error(`${where}: outlet ${one.outlet} is missing; expected a node or a subcatchment`)
    }
    const sub = areas.get(nameKey(one.name))
    if (!sub) throw new Error(`${where}: has no row in [SUBAREAS]`)
    if (
      !(
        one.area >= 0 &&
        one.width >= 0 &&
        one.slopePercent >= 0 &&
        one.imperviousPercent >= 0 &&
        one.imperviousPercent <= 100
      )
    ) {
      throw new Error(
        `${where}: area ${one.area}, width ${one.width}, slope ${one.slopePercent}, impervious ${one.imperviousPercent} %; expected ≥ 0 and up to 100 %`,
      )
    }
    const area = one.area * areaM2
    const impervious = one.imperviousPercent / 100
    const bare = impervious * (sub.zeroPercent / 100)
    const plot = (share: number, hollow: number, manning: number, wide: number): Plot => ({
      share,
      hollow: hollow * rainM,
      alpha:
        share > 0 && manning > 0 && area > 0
          ? (one.width * lengthM * Math.sqrt(one.slopePercent / 100)) / (manning * wide * area)
          : 0,
    })
    const row = soils.get(nameKey(one.name))
    const word = row?.method || asked
    const method = METHODS.find((candidate) => candidate === word)
    if (row && !method) throw new Error(`${where}: infiltration ${word}; expected ${METHODS.join(' | ')}`)
    const route = sub.routeTo.toUpperCase()
    return {
      name: one.name,
      area,
      gage,
      node,
      onto,
      // both impervious parts share the width
      plots: [
        plot(bare, 0, sub.nImpervious, impervious),
        plot(impervious - bare, sub.storageImpervious, sub.nImpervious, impervious),
        plot(1 - impervious, sub.storagePervious, sub.nPervious, 1 - impervious),
      ],
      soil: row && method ? soilAt(where, method, row.values, rainM) : null,
      route: route.startsWith('PERV') ? 1 : route.startsWith('IMPERV') ? 2 : 0,
      routed: sub.routedPercent / 100,
    }
  })
}

/** Depth after `dt` of a plot that gains `gain` m/s and runs off alpha (d - hollow)^(5/3): Runge-Kutta in small steps. */
function drain(plot: Plot, depth: number, gain: number, dt: number): number {
  let d = depth
  let left = dt
  // water that only fills the hollow
  if (d < plot.hollow && gain > 0) {
    const fill = Math.min(left, (plot.hollow - d) / gain)
    d += fill * gain
    left -= fill
  } else if (d <= plot.hollow) return Math.max(0, d + gain * dt)
  if (plot.alpha === 0) return Math.max(0, d + gain * left)
  const rate = (x: number) => gain - plot.alpha * Math.max(0, x - plot.hollow) ** (5 / 3)
  while (left > 1e-9) {
    const stiff = (5 / 3) * plot.alpha * Math.max(d - plot.hollow, gain > 0 ? (gain / plot.alpha) ** 0.6 : 0) ** (2 / 3)
    const h = Math.min(left, stiff > 0 ? 0.5 / stiff : left)
    const k1 = rate(d)
    const k2 = rate(d + 0.5 * h * k1)
    const k3 = rate(d + 0.5 * h * k2)
    const k4 = rate(d + h * k3)
    d = Math.max(0, d + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4))
    left -= h
  }
  return d
}

/** Monthly or constant evaporation, m/s by month; other kinds count as none. */
function evaporationOf(inp: SwmmInp, warn: (message: string) => void): Float64Array {
  const { rainM } = swmmUnits(inp.options)
  const rates = new Float64Array(12)
  for (const [kind = '', ...words] of inp.evaporation) {
    const values = words.map(Number)
    if (/^constant$/i.test(kind)) rates.fill(((values[0] || 0) * rainM) / 86400)
    else if (/^monthly$/i.test(kind)) rates.set(values.slice(0, 12).map((value) => (value * rainM) / 86400))
    else if (!/^dry_only$/i.test(kind)) warn(`[EVAPORATION] ${kind} is left out`)
  }
  return rates
}

/**
 * Nonlinear reservoirs of all subcatchments.
 *
 * @returns null when the file has none
 * @throws {Error} naming the row that makes no sense
 * @see Rossman & Huber 2016, SWMM Reference Manual I, chapter 3
 */
export function runoffOf(inp: SwmmInp, network: Network, files: OutsideFiles): Runoff | null {
  if (inp.subcatchments.length === 0) return null
  const catchments = catchmentsOf(inp, network, files)
  const count = catchments.length
  const evaporation = evaporationOf(inp, (message) => network.warnings.push(message))
  const state = new Float64Array(count * (3 + SOIL_MEMORY + 5) + 4)
  const depths = state.subarray(0, 3 * count)
  const memories = catchments.map((_, k) =>
    state.subarray(3 * count + k * SOIL_MEMORY, 3 * count + (k + 1) * SOIL_MEMORY),
  )
  const rest = state.subarray(count * (3 + SOIL_MEMORY))
  const [peak, volume, taken, fallen, runon] = [0, 1, 2, 3, 4].map((k) =>
    rest.subarray(k * count, (k + 1) * count),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  // rain, infiltrated, evaporated, runoff that left the subcatchments
  const sums = rest.subarray(5 * count)
  const next = new Float64Array(count)

  return {
    state,
    advance(time, dt, into) {
      const month = new Date((network.startSeconds + time) * 1000).getUTCMonth()
      next.fill(0)
      catchments.forEach((one, k) => {
        if (!(one.area > 0)) return
        const rain = one.gage ? rainAt(one.gage, time + 0.5 * dt) : 0
        const dries = rain > 0 ? 0 : evaporation[month]!
        const extra = runon[k]! / one.area
        let passed = 0
        let off = 0
        // the part that runs onto the other comes first
        for (const p of one.route === 2 ? [2, 0, 1] : [0, 1, 2]) {
          const plot = one.plots[p]!
          if (!(plot.share > 0)) continue
          const receives = (one.route === 1 && p === 2) || (one.route === 2 && p === 1)
          const gain = rain + extra + (receives ? passed / plot.share : 0)
          const had = depths[3 * k + p]!
          let supply = had + gain * dt
          const dry = Math.min(dries * dt, supply)
          supply -= dry
          sums[2]! += dry * plot.share * one.area
          const lost =
            p === 2 && one.soil ? infiltrate(one.soil, memories[k]!, Math.max(0, supply), (rain + extra) * dt, dt) : 0
          sums[1]! += lost * plot.share * one.area
          taken[k]! += lost * plot.share * one.area
          const has = drain(plot, had, gain - (lost + dry) / dt, dt)
          depths[3 * k + p] = has
          const away = ((supply - lost - has) / dt) * plot.share
          const gives = (one.route === 1 && p !== 2) || (one.route === 2 && p === 2)
          passed += gives ? away * one.routed : 0
          off += gives ? away * (1 - one.routed) : away
        }
        const flow = off * one.area
        sums[0]! += rain * one.area * dt
        fallen[k]! += rain * one.area * dt
        volume[k]! += flow * dt
        peak[k] = Math.max(peak[k]!, flow)
        if (one.onto >= 0) next[one.onto]! += flow
        else {
          sums[3]! += flow * dt
          if (one.node >= 0) into[one.node]! += flow
        }
      })
      runon.set(next)
    },
    totals() {
      let stored = 0
      catchments.forEach((one, k) => {
        for (let p = 0; p < 3; p++) stored += depths[3 * k + p]! * one.plots[p]!.share * one.area
      })
      return {
        rain: sums[0]!,
        infiltrated: sums[1]!,
        evaporated: sums[2]!,
        runoff: sums[3]!,
        stored,
        each: catchments.map(({ name }, k) => ({
          name,
          peak: peak[k]!,
          volume: volume[k]!,
          infiltrated: taken[k]!,
          rain: fallen[k]!,
        })),
      }
    },
  }
}
