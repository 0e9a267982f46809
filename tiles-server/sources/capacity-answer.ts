/** What a storm does to sewers as an answer: the same shape as hydraulics of water, by the ids of the city. */
import { type AnswerPlace, SEWER_SHOWN, type SewerShown } from '../../data/networks/hydraulics-answer.ts'
import type { Network } from '../../data/networks/network.ts'
import { solvedBytes, type ValuesAt, worstOf } from './solved-bytes.ts'

/** What was computed, at the moments that are shown. SI; value of pipe i at moment s = `array[s · pipes + i]`, of nodes alike; NaN unknown. */
export interface SewerCourse {
  times: number[]
  /** ids in the city, and where each pipe begins */
  pipes: { ids: string[]; place(i: number): AnswerPlace | null }
  nodes: { ids: string[]; place(n: number): AnswerPlace | null }
  /** m³/s, against the pipe below 0 */
  flow: Float32Array
  values(show: 'fill' | 'load' | 'velocity'): Float32Array
  /** discharge of each full section, m³/s; Infinity for pressure pipes */
  full: Float64Array
  /** m³/s out of the covers; and the nodes that overflow at some moment */
  overflow: Float32Array
  wet: Uint32Array
  summary: Record<string, number | null>
}

/** Less than this, m³/s, is nothing. */
export const DROP = 1e-5
const MOST_DIGITS = 3

/** Where a node of a network stands. */
export function placeOf({ nodes, origin, perDegree }: Network, n: number): AnswerPlace {
  return [
    origin[0] + nodes.x[n]! / perDegree[0],
    origin[1] + nodes.y[n]! / perDegree[1],
    Number.isFinite(nodes.top[n]!) ? nodes.top[n]! : 0,
  ]
}

/** Values in the unit that is shown. */
const scaled = (values: Float32Array, by: number): Float32Array => (by === 1 ? values : values.map((one) => one / by))

/** From the least to the most, as far as `least` in any case; unknown ones left out. */
function rangeOf(values: Float32Array, least: [number, number] | null): [number, number] {
  let [low, high] = least ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < low) low = value
    if (value > high) high = value
  }
  const tidy = (value: number): number => Number(value.toFixed(MOST_DIGITS))
  return low <= high ? [tidy(low), tidy(high)] : [0, 1]
}

/** Rows of a table; with `made`, each value made anew. */
function rowsOf(values: Float32Array, length: number, made?: (value: number, i: number) => number): ValuesAt {
  const row = new Float32Array(length)
  return (s) => {
    const here = values.subarray(s * length, (s + 1) * length)
    if (!made) return here
    for (let i = 0; i < length; i++) row[i] = made(here[i]!, i)
    return row
  }
}

/** The answer as JSON of `SolvedNetwork`; nodes are those that overflow at some moment. @param seconds of work until now */
export function capacityAnswer(
  course: SewerCourse,
  show: SewerShown,
  clockS: number,
  seconds: () => number,
): Uint8Array<ArrayBuffer> {
  const { times, pipes, nodes, flow, full, overflow, wet } = course
  const { unit, digits, by } = SEWER_SHOWN[show]
  const onNodes = show === 'overflow'
  const moments = times.length
  const count = pipes.ids.length
  const shown = onNodes ? null : scaled(show === 'flow' ? flow : course.values(show), by)
  const nothing = new Float32Array(count).fill(Number.NaN)
  const spilled = new Float32Array(moments * wet.length)
  for (let s = 0, at = 0; s < moments; s++)
    for (const n of wet) spilled[at++] = overflow[s * nodes.ids.length + n]! / SEWER_SHOWN.overflow.by
  // what is full is ranked by how much more would come
  const ranked = onNodes
    ? rowsOf(spilled, wet.length)
    : show === 'fill'
      ? rowsOf(flow, count, (q, i) => Math.abs(q / full[i]!))
      : rowsOf(shown!, count, Math.abs)
  const worst = worstOf(onNodes ? wet.length : count, moments, ranked, false, (i, s, found) => ({
    id: onNodes ? nodes.ids[wet[i]!]! : pipes.ids[i]!,
    collection: onNodes ? 'pipe-nodes' : 'pipes',
    value: Number((show === 'fill' ? Math.min(1, shown![s * count + i]!) : found).toFixed(digits)),
    at: times[s]!,
    place: onNodes ? nodes.place(wet[i]!) : pipes.place(i),
  }))
  return solvedBytes({
    show,
    unit,
    digits,
    times,
    clockS,
    pipes: { ids: pipes.ids, values: shown ? rowsOf(shown, count) : () => nothing },
    nodes: {
      ids: Array.from(wet, (n) => nodes.ids[n]!),
      places: Array.from(wet, (n) => nodes.place(n)),
      values: rowsOf(spilled, wet.length),
    },
    ways: rowsOf(flow, count, (q) => (q > DROP ? 1 : q < -DROP ? -1 : 0)),
    range: rangeOf(shown ?? spilled, onNodes ? [0, 1] : null),
    worst: worst.filter(({ value }) => value > 0),
    summary: course.summary,
    warnings: [],
    seconds: Number(seconds().toFixed(3)),
    fire: null,
  })
}
