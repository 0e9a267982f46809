/** A GeoTIFF's first band as plain numbers in the file's own plane, whatever its system is called. */
import { fromArrayBuffer } from 'geotiff'
import type { NodeGrid } from '../geo/height-source.ts'

/** 256 MB of floats. */
const MOST_NODES = 64_000_000

/** A grid, the code of its system when the file names one. */
export interface PlaneGrid extends NodeGrid {
  /** EPSG code of the projected system; null when there is none */
  epsg: number | null
  /** whether x and y are degrees */
  geographic: boolean
  /** EPSG codes of the units of plane and heights, 9001 the metre; null when the file names none */
  unit: number | null
  verticalUnit: number | null
}

/** A code of a unit; 0 and 32767 (defined by the user) name none. */
function unitOf(key: unknown): number | null {
  const code = Number(key ?? 0)
  return code > 0 && code !== 32767 ? code : null
}

/**
 * Reads the first band whole.
 *
 * @returns values at pixel centres; NaN for nodata
 * @throws {Error} not a TIFF, rotated, unplaced, or larger than 64 million pixels
 */
export async function readGeotiffGrid(bytes: ArrayBuffer, name: string): Promise<PlaneGrid> {
  const fail = (what: string, cause?: unknown) => new Error(`geotiff: ${name}: ${what}`, { cause })
  const image = await fromArrayBuffer(bytes)
    .then((tiff) => tiff.getImage())
    .catch((cause) => {
      throw fail(`cannot be read: ${cause instanceof Error ? cause.message : cause}`, cause)
    })
  const columns = image.getWidth()
  const rows = image.getHeight()
  if (!(columns * rows > 0 && columns * rows <= MOST_NODES)) {
    throw fail(`bad size, got ${columns} × ${rows}; expected up to ${MOST_NODES} pixels`)
  }
  const matrix = image.fileDirectory.getValue('ModelTransformation') as ArrayLike<number> | undefined
  if (matrix && (Math.abs(matrix[1]!) > 1e-12 || Math.abs(matrix[4]!) > 1e-12)) {
    throw fail('rotated image; expected rows from west to east (gdalwarp straightens it)')
  }
  let origin: number[]
  let step: number[]
  try {
    origin = image.getOrigin()
    step = image.getResolution()
  } catch (cause) {
    throw fail('says no place; expected ModelTiepoint and ModelPixelScale, or ModelTransformation', cause)
  }
  const dx = step[0]!
  // of an unturned matrix geotiff.js gives the spacing downward as positive, of all else as negative
  const fromMatrix = matrix && image.fileDirectory.getValue('ModelPixelScale') === undefined
  const dy = fromMatrix ? -matrix[5]! : -step[1]!
  if (!(dx > 0 && dy > 0)) throw fail(`bad spacing, got ${dx}, ${dy}; expected > 0 (north up)`)
  const keys = image.getGeoKeys()
  const area = keys?.GTRasterTypeGeoKey !== 2
  const nodata = image.getGDALNoData()
  const read = await image.readRasters({ samples: [0] }).catch((cause) => {
    throw fail(`damaged or unsupported: ${cause instanceof Error ? cause.message : cause}`, cause)
  })
  const heights = Float32Array.from((read as unknown as ArrayLike<number>[])[0]!)
  const none = nodata === null ? Number.NaN : Math.fround(nodata)
  for (let i = 0; i < heights.length; i++) {
    const value = heights[i]!
    if (value === none || !Number.isFinite(value) || value === -9999 || value === -32768) heights[i] = Number.NaN
  }
  const code = Number(keys?.ProjectedCSTypeGeoKey ?? 0)
  return {
    columns,
    rows,
    x0: origin[0]! + (area ? dx / 2 : 0),
    y0: origin[1]! - (area ? dy / 2 : 0),
    dx,
    dy,
    heights,
    epsg: code > 0 && code !== 32767 ? code : null,
    geographic: keys?.GTModelTypeGeoKey === 2,
    unit: unitOf(keys?.ProjLinearUnitsGeoKey),
    verticalUnit: unitOf(keys?.VerticalUnitsGeoKey),
  }
}
