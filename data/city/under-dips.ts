/** Lines that may give way: where one would meet another it lies over or under it, at the distances of GB 50289 between their walls. */

import type { Shaft, Tube } from './pipes-ledger.ts'
import { outerHalf } from './under-lanes.ts'
import { bend, crossings, type Meeting, type PieceIndex } from './under-meetings.ts'
import type { Site } from './under-site.ts'

/** Length over which a line goes down or up, m. */
const SLOPE = 1.2
/** Bends nearer to each other than this are one, m. */
const NEXT = 0.02
/** A line goes no further out of its way than this, m. */
const MOST = 4.5
/** Ground over a line that steps over another, m, by utility. @see GB 50289-2016 table 4.1.1, footways */
const LEAST_COVER = (tube: Tube): number => (tube.utility === 'power' || tube.utility === 'telecom' ? 0.52 : 0.63)

/** A stretch, or all stretches around nodes, that lies higher or lower by one amount than it would alone. */
interface Region {
  /** forbidden: open intervals of metres up from the line's own level */
  barred: [number, number][]
  /** metres that it can rise */
  room: number
  /** a node in it cannot move */
  fixed: boolean
  up: number
  parent: Region | null
}

const region = (fixed: boolean): Region => ({ barred: [], room: Infinity, fixed, up: 0, parent: null })

function root(one: Region): Region {
  let at = one
  while (at.parent) at = at.parent
  return at
}

function unite(a: Region, b: Region): Region {
  const [p, q] = [root(a), root(b)]
  if (p === q) return p
  q.parent = p
  for (const one of q.barred) p.barred.push(one)
  p.room = Math.min(p.room, q.room)
  p.fixed ||= q.fixed
  return p
}

/** Nodes that stay where they are: what holds water, and the wet wells of sewers. */
const stays = ({ kind, utility }: Shaft): boolean =>
  kind === 'tank' || kind === 'reservoir' || kind === 'outfall' || (kind === 'pump' && utility !== 'water')

/** Stretches of one line, in order along it: from, to, and what it belongs to. */
interface Stretch {
  from: number
  to: number
  of: Region
}

/** Joins meetings that are too near each other or to an end for a slope between them. */
function stretchesOf(tube: Tube, length: number, meetings: Meeting[], ends: [Region, Region]): Stretch[] {
  const out: Stretch[] = [{ from: 0, to: 0, of: ends[0] }]
  const cover = LEAST_COVER(tube)
  const half = outerHalf(tube.diameter ?? tube.height ?? 0)
  for (const one of meetings) {
    const last = out.at(-1)!
    const from = Math.max(0, one.s - one.reach)
    const to = Math.min(length, one.s + one.reach)
    const room = one.ground - cover - half - one.z
    if (from < last.to + 2 * SLOPE || (out.length === 1 && from < SLOPE)) {
      last.to = Math.max(last.to, to)
    } else out.push({ from, to, of: region(false) })
    const of = root(out.at(-1)!.of)
    if (one.fixed) of.barred.push([one.otherZ - one.need - one.z, one.otherZ + one.need - one.z])
    of.room = Math.min(of.room, room)
  }
  const last = out.at(-1)!
  if (last.to > length - 2 * SLOPE) {
    unite(last.of, ends[1])
    last.to = length
  } else out.push({ from: length, to: length, of: ends[1] })
  return out
}

/** The level of a region: the least way out of its line's own that keeps all distances. */
function choose(one: Region): void {
  if (one.fixed || one.barred.length === 0) return
  const free = (up: number) =>
    up <= Math.max(0, one.room) &&
    Math.abs(up) < MOST &&
    one.barred.every(([lo, hi]) => up <= lo + 1e-6 || up >= hi - 1e-6)
  let best = Infinity
  for (const up of [0, ...one.barred.flatMap(([lo, hi]) => [lo - 0.004, hi + 0.004])])
    if (Math.abs(up) < Math.abs(best) && free(up)) best = up
  one.up = best < Infinity ? best : 0
}

/** Whether a line begins straight up: that piece gets longer or shorter and its node stays. */
const plumb = (line: number[]): boolean => line.length > 6 && line[0] === line[3] && line[1] === line[4]

