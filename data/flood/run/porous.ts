/** Houses smaller than cells: what they leave open of each cell (storage) and between the centres of two (conveyance). */
import { cellIndex, layoutOf } from '../layout.ts'
import { type Place, spansOfPolygon } from './place.ts'
import type { Area } from './shapes.ts'

/** Samples along a side of a cell. */
const SAMPLES = 8
/** Cells less open than this are walls. */
const LEAST_OPEN = 0.05
/** Cells along the edge that count as open, so that sides, tides and streams meet plain water. */
const EDGE = 2
const WHOLE = 255

/** Shares 0 … 1 over the padded grid. */
export interface Porosity {
  /** of a cell that holds water; 0 is a wall */
  open: Float32Array
  /** of the western faces that let water through, no more than of the cells beside them */
  across: Float32Array
  /** of the northern faces */
  down: Float32Array
}

/** Samples of the cells that polygons touch: storage, then conveyance, in steps of 1 / 255. */
function sampleCells(place: Place, houses: readonly { rings: Area['rings']; open: number; passes: number }[]) {
  const { columns, rows, cellM } = place.layout
  const fine: Place = { ...place, layout: layoutOf(columns * SAMPLES, rows * SAMPLES, cellM / SAMPLES) }
  const samples = new Map<number, Uint8Array>()
  const each = SAMPLES * SAMPLES
  for (const { rings, open, passes } of houses) {
    const [a, b] = [Math.round(open * WHOLE), Math.round(passes * WHOLE)]
    spansOfPolygon(fine, rings, (row, from, to) => {
      const line = (row % SAMPLES) * SAMPLES
      for (let column = from; column <= to; column++) {
        const cell = Math.floor(row / SAMPLES) * columns + Math.floor(column / SAMPLES)
        let found = samples.get(cell)
        if (!found) {
          found = new Uint8Array(2 * each).fill(WHOLE)
          samples.set(cell, found)
        }
        const k = line + (column % SAMPLES)
        found[k] = Math.min(found[k]!, a)
        found[each + k] = Math.min(found[each + k]!, b)
      }
    })
  }
  return samples
}

/** Share of one line of samples that lets water through; `along`: a column, else a row. */
function sectionOf(cell: Uint8Array | undefined, along: boolean, place: number): number {
  if (!cell) return 1
  let sum = 0
  for (let k = 0; k < SAMPLES; k++) {
    sum += cell[SAMPLES * SAMPLES + (along ? k * SAMPLES + place : place * SAMPLES + k)]!
  }
  return sum / (SAMPLES * WHOLE)
}

/** The narrowest section from the centre of one cell to the centre of the next. */
function narrowest(before: Uint8Array | undefined, here: Uint8Array | undefined, along: boolean): number {
  let least = 1
  for (let k = SAMPLES / 2; k < SAMPLES; k++) least = Math.min(least, sectionOf(before, along, k))
  for (let k = 0; k < SAMPLES / 2; k++) least = Math.min(least, sectionOf(here, along, k))
  return least
}

/**
 * What polygons leave open of a grid.
 *
 * Depth is that of the water between the houses. A face lets through as much as the narrowest of the sections between the
 * centres of its cells, and no more than the share that the cells themselves are open: waves are then never faster than
 * on open ground.
 *
 * @param houses rings with the share of their area that holds water and of their width that lets it through
 * @see Guinot & Soares-Frazão 2006; Sanders, Schubert & Gallegos 2008 (integral porosity)
 */
export function porosityOf(
  place: Place,
  houses: readonly { rings: Area['rings']; open: number; passes: number }[],
): Porosity {
  const { layout } = place
  const { columns, rows } = layout
  const samples = sampleCells(place, houses)
  const make = () => new Float32Array(layout.length).fill(1)
  const porosity: Porosity = { open: make(), across: make(), down: make() }
  const { open, across, down } = porosity
  const isEdge = (column: number, row: number) =>
    column < EDGE || row < EDGE || column >= columns - EDGE || row >= rows - EDGE
  for (const [cell, values] of samples) {
    const [column, row] = [cell % columns, Math.floor(cell / columns)]
    let sum = 0
    for (let k = 0; k < SAMPLES * SAMPLES; k++) sum += values[k]!
    const share = sum / (SAMPLES * SAMPLES * WHOLE)
    const i = cellIndex(layout, column, row)
    if (share < LEAST_OPEN) open[i] = 0
    else if (!isEdge(column, row)) open[i] = share
  }
  for (const cell of samples.keys()) {
    const [c, r] = [cell % columns, Math.floor(cell / columns)]
    for (const [column, row, along] of [
      [c, r, true],
      [c + 1, r, true],
      [c, r, false],
      [c, r + 1, false],
    ] as const) {
      const [bc, br] = along ? [column - 1, row] : [column, row - 1]
      if (bc < 0 || br < 0 || column >= columns || row >= rows || (isEdge(column, row) && isEdge(bc, br))) continue
      const [i, b] = [cellIndex(layout, column, row), cellIndex(layout, bc, br)]
      const section = narrowest(samples.get(br * columns + bc), samples.get(row * columns + column), along)
      ;(along ? across : down)[i] = Math.min(section, open[i]!, open[b]!)
    }
  }
  return porosity
}
