/** Water areas as flat arrays that all threads share, and which nodes or pixels of a tile they cover. */
import type { Geometry, Position } from 'geojson'
import type { Box } from '../../data/geo/tile-grid.ts'

/** Polygons in structure of arrays, on shared memory: the same bytes in every worker. */
export interface WaterAreas {
  /** lng, lat in degrees, ring after ring, rings closed */
  points: Float64Array
  /** first point of each run of at most 64 edges; one more entry at the end */
  runs: Uint32Array
  /** south, north, west, east of each run, degrees */
  runBoxes: Float64Array
  /** first run of each polygon; one more entry at the end */
  polygons: Uint32Array
  /** west, south, east, north of each polygon, degrees */
  boxes: Float64Array
  /** 1 = sea, 0 = other water, per polygon */
  sea: Uint8Array
  /** west, south, east, north: where each source knows its water */
  coverage: Float64Array
}

const RUN = 64

/** Numbers of unknown count, on memory that threads share at the end. */
function column<T extends Float64Array | Uint32Array | Uint8Array>(
  make: (length: number) => T,
): { push(...values: number[]): void; length: number; done(share: (length: number) => T): T } {
  let data = make(1024)
  const self = {
    length: 0,
    push(...values: number[]) {
      if (self.length + values.length > data.length) {
        const wider = make(data.length * 2)
        wider.set(data)
        data = wider
      }
      for (const value of values) data[self.length++] = value
    },
    done(share: (length: number) => T): T {
      const out = share(self.length)
      out.set(data.subarray(0, self.length))
      return out
    },
  }
  return self
}

/** Gathers polygons one by one. */
export interface WaterGatherer {
  /** Adds the polygons of a geometry; anything else, and rings with bad numbers, are left out. */
  add(geometry: Geometry, sea: boolean): void
  /** Says that a source knows its water within a box. */
  cover(box: Box): void
  done(): WaterAreas
}

/** @returns an empty gatherer */
export function gatherWater(): WaterGatherer {
  const points = column<Float64Array>((length) => new Float64Array(length))
  const runs = column<Uint32Array>((length) => new Uint32Array(length))
  const runBoxes = column<Float64Array>((length) => new Float64Array(length))
  const polygons = column<Uint32Array>((length) => new Uint32Array(length))
  const boxes = column<Float64Array>((length) => new Float64Array(length))
  const sea = column<Uint8Array>((length) => new Uint8Array(length))
  const coverage = column<Float64Array>((length) => new Float64Array(length))

  const addRing = (ring: Position[]): void => {
    for (let from = 0; from < ring.length - 1; from += RUN) {
      const to = Math.min(ring.length - 1, from + RUN)
      const box = [Infinity, -Infinity, Infinity, -Infinity]
      runs.push(points.length / 2)
      for (let i = from; i <= to; i++) {
        const [lng, lat] = ring[i]
        points.push(lng, lat)
        if (lat < box[0]) box[0] = lat
        if (lat > box[1]) box[1] = lat
        if (lng < box[2]) box[2] = lng
        if (lng > box[3]) box[3] = lng
      }
      runBoxes.push(...box)
    }
  }
  const addPolygon = (rings: Position[][], isSea: boolean): void => {
    const good = rings.filter(
      (ring) => ring.length >= 4 && ring.every(([lng, lat]) => Number.isFinite(lng) && Number.isFinite(lat)),
    )
    if (!good.length || good[0] !== rings[0]) return
    polygons.push(runs.length)
    sea.push(isSea ? 1 : 0)
    for (const ring of good) addRing(ring)
    let west = Infinity
    let south = Infinity
    let east = -Infinity
    let north = -Infinity
    for (const [lng, lat] of good[0]) {
      west = Math.min(west, lng)
      south = Math.min(south, lat)
      east = Math.max(east, lng)
      north = Math.max(north, lat)
    }
    boxes.push(west, south, east, north)
  }
  return {
    add(geometry, isSea) {
      if (geometry.type === 'Polygon') addPolygon(geometry.coordinates, isSea)
      else if (geometry.type === 'MultiPolygon') for (const rings of geometry.coordinates) addPolygon(rings, isSea)
      else if (geometry.type === 'GeometryCollection') for (const part of geometry.geometries) this.add(part, isSea)
    },
    cover: ({ west, south, east, north }) => coverage.push(west, south, east, north),
    done() {
      runs.push(points.length / 2)
      polygons.push(runs.length - 1)
      const doubles = (length: number) => new Float64Array(new SharedArrayBuffer(length * 8))
      const integers = (length: number) => new Uint32Array(new SharedArrayBuffer(length * 4))
      return {
        points: points.done(doubles),
        runs: runs.done(integers),
        runBoxes: runBoxes.done(doubles),
        polygons: polygons.done(integers),
        boxes: boxes.done(doubles),
        sea: sea.done((length) => new Uint8Array(new SharedArrayBuffer(length))),
        coverage: coverage.done(doubles),
      }
    },
  }
}