/** The line with its stretches lifted or lowered; and for each vertex that it had, which one it is now. */
function bent(site: Site, tube: Tube, stretches: Stretch[]): { line: number[]; vertices: number[] } {
  const { line } = tube
  const half = outerHalf(tube.diameter ?? tube.height ?? 0)
  const under = (x: number, y: number) => site.ground(x, y) - LEAST_COVER(tube) - half

  // metres along the line, and how far up there; straight between
  const knots: [number, number][] = []
  for (const [i, { from, to, of }] of stretches.entries()) {
    const { up } = root(of)
    if (up === 0) continue
    if (i > 0) knots.push([from - SLOPE, 0])
    knots.push([from, up], [to, up])
    if (i + 1 < stretches.length) knots.push([to + SLOPE, 0])
  }
  const rise = (s: number): number => {
    const k = knots.findIndex(([at]) => at >= s)
    if (k < 0) return knots.at(-1)![1]
    if (k === 0) return knots[0]![1]
    const [[a, up], [b, next]] = [knots[k - 1]!, knots[k]!]
    return b > a ? up + ((next - up) * (s - a)) / (b - a) : next
  }
  const out: number[] = []
  const vertices: number[] = []
  let [s, k] = [0, 0]
  for (let i = 0; i < line.length; i += 3) {
    if (i > 0) {
      const [ax, ay, az] = [line[i - 3]!, line[i - 2]!, line[i - 1]!]
      const [dx, dy, dz] = [line[i]! - ax, line[i + 1]! - ay, line[i + 2]! - az]
      const d = Math.hypot(dx, dy)
      for (; k < knots.length && knots[k]![0] < s + d - NEXT; k++) {
        const [at, up] = knots[k]!
        // a bend that is there already
        if (at < s + NEXT || (k > 0 && at - knots[k - 1]![0] < NEXT)) continue
        const t = (at - s) / d
        const [x, y] = [ax + dx * t, ay + dy * t]
        out.push(x, y, Math.min(az + dz * t + up, under(x, y)))
      }
      s += d
    }
    vertices.push(out.length / 3)
    out.push(line[i]!, line[i + 1]!, line[i + 2]! + (i === 0 && plumb(line) ? 0 : rise(s)))
  }
  return { line: out, vertices }
}

/**
 * Lets the movers step clear of the other lines where they cross; a buried node moves up or down with its lines, a chamber gets a deeper floor.
 * Of two movers that cross the later one gives way.
 *
 * @param movers lines of one utility; their `line` and their nodes' heights are changed
 * @param pieces of all lines, the movers' too; changed with them
 * @param later lines that will give way to these: no bend where they cross
 * @param held nodes that stay where they are
 */
export function stepAside(
  site: Site,
  movers: Tube[],
  pieces: PieceIndex,
  later: ReadonlySet<Tube>,
  held: ReadonlySet<Shaft>,
): void {
  const nodes = new Map<Shaft, Region>()
  const nodeRegion = (one: Shaft): Region => {
    let had = nodes.get(one)
    if (!had) nodes.set(one, (had = region(stays(one) || held.has(one))))
    return had
  }
  const all = movers.map((tube) => {
    const { length, meetings } = crossings(site, tube, pieces, later)
    return {
      tube,
      stretches: stretchesOf(tube, length, meetings, [
        plumb(tube.line) ? region(false) : nodeRegion(tube.from),
        nodeRegion(tube.to),
      ]),
    }
  })
  const done = new Set<Region>()
  const settle = (one: Region): void => {
    const top = root(one)
    if (done.has(top)) return
    done.add(top)
    choose(top)
  }
  for (const { stretches } of all) for (const { of } of stretches) settle(of)
  for (const { tube, stretches } of all) {
    if (stretches.every(({ of }) => root(of).up === 0)) continue
    const { line, vertices } = bent(site, tube, stretches)
    bend(pieces, tube, line, vertices)
  }
  for (const [one, of] of nodes) {
    const { up } = root(of)
    if (one.top === one.bottom) {
      one.top += up
      one.bottom += up
    } else if (up < 0) one.bottom += up
  }
}
