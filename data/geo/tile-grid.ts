/** The two quadtrees the city is cut by: geographic 2 × 1 (TMS, y from the south) and Web Mercator (XYZ, y from the north). */

/** A box in degrees; `west > east` means that it crosses the antimeridian. */
export interface Box {
  west: number
  south: number
  east: number
  north: number
}

/** Inclusive tile columns and rows of one level. */
export interface TileRange {
  z: number
  minX: number
  minY: number
  maxX: number
  maxY: number
}

/** A quadtree over the world: how many tiles a level has, and where each lies. */
export interface TileGrid {
  readonly name: 'geographic' | 'mercator'
  /** deepest level whose tile numbers are still exact in a double and in 32-bit arithmetic */
  readonly maxZ: number
  columns(z: number): number
  rows(z: number): number
  /** @returns the column that holds a longitude in degrees (wrapped into the world) */
  x(lngDeg: number, z: number): number
  /** @returns the row that holds a latitude in degrees (clamped to the grid's rows) */
  y(latDeg: number, z: number): number
  /** @throws {RangeError} for a tile that does not exist, with the legal range */
  bounds(z: number, x: number, y: number): Box
}

/** Latitude at which Web Mercator's square ends, degrees. */
export const MERCATOR_MAX_LAT = (Math.atan(Math.sinh(Math.PI)) * 180) / Math.PI
/** Level of the cells that `mortonCell` numbers: about 19 m at the equator. */
export const CELL_LEVEL = 20

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
const wrap = (lngDeg: number): number =>
  lngDeg >= -180 && lngDeg < 180 ? lngDeg : lngDeg - 360 * Math.floor((lngDeg + 180) / 360)

/**
 * Throws unless z/x/y is a tile of the grid.
 * @throws {RangeError} `tile: …, got …; expected …`
 */
export function checkTile(grid: TileGrid, z: number, x: number, y: number): void {
  if (!Number.isInteger(z) || z < 0 || z > grid.maxZ)
    throw new RangeError(`tile: level out of range, got ${z}; expected 0 … ${grid.maxZ}`)
  const columns = grid.columns(z)
  const rows = grid.rows(z)
  if (!Number.isInteger(x) || x < 0 || x >= columns)
    throw new RangeError(`tile: column out of range at level ${z}, got ${x}; expected 0 … ${columns - 1}`)
  if (!Number.isInteger(y) || y < 0 || y >= rows)
    throw new RangeError(`tile: row out of range at level ${z}, got ${y}; expected 0 … ${rows - 1}`)
}

/** Geographic grid: two square roots of 180°, rows from the south (quantized-mesh's scheme). Bounds are exact in doubles. */
export const GEOGRAPHIC: TileGrid = {
  name: 'geographic',
  maxZ: 24,
  columns: (z) => 2 ** (z + 1),
  rows: (z) => 2 ** z,
  x: (lngDeg, z) => clamp(Math.floor(((wrap(lngDeg) + 180) / 180) * 2 ** z), 0, 2 ** (z + 1) - 1),
  y: (latDeg, z) => clamp(Math.floor(((latDeg + 90) / 180) * 2 ** z), 0, 2 ** z - 1),
  bounds(z, x, y) {
    checkTile(this, z, x, y)
    const side = 180 / 2 ** z
    return { west: x * side - 180, south: y * side - 90, east: (x + 1) * side - 180, north: (y + 1) * side - 90 }
  },
}

const mercatorLat = (row: number, z: number): number =>
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI

/** Web Mercator grid: one root, rows from the north (MVT's scheme). */
export const MERCATOR: TileGrid = {
  name: 'mercator',
  maxZ: 24,
  columns: (z) => 2 ** z,
  rows: (z) => 2 ** z,
  x: (lngDeg, z) => clamp(Math.floor(((wrap(lngDeg) + 180) / 360) * 2 ** z), 0, 2 ** z - 1),
  y(latDeg, z) {
    const lat = (clamp(latDeg, -MERCATOR_MAX_LAT, MERCATOR_MAX_LAT) * Math.PI) / 180
    return clamp(Math.floor((0.5 - Math.asinh(Math.tan(lat)) / (2 * Math.PI)) * 2 ** z), 0, 2 ** z - 1)
  },
  bounds(z, x, y) {
    checkTile(this, z, x, y)
    const side = 360 / 2 ** z
    return {
      west: x * side - 180,
      south: mercatorLat(y + 1, z),
      east: (x + 1) * side - 180,
      north: mercatorLat(y, z),
    }
  },
}

