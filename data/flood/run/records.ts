/** What the water is on a cell of the terrain, and the lines of the tables in time. */
import { DRY_DEPTH, type Engine, openShare, velocityAt, waterAt } from '../engine.ts'
import { cellIndex, cellOf, VOID_BED } from '../layout.ts'
import { hllc } from '../reference/hllc.ts'
import { pixelSpeed } from '../subgrid/history.ts'
import type { Model } from './model.ts'
import { facesOfLine, indexAt, type Point } from './place.ts'

const csv = (name: string) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)

/** Index of the computed cell over a cell of the terrain; the same without a subgrid. */
export function computedCell(model: Model, index: number): number {
  if (!model.subgrid) return index
  const { n, place } = model.subgrid
  const [column, row] = cellOf(model.place.layout, index)
  return cellIndex(place.layout, Math.floor(column / n), Math.floor(row / n))
}

/** Depth, m, and speeds east and south, m/s, on a cell of the terrain. */
export function waterOn(model: Model, engine: Engine, index: number): [depth: number, u: number, v: number] {
  const { subgrid } = engine
  if (!subgrid) {
    const dry = engine.bed[index]! >= VOID_BED / 2
    return dry ? [0, 0, 0] : [waterAt(engine, index), ...velocityAt(engine, index)]
  }
  const cell = computedCell(model, index)
  const depth = subgrid.level(cell) - model.bed[index]!
  if (!(depth > DRY_DEPTH)) return [0, 0, 0]
  const [east, south] = subgrid.slope(cell)
  const speed = pixelSpeed(1, depth, model.manning[index]!)
  return [depth, east * speed, south * speed]
}

/** Lines of `gauges.csv` at a moment: level is that of the water, empty when dry. */
export function gaugeLines(model: Model, engine: Engine, time: number): string[] {
  return model.gauges.map(({ name, index }) => {
    const [h, u, v] = waterOn(model, engine, index)
    const bed = engine.subgrid ? model.bed[index]! : engine.bed[index]!
    const level = h > 0 ? (bed + h + model.datum).toFixed(6) : ''
    return `${Number(time.toFixed(6))},${csv(name)},${h.toFixed(6)},${level},${u.toFixed(6)},${(-v || 0).toFixed(6)}`
  })
}

/** Discharge through a line, m³/s, by what the scheme moves through the faces along it. */
function throughFaces(model: Model, engine: Engine, line: readonly Point[]): number {
  const { width, cellM } = engine.layout
  const { bed, crests, pores } = engine
  const [across, down] = [engine.across(), engine.down()]
  const out = new Float64Array(4)
  let sum = 0
  for (const { index: i, side, right } of facesOfLine(model.place, line).faces) {
    const normal = side === 'across' ? across : down
    if (engine.scheme === 'inertial') {
      sum += right * normal[i]!
      continue
    }
    const b = i - (side === 'across' ? 1 : width)
    const [hb, hi] = [waterAt(engine, b), waterAt(engine, i)]
    hllc(out, hb, normal[b]!, 0, bed[b]!, hi, normal[i]!, 0, bed[i]!, crests?.[side][i])
    sum += right * out[0]! * (pores ? pores[side][i]! : 1)
  }
  return sum * cellM
}

/**
 * Discharge through a line, m³/s, positive to the right of its direction: by the faces along it; in second order and on
 * finer ground by the cells, every half cell.
 */
export function sectionDischarge(model: Model, engine: Engine, line: readonly Point[]): number {
  if (!engine.subgrid && engine.scheme !== 'muscl') return throughFaces(model, engine, line)
  const { cellM } = model.place.layout
  let sum = 0
  for (let k = 1; k < line.length; k++) {
    const [ax, ay] = line[k - 1]!
    const [bx, by] = line[k]!
    const length = Math.hypot(bx - ax, by - ay)
    if (length === 0) continue
    const steps = Math.min(100_000, Math.max(1, Math.ceil((2 * length) / cellM)))
    // right of the direction, in east and south
    const east = (by - ay) / length
    const south = (bx - ax) / length
    for (let s = 0; s < steps; s++) {
      const t = (s + 0.5) / steps
      const index = indexAt(model.place, [ax + (bx - ax) * t, ay + (by - ay) * t])
      if (index < 0) continue
      const [depth, u, v] = waterOn(model, engine, index)
      sum += depth * (u * east + v * south) * (length / steps) * (engine.pores ? openShare(engine, index) : 1)
    }
  }
  return sum
}

/** Lines of `sections.csv` at a moment. */
export function sectionLines(model: Model, engine: Engine, time: number): string[] {
  return model.sections.map(
    ({ name, line }) => `${Number(time.toFixed(6))},${csv(name)},${sectionDischarge(model, engine, line).toFixed(6)}`,
  )
}
