/** A solved network as the page knows it: its values over time, the moment the clock shows, the colours they wear. */

import type { HydraulicsAnswer, WaterQuestion } from '../../data/networks/hydraulics-answer.ts'
import type { Color } from '../../scenes/schema/color.ts'
import { type RampName, rampColor } from '../../scenes/schema/ramps.ts'
import type { Mark } from '../../scenes/schema/scene.ts'
import { milliseconds } from '../../scenes/schema/time.ts'

/** The mark. */
export type HydraulicsMark = Extract<Mark, { type: 'hydraulics' }>

/** How the question of the scene's hydraulics mark fares. `answer` stays while the next one is on its way. */
export interface HydraulicsFound {
  /** id of the mark */
  mark: string
  status: 'working' | 'ready' | 'failed'
  reason?: string
  answer: HydraulicsAnswer | null
}

const DAY = 86_400

/** The mark of a scene that is shown: the first. */
export function hydraulicsMark(marks: Readonly<Record<string, Mark>> | undefined): [string, HydraulicsMark] | null {
  for (const [id, mark] of Object.entries(marks ?? {})) if (mark.type === 'hydraulics') return [id, mark]
  return null
}

/** How a mark is asked: an address, with JSON to be sent (POST) when the address alone would not do. */
export interface HydraulicsRequest {
  url: string
  body?: string
}

/** Longer addresses are refused on their way by some proxies. */
const LONGEST_URL = 2000

/** The request that answers a mark. */
export function hydraulicsRequest(mark: HydraulicsMark): HydraulicsRequest {
  const { utility, model, show, closed = [], pumpsOff = [], demands = {}, fire, years } = mark
  const query = new URLSearchParams({ show })
  if (model !== undefined) query.set('model', model)
  if (utility !== 'water') {
    if (years !== undefined) query.set('return', String(years))
    return { url: `/networks/${utility}/capacity?${query}` }
  }
  const path = '/networks/water/hydraulics'
  if (closed.length > 0) query.set('closed', closed.join(','))
  if (pumpsOff.length > 0) query.set('pumpOff', pumpsOff.join(','))
  const drawn = Object.entries(demands)
  if (drawn.length > 0) query.set('demand', drawn.map(([id, lps]) => `${id}:${lps}`).join(','))
  if (fire) query.set('fire', `${fire.node}:${fire.lps}`)
  if (fire?.residual !== undefined) query.set('residual', String(fire.residual))
  const url = `${path}?${query}`
  // commas part the lists of an address
  const ids = [...closed, ...pumpsOff, ...Object.keys(demands), fire?.node ?? '']
  if (url.length <= LONGEST_URL && !ids.some((id) => id.includes(','))) return { url }
  const question = { model, show, closed, pumpOff: pumpsOff, demand: demands, fire } as WaterQuestion
  return { url: path, body: JSON.stringify(question) }
}

/** A mark with another demand of a node, litres per second; null: the model's own. */
export function withDemand(mark: HydraulicsMark, id: string, lps: number | null): HydraulicsMark {
  const { demands = {}, ...rest } = mark
  const { [id]: _, ...others } = demands
  const next = lps === null ? others : { ...others, [id]: lps }
  return Object.keys(next).length > 0 ? { ...rest, demands: next } : rest
}

/** Seconds after midnight of a moment in its own zone; 0 when it is none. */
export function secondsOfDay(time: string): number {
  if (Number.isNaN(milliseconds(time))) return 0
  const [h = 0, m = 0, s = 0] = time.slice(11, 19).split(':').map(Number)
  return h * 3600 + m * 60 + s
}

/** Which of the answer's moments the clock shows: the last one not after it; days repeat when the answer is a day long. */
export function stepAt({ times, clockS }: Pick<HydraulicsAnswer, 'times' | 'clockS'>, time: string): number {
  const since = (secondsOfDay(time) - clockS + DAY) % DAY
  let step = 0
  while (step + 1 < times.length && times[step + 1]! <= since) step++
  return step
}

/** The colours of what is shown: `turned` where less is worse. */
const RAMPS: Record<HydraulicsMark['show'], { ramp: RampName; turned?: boolean }> = {
  pressure: { ramp: 'viridis' },
  head: { ramp: 'viridis' },
  demand: { ramp: 'heat' },
  age: { ramp: 'heat' },
  flow: { ramp: 'viridis' },
  velocity: { ramp: 'viridis' },
  headloss: { ramp: 'heat' },
  fill: { ramp: 'heat' },
  load: { ramp: 'heat' },
  overflow: { ramp: 'heat' },
}

/** A range that ends in round numbers, so that the legend can be read. */
export function domainOf({ show, range: [low, high] }: Pick<HydraulicsAnswer, 'show' | 'range'>): [number, number] {
  if (show === 'fill') return [0, 1]
  if (show === 'load') return [0, 1.5]
  const from = show === 'pressure' || show === 'head' ? low : 0
  const span = Math.max(high - from, 1e-3, Math.abs(high) * 1e-3)
  const step = 10 ** Math.floor(Math.log10(span)) / 2
  const [a, b] = [Math.floor(from / step) * step, Math.ceil(high / step) * step]
  const tidy = (value: number) => Number(value.toPrecision(6))
  return [tidy(a), tidy(b > a ? b : a + step)]
}

/** The colour of a value between the ends of a range. */
export function valueColor(show: HydraulicsMark['show'], value: number, [low, high]: [number, number]): Color {
  const { ramp, turned } = RAMPS[show]
  const share = (value - low) / (high - low)
  return rampColor(ramp, turned ? 1 - share : share)
}

/** A thing's values over time; null when the answer has none of it. */
export function seriesOf(answer: HydraulicsAnswer, collection: string, id: string): (number | null)[] | null {
  const { ids, values } = collection === 'pipes' ? answer.pipes : answer.nodes
  const at = ids.indexOf(id)
  return at < 0 ? null : values.map((row) => row[at] ?? null)
}