/** @returns the box cut into the parts between −180 and 180: one, or two when it crosses the antimeridian */
export function splitBox(box: Box): Box[] {
  if (box.east - box.west >= 360) return [{ ...box, west: -180, east: 180 }]
  if (box.west >= -180 && box.east <= 180 && box.west <= box.east) return [box]
  const west = wrap(box.west)
  const east = box.east === 180 ? 180 : wrap(box.east)
  if (west <= east) return [{ ...box, west, east }]
  return [
    { ...box, west, east: 180 },
    { ...box, west: -180, east },
  ]
}

/**
 * Tiles of one level that a box touches; a tile that only shares its edge with the box counts when it lies to the east or
 * north (x, y grow) of that edge.
 * @returns one range, or two when the box crosses the antimeridian
 * @throws {RangeError} when a side of the box is not a number or south > north
 */
export function coveringTiles(grid: TileGrid, box: Box, z: number): TileRange[] {
  if (![box.west, box.south, box.east, box.north].every(Number.isFinite) || box.south > box.north)
    throw new RangeError(
      `tile: bad box, got ${box.west},${box.south},${box.east},${box.north}; expected west,south,east,north in degrees`,
    )
  checkTile(grid, z, 0, 0)
  return splitBox(box).map((part) => {
    const one = grid.y(part.south, z)
    const two = grid.y(part.north, z)
    return {
      z,
      minX: grid.x(part.west, z),
      maxX: part.east >= 180 ? grid.columns(z) - 1 : grid.x(part.east, z),
      minY: Math.min(one, two),
      maxY: Math.max(one, two),
    }
  })
}

/** Bits of a number below 2^21 spread to every second place, as a double below 2^42. */
function spread(value: number): number {
  let low = value & 0x3ff
  let high = (value >>> 10) & 0x7ff
  low = (low | (low << 8)) & 0x00ff00ff
  low = (low | (low << 4)) & 0x0f0f0f0f
  low = (low | (low << 2)) & 0x33333333
  low = (low | (low << 1)) & 0x55555555
  high = (high | (high << 8)) & 0x00ff00ff
  high = (high | (high << 4)) & 0x0f0f0f0f
  high = (high | (high << 2)) & 0x33333333
  high = (high | (high << 1)) & 0x55555555
  return (high >>> 0) * 2 ** 20 + (low >>> 0)
}

/**
 * Number of the level-20 geographic cell that holds a point, so that sorting by it walks the quadtree depth first.
 * @returns an integer below 2^41: x on the even bits, y (from the south) on the odd ones
 * @throws {RangeError} when a coordinate is not a number
 */
export function mortonCell(lngDeg: number, latDeg: number): number {
  if (!Number.isFinite(lngDeg) || !Number.isFinite(latDeg))
    throw new RangeError(`cell: not a point, got ${lngDeg},${latDeg}; expected lng,lat in degrees`)
  return spread(GEOGRAPHIC.x(lngDeg, CELL_LEVEL)) + 2 * spread(GEOGRAPHIC.y(latDeg, CELL_LEVEL))
}

/**
 * The cells of one geographic tile: `cell >= first and cell <= last` is exactly the tile's content.
 * @throws {RangeError} for a tile that does not exist or lies deeper than level 20
 */
export function cellRange(z: number, x: number, y: number): { first: number; last: number } {
  checkTile(GEOGRAPHIC, z, x, y)
  if (z > CELL_LEVEL) throw new RangeError(`cell: level too deep, got ${z}; expected 0 … ${CELL_LEVEL}`)
  const side = 4 ** (CELL_LEVEL - z)
  const first = (spread(x) + 2 * spread(y)) * side
  return { first, last: first + side - 1 }
}
