/** Pairs of pipes that lie closer than the rules allow, side by side or crossing, and pipes with too little cover. */
import { CLASSES } from '../geo/city-feature.ts'
import { type ClearanceRules, leastDistance, type RuledPipe } from './clearance-rules.ts'
import { besideCrossing, housedPieces } from './clearance-zones.ts'
import type { Network } from './network.ts'
import { outerHalves, planBox, planIndex } from './plan-index.ts'

/** One pair too close, or one pipe too shallow. */
export interface Conflict {
  rule: 'horizontal' | 'vertical' | 'cover'
  /** numbers of the pipes; the second is -1 for cover */
  pipes: [a: number, b: number]
  /** metres between outer surfaces; negative = they run into each other */
  found: number
  expected: number
  /** where, local metres of the network: the middle between the nearest points */
  at: [x: number, y: number, z: number]
}

/** What is asked. */
export interface ClearanceOptions {
  rules: ClearanceRules
  /** pressure classes by pipe, where known: `high`, `medium`, `low` */
  pressure?: ArrayLike<string | undefined>
  /** height of the ground at x, y; NaN where not known: cover is not checked there */
  ground?: (x: number, y: number) => number
  /** only pairs with at least one of these pipes */
  only?: ReadonlySet<number>
  signal?: AbortSignal
}

/** Two straight pieces. Positions are local metres. */
export interface Nearest {
  /** distance in plan, 0 where they cross */
  plan: number
  /** shares along either piece where they are nearest in plan */
  s: number
  t: number
}

/**
 * Nearest points of two segments in plan.
 * @see Ericson 2004, Real-Time Collision Detection §5.1.9
 */
export function nearestInPlan(p: Float64Array, i: number, q: Float64Array, j: number): Nearest {
  const [ax, ay, bx, by] = [p[i]!, p[i + 1]!, p[i + 3]!, p[i + 4]!]
  const [cx, cy, dx, dy] = [q[j]!, q[j + 1]!, q[j + 3]!, q[j + 4]!]
  const [ux, uy, vx, vy, wx, wy] = [bx - ax, by - ay, dx - cx, dy - cy, ax - cx, ay - cy]
  const [a, b, c, d, e] = [
    ux * ux + uy * uy,
    ux * vx + uy * vy,
    vx * vx + vy * vy,
    ux * wx + uy * wy,
    vx * wx + vy * wy,
  ]
  const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value)
  const far = (s: number, t: number): number => Math.hypot(wx + ux * s - vx * t, wy + uy * s - vy * t)
  const bend = a * c - b * b
  let [s, t] = [0, 0]
  if (a <= 1e-12 && c <= 1e-12) return { plan: far(0, 0), s, t }
  if (a <= 1e-12) t = clamp(e / c)
  else if (c <= 1e-12) s = clamp(-d / a)
  else {
    s = bend > 1e-9 * a * c ? clamp((b * e - c * d) / bend) : 0
    t = (b * s + e) / c
    if (t < 0) {
      t = 0
      s = clamp(-d / a)
    } else if (t > 1) {
      t = 1
      s = clamp((b - d) / a)
    }
  }
  return { plan: far(s, t), s, t }
}

/** A pair that shares a node is one line of pipe: its joint is no conflict. */
function joined({ pipes }: Network, a: number, b: number): boolean {
  return (
    pipes.from[a] === pipes.from[b] ||
    pipes.from[a] === pipes.to[b] ||
    pipes.to[a] === pipes.from[b] ||
    pipes.to[a] === pipes.to[b]
  )
}

const ruled = ({ pipes }: Network, k: number, pressure: ClearanceOptions['pressure']): RuledPipe => ({
  class: CLASSES.pipes[pipes.utility[k]!]!,
  diameter: pipes.diameter[k]! > 0 ? pipes.diameter[k]! : 0,
  pressure: pressure?.[k],
})

/**
 * The worst of one pair: where the pieces overlap in plan, and around a crossing, the vertical rule holds, else the horizontal one.
 * @returns null when the pair keeps its distance, shares a node, or no rule speaks of it
 */
