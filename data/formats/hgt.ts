/** SRTM `.hgt` tiles: square, big-endian 16-bit metres above EGM96, named by their south-west corner. */
import { type HeightSource, type NodeGrid, sampleGrid } from '../geo/height-source.ts'

/** Sides that exist: 3″, 1″, and the half-width 1″ × 2″ tiles do not. */
const SIDES = [1201, 3601, 601, 6001]
const VOID = -32768

/**
 * Side of an hgt tile of this many bytes.
 *
 * @returns 0 when no tile has this size
 */
export function hgtSide(byteLength: number): number {
  return SIDES.find((side) => side * side * 2 === byteLength) ?? 0
}

/**
 * South-west corner in a tile's name (`N43E007.hgt`).
 *
 * @returns degrees; null when the name says none
 */
export function hgtCorner(name: string): { lng: number; lat: number } | null {
  const found = /(?:^|[/\\])([NS])(\d{2})([EW])(\d{3})[^/\\]*$/i.exec(name)
  if (!found) return null
  const lat = Number(found[2]) * (found[1].toUpperCase() === 'S' ? -1 : 1)
  const lng = Number(found[4]) * (found[3].toUpperCase() === 'W' ? -1 : 1)
  return lat >= -90 && lat < 90 && lng >= -180 && lng < 180 ? { lng, lat } : null
}

/**
 * Heights of a tile.
 *
 * @param bytes the whole file
 * @param name file name, which alone says where the tile lies
 * @returns nodes from the north-west in degrees; heights in metres above EGM96, NaN for voids (-32768, and beyond ±12 km)
 * @throws {Error} when size or name fit no tile
 * @see SRTM User's Guide, NASA 2015, §2.1
 */
export function readHgt(bytes: Uint8Array, name: string): NodeGrid {
  const side = hgtSide(bytes.length)
  if (side === 0) {
    throw new Error(`hgt: ${name}: ${bytes.length} bytes; expected ${SIDES.map((each) => each * each * 2).join(' | ')}`)
  }
  const corner = hgtCorner(name)
  if (!corner) throw new Error(`hgt: ${name}: the name says no place; expected one like N28E121.hgt`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const heights = new Float32Array(side * side)
  for (let i = 0; i < heights.length; i++) {
    const height = view.getInt16(i * 2)
    heights[i] = height === VOID || Math.abs(height) > 12000 ? Number.NaN : height
  }
  const step = 1 / (side - 1)
  return { columns: side, rows: side, x0: corner.lng, y0: corner.lat + 1, dx: step, dy: step, heights }
}

/**
 * A tile as a source that holds its nodes only while they are needed.
 *
 * @param load reads the whole (unpacked) file again
 * @throws {Error} as `readHgt`, from `prepare`
 */
export function hgtSource(name: string, byteLength: number, load: () => Promise<Uint8Array>): HeightSource {
  const side = hgtSide(byteLength)
  const corner = hgtCorner(name)
  if (side === 0 || !corner) readHgt(new Uint8Array(side === 0 ? 0 : byteLength), name)
  const { lng, lat } = corner ?? { lng: 0, lat: 0 }
  const step = 1 / (side - 1)
  const extent = { west: lng, south: lat, east: lng + 1, north: lat + 1 }
  let grid: NodeGrid | null = null
  return {
    name,
    extent,
    step: [step, step],
    resolutionM: step * 111_320,
    crs: 'EPSG:4326',
    datum: 'egm96',
    async prepare(box) {
      const wanted =
        box.west <= extent.east && box.east >= extent.west && box.south <= extent.north && box.north >= extent.south
      if (!wanted) grid = null
      else grid ??= readHgt(await load(), name)
    },
    sample: (x, y) => (grid ? sampleGrid(grid, x, y) : Number.NaN),
  }
}
