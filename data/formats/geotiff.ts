/** Heights from a GeoTIFF: any system its keys or the caller name, read by windows so that size does not matter. */
import { GeoTIFF, type GeoTIFFImage } from 'geotiff'
import { type Converter, type Crs, converter, crs } from '../geo/crs.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import { type HeightDatum, type HeightSource, type NodeGrid, sampleGrid } from '../geo/height-source.ts'
import type { Box } from '../geo/tile-grid.ts'

/** Largest window and largest block decoded at once, nodes. */
const MOST_NODES = 64_000_000
const VERTICAL: Record<number, HeightDatum> = {
  4979: 'ellipsoidal',
  5030: 'ellipsoidal',
  5019: 'ellipsoidal',
  5773: 'egm96',
  5171: 'egm96',
  3855: 'egm96',
  5737: '1985',
}

interface Placement {
  x0: number
  y0: number
  dx: number
  dy: number
}

/** Where the nodes (pixel centres) lie; rotated, mirrored and unplaced images are refused. */
function placement(image: GeoTIFFImage, name: string): Placement {
  const directory = image.fileDirectory
  const scale = directory.getValue('ModelPixelScale') as ArrayLike<number> | undefined
  const tie = directory.getValue('ModelTiepoint') as ArrayLike<number> | undefined
  const matrix = directory.getValue('ModelTransformation') as ArrayLike<number> | undefined
  let placed: Placement
  if (matrix) {
    if (Math.abs(matrix[1]) > 1e-12 || Math.abs(matrix[4]) > 1e-12) {
      throw new Error(`geotiff: ${name}: rotated image; expected rows from west to east (gdalwarp straightens it)`)
    }
    placed = { x0: matrix[3], y0: matrix[7], dx: matrix[0], dy: -matrix[5] }
  } else if (scale && tie && tie.length >= 6) {
    if (tie.length > 6)
      throw new Error(`geotiff: ${name}: placed by ${tie.length / 6} points; expected one (gdalwarp straightens it)`)
    placed = { x0: tie[3] - tie[0] * scale[0], y0: tie[4] + tie[1] * scale[1], dx: scale[0], dy: scale[1] }
  } else
    throw new Error(
      `geotiff: ${name}: says no place; expected ModelTiepoint and ModelPixelScale, or ModelTransformation`,
    )
  if (!(placed.dx > 0 && placed.dy > 0 && Number.isFinite(placed.x0 + placed.y0))) {
    throw new Error(`geotiff: ${name}: bad spacing, got ${placed.dx}, ${placed.dy}; expected > 0 (north up)`)
  }
  if (image.getGeoKeys()?.GTRasterTypeGeoKey !== 2) {
    placed.x0 += placed.dx / 2
    placed.y0 -= placed.dy / 2
  }
  return placed
}

function systemOf(image: GeoTIFFImage, name: string, wish: string | undefined): Crs {
  if (wish) return crs(wish)
  const keys = image.getGeoKeys()
  const code = Number(keys?.ProjectedCSTypeGeoKey ?? keys?.GeographicTypeGeoKey ?? 0)
  if (code > 0 && code !== 32767) return crs(code)
  throw new Error(
    `geotiff: ${name}: names no known system, got ${code || 'none'}; expected an EPSG code in its keys | --crs`,
  )
}

/** Box in degrees around a box in the file's system, by points along its edges; NaN sides when nothing can be placed. */
function boxOf(corners: [number, number, number, number], convert: Converter): Box {
  const [west, south, east, north] = corners
  const found = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (let i = 0; i <= 32; i++) {
    for (let k = 0; k <= 32; k++) {
      if (i % 32 !== 0 && k % 32 !== 0) continue
      const [x, y] = convert(west + ((east - west) * i) / 32, south + ((north - south) * k) / 32)
      if (!Number.isFinite(x + y)) continue
      found.west = Math.min(found.west, x)
      found.south = Math.min(found.south, y)
      found.east = Math.max(found.east, x)
      found.north = Math.max(found.north, y)
    }
  }
  return found
}

/** Slices of a blob; geotiff's own blob source needs the browser's FileReader. */
function sliceSource(blob: Blob) {
  const fetchSlice = async ({ offset, length }: { offset: number; length: number }) => {
    const data = await blob.slice(offset, offset + length).arrayBuffer()
    return { offset, length, data }
  }
  return {
    fetchSlice,
    fetch: (slices: { offset: number; length: number }[]) =>
      Promise.all(slices.map(async (slice) => (await fetchSlice(slice)).data)),
    fileSize: blob.size,
    close: async () => {},
  }
}

