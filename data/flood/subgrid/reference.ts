/** The local inertial scheme over tables of fine ground in plain float64: what the kernels are held against. */
import { DRY_DEPTH, type Engine, type EngineSetup, GRAVITY, type SubgridHistory, type TrackerRule } from '../engine.ts'
import { VOID_BED } from '../layout.ts'
import { INERTIAL_THETA } from '../reference/inertial.ts'
import { HISTORY_BINS } from './history.ts'
import {
  allCells,
  FACE_ENTRIES,
  type FaceTables,
  type FineGround,
  heightAt,
  layCells,
  subgridTables,
  volumeAt,
  wetAt,
} from './tables.ts'

/**
 * Local inertial flow between cells: depth and conveyance of the sections between their centres, storage of their pixels.
 *
 * @see Bates et al. 2010; de Almeida et al. 2012; van Ormondt et al. 2025
 */
export function referenceSubgrid(setup: Omit<EngineSetup, 'scheme'>, ground: FineGround): Engine {
  const { layout } = setup
  const { width, height, guard, length, cellM } = layout
  const courant = setup.courant ?? 0.5
  const tables = subgridTables(layout, ground)
  const make = () => new Float64Array(length)
  const bed = Float64Array.from(tables.bed)
  const friction = make()
  const depth = make()
  const above = make()
  const share = make().fill(1)
  let [qx, qy, nextX, nextY] = [make(), make(), make(), make()]
  const [keepX, keepY] = [make(), make()]
  // 0: largest c² / g, 1: cell updates
  const scalars = new Float64Array(2)
  let rule: TrackerRule | null = null
  let history: SubgridHistory | null = null
  const from = guard + width
  const to = guard + width * (height - 1)

  function lookAt(i: number): number {
    const volume = depth[i]!
    above[i] = volume > DRY_DEPTH ? heightAt(tables, i, volume) : 0
    return volume > DRY_DEPTH ? Math.min(above[i]!, volume / wetAt(tables, i, volume)) : volume
  }

  function face(
    flow: Float64Array,
    next: Float64Array,
    keep: Float64Array,
    i: number,
    side: number,
    f: FaceTables,
    dt: number,
  ): void {
    const before = i - side
    next[i] = keep[i] = 0
    if (bed[before]! > VOID_BED / 2 || bed[i]! > VOID_BED / 2) return
    const wetBefore = depth[before]! > DRY_DEPTH
    const wetHere = depth[i]! > DRY_DEPTH
    if (!wetBefore && !wetHere) return
    const el = bed[before]! + above[before]!
    const er = bed[i]! + above[i]!
    const top = Math.max(wetBefore ? el : -VOID_BED, wetHere ? er : -VOID_BED)
    const low = f.low[i]!
    const at = (top - low) * f.scale[i]!
    if (!(at > 0)) return
    const k = Math.min(Math.floor(at), FACE_ENTRIES - 2)
    const start = (i * FACE_ENTRIES + k) * 2
    const entry = (n: number) => f.values[start + n]! + (f.values[start + 2 + n]! - f.values[start + n]!) * (at - k)
    const h = entry(0)
    if (h <= DRY_DEPTH) return
    const resist = Math.max(DRY_DEPTH, entry(1)) ** (-5 / 3)
    const mean = INERTIAL_THETA * flow[i]! + 0.5 * (1 - INERTIAL_THETA) * (flow[before]! + flow[i + side]!)
    // the water falls over a sill, not to the floor of a dry cell behind it
    const push = mean - ((GRAVITY * h * dt) / cellM) * (Math.max(er, low) - Math.max(el, low))
    const drag = GRAVITY * h * dt * Math.abs(push) * resist * resist
    const free = push / (0.5 + Math.sqrt(0.25 + drag))
    const limit = h * Math.sqrt(GRAVITY * h)
    next[i] = Math.max(-limit, Math.min(limit, free))
    keep[i] = resist
  }

  function limitOutflow(ratio: number): void {
    let limited = false
    for (let i = from; i < to; i++) {
      const [w, e, n, s] = [nextX[i]!, nextX[i + 1]!, nextY[i]!, nextY[i + width]!]
      const out = ratio * (Math.max(0, e) - Math.min(0, w) + Math.max(0, s) - Math.min(0, n))
      share[i] = 1
      if (out > depth[i]!) {
        share[i] = depth[i]! / out
        limited = true
      }
    }
    if (!limited) return
    for (let i = from; i < to + width; i++) {
      nextX[i]! *= nextX[i]! > 0 ? share[i - 1]! : share[i]!
      nextY[i]! *= nextY[i]! > 0 ? share[i - width]! : share[i]!
    }
  }

  function slope(i: number): [number, number] {
    return [
      0.5 * (qx[i]! * keepX[i]! + qx[i + 1]! * keepX[i + 1]!),
      0.5 * (qy[i]! * keepY[i]! + qy[i + width]! * keepY[i + width]!),
    ]
  }

  function trackCells(dt: number, time: number): void {
    if (!rule || !history) return
    for (const i of allCells(layout)) {
      const over = above[i]!
      if (!(over > 0)) continue
      history.highest[i] = Math.max(history.highest[i]!, over)
      const place = ((over - rule.thresholdM) * (HISTORY_BINS - 1)) / Math.max(tables.fullHeight[i]!, 0.01)
      if (!(place >= 0)) continue
      const bin = Math.min(Math.floor(place), HISTORY_BINS - 1)
      const start = i * HISTORY_BINS
      for (let k = bin; k >= 0 && history.arrival[start + k]! < 0; k--) history.arrival[start + k] = time
      history.dwell[start + bin]! += dt
      history.slopes[start + bin] = Math.max(history.slopes[start + bin]!, Math.hypot(...slope(i)))
    }
  }

  const engine: Engine = {
    scheme: 'inertial',
    backend: 'typescript float64, subgrid',
    layout,
    bed,
    friction,
    depth: () => depth,
    across: () => qx,
    down: () => qy,
    stableStep: () => (courant * cellM) / Math.sqrt(GRAVITY * scalars[0]!),
    touch(index) {
      scalars[0] = Math.max(scalars[0]!, lookAt(index))
    },
    refresh() {
      scalars[0] = 0
      for (let i = guard; i < guard + width * height; i++) scalars[0] = Math.max(scalars[0]!, lookAt(i))
    },
    step(dt, time) {
      trackCells(dt, time)
      for (let i = from; i < to + width; i++) {
        face(qx, nextX, keepX, i, 1, tables.west, dt)
        face(qy, nextY, keepY, i, width, tables.north, dt)
      }
      const ratio = dt / cellM
      limitOutflow(ratio)
      scalars[0] = 0
      for (let i = from; i < to; i++) {
        depth[i] = Math.max(0, depth[i]! + ratio * (nextX[i]! - nextX[i + 1]! + nextY[i]! - nextY[i + width]!))
        scalars[0] = Math.max(scalars[0]!, lookAt(i))
      }
      ;[qx, nextX, qy, nextY] = [nextX, qx, nextY, qy]
      scalars[1]! += (height - 2) * width
    },
    look(time) {
      trackCells(0, time)
    },
    trackers: null,
    subgrid: {
      open: tables.open,
      span: tables.fullHeight,
      level: (i) => bed[i]! + above[i]!,
      depthOf: (i, level) => volumeAt(tables, i, level - bed[i]!),
      slope,
      relay(cells) {
        const list = [...cells]
        layCells(tables, layout, ground, list)
        for (const i of list) {
          bed[i] = tables.bed[i]!
          engine.touch(i)
        }
      },
      faces: () => [keepX, keepY],
      get history() {
        return history
      },
    },
    track(wanted) {
      rule = wanted
      const bins = () => new Float64Array(length * HISTORY_BINS)
      history = { highest: make(), arrival: bins().fill(-1), dwell: bins(), slopes: bins() }
    },
    cellUpdates: () => scalars[1]!,
    dispose() {},
  }
  return engine
}
