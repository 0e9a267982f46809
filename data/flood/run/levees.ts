/** Levees of a run: their crests along their lines, and the pixels they stand on where the ground is finer than the cells. */
import type { Crest } from '../forcing/levee.ts'
import { cellOf } from '../layout.ts'
import type { Model } from './model.ts'
import { cellsOfLine, type Point } from './place.ts'

/** A levee; levels above the datum. */
export interface RunLevee {
  crest: Crest
  line: readonly Point[]
  /** cells of the terrain along it with their own ground, on a subgrid only */
  cells: { index: number; along: number; ground: number }[]
}

/** Distance along a line of the point on it that is nearest. */
function alongLine(line: readonly Point[], ends: readonly number[], [x, y]: Point): number {
  let [best, along] = [Infinity, 0]
  for (let k = 1; k < line.length; k++) {
    const [ax, ay] = line[k - 1]!
    const [dx, dy] = [line[k]![0] - ax, line[k]![1] - ay]
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
    const away = Math.hypot(x - ax - t * dx, y - ay - t * dy)
    if (away < best) [best, along] = [away, ends[k - 1]! + t * (ends[k]! - ends[k - 1]!)]
  }
  return along
}

/**
 * Reads the levees; on a subgrid those that stand from the start are put on the ground.
 *
 * @throws {Error} with the name, when its tops are not as many as its points
 */
export function layLevees(model: Model): RunLevee[] {
  const { layout, west, north } = model.place
  return model.run.levees.map(({ name, line, top, start, breach }) => {
    if (Array.isArray(top) && top.length !== line.length)
      throw new Error(`levee ${name}: ${top.length} tops for ${line.length} points; expected one for each`)
    const ends = [0]
    for (let k = 1; k < line.length; k++)
      ends.push(ends[k - 1]! + Math.hypot(line[k]![0] - line[k - 1]![0], line[k]![1] - line[k - 1]![1]))
    const level = (along: number) => {
      if (!Array.isArray(top)) return top - model.datum
      let k = 1
      while (k < line.length - 1 && ends[k]! < along) k++
      const share = (along - ends[k - 1]!) / (ends[k]! - ends[k - 1]! || 1)
      return top[k - 1]! + (top[k]! - top[k - 1]!) * Math.min(1, Math.max(0, share)) - model.datum
    }
    const opening = breach ? { ...breach, bottom: breach.bottom - model.datum } : null
    const crest: Crest = { name: `levee ${name}`, length: ends.at(-1)!, top: level, start, breach: opening }
    if (!model.subgrid) return { crest, line, cells: [] }
    const cells = cellsOfLine(model.place, line).map((index) => {
      const [column, row] = cellOf(layout, index)
      const at: Point = [west + (column + 0.5) * layout.cellM, north - (row + 0.5) * layout.cellM]
      return { index, along: alongLine(line, ends, at), ground: Math.fround(model.bed[index]!) }
    })
    if (cells.length === 0) throw new Error(`levee ${name}: lies outside the terrain; expected x, y inside`)
    if (start <= 0) {
      for (const { index, along, ground } of cells) {
        if (!Number.isNaN(ground)) model.bed[index] = Math.max(ground, level(along))
      }
    }
    return { crest, line, cells: cells.filter(({ ground }) => !Number.isNaN(ground)) }
  })
}