async function firstImage(blob: Blob, name: string): Promise<GeoTIFFImage> {
  try {
    return await (await GeoTIFF.fromSource(sliceSource(blob))).getImage()
  } catch (cause) {
    throw new Error(`geotiff: ${name}: cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** Tells windows of one image. */
async function readWindow(
  image: GeoTIFFImage,
  window: number[],
  nodata: number | null,
  name: string,
  signal: AbortSignal,
): Promise<Float32Array> {
  let read: Awaited<ReturnType<GeoTIFFImage['readRasters']>>
  try {
    read = await image.readRasters({ window, samples: [0], signal })
  } catch (cause) {
    signal.throwIfAborted()
    throw new Error(`geotiff: ${name}: damaged or unsupported: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
  const heights = Float32Array.from((read as unknown as ArrayLike<number>[])[0])
  const none = nodata === null ? Number.NaN : Math.fround(nodata)
  for (let i = 0; i < heights.length; i++) {
    if (heights[i] === none || !(Math.abs(heights[i]) <= 20000) || heights[i] === -32768 || heights[i] === -9999)
      heights[i] = Number.NaN
  }
  return heights
}

/**
 * Opens a GeoTIFF's first image as heights.
 *
 * @param blob the file
 * @param wish system to assume instead of what the keys say
 * @returns heights of the first band; nodata (the tag, -9999, -32768, beyond ±20 km) is NaN
 * @throws {Error} rotated, unplaced, of an unknown system, outside the world, or not a TIFF
 * @see OGC GeoTIFF 1.1
 */
export async function geotiffSource(blob: Blob, name: string, wish?: string): Promise<HeightSource> {
  const image = await firstImage(blob, name)
  const columns = image.getWidth()
  const rows = image.getHeight()
  const placed = placement(image, name)
  const system = systemOf(image, name, wish)
  if (image.getBlockWidth() * image.getBlockHeight(0) > MOST_NODES || columns * rows > 1e11 || !(columns * rows > 0)) {
    throw new Error(
      `geotiff: ${name}: too large, got ${columns} × ${rows} in blocks of ${image.getBlockWidth()} × ${image.getBlockHeight(0)}; expected blocks up to ${MOST_NODES} nodes (gdal_translate -co TILED=YES)`,
    )
  }
  const { x0, y0, dx, dy } = placed
  const toDegrees = converter(system)
  const fromDegrees = converter('EPSG:4326', system)
  const extent = boxOf([x0, y0 - (rows - 1) * dy, x0 + (columns - 1) * dx, y0], toDegrees)
  if (!(extent.west >= -180.01 && extent.east <= 360.01 && extent.south >= -90.01 && extent.north <= 90.01)) {
    throw new Error(
      `geotiff: ${name}: outside the world in ${system.name}, got x ${x0}, y ${y0}; expected another --crs`,
    )
  }
  const [east, north] = metresPerDegree((extent.south + extent.north) / 2)
  const step: [number, number] = system.geographic ? [dx, dy] : [dx / east, dy / north]
  const nodata = image.getGDALNoData()
  const keys = image.getGeoKeys()
  let grid: NodeGrid | null = null
  return {
    name,
    extent,
    step,
    resolutionM: Math.min(step[0] * east, step[1] * north),
    crs: system.name,
    datum:
      VERTICAL[Number(keys?.VerticalCSTypeGeoKey ?? 0)] ?? (system.vertical === 'ellipsoidal' ? 'ellipsoidal' : null),
    async prepare(box, signal) {
      grid = null
      if (box.west > extent.east || box.east < extent.west || box.south > extent.north || box.north < extent.south)
        return
      const own = boxOf(
        [
          Math.max(box.west, extent.west),
          Math.max(box.south, extent.south),
          Math.min(box.east, extent.east),
          Math.min(box.north, extent.north),
        ],
        fromDegrees,
      )
      const left = Math.max(0, Math.floor((own.west - x0) / dx) - 2)
      const right = Math.min(columns, Math.ceil((own.east - x0) / dx) + 3)
      const top = Math.max(0, Math.floor((y0 - own.north) / dy) - 2)
      const bottom = Math.min(rows, Math.ceil((y0 - own.south) / dy) + 3)
      if (!(right > left && bottom > top)) return
      if ((right - left) * (bottom - top) > MOST_NODES)
        throw new Error(
          `geotiff: ${name}: window too large, got ${right - left} × ${bottom - top} nodes; expected up to ${MOST_NODES}`,
        )
      const heights = await readWindow(image, [left, top, right, bottom], nodata, name, signal)
      grid = { columns: right - left, rows: bottom - top, x0: x0 + left * dx, y0: y0 - top * dy, dx, dy, heights }
    },
    sample(lng, lat) {
      if (!grid) return Number.NaN
      const [x, y] = fromDegrees(lng, lat)
      return sampleGrid(grid, x, y)
    },
  }
}
