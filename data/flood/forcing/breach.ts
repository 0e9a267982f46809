/** What changes the ground in time: a levee or dam that opens, a wall that is put up. */
import type { Engine } from '../engine.ts'
import { cellOf, VOID_BED } from '../layout.ts'
import type { Forcing } from './forcing.ts'

/** An opening that grows from the middle of a line. */
export interface Breach {
  name: string
  /** cells of the body and how far along the line from its middle each lies, metres */
  cells: readonly { index: number; along: number }[]
  start: number
  duration: number
  width: number
  /** level of the floor in the end, above the datum */
  bottom: number
}

/**
 * A breach: wider and deeper at a constant rate; the bed of each cell never rises again.
 *
 * @throws {Error} when it touches no cell
 */
export function breachForcing(engine: Engine, breach: Breach): Forcing {
  const { cells, start, duration, width, bottom, name } = breach
  if (cells.length === 0) throw new Error(`${name}: touches no cell of the grid; expected a line inside`)
  const nearest = Math.min(...cells.map(({ along }) => Math.abs(along)))
  const first = cells.map(({ index }) => engine.bed[index]!)
  return {
    name,
    device: { type: 'breach', cells, tops: first, start, duration, width, bottom },
    before(_, time, dt) {
      const share = Math.min(1, (time + dt - start) / duration)
      if (share <= 0) return
      cells.forEach(({ index, along }, k) => {
        const top = first[k]!
        if (top >= VOID_BED / 2 || top <= bottom) return
        if (Math.abs(along) > Math.max(nearest, 0.5 * width * share)) return
        const bed = Math.fround(top - (top - bottom) * share)
        if (bed < engine.bed[index]!) {
          engine.bed[index] = bed
          engine.touch(index)
        }
      })
    },
    volume: () => 0,
    next: (time) => (time < start ? start : Infinity),
    save: () => [],
    restore() {},
  }
}

/** A crest along cells from some moment on: sandbags, a flood wall. Water that stands there is lifted. */
export function wallForcing(
  engine: Engine,
  wall: { name: string; cells: readonly number[]; top: number; start: number },
): Forcing {
  const { cells, top, start, name } = wall
  if (cells.length === 0) throw new Error(`${name}: touches no cell of the grid; expected a line inside`)
  const done = new Uint8Array(1)
  return {
    name,
    before(_, time) {
      if (done[0] || time < start) return
      done[0] = 1
      for (const index of cells) {
        if (engine.bed[index]! < top) engine.bed[index] = top
        engine.touch(index)
      }
    },
    volume: () => 0,
    next: (time) => (time < start ? start : Infinity),
    save: () => [],
    restore() {},
  }
}

/** Cells within half a thickness of a line with their distance along it from its middle. */
export function cellsBeside(
  engine: Engine,
  line: readonly (readonly [x: number, y: number])[],
  indices: readonly number[],
  corner: { west: number; north: number },
): { index: number; along: number }[] {
  const { cellM } = engine.layout
  const lengths = [0]
  for (let k = 1; k < line.length; k++) {
    lengths.push(lengths[k - 1]! + Math.hypot(line[k]![0] - line[k - 1]![0], line[k]![1] - line[k - 1]![1]))
  }
  const middle = lengths.at(-1)! / 2
  return indices.map((index) => {
    const [column, row] = cellOf(engine.layout, index)
    const x = corner.west + (column + 0.5) * cellM
    const y = corner.north - (row + 0.5) * cellM
    let best = Infinity
    let along = 0
    for (let k = 1; k < line.length; k++) {
      const [ax, ay] = line[k - 1]!
      const dx = line[k]![0] - ax
      const dy = line[k]![1] - ay
      const square = dx * dx + dy * dy || 1
      const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square))
      const distance = Math.hypot(x - ax - t * dx, y - ay - t * dy)
      if (distance < best) {
        best = distance
        along = lengths[k - 1]! + t * Math.sqrt(square) - middle
      }
    }
    return { index, along }
  })
}
