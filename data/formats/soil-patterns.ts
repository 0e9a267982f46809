/** Hatches of soil as strokes and dots in a square of 4 mm that is repeated: the same in SVG and PDF. */

/** One hatch. */
export interface SoilPattern {
  /** #rrggbb */
  color: string
  /** millimetres */
  lineMm: number
  /** x1, y1, x2, y2 of each stroke, y up */
  strokes: readonly (readonly [number, number, number, number])[]
  /** x, y, radius; filled */
  dots: readonly (readonly [number, number, number])[]
}

/** Side of the square, millimetres. */
export const PATTERN_MM = 4

const EARTH = '#7d6a4a'

/** By the words of `SOIL_PATTERNS`; `plain` has none. */
export const SOIL_HATCHES: Readonly<Record<string, SoilPattern>> = {
  fill: {
    color: EARTH,
    lineMm: 0.1,
    strokes: [
      [0, 0, 4, 4],
      [0, 4, 4, 0],
    ],
    dots: [],
  },
  clay: { color: EARTH, lineMm: 0.13, strokes: [[0, 0, 4, 4]], dots: [] },
  silt: { color: EARTH, lineMm: 0.1, strokes: [[0, 0, 4, 4]], dots: [[1, 3, 0.18]] },
  sand: {
    color: EARTH,
    lineMm: 0.1,
    strokes: [],
    dots: [
      [1, 3, 0.2],
      [3, 1, 0.2],
    ],
  },
  gravel: {
    color: EARTH,
    lineMm: 0.1,
    strokes: [],
    dots: [
      [1.2, 2.8, 0.45],
      [3.2, 0.8, 0.3],
      [2.9, 3.3, 0.18],
    ],
  },
  mud: {
    color: '#5d6570',
    lineMm: 0.13,
    strokes: [
      [0, 3, 2.4, 3],
      [1.6, 1, 4, 1],
    ],
    dots: [],
  },
  peat: {
    color: '#54432b',
    lineMm: 0.13,
    strokes: [
      [0, 3, 2, 3],
      [2, 1, 4, 1],
      [1, 3, 1, 3.8],
      [3, 1, 3, 1.8],
    ],
    dots: [],
  },
  rock: {
    color: '#6a6a6a',
    lineMm: 0.13,
    strokes: [
      [0, 2, 1, 4],
      [2, 0, 3, 2],
      [2, 2, 3, 4],
    ],
    dots: [],
  },
}
