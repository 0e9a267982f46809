/** Esri ASCII grids (`.asc`): a head of key words, then rows of numbers from the north. */
import { type Crs, converter, suggestCrs } from '../geo/crs.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import { type HeightSource, type NodeGrid, sampleGrid } from '../geo/height-source.ts'

const KEYS = [
  'ncols',
  'nrows',
  'xllcorner',
  'yllcorner',
  'xllcenter',
  'yllcenter',
  'cellsize',
  'dx',
  'dy',
  'nodata_value',
]
/** 64 million nodes: 256 MB of floats; larger ones come as GeoTIFF, which is read by windows. */
const MOST_NODES = 64_000_000

/** A text handed out word by word, across chunk borders. */
async function* words(chunks: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of chunks) {
    const text = rest + chunk
    const end = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n'), text.lastIndexOf('\t'))
    if (text.length - end > 1000) throw new Error('esri ascii: a word of over 1000 characters; expected numbers')
    rest = text.slice(end + 1)
    yield text.slice(0, Math.max(0, end)).split(/\s+/).filter(Boolean)
  }
  if (rest.trim()) yield rest.trim().split(/\s+/)
}

function checkedHead(head: Map<string, number>): Omit<NodeGrid, 'heights'> & { nodata: number } {
  const columns = head.get('ncols') ?? 0
  const rows = head.get('nrows') ?? 0
  const dx = head.get('dx') ?? head.get('cellsize') ?? 0
  const dy = head.get('dy') ?? head.get('cellsize') ?? 0
  if (
    !(Number.isInteger(columns) && Number.isInteger(rows) && columns > 0 && rows > 0 && columns * rows <= MOST_NODES)
  ) {
    throw new Error(`esri ascii: bad size, got ${columns} × ${rows}; expected 1 × 1 … ${MOST_NODES} nodes in all`)
  }
  if (!(dx > 0 && dy > 0)) throw new Error(`esri ascii: bad cellsize, got ${dx}, ${dy}; expected > 0`)
  const west = head.get('xllcenter') ?? (head.get('xllcorner') ?? Number.NaN) + dx / 2
  const south = head.get('yllcenter') ?? (head.get('yllcorner') ?? Number.NaN) + dy / 2
  if (!Number.isFinite(west + south))
    throw new Error('esri ascii: no place; expected xllcorner | xllcenter and yllcorner | yllcenter')
  return { columns, rows, x0: west, y0: south + (rows - 1) * dy, dx, dy, nodata: head.get('nodata_value') ?? -9999 }
}

/**
 * Reads a grid whole.
 *
 * @param chunks the text, in pieces of any size
 * @returns nodes at the cell centres, in the file's own system; NaN for nodata and numbers beyond ±20 km
 * @throws {Error} without a proper head, with too few or too many numbers, or with a word that is none
 * @see Esri, "Esri ASCII raster format"
 */
export async function readEsriAscii(chunks: AsyncIterable<string>): Promise<NodeGrid> {
  const head = new Map<string, number>()
  let shape: ReturnType<typeof checkedHead> | null = null
  let heights = new Float32Array(0)
  let key: string | null = null
  let count = 0
  for await (const some of words(chunks)) {
    for (const word of some) {
      const value = Number(word)
      if (!shape) {
        if (key) {
          if (Number.isNaN(value) && word.toLowerCase() !== 'nan')
            throw new Error(`esri ascii: ${key} is ${JSON.stringify(word.slice(0, 40))}; expected a number`)
          head.set(key, value)
          key = null
          continue
        }
        if (KEYS.includes(word.toLowerCase())) {
          key = word.toLowerCase()
          continue
        }
        if (head.size === 0)
          throw new Error(`esri ascii: begins with ${JSON.stringify(word.slice(0, 40))}; expected ncols`)
        shape = checkedHead(head)
        heights = new Float32Array(shape.columns * shape.rows)
      }
      if (Number.isNaN(value) && word.toLowerCase() !== 'nan') {
        throw new Error(`esri ascii: node ${count} is ${JSON.stringify(word.slice(0, 40))}; expected a number`)
      }
      if (count >= heights.length)
        throw new Error(`esri ascii: more than ${heights.length} numbers; expected ${shape.columns} × ${shape.rows}`)
      heights[count++] = value === shape.nodata || !(Math.abs(value) <= 20000) ? Number.NaN : value
    }
  }
  if (!shape) throw new Error('esri ascii: no numbers after the head')
  if (count < heights.length) throw new Error(`esri ascii: truncated, got ${count} numbers; expected ${heights.length}`)
  const { nodata: _, ...grid } = shape
  return { ...grid, heights }
}

/**
 * A grid that was read as a source of heights.
 *
 * @param grid from `readEsriAscii`
 * @param system the file's; its `.prj` beside it, or what the caller was told
 * @throws {Error} when it lies outside the world in that system
 */
export function esriAsciiSource(name: string, grid: NodeGrid, system: Crs): HeightSource {
  const toDegrees = converter(system)
  const fromDegrees = converter('EPSG:4326', system)
  const right = grid.x0 + (grid.columns - 1) * grid.dx
  const bottom = grid.y0 - (grid.rows - 1) * grid.dy
  const edge: [number, number][] = []
  for (let i = 0; i <= 16; i++) {
    const x = grid.x0 + ((right - grid.x0) * i) / 16
    const y = bottom + ((grid.y0 - bottom) * i) / 16
    edge.push(toDegrees(x, bottom), toDegrees(x, grid.y0), toDegrees(grid.x0, y), toDegrees(right, y))
  }
  const lngs = edge.map(([lng]) => lng)
  const lats = edge.map(([, lat]) => lat)
  const extent = {
    west: Math.min(...lngs),
    south: Math.min(...lats),
    east: Math.max(...lngs),
    north: Math.max(...lats),
  }
  if (!(extent.west >= -180.01 && extent.east <= 360.01 && extent.south >= -90.01 && extent.north <= 90.01)) {
    throw new Error(
      `esri ascii: ${name}: outside the world in ${system.name}, got x ${grid.x0}, y ${grid.y0}; expected ${suggestCrs(grid.x0, grid.y0)}`,
    )
  }
  const [east, north] = metresPerDegree((extent.south + extent.north) / 2)
  const step: [number, number] = system.geographic ? [grid.dx, grid.dy] : [grid.dx / east, grid.dy / north]
  return {
    name,
    extent,
    step,
    resolutionM: Math.min(step[0] * east, step[1] * north),
    crs: system.name,
    datum: system.vertical === 'ellipsoidal' ? 'ellipsoidal' : null,
    prepare: async () => {},
    sample: (lng, lat) => sampleGrid(grid, ...fromDegrees(lng, lat)),
  }
}
