/** How a grid of cells lies in memory: two rings of cells around it, guards before and after, tiles over all. */

/** Bed of a cell that holds no water and lets none through (holes, outside, blocked buildings), metres. */
export const VOID_BED = 1e6
/** Cells of a tile, along: a tile is computed or skipped as one. */
export const TILE_COLUMNS = 32
/** Cells of a tile, down. */
export const TILE_ROWS = 8
const RING = 2

/** Shape of a padded grid. Row 0 is the northern one; u points east, v points south. */
export interface Layout {
  readonly columns: number
  readonly rows: number
  /** side of a cell, metres */
  readonly cellM: number
  /** columns with rings, a multiple of four */
  readonly width: number
  /** rows with rings */
  readonly height: number
  /** index of the first padded cell in an array of `length` */
  readonly guard: number
  /** numbers in an array over the grid */
  readonly length: number
  readonly tileColumns: number
  readonly tileRows: number
}

/**
 * The memory shape of a grid.
 *
 * @param cellM side of a cell, metres
 * @throws {RangeError} for sizes below one cell or no positive side
 */
export function layoutOf(columns: number, rows: number, cellM: number): Layout {
  if (!(Number.isInteger(columns) && Number.isInteger(rows) && columns > 0 && rows > 0)) {
    throw new RangeError(`flood grid: bad size, got ${columns} × ${rows}; expected whole numbers ≥ 1`)
  }
  if (!(cellM > 0 && Number.isFinite(cellM))) {
    throw new RangeError(`flood grid: bad cell, got ${cellM} m; expected > 0`)
  }
  const width = (columns + 2 * RING + 3) & ~3
  const height = rows + 2 * RING
  const guard = (2 * width + 11) & ~3
  return {
    columns,
    rows,
    cellM,
    width,
    height,
    guard,
    length: width * height + 2 * guard,
    tileColumns: Math.ceil(width / TILE_COLUMNS),
    tileRows: Math.ceil(height / TILE_ROWS),
  }
}

/** Index of a cell of the grid; columns and rows from -2 to size + 1 reach the rings. */
export function cellIndex(layout: Layout, column: number, row: number): number {
  return layout.guard + (row + RING) * layout.width + column + RING
}

/** Column and row of an index. */
export function cellOf(layout: Layout, index: number): [column: number, row: number] {
  const place = index - layout.guard
  const row = Math.floor(place / layout.width)
  return [place - row * layout.width - RING, row - RING]
}

/** Tile of an index. */
export function tileOf(layout: Layout, index: number): number {
  const place = index - layout.guard
  const row = Math.floor(place / layout.width)
  return Math.floor(row / TILE_ROWS) * layout.tileColumns + Math.floor((place - row * layout.width) / TILE_COLUMNS)
}