/** Regular points: columns from the west, rows from the north, degrees. */
export interface Raster {
  lngs: Float64Array
  lats: Float64Array
}

/** crossings of each row, emptied after each polygon */
const hits: number[][] = []

/**
 * Sets `out` to 1 where a point lies in a polygon (even-odd over its rings); the points of two rasters that coincide
 * always agree.
 * @param which 'sea' or 'all' polygons
 * @param out row-major, `lngs × lats`; not cleared
 * @returns how many polygons came near, and whether an edge of one crosses the raster's box
 */
export function coverRaster(
  water: WaterAreas,
  which: 'sea' | 'all',
  raster: Raster,
  out: Uint8Array,
): { near: number; crossed: boolean } {
  const { lngs, lats } = raster
  const columns = lngs.length
  const west = lngs[0]
  const east = lngs[columns - 1]
  const north = lats[0]
  const south = lats[lats.length - 1]
  const least = ((east - west) / columns) * 0.5
  let near = 0
  let crossed = false
  for (let p = 0; p < water.sea.length; p++) {
    const [w, s, e, n] = water.boxes.subarray(p * 4, p * 4 + 4)
    if (w > east || e < west || s > north || n < south) continue
    if (which === 'sea' && !water.sea[p]) continue
    // too small to be seen between two points
    if (e - w < least && n - s < least) continue
    near++
    while (hits.length < lats.length) hits.push([])
    for (let run = water.polygons[p]; run < water.polygons[p + 1]; run++)
      if (castRun(water, run, raster, hits)) crossed = true
    for (let j = 0; j < lats.length; j++) {
      const row = hits[j]
      if (!row.length) continue
      row.sort((a, b) => a - b)
      fillRow(row, lngs, out.subarray(j * columns, (j + 1) * columns))
      row.length = 0
    }
  }
  return { near, crossed }
}

/** Notes where the edges of one run cross the rows; true when the run comes near the raster's box. */
function castRun(water: WaterAreas, run: number, { lngs, lats }: Raster, hits: number[][]): boolean {
  const north = lats[0]
  const south = lats[lats.length - 1]
  const east = lngs[lngs.length - 1]
  const [low, high, left, right] = water.runBoxes.subarray(run * 4, run * 4 + 4)
  if (low > north || high < south || left > east) return false
  const { points } = water
  const last = lats.length - 1
  const perDegree = last > 0 ? last / (north - south) : 0
  for (let i = water.runs[run]; i < water.runs[run + 1] - 1; i++) {
    const y0 = points[i * 2 + 1]
    const y1 = points[i * 2 + 3]
    if (y0 === y1) continue
    const bottom = Math.min(y0, y1)
    const top = Math.max(y0, y1)
    if (bottom > north || top < south) continue
    const x0 = points[i * 2]
    const x1 = points[i * 2 + 2]
    const from = Math.max(0, Math.floor((north - top) * perDegree) - 1)
    const to = Math.min(last, Math.ceil((north - bottom) * perDegree) + 1)
    for (let j = from; j <= to; j++) {
      const lat = lats[j]
      // half-open, so that a row through a corner counts it once
      if (lat >= bottom && lat < top) hits[j].push(x0 + ((lat - y0) / (y1 - y0)) * (x1 - x0))
    }
  }
  return right >= lngs[0]
}

/** Marks the points between each pair of crossings. */
function fillRow(crossings: number[], lngs: Float64Array, out: Uint8Array): void {
  const columns = lngs.length
  const west = lngs[0]
  const perDegree = columns > 1 ? (columns - 1) / (lngs[columns - 1] - west) : 0
  for (let k = 0; k + 1 < crossings.length; k += 2) {
    let i = Math.max(0, Math.floor((crossings[k] - west) * perDegree) - 1)
    while (i < columns && lngs[i] < crossings[k]) i++
    for (; i < columns && lngs[i] < crossings[k + 1]; i++) out[i] = 1
  }
}
