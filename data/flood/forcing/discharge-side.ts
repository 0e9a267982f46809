/** A discharge through a side of the grid: the stream stands in the ring beside it, as deep as the water inside lets it. */
import { DRY_DEPTH, type Engine, GRAVITY } from '../engine.ts'
import { VOID_BED } from '../layout.ts'
import { addDepth, type Forcing } from './forcing.ts'
import { faceRise, type RingCell } from './open-side.ts'
import { integral, type Series } from './series.ts'

/** What comes in, and where. */
export interface DischargeSide {
  name: string
  cells: readonly RingCell[]
  /** m³/s in all; negative takes water as far as there is some */
  discharge: Series
}

/** Depth of critical flow, metres. */
const critical = (q: number) => Math.cbrt((q * q) / GRAVITY)

/**
 * Shares of the cells of a cross-section: as its depths carry (h^5/3); on dry ground as critical flow would fill it.
 *
 * @param total m³/s
 * @returns shares that add up to 1
 */
export function conveyShares(engine: Engine, cells: readonly RingCell[], total: number): Float64Array {
  const { bed } = engine
  const depth = engine.depth()
  const grounds = cells.map(({ inside }) => bed[inside]!)
  const unit = Math.abs(total) / engine.layout.cellM
  let low = Math.min(...grounds)
  let high = low + critical(unit) + 1e-3
  for (let k = 0; k < 40; k++) {
    const level = 0.5 * (low + high)
    let flow = 0
    for (const ground of grounds) flow += Math.sqrt(GRAVITY) * Math.max(0, level - ground) ** 1.5
    if (flow < unit) low = level
    else high = level
  }
  const shares = Float64Array.from(cells, ({ inside }, k) => Math.max(depth[inside]!, high - grounds[k]!, 0) ** (5 / 3))
  const sum = shares.reduce((a, b) => a + b, 0)
  return sum > 0 ? shares.map((share) => share / sum) : shares.fill(1 / cells.length)
}

/**
 * Depth at the side for a unit discharge: with the wave that leaves the inside (u - 2 c), or critical over dry ground;
 * shooting water inside says nothing back, then the stream comes as deep as it is there.
 *
 * @param u speed inside, positive inward
 */
export function sideDepth(q: number, h: number, u: number): number {
  const most = critical(q)
  if (h <= DRY_DEPTH) return most
  const c = Math.sqrt(GRAVITY * h)
  if (u >= c) return Math.min(h, most)
  const wave = u - 2 * c
  let low = most
  let high = Math.max(most, h)
  const lacks = (x: number) => q / x - 2 * Math.sqrt(GRAVITY * x) > wave
  if (!lacks(low)) return most
  while (lacks(high)) high *= 2
  for (let k = 0; k < 40; k++) {
    const x = 0.5 * (low + high)
    if (lacks(x)) low = x
    else high = x
  }
  return 0.5 * (low + high)
}

/**
 * A discharge with its momentum; what the faces let through too little or too much is put right at once. The inertial
 * scheme keeps no momentum across a side: there all of it comes as a spring.
 *
 * @throws {Error} when it has no cells
 */
export function dischargeSide(engine: Engine, side: DischargeSide): Forcing {
  const { cells, discharge, name } = side
  if (cells.length === 0) throw new Error(`${name}: has no cells; expected a stretch of a side`)
  const { bed, friction, layout } = engine
  const area = layout.cellM ** 2
  const momentum = engine.scheme !== 'inertial'
  const set = new Float64Array(cells.length)
  const carry = new Float64Array(cells.length)
  let shares: Float64Array = new Float64Array(cells.length)
  // 0: come so far, 1: asked for, m³
  const sums = new Float64Array(2)

  function stand(k: number, q: number): void {
    const { ring, inside } = cells[k]!
    const depth = engine.depth()
    const step = inside - ring
    const across = engine.across()
    const down = engine.down()
    const [normal, aside] = Math.abs(step) === 1 ? [across, down] : [down, across]
    depth[ring] = normal[ring] = aside[ring] = set[k] = 0
    if (q <= 0) {
      bed[ring] = VOID_BED
      return
    }
    bed[ring] = bed[inside]! + faceRise(engine, cells[k]!)
    friction[ring] = friction[inside]!
    const h = sideDepth(q, depth[inside]!, normal[inside]! * Math.sign(step))
    depth[ring] = h
    normal[ring] = (q / h) * Math.sign(step)
    set[k] = depth[ring]!
    engine.touch(ring)
  }

  return {
    name,
    before(_, time, dt) {
      const volume = integral(discharge, time, time + dt)
      sums[1]! += volume
      shares = conveyShares(engine, cells, volume / dt)
      if (momentum) for (let k = 0; k < cells.length; k++) stand(k, (volume / dt / layout.cellM) * shares[k]!)
    },
    after() {
      const depth = engine.depth()
      const across = engine.across()
      const down = engine.down()
      if (momentum) for (let k = 0; k < cells.length; k++) sums[0]! -= (depth[cells[k]!.ring]! - set[k]!) * area
      const owed = (sums[1]! - sums[0]!) / area
      for (let k = 0; k < cells.length; k++) {
        const { inside } = cells[k]!
        const had = depth[inside]! + carry[k]!
        const metres = Math.max(owed * shares[k]!, -had)
        if (metres === 0) continue
        const has = addDepth(engine, inside, metres, carry, k)
        sums[0]! += (has + carry[k]! - had) * area
        if (!momentum || metres < 0 || has <= 0) continue
        const kept = Math.min(1, Math.max(0, had) / has)
        across[inside]! *= kept
        down[inside]! *= kept
      }
    },
    volume: () => sums[0]!,
    save: () => [...sums, ...carry],
    restore(saved) {
      sums.set(saved.slice(0, 2))
      carry.set(saved.slice(2))
    },
  }
}
