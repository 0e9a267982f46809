/** Rows of units or legal volumes of one cell → a GLB of clear solids. */
import { hash } from 'node:crypto'
import type { Geometry } from 'geojson'
import type { TableColumn } from '../../data/formats/glb-table.ts'
import { writeVolumesGlb } from '../../data/formats/glb-volumes.ts'
import { CLASSES, RIGHT_STATUS } from '../../data/geo/city-feature.ts'
import { UNIT_COLORS, VOLUME_COLORS } from '../../data/geo/right-colors.ts'
import { nodeMatrix, openPlane } from '../../data/mesh/building-frame.ts'
import { SHAPE_UNIT_DEG } from '../../data/mesh/building-shape.ts'
import { addPrism, type PrismMesh } from '../../data/mesh/prism.ts'
import type { TileStore } from './tile-store.ts'
import type { Region } from './tileset.ts'

/** Layers that are drawn as solids. */
export type SolidLayer = 'units' | 'volumes'

/** A row, as the cutter reads it. */
export interface SolidRow {
  id: string
  geometry: Geometry
  style: Record<string, unknown>
}

/** A tile that was cut. */
export interface SolidCut {
  /** file in `<layer>/c/`; null when nothing of the rows has a shape */
  content: string | null
  region: Region
  bytes: number
  features: number
}

const COLORS: Record<SolidLayer, Readonly<Record<string, string>>> = { units: UNIT_COLORS, volumes: VOLUME_COLORS }
/** Metres between units of one building, so that faces of neighbours do not fight. */
const SHRINK_M = 0.03

/** `#rrggbb` → linear bytes. */
function linear(color: string): [number, number, number] {
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return Math.round(255 * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
  }) as [number, number, number]
}

function polygonsOf(geometry: Geometry): number[][][][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates]
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : []
}

/** Cuts one tile and stores it. @param rows of one cell, in a fixed order */
export async function cutSolids(layer: SolidLayer, rows: readonly SolidRow[], store: TileStore): Promise<SolidCut> {
  const region: Region = [Infinity, Infinity, -Infinity, -Infinity, Infinity, -Infinity]
  const known = rows.filter(({ geometry, style }) => {
    const [bottom, top] = [Number(style.bottom), Number(style.top)]
    if (!(bottom < top)) return false
    for (const [outer] of polygonsOf(geometry))
      for (const [lng, lat] of outer) {
        region[0] = Math.min(region[0], lng)
        region[1] = Math.min(region[1], lat)
        region[2] = Math.max(region[2], lng)
        region[3] = Math.max(region[3], lat)
      }
    region[4] = Math.min(region[4], bottom)
    region[5] = Math.max(region[5], top)
    return true
  })
  const none: SolidCut = { content: null, region: [0, 0, 0, 0, 0, 0], bytes: 0, features: 0 }
  if (!known.length) return none
  const plane = openPlane((region[0] + region[2]) / 2, (region[1] + region[3]) / 2)
  const mesh: PrismMesh = { positions: [], triangles: [], edges: [] }
  const owners: number[] = []
  for (const [feature, { geometry, style }] of known.entries()) {
    for (const polygon of polygonsOf(geometry)) {
      const rings = polygon.map((ring) => {
        const out: number[] = []
        plane.project(
          ring.slice(0, -1).flatMap(([lng, lat]) => [lng / SHAPE_UNIT_DEG, lat / SHAPE_UNIT_DEG]),
          out,
        )
        return out
      })
      const [bottom, top] = [Number(style.bottom), Number(style.top)]
      const thin = Math.min(SHRINK_M, (top - bottom) / 10)
      const added = addPrism(mesh, { rings, bottom: bottom + thin, top: top - thin })
      for (let i = 0; i < added; i++) owners.push(feature)
    }
  }
  if (!owners.length) return none
  const glb = glbOf(layer, known, mesh, owners, plane)
  const content = `${hash('sha1', glb, 'base64url').slice(0, 20)}.glb`
  const bytes = await store.put(`${layer}/c/${content}`, glb, { compress: 'large' })
  return { content, region, bytes, features: known.length }
}

function glbOf(
  layer: SolidLayer,
  rows: readonly SolidRow[],
  { positions, triangles, edges }: PrismMesh,
  owners: readonly number[],
  plane: ReturnType<typeof openPlane>,
): Uint8Array {
  const corners = owners.length
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  // the Earth bends away below a flat plane: 8 mm at 300 m
  const bent = positions.map((value, i) => {
    if (i % 3 !== 2) return value
    const [x, y] = [positions[i - 2], positions[i - 1]]
    return value - (x * x) / (2 * plane.normal) - (y * y) / (2 * plane.meridian)
  })
  for (let i = 0; i < bent.length; i++) {
    low[i % 3] = Math.min(low[i % 3], bent[i])
    high[i % 3] = Math.max(high[i % 3], bent[i])
  }
  const step = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2], 0.1) / 65_535
  const placed = new Uint16Array(corners * 4)
  const colours = new Uint8Array(corners * 4).fill(255)
  const features = new Uint16Array(corners * 2)
  const floors = new Uint16Array(corners * 2)
  const own = rows.map(({ style }) => linear(COLORS[layer][String(style.class)] ?? COLORS[layer].other))
  for (let i = 0; i < corners; i++) {
    for (let axis = 0; axis < 3; axis++) placed[i * 4 + axis] = Math.round((bent[i * 3 + axis] - low[axis]) / step)
    colours.set(own[owners[i]], i * 4)
    features[i * 2] = owners[i]
    const { floor } = rows[owners[i]].style
    floors[i * 2] = typeof floor === 'number' ? Math.min(2000, Math.max(1, 1000 + Math.round(floor))) : 0
  }
  const words: readonly string[] = CLASSES[layer]
  const status: readonly string[] = ['', ...RIGHT_STATUS]
  const columns: TableColumn[] = [
    { name: 'id', type: 'string', values: rows.map(({ id }) => id) },
    enumOf('class', words, rows, words.length - 1),
    enumOf('status', status, rows, 0),
    { name: 'height', type: 'float32', values: numbers(rows, ({ top, bottom }) => Number(top) - Number(bottom)) },
    { name: 'floor', type: 'float32', values: numbers(rows, ({ floor }) => (typeof floor === 'number' ? floor : 0)) },
  ]
  if (layer === 'units')
    columns.push({ name: 'building', type: 'string', values: rows.map(({ style }) => String(style.building ?? '')) })
  return writeVolumesGlb(
    {
      corners,
      positions: placed,
      colours,
      features,
      floors,
      triangles: Uint32Array.from(triangles),
      edges: Uint32Array.from(edges),
    },
    nodeMatrix(plane, [low[0], low[1], low[2]], step),
    { name: layer === 'units' ? 'unit' : 'volume', count: rows.length, columns },
  )
}

const numbers = (rows: readonly SolidRow[], of: (style: SolidRow['style']) => number): Float32Array =>
  Float32Array.from(rows, ({ style }) => of(style))

function enumOf(name: string, words: readonly string[], rows: readonly SolidRow[], other: number): TableColumn {
  const values = Uint8Array.from(rows, ({ style }) => {
    const at = words.indexOf(String(style[name] ?? ''))
    return at < 0 ? other : at
  })
  return { name, type: 'enum', words: words.map((word) => word || 'unknown'), values }
}
