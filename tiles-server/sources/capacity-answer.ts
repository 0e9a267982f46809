/** What a storm does to sewers as an answer: the same shape as hydraulics of water, by the ids of the city. */
import { type AnswerPlace, SEWER_SHOWN, type SewerShown } from '../../data/networks/hydraulics-answer.ts'
import type { Network } from '../../data/networks/network.ts'
import { solvedBytes, worstOf } from './solved-bytes.ts'

/** What was computed, at the moments that are shown. SI; value of pipe i at moment s = `array[s · pipes + i]`, of nodes alike; NaN unknown. */
export interface SewerCourse {
  times: number[]
  /** ids in the city, and where each pipe begins */
  pipes: { ids: string[]; place(i: number): AnswerPlace | null }
  nodes: { ids: string[]; place(n: number): AnswerPlace | null }
  /** m³/s, against the pipe below 0 */
  flow: Float32Array
  values(show: 'fill' | 'load' | 'velocity'): Float32Array
  /** m³/s out of the covers */
  overflow: Float32Array
  summary: Record<string, number | null>
}

/** Less than this, m³/s, is nothing. */
const DROP = 1e-5
const MOST_DIGITS = 3

/** Where a node of a network stands. */
export function placeOf({ nodes, origin, perDegree }: Network, n: number): AnswerPlace {
  return [
    origin[0] + nodes.x[n]! / perDegree[0],
    origin[1] + nodes.y[n]! / perDegree[1],
    Number.isFinite(nodes.top[n]!) ? nodes.top[n]! : 0,
  ]
}

/** Nodes that overflow at some moment. */
function wetNodes({ overflow, times, nodes: { ids } }: SewerCourse): Uint32Array {
  const wet = new Uint8Array(ids.length)
  for (let s = 0, at = 0; s < times.length; s++)
    for (let n = 0; n < ids.length; n++, at++) if (overflow[at]! > DROP) wet[n] = 1
  return Uint32Array.from(wet.keys()).filter((n) => wet[n] === 1)
}

/** The answer as JSON of `SolvedNetwork`; nodes are those that overflow at some moment. @param seconds of work until now */
export function capacityAnswer(
  course: SewerCourse,
  show: SewerShown,
  clockS: number,
  seconds: () => number,
): Uint8Array<ArrayBuffer> {
  const { times, pipes, nodes, flow, overflow } = course
  const { unit, digits, by } = SEWER_SHOWN[show]
  const onNodes = show === 'overflow'
  const wet = wetNodes(course)
  const moments = times.length
  const count = pipes.ids.length
  const shown = onNodes ? null : show === 'flow' ? flow : course.values(show)
  const pipeValue = (s: number, i: number): number => (shown ? shown[s * count + i]! / by : Number.NaN)
  const spilled = (s: number, i: number): number => overflow[s * nodes.ids.length + wet[i]!]! / SEWER_SHOWN.overflow.by
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const take = (value: number): void => {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (shown) for (const value of shown) take(value / by)
  else for (let s = 0; s < moments; s++) for (let i = 0; i < wet.length; i++) take(spilled(s, i))
  const tidy = (value: number): number => Number(value.toFixed(MOST_DIGITS))
  // what is full is ranked by how much more would come
  const ranked = show === 'fill' ? course.values('load') : shown
  const worst = worstOf(
    onNodes ? wet.keys() : pipes.ids.keys(),
    moments,
    onNodes ? spilled : (s, i) => Math.abs(ranked![s * count + i]!),
    false,
    (i, s, found) => ({
      id: onNodes ? nodes.ids[wet[i]!]! : pipes.ids[i]!,
      collection: onNodes ? 'pipe-nodes' : 'pipes',
      value: Number((onNodes ? found : show === 'fill' ? Math.min(1, pipeValue(s, i)) : found / by).toFixed(digits)),
      at: times[s]!,
      place: onNodes ? nodes.place(wet[i]!) : pipes.place(i),
    }),
  )
  return solvedBytes({
    show,
    unit,
    digits,
    times,
    clockS,
    pipes: { ids: pipes.ids, value: pipeValue },
    nodes: {
      ids: Array.from(wet, (n) => nodes.ids[n]!),
      places: Array.from(wet, (n) => nodes.place(n)),
      value: (s, i) => spilled(s, i),
    },
    way(s, i) {
      const q = flow[s * count + i]!
      return q > DROP ? 1 : q < -DROP ? -1 : 0
    },
    range: low <= high ? [onNodes ? 0 : tidy(low), Math.max(tidy(high), onNodes ? 1 : tidy(high))] : [0, 1],
    worst: worst.filter(({ value }) => value > 0),
    summary: course.summary,
    warnings: [],
    seconds: Number(seconds().toFixed(3)),
    fire: null,
  })
}
