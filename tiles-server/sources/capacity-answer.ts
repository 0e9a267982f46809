/** What a storm does to sewers as an answer: the same shape as hydraulics of water, by the ids of the city. */
import type { Network } from '../../data/networks/network.ts'

/** What can be shown, its unit, and digits. */
export const CAPACITY_SHOWN = {
  fill: { unit: '', digits: 3 },
  load: { unit: '', digits: 3 },
  flow: { unit: 'L/s', digits: 1 },
  velocity: { unit: 'm/s', digits: 2 },
  overflow: { unit: 'L/s', digits: 1 },
} as const

/** A word of `CAPACITY_SHOWN`. */
export type CapacityShown = keyof typeof CAPACITY_SHOWN

/** What was computed, at the moments that are shown; arrays as in `SewerCapacity`, SI. */
export interface SewerCourse {
  times: number[]
  /** ids in the city, and where each pipe begins */
  pipes: { ids: string[]; places: ([number, number, number] | null)[] }
  nodes: { ids: string[]; places: ([number, number, number] | null)[] }
  /** value of pipe i at moment s; NaN unknown */
  pipeValue: (show: Exclude<CapacityShown, 'overflow'>, i: number, s: number) => number
  /** m³/s out of the cover of node i at moment s */
  overflow: (i: number, s: number) => number
  summary: Record<string, number | null>
}

const WORST = 12
const round = (value: number, digits: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null

/** Where a node of a network stands. */
export function placesOf({ nodes, origin, perDegree }: Network): [number, number, number][] {
  return Array.from({ length: nodes.count }, (_, n) => [
    Number((origin[0] + nodes.x[n]! / perDegree[0]).toFixed(7)),
    Number((origin[1] + nodes.y[n]! / perDegree[1]).toFixed(7)),
    Number.isFinite(nodes.top[n]!) ? Number(nodes.top[n]!.toFixed(2)) : 0,
  ])
}

/** The answer as an object for JSON; nodes are those that overflow at some moment. */
export function capacityAnswer(course: SewerCourse, show: CapacityShown, clockS: number, seconds: number): object {
  const { times, pipes, nodes } = course
  const { unit, digits } = CAPACITY_SHOWN[show]
  const by = show === 'flow' || show === 'overflow' ? 1000 : 1
  const painted = show === 'overflow' ? 'load' : show
  const shownValue = (i: number, s: number): number => course.pipeValue(painted, i, s) * (painted === 'flow' ? 1000 : 1)
  let [low, high] = [Infinity, -Infinity]
  const values = times.map((_, s) =>
    pipes.ids.map((_id, i) => {
      const value = round(shownValue(i, s), painted === 'load' ? 3 : digits)
      if (value !== null && show !== 'overflow') {
        if (value < low) low = value
        if (value > high) high = value
      }
      return value
    }),
  )
  const wet: number[] = []
  nodes.ids.forEach((_, n) => {
    for (let s = 0; s < times.length; s++)
      if (course.overflow(n, s) > 1e-5) {
        wet.push(n)
        return
      }
  })
  const spilled = times.map((_, s) =>
    wet.map((n) => {
      const lps = round(course.overflow(n, s) * 1000, 1)
      if (lps !== null && show === 'overflow' && lps > high) high = lps
      return lps
    }),
  )
  return {
    show,
    unit,
    times,
    clockS,
    pipes: { ids: pipes.ids, values: show === 'overflow' ? values.map((row) => row.map(() => null)) : values },
    nodes: { ids: wet.map((n) => nodes.ids[n]), places: wet.map((n) => nodes.places[n] ?? [0, 0, 0]), values: spilled },
    ways: times.map((_, s) =>
      pipes.ids
        .map((_id, i) =>
          course.pipeValue('flow', i, s) > 1e-5 ? '+' : course.pipeValue('flow', i, s) < -1e-5 ? '-' : '0',
        )
        .join(''),
    ),
    range: low <= high ? [low, high] : [0, Math.max(high, 1)],
    worst: worstOf(course, show, by, digits, wet),
    summary: course.summary,
    warnings: [],
    seconds: Number(seconds.toFixed(3)),
    fire: null,
  }
}

function worstOf(course: SewerCourse, show: CapacityShown, by: number, digits: number, wet: readonly number[]) {
  const { times, pipes, nodes } = course
  const onNodes = show === 'overflow'
  const candidates = onNodes ? wet : pipes.ids.map((_, i) => i)
  const ranked = show === 'fill' ? 'load' : show
  const value = (i: number, s: number): number =>
    ranked === 'overflow' ? course.overflow(i, s) : Math.abs(course.pipeValue(ranked, i, s))
  const found = candidates.flatMap((i) => {
    let [worst, at] = [Number.NaN, 0]
    for (let s = 0; s < times.length; s++) {
      const here = value(i, s)
      if (Number.isNaN(worst) || here > worst) [worst, at] = [here, s]
    }
    return Number.isFinite(worst) && worst > 0 ? [{ i, worst, at }] : []
  })
  found.sort((a, b) => b.worst - a.worst)
  const things = onNodes ? nodes : pipes
  return found.slice(0, WORST).map(({ i, worst, at }) => ({
    id: things.ids[i],
    collection: onNodes ? 'pipe-nodes' : 'pipes',
    value: round(show === 'fill' ? Math.min(1, course.pipeValue('fill', i, at)) : worst * by, digits) ?? 0,
    at: times[at],
    place: things.places[i] ?? null,
  }))
}
