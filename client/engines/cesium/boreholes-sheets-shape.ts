/** Tops of layers and the water table as triangles: sheets that end in wedges, paler where less is known; pure. */
import { metresPerDegree, toEcef } from '../../../data/geo/ellipsoid.ts'
import { SURFACE_STATES } from '../../../data/geology/surfaces.ts'
import type { SurfaceTile } from './boreholes-sheets-data.ts'
import { hatchNumber } from './soil-hatch.ts'

/** Which sheets are wanted. */
export interface Sheets {
  strata: boolean
  groundwater: boolean
}

/** All sheets of a tile, the deepest first; earth-centred metres. */
export interface SheetMesh {
  positions: Float64Array
  normals: Float32Array
  /** metres east and north of a round place, so that signs go on from tile to tile */
  places: Float32Array
  /** red, green, blue and the number of the hatch */
  colors: Uint8Array
  /** metres above the ellipsoid, and how well it is known there: 0 … 1 */
  heights: Float32Array
  known: Float32Array
  /** triangles, facing up: the deepest sheet first, as sheets seen from above are laid over each other */
  fromAbove: Uint32Array
  /** the same triangles, the highest sheet first, as they are seen from below */
  fromBelow: Uint32Array
}

/** The water table's colour. */
export const WATER_COLOR = '#2f8fe8'
/** Up to here from a hole a layer is drawn in full, metres; from there it fades to nothing at the end of knowledge. */
export const SURE_M = 200
/** How clear a layer is that only farther holes tell of. */
const INFERRED = 0.45

/** How clearly a sheet is drawn at a distance from the nearest hole. */
export function clarity(nearestM: number | null, reachM: number): number {
  if (nearestM === null) return 0
  const t = Math.min(1, Math.max(0, (nearestM - SURE_M) / Math.max(1, reachM - SURE_M)))
  return 1 - t * t * (3 - 2 * t)
}

/** One sheet: heights and clarity per node, and which nodes it is drawn at. */
interface Sheet {
  height: readonly (number | null)[]
  /** 0: a wedge may end here, but it is not there */
  clear: Float32Array
  color: string
  hatch: number
}

function sheetsOf(tile: SurfaceTile, { strata, groundwater }: Sheets): Sheet[] {
  const far = tile.nearestM.map((metres) => clarity(metres, tile.reachM))
  const sheets: Sheet[] = []
  if (strata)
    for (const { color, hatch, top, state } of tile.layers.toReversed()) {
      const clear = Float32Array.from(state, (one, i) => {
        if (one === SURFACE_STATES.met) return far[i]!
        return one === SURFACE_STATES.inferred ? far[i]! * INFERRED : 0
      })
      sheets.push({ height: top, clear, color, hatch: hatchNumber(hatch) })
    }
  if (groundwater && tile.water)
    sheets.push({ height: tile.water.height, clear: Float32Array.from(far), color: WATER_COLOR, hatch: 0 })
  return sheets
}

/** Cells of a sheet that are drawn: all corners known, and it is there at one at least. */
function cellsOf({ height, clear }: Sheet, side: number): number[] {
  const cells: number[] = []
  for (let j = 0; j + 1 < side; j++)
    for (let i = 0; i + 1 < side; i++) {
      const a = j * side + i
      const corners = [a, a + 1, a + side, a + side + 1]
      if (corners.every((node) => height[node] !== null) && corners.some((node) => clear[node]! > 0)) cells.push(a)
    }
  return cells
}

/** The sheets of a tile; null when there is none. */
export function sheetMesh(tile: SurfaceTile, wanted: Sheets): SheetMesh | null {
  const { side, box } = tile
  const [west, south, east, north] = box
  const [lng0, lat0] = [Math.floor(west * 10) / 10, Math.floor(south * 10) / 10]
  const [perLng, perLat] = metresPerDegree(lat0)
  const sheets = sheetsOf(tile, wanted)
    .map((sheet) => ({ sheet, cells: cellsOf(sheet, side) }))
    .filter(({ cells }) => cells.length > 0)
  if (sheets.length === 0) return null
  const nodes = side * side
  const count = sheets.length * nodes
  const mesh: SheetMesh = {
    positions: new Float64Array(count * 3),
    normals: new Float32Array(count * 3),
    places: new Float32Array(count * 2),
    colors: new Uint8Array(count * 4),
    heights: new Float32Array(count),
    known: new Float32Array(count),
    fromAbove: new Uint32Array(0),
    fromBelow: new Uint32Array(0),
  }
  const dx = ((east - west) / (side - 1)) * perLng
  const dy = ((north - south) / (side - 1)) * perLat
  const triangles: number[][] = []
  for (const [s, { sheet, cells }] of sheets.entries()) {
    const first = s * nodes
    const paint = [1, 3, 5].map((at) => Number.parseInt(sheet.color.slice(at, at + 2), 16))
    for (let node = 0; node < nodes; node++) {
      const [i, j] = [node % side, Math.floor(node / side)]
      const lng = west + ((east - west) * i) / (side - 1)
      const lat = north - ((north - south) * j) / (side - 1)
      const at = first + node
      const height = sheet.height[node] ?? 0
      mesh.positions.set(toEcef(lng, lat, height), at * 3)
      mesh.normals.set(normalAt(sheet.height, side, i, j, dx, dy, lng, lat), at * 3)
      mesh.places.set([(lng - lng0) * perLng, (lat - lat0) * perLat], at * 2)
      mesh.colors.set([...paint, sheet.hatch], at * 4)
      mesh.heights[at] = height
      mesh.known[at] = sheet.clear[node]!
    }
    triangles.push(
      cells.flatMap((a) => {
        const [nw, ne, sw, se] = [first + a, first + a + 1, first + a + side, first + a + side + 1]
        return [nw, sw, ne, ne, sw, se]
      }),
    )
  }
  mesh.fromAbove = Uint32Array.from(triangles.flat())
  mesh.fromBelow = Uint32Array.from(triangles.toReversed().flat())
  return mesh
}

/** The upward normal of a sheet at a node, earth-centred, from the neighbours that are known. */
function normalAt(
  height: readonly (number | null)[],
  side: number,
  i: number,
  j: number,
  dx: number,
  dy: number,
  lng: number,
  lat: number,
): [number, number, number] {
  const own = height[j * side + i] ?? 0
  const slope = (a: number | null | undefined, b: number | null | undefined, step: number) => {
    const steps = (a == null ? 0 : 1) + (b == null ? 0 : 1)
    return steps === 0 ? 0 : ((b ?? own) - (a ?? own)) / (steps * step)
  }
  const at = (u: number, v: number) => (u < 0 || v < 0 || u >= side || v >= side ? null : height[v * side + u])
  const e = -slope(at(i - 1, j), at(i + 1, j), dx)
  const n = -slope(at(i, j + 1), at(i, j - 1), dy)
  const length = Math.hypot(e, n, 1)
  const [sl, cl] = [Math.sin((lng * Math.PI) / 180), Math.cos((lng * Math.PI) / 180)]
  const [sp, cp] = [Math.sin((lat * Math.PI) / 180), Math.cos((lat * Math.PI) / 180)]
  return [(-sl * e - sp * cl * n + cp * cl) / length, (cl * e - sp * sl * n + cp * sl) / length, (cp * n + sp) / length]
}
