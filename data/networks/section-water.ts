/** The level of the water along a route of sewers: uniform flow at each pipe's peak, and what backs up from below (hydraulic grade). */
import { SECTIONS } from '../geo/city-feature.ts'
import { LEAST_SLOPE } from './capacity-route.ts'
import { fillOf, sectionTable } from './capacity-section.ts'
import type { LongNode, LongPipe } from './section-long.ts'

/** What a sewer pipe carries when it carries most. */
export interface PipePeak {
  /** its discharge over that of the full section; NaN for pressure pipes and where it is not known */
  load: number
  /** it flows against the way it is stored */
  backward: boolean
}

/** The water of a route. Metres, heights as in the section. */
export interface RouteWater {
  /** along each pipe: x, z, x, z … in the order of its axis; empty where not known */
  lines: number[][]
  /** highest at each node; NaN where not known */
  nodes: number[]
  /** numbers of the nodes whose cover it reaches */
  spilling: number[]
}

/** A height in a pipe: x, z of the invert, in the order of its axis. */
type Line = readonly number[]

/** Water of uniform flow, as high as the crown where the pipe runs full; empty where its size or depth is not known. */
function uniform({ axis, section, width, height }: LongPipe, { load }: PipePeak): Line {
  if (!(height > 0) || !Number.isFinite(load) || axis.some((value) => !Number.isFinite(value))) return []
  const fill = fillOf(sectionTable(SECTIONS.indexOf(section), width / height), load)
  return axis.map((value, i) => (i % 2 === 0 ? value : value - height / 2 + fill * height))
}

/** The higher of a line and of a straight one from its lower end, with the place where they cross. */
function higher(line: Line, level: (x: number) => number): number[] {
  const out: number[] = []
  for (let i = 0; i + 1 < line.length; i += 2) {
    const [x, z] = [line[i]!, line[i + 1]!]
    const above = level(x) - z
    if (i > 0) {
      const [px, pz] = [line[i - 2]!, line[i - 1]!]
      const before = level(px) - pz
      if (before * above < 0) {
        const part = before / (before - above)
        out.push(px + part * (x - px), level(px + part * (x - px)))
      }
    }
    out.push(x, Math.max(z, z + above))
  }
  return out
}

/**
 * The water of one pipe.
 * @param tail level at its lower end from what lies below; −Infinity where nothing backs up
 * @param cover height of its upper node's cover: higher it does not stand; NaN unknown
 */
function lineOf(pipe: LongPipe, peak: PipePeak, along: boolean, tail: number, cover: number): number[] {
  const free = uniform(pipe, peak)
  if (free.length === 0) return []
  const { axis, height, from, to } = pipe
  const last = axis.length - 2
  const [upper, lower] = along ? [0, last] : [last, 0]
  const length = Math.max(1e-6, to - from)
  const low = Math.max(tail, free[lower + 1]!)
  const submerged = low >= axis[lower + 1]! + height / 2 - 1e-9
  // a full pipe's head falls by the square of what it carries; water that only stands in a pipe is level
  const slope = Math.max(LEAST_SLOPE, Math.abs(axis[upper + 1]! - axis[lower + 1]!) / length)
  const head = submerged ? peak.load ** 2 * slope * length : 0
  const most = Number.isFinite(cover) ? Math.max(cover, low) - low : head
  const rise = Math.min(head, most) / length
  return higher(free, (x) => low + rise * Math.abs(x - axis[lower]!))
}

const end = (line: readonly number[], last: boolean): number =>
  line.length === 0 ? Number.NEGATIVE_INFINITY : line[last ? line.length - 1 : 1]!

/**
 * Levels along a route, worked out from its lower ends up: there the water runs off freely.
 *
 * @param peaks by id of pipe
 * @see Chow 1959 §5-4; GB 50014-2021 §5.2: pressure flow where a sewer runs full
 */
export function routeWater(
  nodes: readonly Pick<LongNode, 'top' | 'ground'>[],
  pipes: readonly LongPipe[],
  peaks: ReadonlyMap<string, PipePeak>,
): RouteWater {
  const lines: number[][] = pipes.map(() => [])
  const covers = nodes.map(({ top, ground }) => (Number.isFinite(top) ? top : ground))
  const goesAlong = pipes.map(({ id, reversed }) => (peaks.get(id)?.backward ?? false) === reversed)
  const solve = (i: number, along: boolean): void => {
    const peak = peaks.get(pipes[i]!.id)
    if (!peak || goesAlong[i] !== along) return
    const below = along ? i + 1 : i - 1
    const tail = goesAlong[below] === along ? end(lines[below]!, !along) : Number.NEGATIVE_INFINITY
    lines[i] = lineOf(pipes[i]!, peak, along, tail, covers[along ? i : i + 1]!)
  }
  for (let i = pipes.length - 1; i >= 0; i--) solve(i, true)
  for (let i = 0; i < pipes.length; i++) solve(i, false)
  const levels = nodes.map((_, n) => {
    const level = Math.max(end(lines[n - 1] ?? [], true), end(lines[n] ?? [], false))
    return Number.isFinite(level) ? level : Number.NaN
  })
  const spilling = levels.flatMap((level, n) => (level >= covers[n]! - 1e-3 ? [n] : []))
  return { lines, nodes: levels, spilling }
}
