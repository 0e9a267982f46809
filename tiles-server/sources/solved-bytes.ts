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
  /** which way pipes flow: above 0 along them, below 0 against them, 0 still */
  ways: ValuesAt
}

const [ALONG, AGAINST, STILL] = [43, 45, 48]

/** The JSON of `SolvedNetwork`. */
export function solvedBytes(solved: SolvedValues): Uint8Array<ArrayBuffer> {
  const { pipes, nodes, ways, digits, ...rest } = solved
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
    const senses = ways(s)
    for (let i = 0; i < codes.length; i++) {
      const sense = senses[i]!
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
 * @param count of things
 * @param values of them at a moment; NaN = unknown
 * @param low less is worse
 * @param place of a thing, by its number; what to write of its worst moment
 */
export function worstOf(
  count: number,
  moments: number,
  values: ValuesAt,
  low: boolean,
  place: (i: number, moment: number, worst: number) => WorstPlace,
): WorstPlace[] {
  const turn = low ? -1 : 1
  const worst = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  const when = new Int32Array(count).fill(-1)
  for (let s = 0; s < moments; s++) {
    const row = values(s)
    for (let i = 0; i < count; i++) {
      const here = turn * row[i]!
      if (here <= worst[i]! || Number.isNaN(here)) continue
      worst[i] = here
      when[i] = s
    }
  }
  const best: number[] = []
  for (let i = 0; i < count; i++) {
    if (when[i] === -1 || (best.length === WORST && worst[i]! <= worst[best[WORST - 1]!]!)) continue
    if (best.length === WORST) best.pop()
    let to = best.length
    while (to > 0 && worst[best[to - 1]!]! < worst[i]!) to--
    best.splice(to, 0, i)
  }
  return best.map((i) => place(i, when[i]!, turn * worst[i]!))
}
