/** Neighbouring height rasters as one grid in degrees, ellipsoidal metres, voids closed; made band by band. */
import { undulation } from '../geo/geoid.ts'
import type { HeightDatum, HeightSource } from '../geo/height-source.ts'
import type { Box } from '../geo/tile-grid.ts'
import { fillVoids } from './fill-voids.ts'

/** A grid to be written: its place and size, and its rows once. */
export interface Mosaic extends Box {
  columns: number
  rows: number
  resolutionM: number
  sources: HeightSource[]
  /** rows from the north, metres above the ellipsoid, NaN where unknown; to be read once; @throws {Error} when all are unknown */
  heights(signal: AbortSignal, onRow: (row: number) => void): AsyncGenerator<Float32Array>
  /** counted while the rows are read */
  tally: { voids: number; filled: number; low: number; high: number }
}

/** Nodes held at once: 32 million are 128 MB. */
const BAND_NODES = 32_000_000
/** Rows beyond a band that its voids may be closed from. */
const HALO = 200
const MOST_NODES = 4e9
/** Nothing that is surveyed is finer; a spacing below is one in the wrong unit. */
const FINEST_M = 0.01

/** Groups of sources whose boxes touch (within two spacings): far ones get a grid of their own. */
export function groups(sources: readonly HeightSource[]): HeightSource[][] {
  const out: { box: Box; members: HeightSource[] }[] = []
  for (const source of sources) {
    const margin = 2 * Math.max(...source.step)
    const { west, south, east, north } = source.extent
    const touching = out.filter(
      ({ box }) =>
        box.west <= east + margin &&
        box.east >= west - margin &&
        box.south <= north + margin &&
        box.north >= south - margin,
    )
    const joined = { box: { ...source.extent }, members: [source] }
    for (const each of touching) {
      out.splice(out.indexOf(each), 1)
      joined.members = [...each.members, ...joined.members]
      joined.box = {
        west: Math.min(joined.box.west, each.box.west),
        south: Math.min(joined.box.south, each.box.south),
        east: Math.max(joined.box.east, each.box.east),
        north: Math.max(joined.box.north, each.box.north),
      }
    }
    out.push(joined)
  }
  return out.map(({ members }) => members)
}

/** Metres to add at a place for heights in a datum. China's 1985 datum lies within 0.4 m of EGM96 and is taken as it. */
function lift(datum: HeightDatum): (lng: number, lat: number) => number {
  return datum === 'ellipsoidal' ? () => 0 : undulation
}

/**
 * Plans one grid over touching sources: the finest spacing, the union of the boxes; finer sources win where they know.
 *
 * @param datum of each source, in order: what its heights stand on
 * @throws {RangeError} when the grid would have over 4 × 10⁹ nodes, or some closer than a centimetre
 */
export function mosaic(sources: readonly HeightSource[], datum: (source: HeightSource) => HeightDatum): Mosaic {
  const finest = [...sources].sort((a, b) => a.resolutionM - b.resolutionM)
  const extents = sources.map(({ extent }) => extent)
  const west = Math.min(...extents.map((box) => box.west))
  const south = Math.min(...extents.map((box) => box.south))
  const east = Math.max(...extents.map((box) => box.east))
  const north = Math.max(...extents.map((box) => box.north))
  const columns = Math.max(1, Math.round((east - west) / Math.min(...sources.map(({ step }) => step[0]))) + 1)
  const rows = Math.max(1, Math.round((north - south) / Math.min(...sources.map(({ step }) => step[1]))) + 1)
  const spacing = Math.min(...sources.map((source) => source.resolutionM))
  if (!(spacing >= FINEST_M))
    throw new RangeError(`terrain: spacing of ${spacing} m; expected at least ${FINEST_M} m (is --crs right?)`)
  if (columns * rows > MOST_NODES) {
    throw new RangeError(
      `terrain: too many nodes, got ${columns} × ${rows}; expected up to ${MOST_NODES} (gdalwarp -tr makes it coarser)`,
    )
  }
  const tally = { voids: 0, filled: 0, low: Infinity, high: -Infinity }
  const lifts = finest.map((source) => lift(datum(source)))
  const stepX = columns > 1 ? (east - west) / (columns - 1) : 0
  const stepY = rows > 1 ? (north - south) / (rows - 1) : 0

  /** Heights of rows first … last - 1 in one array, voids still open. */
  const band = async (first: number, last: number, signal: AbortSignal): Promise<Float32Array> => {
    const out = new Float32Array(columns * (last - first)).fill(Number.NaN)
    const box = { west, east, north: north - first * stepY, south: north - (last - 1) * stepY }
    for (const [index, source] of finest.entries()) {
      const { extent } = source
      if (extent.south > box.north || extent.north < box.south) continue
      await source.prepare(box, signal)
      const left = Math.max(0, Math.floor((extent.west - west) / stepX) - 1)
      const right = Math.min(columns - 1, Math.ceil((extent.east - west) / stepX) + 1)
      for (let row = first; row < last; row++) {
        if (row % 256 === 0) signal.throwIfAborted()
        const lat = north - row * stepY
        const start = (row - first) * columns
        for (let column = left; column <= right; column++) {
          if (!Number.isNaN(out[start + column])) continue
          const lng = west + column * stepX
          const height = source.sample(lng, lat)
          if (!Number.isNaN(height)) out[start + column] = height + lifts[index](lng, lat)
        }
      }
    }
    return out
  }

  async function* heights(signal: AbortSignal, onRow: (row: number) => void): AsyncGenerator<Float32Array> {
    const perBand = Math.max(64, Math.floor(BAND_NODES / columns))
    for (let first = 0; first < rows; first += perBand) {
      const last = Math.min(rows, first + perBand)
      const from = Math.max(0, first - HALO)
      const to = Math.min(rows, last + HALO)
      const nodes = await band(from, to, signal)
      const inner = nodes.subarray((first - from) * columns, (last - from) * columns)
      const before = countVoids(inner)
      if (before > 0) fillVoids(nodes, columns)
      tally.voids += before
      tally.filled += before - countVoids(inner)
      for (let row = first; row < last; row++) {
        const line = nodes.subarray((row - from) * columns, (row - from + 1) * columns)
        for (const height of line) {
          if (height < tally.low) tally.low = height
          if (height > tally.high) tally.high = height
        }
        yield line
        onRow(row + 1)
      }
    }
    if (!(tally.low <= tally.high)) throw new Error('terrain: no height in it, voids only')
    const nowhere = { west: 999, south: 999, east: 999, north: 999 }
    for (const source of finest) await source.prepare(nowhere, signal)
  }
  return {
    west,
    south,
    east,
    north,
    columns,
    rows,
    resolutionM: finest[0].resolutionM,
    sources: finest,
    heights,
    tally,
  }
}

function countVoids(heights: Float32Array): number {
  let count = 0
  for (const height of heights) if (Number.isNaN(height)) count++
  return count
}
