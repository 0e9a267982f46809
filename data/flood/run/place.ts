/** From the plane (metres, x east, y north) to cells, and what lines and polygons cover. */
import type { Face } from '../forcing/levee.ts'
import { cellIndex, type Layout } from '../layout.ts'

/** A point of the plane. */
export type Point = readonly [x: number, y: number]

/** A grid in its plane. */
export interface Place {
  layout: Layout
  /** upper left corner of the grid */
  west: number
  north: number
}

/** Column and row of a point, also beyond the grid. */
export function cellAt(place: Place, [x, y]: Point): [column: number, row: number] {
  const { cellM } = place.layout
  return [Math.floor((x - place.west) / cellM), Math.floor((place.north - y) / cellM)]
}

/** Index of the cell of a point; -1 outside. */
export function indexAt(place: Place, point: Point): number {
  const [column, row] = cellAt(place, point)
  const { layout } = place
  return column >= 0 && row >= 0 && column < layout.columns && row < layout.rows ? cellIndex(layout, column, row) : -1
}

/**
 * Cells a line passes, each once, in order, joined side by side (no water slips through a corner).
 */
export function cellsOfLine(place: Place, line: readonly Point[]): number[] {
  const { layout } = place
  const { cellM } = layout
  const found = new Set<number>()
  const put = (column: number, row: number) => {
    if (column < 0 || row < 0 || column >= layout.columns || row >= layout.rows) return
    found.add(cellIndex(layout, column, row))
  }
  if (line.length === 1) put(...cellAt(place, line[0]!))
  for (let k = 1; k < line.length; k++) {
    const [ax, ay] = line[k - 1]!
    const [bx, by] = line[k]!
    const length = Math.hypot(bx - ax, by - ay)
    const steps = Math.min(1e6, Math.max(1, Math.ceil((length / cellM) * 8)))
    let [column, row] = cellAt(place, [ax, ay])
    put(column, row)
    for (let s = 1; s <= steps; s++) {
      const t = s / steps
      const [c, r] = cellAt(place, [ax + (bx - ax) * t, ay + (by - ay) * t])
      if (c !== column && r !== row) put(c, row)
      column = c
      row = r
      put(column, row)
    }
  }
  return [...found]
}

/**
 * Faces along a line: a stair from corner to corner of cells that no water slips through.
 *
 * @returns the faces and the length of the line, metres
 */
export function facesOfLine(place: Place, line: readonly Point[]): { faces: Face[]; length: number } {
  const { layout, west, north } = place
  const { cellM, columns, rows } = layout
  const found = new Map<string, Face>()
  const put = (side: Face['side'], column: number, row: number, along: number, right: 1 | -1) => {
    if (column < 0 || row < 0 || column > columns || row > rows) return
    if (side === 'across' ? row === rows : column === columns) return
    const key = `${side} ${column} ${row}`
    if (!found.has(key)) found.set(key, { side, index: cellIndex(layout, column, row), along, right })
  }
  const corner = ([x, y]: Point) => [Math.round((x - west) / cellM), Math.round((north - y) / cellM)] as const
  let length = 0
  for (let k = 1; k < line.length; k++) {
    const [from, to] = [line[k - 1]!, line[k]!]
    const piece = Math.hypot(to[0] - from[0], to[1] - from[1])
    let [c, r] = corner(from)
    const [c1, r1] = corner(to)
    const steps = Math.abs(c1 - c) + Math.abs(r1 - r)
    const [wide, high] = [c1 - c, r1 - r]
    for (let s = 0; s < steps; s++) {
      // the way whose end lies nearer to the straight line
      const [dc, dr] = [Math.sign(c1 - c), Math.sign(r1 - r)]
      const offAcross = Math.abs((c + dc - c1) * high - (r - r1) * wide)
      const offDown = Math.abs((c - c1) * high - (r + dr - r1) * wide)
      const along = length + (piece * (s + 0.5)) / steps
      if (dc !== 0 && (dr === 0 || offAcross <= offDown)) {
        put('down', Math.min(c, c + dc), r, along, dc > 0 ? 1 : -1)
        c += dc
      } else {
        put('across', c, Math.min(r, r + dr), along, dr > 0 ? -1 : 1)
        r += dr
      }
    }
    length += piece
  }
  return { faces: [...found.values()], length }
}

/** Runs of cells of a row whose centres lie in a polygon (rings: the outer one, then holes; even-odd); ends included. */
export function spansOfPolygon(
  place: Place,
  rings: readonly (readonly Point[])[],
  visit: (row: number, from: number, to: number) => void,
): void {
  const { layout, west, north } = place
  const { cellM } = layout
  let low = Infinity
  let high = -Infinity
  for (const [, y] of rings[0] ?? []) {
    low = Math.min(low, y)
    high = Math.max(high, y)
  }
  const first = Math.max(0, Math.floor((north - high) / cellM))
  const last = Math.min(layout.rows - 1, Math.ceil((north - low) / cellM))
  for (let row = first; row <= last; row++) {
    const y = north - (row + 0.5) * cellM
    const crossings: number[] = []
    for (const ring of rings) {
      for (let k = 0; k < ring.length; k++) {
        const [ax, ay] = ring[k]!
        const [bx, by] = ring[(k + 1) % ring.length]!
        if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax))
      }
    }
    crossings.sort((a, b) => a - b)
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil((crossings[k]! - west) / cellM - 0.5))
      const to = Math.min(layout.columns - 1, Math.ceil((crossings[k + 1]! - west) / cellM - 0.5) - 1)
      if (from <= to) visit(row, from, to)
    }
  }
}

/** Cells whose centre lies in a polygon. */
export function cellsOfPolygon(place: Place, rings: readonly (readonly Point[])[]): number[] {
  const found: number[] = []
  spansOfPolygon(place, rings, (row, from, to) => {
    for (let column = from; column <= to; column++) found.push(cellIndex(place.layout, column, row))
  })
  return found
}
