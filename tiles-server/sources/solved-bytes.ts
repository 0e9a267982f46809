/** A solved network written as JSON: what water and sewers have in common, and their worst places. */
import type { AnswerPlace, SolvedNetwork, WorstPlace } from '../../data/networks/hydraulics-answer.ts'
import { jsonBytes, writeSigns, writeTable } from './json-bytes.ts'

/** Values to be written: NaN = unknown, `i` counts the ids. */
export interface SolvedValues extends Omit<SolvedNetwork, 'pipes' | 'nodes' | 'ways'> {
  digits: number
  pipes: { ids: readonly string[]; value(moment: number, i: number): number }
  nodes: { ids: readonly string[]; places: readonly (AnswerPlace | null)[]; value(moment: number, i: number): number }
  /** which way pipe i flows: 1 along it, -1 against it, 0 still */
  way(moment: number, i: number): number
}

const WAYS = [45, 48, 43]

/** The JSON of `SolvedNetwork`. */
export function solvedBytes(solved: SolvedValues): Uint8Array<ArrayBuffer> {
  const { pipes, nodes, way, digits, ...rest } = solved
  const moments = solved.times.length
  const out = jsonBytes((1 << 16) + moments * (pipes.ids.length + nodes.ids.length) * 6)
  out.text(JSON.stringify(rest).slice(0, -1))
  out.text(',"pipes":{"ids":')
  out.value(pipes.ids)
  out.text(',"values":')
  writeTable(out, moments, pipes.ids.length, pipes.value, digits)
  out.text('},"nodes":{"ids":')
  out.value(nodes.ids)
  out.text(',"places":[')
  nodes.places.forEach((place, i) => {
    const [lng, lat, height] = place ?? [0, 0, 0]
    out.text(i > 0 ? ',[' : '[')
    out.number(lng, 7)
    out.text(',')
    out.number(lat, 7)
    out.text(',')
    out.number(height, 2)
    out.text(']')
  })
  out.text('],"values":')
  writeTable(out, moments, nodes.ids.length, nodes.value, digits)
  out.text('},"ways":')
  writeSigns(out, moments, pipes.ids.length, (s, i) => WAYS[way(s, i) + 1]!)
  out.text('}')
  return out.take()
}

/** Places that are listed. */
const WORST = 12

/**
 * The worst moment of each thing, the worst things first.
 *
 * @param value at a moment; NaN = unknown
 * @param low less is worse
 * @param place of the thing; what to write of its worst moment
 */
export function worstOf(
  things: Iterable<number>,
  moments: number,
  value: (moment: number, i: number) => number,
  low: boolean,
  place: (i: number, moment: number, worst: number) => WorstPlace,
): WorstPlace[] {
  const turn = low ? -1 : 1
  const best: { i: number; at: number; worst: number }[] = []
  for (const i of things) {
    let [worst, at] = [Number.NEGATIVE_INFINITY, -1]
    for (let s = 0; s < moments; s++) {
      const here = turn * value(s, i)
      if (here > worst) [worst, at] = [here, s]
    }
    if (at < 0 || (best.length === WORST && worst <= best[WORST - 1]!.worst)) continue
    if (best.length === WORST) best.pop()
    let to = best.length
    while (to > 0 && best[to - 1]!.worst < worst) to--
    best.splice(to, 0, { i, at, worst })
  }
  return best.map(({ i, at, worst }) => place(i, at, turn * worst))
}
