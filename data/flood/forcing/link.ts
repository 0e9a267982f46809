/** Water that goes from one cell to another by a pump, a gate or a culvert. */
import { type Engine, GRAVITY, levelOf, openShare, waterAt } from '../engine.ts'
import { addDepth, type Forcing } from './forcing.ts'
import { type Series, valueAt } from './series.ts'

/** A connection between two cells; levels above the datum. */
export type Link = { name: string; from: number; to: number | null } & (
  | { type: 'pump'; rate: Series; startDepth: number }
  | { type: 'gate'; width: number; sill: number; opening: Series; coefficient: number }
  | { type: 'culvert'; area: number; invert: number; coefficient: number }
)

/** Discharge of a free or drowned opening of some height over a sill, m³/s. */
function throughOpening(high: number, low: number, width: number, opening: number, coefficient: number): number {
  if (high <= 0 || opening <= 0) return 0
  const fall = high - Math.max(0, low)
  if (high > opening) {
    const head = low > opening ? fall : high - 0.5 * Math.min(opening, high)
    return coefficient * width * opening * Math.sqrt(2 * GRAVITY * Math.max(0, head))
  }
  // broad crest, lessened when drowned (Villemonte)
  const free = 1.7 * width * high ** 1.5
  const drowned = low > 0 ? Math.max(0, 1 - (low / high) ** 1.5) ** 0.385 : 1
  return free * drowned
}

function discharge(link: Link, engine: Engine, time: number): number {
  const depth = engine.depth()
  if (link.type === 'pump')
    return waterAt(engine, link.from) >= link.startDepth ? Math.max(0, valueAt(link.rate, time)) : 0
  const to = link.to!
  const base = link.type === 'gate' ? link.sill : link.invert
  const a = depth[link.from]! > 0 ? levelOf(engine, link.from) - base : 0
  const b = depth[to]! > 0 ? levelOf(engine, to) - base : 0
  const sign = a >= b ? 1 : -1
  const high = Math.max(a, b)
  const low = Math.min(a, b)
  if (link.type === 'gate')
    return sign * throughOpening(high, low, link.width, Math.max(0, valueAt(link.opening, time)), link.coefficient)
  const side = Math.sqrt(link.area)
  return sign * throughOpening(high, low, side, side, link.coefficient)
}

/** A link as a forcing; no cell gives more than it has, nor so much that the levels would swap. */
export function linkForcing(link: Link): Forcing {
  const carry = new Float64Array(2)
  const sums = new Float64Array(2)
  return {
    name: link.name,
    before(engine, time, dt) {
      const area = engine.layout.cellM ** 2
      const flow = discharge(link, engine, time) * dt
      if (flow === 0) return
      const giver = flow > 0 ? link.from : link.to!
      const taker = flow > 0 ? link.to : link.from
      const depth = engine.depth()
      let metres = Math.min(Math.abs(flow) / area, depth[giver]!)
      if (link.type !== 'pump' && taker !== null) {
        const fall = levelOf(engine, giver) - levelOf(engine, taker)
        const open = Math.min(openShare(engine, giver), openShare(engine, taker))
        metres = Math.min(metres, Math.max(0, 0.25 * open * fall))
      }
      if (metres <= 0) return
      addDepth(engine, giver, -metres, carry, 0)
      if (taker === null) sums[0]! -= metres * area
      else addDepth(engine, taker, metres, carry, 1)
      sums[1]! += Math.sign(flow) * metres * area
    },
    volume: () => sums[0]!,
    save: () => [...sums, ...carry],
    restore(saved) {
      sums.set(saved.slice(0, 2))
      carry.set(saved.slice(2, 4))
    },
  }
}
