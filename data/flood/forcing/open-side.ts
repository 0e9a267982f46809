/** Open sides of the grid: cells of the ring around it whose state is set before each step. */
import { type Engine, GRAVITY, waterAt } from '../engine.ts'
import { cellIndex, type Layout, VOID_BED } from '../layout.ts'
import type { Forcing } from './forcing.ts'
import { type Series, valueAt } from './series.ts'

/** A side of the grid. */
export type Side = 'north' | 'east' | 'south' | 'west'

/** A cell of the ring and the cell inside it. */
export interface RingCell {
  ring: number
  inside: number
  /** inside of the inside, for slopes */
  deeper: number
}

/**
 * Ring cells along a side.
 *
 * @param from first cell along it, from the west or the north
 * @param to one past the last
 */
export function ringCells(layout: Layout, side: Side, from: number, to: number): RingCell[] {
  const cells: RingCell[] = []
  const { columns, rows } = layout
  const length = side === 'north' || side === 'south' ? columns : rows
  for (let k = Math.max(0, from); k < Math.min(length, to); k++) {
    const at = (inward: number): number => {
      if (side === 'north') return cellIndex(layout, k, inward)
      if (side === 'south') return cellIndex(layout, k, rows - 1 - inward)
      if (side === 'west') return cellIndex(layout, inward, k)
      return cellIndex(layout, columns - 1 - inward, k)
    }
    const deep = (side === 'north' || side === 'south' ? rows : columns) > 1 ? 1 : 0
    cells.push({ ring: at(-1), inside: at(0), deeper: at(deep) })
  }
  return cells
}

/** What holds at an open side. */
export interface OpenSide {
  name: string
  cells: readonly RingCell[]
  /** level above the datum in time; null lets the water leave freely */
  level: Series | null
  /** what is added to the level at a cell and a moment, metres: low pressure above the sea */
  lift?: (cell: RingCell, time: number) => number
  /**
   * fall of the bed beyond a free side: the water leaves in normal flow; null: it falls off (finite volumes), or the
   * bed goes on as it does at the side, falling at least 1e-3 (inertial)
   */
  slope: number | null
}

/**
 * How far the ground at a face lies above the cell inside it, metres: half a cell on along its slope where the water is
 * deep against that. Second order only; first order sees flat cells.
 */
export function faceRise(engine: Engine, { inside, deeper }: RingCell): number {
  if (engine.scheme !== 'muscl' || engine.bed[deeper]! >= VOID_BED / 2) return 0
  const most = 0.25 * engine.depth()[inside]!
  return Math.max(-most, Math.min(most, 0.5 * (engine.bed[inside]! - engine.bed[deeper]!)))
}

/** Sets the bed under the ring. */
function layBed(engine: Engine, side: OpenSide): void {
  const { bed, friction } = engine
  for (const { ring, inside, deeper } of side.cells) {
    if (bed[inside]! >= VOID_BED / 2) continue
    friction[ring] = friction[inside]!
    if (side.level || engine.scheme !== 'inertial') {
      bed[ring] = bed[inside]!
      continue
    }
    const own = bed[deeper]! < VOID_BED / 2 ? bed[deeper]! - bed[inside]! : 0
    bed[ring] =
      bed[inside]! -
      (side.slope === null ? Math.max(own, 1e-3 * engine.layout.cellM) : side.slope * engine.layout.cellM)
  }
}

/**
 * A side with a level in time, or a free one. What passes it is what the solver moved in and out of the ring.
 *
 * @throws {Error} when it has no cells
 */
export function openSide(engine: Engine, side: OpenSide): Forcing {
  if (side.cells.length === 0) throw new Error(`${side.name}: has no cells; expected a stretch of a side`)
  layBed(engine, side)
  const set = new Float64Array(side.cells.length)
  const total = new Float64Array(1)
  const momentum = engine.scheme !== 'inertial'
  return {
    name: side.name,
    device: side.lift ? null : { type: 'side', cells: side.cells, level: side.level, slope: side.slope },
    before(_, time, dt) {
      const depth = engine.depth()
      const across = engine.across()
      const down = engine.down()
      const level = side.level ? valueAt(side.level, time + dt) : 0
      side.cells.forEach((cell, k) => {
        const { ring, inside } = cell
        if (engine.bed[ring]! >= VOID_BED / 2) return
        // the ring stands for the face
        if (momentum) engine.bed[ring] = engine.bed[inside]! + faceRise(engine, cell)
        if (side.level) {
          const z = engine.bed[ring]!
          depth[ring] = Math.max(0, level + (side.lift?.(cell, time + dt) ?? 0) - z)
          if (momentum) {
            across[ring] = across[inside]!
            down[ring] = down[inside]!
            limitSpeed(across, down, ring, depth[ring]!)
          }
        } else if (momentum) letOut(engine, side.slope, ring, inside)
        else depth[ring] = waterAt(engine, inside)
        set[k] = depth[ring]!
        engine.touch(ring)
      })
    },
    after() {
      const depth = engine.depth()
      const area = engine.layout.cellM ** 2
      side.cells.forEach(({ ring }, k) => {
        total[0]! -= (depth[ring]! - set[k]!) * area
      })
    },
    volume: () => total[0]!,
    save: () => [total[0]!],
    restore(saved) {
      total[0] = saved[0]!
    },
  }
}

/** State beyond a free side: shooting water goes on, a slope gives normal flow, else nothing is there. */
function letOut(engine: Engine, slope: number | null, ring: number, inside: number): void {
  const depth = engine.depth()
  const across = engine.across()
  const down = engine.down()
  const h = depth[inside]!
  const step = ring - inside
  const normal = Math.abs(step) === 1 ? across : down
  const out = normal[inside]! * Math.sign(step)
  const wave = Math.sqrt(GRAVITY * h)
  depth[ring] = h
  across[ring] = across[inside]!
  down[ring] = down[inside]!
  if (out >= wave) return
  if (slope === null) {
    depth[ring] = across[ring] = down[ring] = 0
    return
  }
  const steady = Math.sqrt((slope * GRAVITY) / Math.max(engine.friction[inside]!, 1e-6)) * Math.cbrt(h * h)
  normal[ring] = Math.min(steady, 2 * wave) * Math.sign(step)
}

/** A level is no source of shooting flow: the ring's speed stays below its wave speed. */
function limitSpeed(
  across: Float32Array | Float64Array,
  down: Float32Array | Float64Array,
  i: number,
  h: number,
): void {
  const limit = Math.sqrt(GRAVITY * h)
  across[i] = Math.max(-limit, Math.min(limit, across[i]!))
  down[i] = Math.max(-limit, Math.min(limit, down[i]!))
}
