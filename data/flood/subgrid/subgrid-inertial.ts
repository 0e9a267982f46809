/** The local inertial scheme on coarse cells over tables of the fine ground beneath them, float64. */
import { DRY_DEPTH, defaultCourant, type EngineSetup, GRAVITY } from '../engine.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import { INERTIAL_THETA } from '../reference/inertial.ts'
import {
  conveyanceAt,
  depthAt,
  type FineGround,
  levelAt,
  type SubgridTables,
  subgridTables,
  type Tables,
} from './tables.ts'

/** A solver on subgrid tables. */
export interface SubgridEngine {
  /** water over the cell, mean over its whole area, m; may be changed between steps */
  depth: Float64Array
  /** water level of a cell above the datum */
  level(index: number): number
  stableStep(): number
  step(dt: number): void
  /** highest level each cell has had; `-VOID_BED` where it was dry */
  highest: Float64Array
  /** depth on the fine ground under levels (the present ones by default), `(columns · n) × (rows · n)` */
  fineDepth(levels?: Float64Array): Float32Array
}

/**
 * Local inertial flow between cells: mean depth and conveyance of a face from its pixels, storage of a cell from its own.
 *
 * @see Bates et al. 2010; de Almeida et al. 2012; van Ormondt et al. 2025
 */
export function subgridInertial(setup: Omit<EngineSetup, 'scheme'>, ground: FineGround): SubgridEngine {
  const { layout } = setup
  const { columns, rows, width, length, cellM } = layout
  const courant = setup.courant ?? defaultCourant('inertial')
  const tables: SubgridTables = subgridTables(layout, ground)
  const depth = new Float64Array(length)
  const level = new Float64Array(length).fill(VOID_BED)
  const highest = new Float64Array(length).fill(-VOID_BED)
  const share = new Float64Array(length).fill(1)
  let qx = new Float64Array(length)
  let qy = new Float64Array(length)
  let nextX = new Float64Array(length)
  let nextY = new Float64Array(length)
  const deepest = new Float64Array(1)

  function face(
    flow: Float64Array,
    next: Float64Array,
    i: number,
    side: number,
    faces: { depth: Tables; conveyance: Tables },
    dt: number,
  ): void {
    const before = i - side
    next[i] = 0
    if (faces.depth.open[i] === 0) return
    const wetBefore = depth[before]! > 0
    const wetHere = depth[i]! > 0
    if (!wetBefore && !wetHere) return
    const el = level[before]!
    const er = level[i]!
    const top = Math.max(wetBefore ? el : -VOID_BED, wetHere ? er : -VOID_BED)
    const h = depthAt(faces.depth, i, top)
    if (h <= DRY_DEPTH) return
    const conveyance = conveyanceAt(faces.conveyance, i, top, h)
    const mean = INERTIAL_THETA * flow[i]! + 0.5 * (1 - INERTIAL_THETA) * (flow[before]! + flow[i + side]!)
    const fall = (er - el) / cellM
    const push = mean - GRAVITY * h * dt * fall
    const drag = (GRAVITY * h * dt * Math.abs(push)) / (conveyance * conveyance)
    const limit = h * Math.sqrt(GRAVITY * h)
    const free = push / (0.5 + Math.sqrt(0.25 + drag))
    next[i] = Math.max(-limit, Math.min(limit, free))
    const deep = top - faces.depth.low[i]!
    if (deep > deepest[0]!) deepest[0] = deep
  }

  function eachRow(visit: (i: number) => void): void {
    for (let row = 0; row < rows; row++) {
      const start = cellIndex(layout, 0, row)
      for (let i = start; i < start + columns; i++) visit(i)
    }
  }

  function limitOutflow(ratio: number): void {
    let limited = false
    eachRow((i) => {
      const out =
        ratio *
        (Math.max(0, nextX[i + 1]!) - Math.min(0, nextX[i]!) + Math.max(0, nextY[i + width]!) - Math.min(0, nextY[i]!))
      share[i] = 1
      if (out > depth[i]!) {
        share[i] = depth[i]! / out
        limited = true
      }
    })
    if (!limited) return
    eachRow((i) => {
      nextX[i]! *= nextX[i]! > 0 ? share[i - 1]! : share[i]!
      nextY[i]! *= nextY[i]! > 0 ? share[i - width]! : share[i]!
    })
  }

  return {
    depth,
    highest,
    level: (index) => levelAt(tables.cells, index, depth[index]!),
    stableStep: () => (deepest[0]! > 0 ? (courant * cellM) / Math.sqrt(GRAVITY * deepest[0]!) : Infinity),
    step(dt) {
      deepest[0] = 0
      eachRow((i) => {
        level[i] = levelAt(tables.cells, i, depth[i]!)
      })
      eachRow((i) => {
        face(qx, nextX, i, 1, tables.west, dt)
        face(qy, nextY, i, width, tables.north, dt)
      })
      const ratio = dt / cellM
      limitOutflow(ratio)
      eachRow((i) => {
        const h = depth[i]! + ratio * (nextX[i]! - nextX[i + 1]! + nextY[i]! - nextY[i + width]!)
        depth[i] = Math.max(h, 0)
        if (h > DRY_DEPTH) highest[i] = Math.max(highest[i]!, levelAt(tables.cells, i, h))
      })
      ;[qx, nextX, qy, nextY] = [nextX, qx, nextY, qy]
    },
    fineDepth(levels) {
      const { n, bed } = ground
      const fine = new Float32Array(bed.length)
      const wide = columns * n
      for (let p = 0; p < bed.length; p++) {
        const row = Math.floor(p / wide / n)
        const i = cellIndex(layout, Math.floor((p % wide) / n), row)
        const water = levels ? levels[i]! : depth[i]! > 0 ? levelAt(tables.cells, i, depth[i]!) : -VOID_BED
        const h = water - bed[p]!
        fine[p] = Math.max(h, 0)
      }
      return fine
    },
  }
}