export function conflictOf(network: Network, a: number, b: number, options: ClearanceOptions): Conflict | null {
  const { pipes } = network
  if (a === b || joined(network, a, b)) return null
  const [one, two] = [ruled(network, a, options.pressure), ruled(network, b, options.pressure)]
  const sideways = leastDistance(options.rules.horizontal, one, two)
  const upright = leastDistance(options.rules.vertical, one, two)
  if (sideways === 0 && upright === 0) return null
  const { tunnel: walled = false, crossingDegrees = Number.NaN } = options.rules.exceptions ?? {}
  const leastSine = Math.sin((crossingDegrees * Math.PI) / 180)
  const housed = housedPieces(network)
  const tunnel = (one.class === 'tunnel') !== (two.class === 'tunnel')
  if (tunnel && housed.pipe[one.class === 'tunnel' ? b : a]) return null
  const [wideA, highA] = outerHalves(network, a)
  const [wideB, highB] = outerHalves(network, b)
  const [wide, high] = [wideA + wideB, highA + highB]
  const { vertices: v, vertexStart: start } = pipes
  let worst: Conflict | null = null
  const lack = (conflict: Conflict): number => conflict.expected - conflict.found
  for (let i = start[a]!; i + 1 < start[a + 1]!; i++) {
    for (let j = start[b]!; j + 1 < start[b + 1]!; j++) {
      if ((walled || tunnel) && (housed.piece[i] || housed.piece[j])) continue
      const { plan, s, t } = nearestInPlan(v, i * 3, v, j * 3)
      const of = (k: number, share: number, axis: number): number =>
        v[3 * k + axis]! + (v[3 * k + 3 + axis]! - v[3 * k + axis]!) * share
      const rise = Math.abs(of(i, s, 2) - of(j, t, 2))
      let over = plan < wide
      if (!over) {
        // far above or below each other, pipes side by side do not meet in one trench
        if (!(plan - wide < sideways - 1e-6) || rise > DEEPER) continue
        const places = [[of(i, s, 0), of(i, s, 1)] as const, [of(j, t, 0), of(j, t, 1)] as const] as const
        over = leastSine > 0 && besideCrossing(network, a, b, places, wide + sideways, leastSine)
      }
      const [found, expected] = over ? [rise - high, upright] : [plan - wide, sideways]
      if (!(found < expected - 1e-6)) continue
      const at = (axis: number): number => (of(i, s, axis) + of(j, t, axis)) / 2
      const conflict: Conflict = {
        rule: over ? 'vertical' : 'horizontal',
        pipes: [Math.min(a, b), Math.max(a, b)],
        found,
        expected,
        at: [at(0), at(1), at(2)],
      }
      if (!worst || lack(conflict) > lack(worst)) worst = conflict
    }
  }
  return worst
}

/** Metres of depth between two pipes beyond which the horizontal rule is not asked: they are never dug up together. */
const DEEPER = 3

function lowCover(network: Network, k: number, { rules, ground }: ClearanceOptions): Conflict | null {
  const { pipes } = network
  const least = rules.cover.find((rule) => rule.class === CLASSES.pipes[pipes.utility[k]!])?.metres
  if (!ground || least === undefined || pipes.estimated[k]) return null
  const [, high] = outerHalves(network, k)
  let worst: Conflict | null = null
  for (let i = pipes.vertexStart[k]!; i < pipes.vertexStart[k + 1]!; i++) {
    const [x, y, z] = [0, 1, 2].map((axis) => pipes.vertices[i * 3 + axis]!) as [number, number, number]
    const found = ground(x, y) - z - high
    if (!(found < least - 1e-6) || (worst && worst.found <= found)) continue
    worst = { rule: 'cover', pipes: [k, -1], found, expected: least, at: [x, y, z] }
  }
  return worst
}

/** Worst first: by what is lacking, then by number, so that the order depends on nothing else. */
export function worstFirst(conflicts: Conflict[]): Conflict[] {
  return conflicts.sort(
    (a, b) => b.expected - b.found - (a.expected - a.found) || a.pipes[0] - b.pipes[0] || a.pipes[1] - b.pipes[1],
  )
}

/**
 * All conflicts, worst first: one for each pair, one for each shallow pipe. The index of the pipes is kept with the network.
 * @throws {unknown} the signal's reason
 */
export function findConflicts(network: Network, options: ClearanceOptions): Conflict[] {
  const found: Conflict[] = []
  for (const _ of conflictsBit(network, options, found)) options.signal?.throwIfAborted()
  return worstFirst(found)
}

/** As `findConflicts`, but others get their turn every few milliseconds: a server answers on meanwhile. */
export async function findConflictsPolitely(network: Network, options: ClearanceOptions): Promise<Conflict[]> {
  const found: Conflict[] = []
  for (const _ of conflictsBit(network, options, found)) {
    options.signal?.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return worstFirst(found)
}

/** Looks at 256 pipes at a time. */
function* conflictsBit(network: Network, options: ClearanceOptions, found: Conflict[]): Generator<void> {
  const { pipes } = network
  if (!pipes.count) return
  const { only } = options
  const reach = Math.max(0, ...options.rules.horizontal.map(({ metres }) => metres))
  const index = planIndex(network)
  let looked = 0
  for (const a of only ?? pipes.ids.keys()) {
    if (++looked % 256 === 0) yield
    const [w, s, e, n] = planBox(network, a)
    const near = index.search(
      w - reach,
      s - reach,
      e + reach,
      n + reach,
      (b) => b > a || (only !== undefined && b !== a && !only.has(b)),
    )
    for (const b of near) {
      const conflict = conflictOf(network, a, b, options)
      if (conflict) found.push(conflict)
    }
    const shallow = lowCover(network, a, options)
    if (shallow) found.push(shallow)
  }
}
