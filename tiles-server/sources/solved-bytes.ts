/** A solved network written as JSON: what water and sewers have in common, and their worst places. */
import type { AnswerPlace, SolvedNetwork, WorstPlace } from '../../data/networks/hydraulics-answer.ts'
import { jsonBytes, writeRows } from './json-bytes.ts'

/** A list's values at a moment, in the order of its ids, NaN = unknown; good until the next call. */
export type ValuesAt = (moment: number) => Float32Array | Float64Array

/** What is to be written. */
export interface SolvedValues extends Omit<SolvedNetwork, 'pipes' | 'nodes' | 'ways'> {
  digits: number
  pipes: { ids: readonly string[]; values: ValuesAt }
  nodes: { ids: readonly string[]; places: readonly (AnswerPlace | null)[]; values: ValuesAt }
  /** which way pipe i flows: above 0 along it, below 0 against it, 0 still */
  way(moment: number, i: number): number
}

const [ALONG, AGAINST, STILL] = [43, 45, 48]

/** The JSON of `SolvedNetwork`. */
export function solvedBytes(solved: SolvedValues): Uint8Array<ArrayBuffer> {
  const { pipes, nodes, way, digits, ...rest } = solved
  const moments = solved.times.length
  const out = jsonBytes((1 << 20) + (moments + 4) * (pipes.ids.length + nodes.ids.length) * 6)
  out.text(JSON.stringify(rest).slice(0, -1))
  out.text(',"pipes":{"ids":')
  out.value(pipes.ids)
  out.text(',"values":')
  writeRows(out, moments, (s) => out.numbers(pipes.values(s), digits))
  out.text('},"nodes":{"ids":')
  out.value(nodes.ids)
  out.text(',"places":')
  writeRows(out, nodes.places.length, (i) => out.numbers(Float64Array.from(nodes.places[i] ?? [0, 0, 0]), 7))
  out.text(',"values":')
  writeRows(out, moments, (s) => out.numbers(nodes.values(s), digits))
  out.text('},"ways":')
  const codes = new Uint8Array(pipes.ids.length)
  writeRows(out, moments, (s) => {
    for (let i = 0; i < codes.length; i++) {
      const sense = way(s, i)
      codes[i] = sense > 0 ? ALONG : sense < 0 ? AGAINST : STILL
    }
    out.signs(codes)
  })
  out.text('}')
  return out.take()
}

/** Places that are listed. */
const WORST = 12

/**
 * The worst moment of each thing, the worst things first.
 *
 * @param things how many there are, or which
 * @param value at a moment; NaN = unknown
 * @param low less is worse
 * @param place of the thing; what to write of its worst moment
 */
export function worstOf(
  things: number | Uint32Array,
  moments: number,
  value: (moment: number, i: number) => number,
  low: boolean,
  place: (i: number, moment: number, worst: number) => WorstPlace,
): WorstPlace[] {
  const turn = low ? -1 : 1
  const best: { i: number; at: number; worst: number }[] = []
  const count = typeof things === 'number' ? things : things.length
  for (let k = 0; k < count; k++) {
    const i = typeof things === 'number' ? k : things[k]!
    let worst = Number.NEGATIVE_INFINITY
    let at = -1
    for (let s = 0; s < moments; s++) {
      const here = turn * value(s, i)
      if (here > worst) {
        worst = here
        at = s
      }
    }
    if (at < 0 || (best.length === WORST && worst <= best[WORST - 1]!.worst)) continue
    if (best.length === WORST) best.pop()
    let to = best.length
    while (to > 0 && best[to - 1]!.worst < worst) to--
    best.splice(to, 0, { i, at, worst })
  }
  return best.map(({ i, at, worst }) => place(i, at, turn * worst))
}
