/** Causes as items for the graphics processor: one per cell, with values that are linear over a stretch of time. */
import type { DeviceCause, Forcing } from '../forcing/forcing.ts'
import { integral, type Series, valueAt } from '../forcing/series.ts'
import type { Layout } from '../layout.ts'
import type { Model } from '../run/model.ts'
import { ITEM_WORDS } from './shaders.ts'

/** Stretches shorter than this are joined, seconds: the integral stays exact. */
const SHORTEST = 0.5
/** No stretch is longer, seconds. */
const LONGEST = 600

const KIND = { inflow: 1, level: 2, free: 3, breach: 4 } as const

/** One cell of one cause. */
interface Item {
  kind: number
  index: number
  inside: number
  round: number
  cause: number
  /** a … h of the shader that do not change; `fill` writes the others */
  numbers: number[]
}

/** The first cause of a run that only the host can do, by name; null when there is none. */
export function gpuLacks(
  forcings: readonly Forcing[],
  { run, subgrid, porosity }: Pick<Model, 'run' | 'subgrid' | 'porosity'>,
): string | null {
  if (subgrid) return 'subgrid tables are computed by the kernels only'
  if (run.solver === 'muscl') return 'muscl is computed by the kernels only'
  if (porosity) return 'porous buildings are computed by the kernels only'
  const lacking = forcings.find(({ device }) => !device)
  return lacking ? `${lacking.name} is done by the kernels only` : null
}

/** Items of all causes, and what changes with time. */
export interface Items {
  count: number
  rounds: number
  /** cause of each item */
  causes: Int32Array
  /** last moment of the stretch that starts at a moment: every series is linear until then */
  stretchEnd(time: number, end: number): number
  /** Writes the items for a stretch. */
  fill(words: ArrayBuffer, from: number, to: number): void
  /** longest step while it rains, seconds */
  rainStep: number
  /** rate of rain, m/s, and its change, m/s², over a stretch */
  rain(from: number, to: number): [rate: number, change: number]
}

/** Value at the start and change per second over a stretch, with the series' own integral. */
function linear(line: Series, from: number, to: number): [start: number, change: number] {
  const span = to - from
  const mean = integral(line, from, to) / span
  const change = (valueAt(line, to) - valueAt(line, from)) / span
  return [mean - 0.5 * change * span, change]
}

/** Items of the causes, in their order; two on one cell are done one after the other. */
export function makeItems(causes: readonly DeviceCause[], layout: Layout): Items {
  const items: Item[] = []
  const taken = new Map<number, number>()
  const add = (item: Omit<Item, 'round'>) => {
    const round = taken.get(item.index) ?? 0
    taken.set(item.index, round + 1)
    items.push({ ...item, round })
  }
  const changing: { series: Series; shift: number }[] = []
  const edges: number[] = []
  const rains: { rate: Series; start: number; every: number }[] = []
  causes.forEach((cause, k) => {
    if (cause.type === 'inflow') {
      changing.push({ series: cause.discharge, shift: 0 })
      const [c, d] = cause.direction ?? [0, 0]
      for (const index of cause.cells) {
        add({ kind: KIND.inflow, index, inside: index, cause: k, numbers: [0, 0, c, d] })
      }
    } else if (cause.type === 'side') {
      if (cause.level) changing.push({ series: cause.level, shift: 0 })
      for (const { ring, inside } of cause.cells) {
        const step = ring - inside
        const out = Math.abs(step) === 1 ? [Math.sign(step), 0] : [0, Math.sign(step)]
        const kind = cause.level ? KIND.level : KIND.free
        add({ kind, index: ring, inside, cause: k, numbers: [cause.slope ?? -1, 0, ...out] })
      }
    } else if (cause.type === 'rain') {
      changing.push({ series: cause.rate, shift: cause.start })
      rains.push(cause)
    } else {
      edges.push(cause.start, cause.start + cause.duration)
      const nearest = Math.min(...cause.cells.map(({ along }) => Math.abs(along)))
      cause.cells.forEach(({ index, along }, n) => {
        const top = cause.tops[n]!
        if (top >= 5e5 || top <= cause.bottom) return
        const numbers = [top, cause.bottom, Math.abs(along), nearest, 0, 0, cause.width / 2]
        add({ kind: KIND.breach, index, inside: index, cause: k, numbers })
      })
    }
  })
  const area = layout.cellM ** 2
  return {
    count: items.length,
    rounds: items.reduce((most, { round }) => Math.max(most, round + 1), 0),
    causes: Int32Array.from(items, ({ cause }) => cause),
    stretchEnd(time, end) {
      let next = Math.min(end, time + LONGEST)
      const look = (moment: number) => {
        if (moment > time + SHORTEST && moment < next) next = moment
      }
      for (const edge of edges) look(edge)
      for (const { series, shift } of changing) {
        for (const moment of series.times) {
          look(moment + shift)
          if (moment + shift > next) break
        }
      }
      return next
    },
    fill(words, from, to) {
      const whole = new Uint32Array(words)
      const real = new Float32Array(words)
      items.forEach(({ kind, index, inside, round, cause: k, numbers }, n) => {
        const at = n * ITEM_WORDS
        const cause = causes[k]!
        whole.set([kind, index, inside, round], at)
        real.set(numbers, at + 4)
        if (cause.type === 'inflow') {
          const per = 1 / (cause.cells.length * area)
          real.set(
            linear(cause.discharge, from, to).map((value) => value * per),
            at + 4,
          )
        } else if (cause.type === 'side' && cause.level) real.set(linear(cause.level, from, to), at + 4)
        else if (cause.type === 'breach') real.set([(from - cause.start) / cause.duration, 1 / cause.duration], at + 8)
      })
    },
    rainStep: Math.min(Infinity, ...rains.map(({ every }) => every)),
    rain(from, to) {
      let [rate, change] = [0, 0]
      for (const one of rains) {
        const [a, b] = linear(one.rate, from - one.start, to - one.start)
        rate += a
        change += b
      }
      return [rate, change]
    },
  }
}
