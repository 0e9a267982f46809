/** Vector tiles for the painter: fetched once, kept as ready paths, the oldest dropped. Runs in the worker. */
import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { type Box, FLAT_KINDS, type FlatKind, type Label, type TileSource } from './map-messages.ts'

/** A feature ready to paint: its path in tile units. */
export interface Shape {
  path: Path2D
  area: boolean
  properties: Record<string, string | number | boolean>
}

/** A building's outline, to shade the ground. */
export interface House {
  /** the outer ring as x, y, x, y … in tile units, its area positive by the shoelace sum */
  ring: Float32Array
  heightM: number
}

/** A vector tile ready to paint. */
export interface MapTile {
  z: number
  x: number
  y: number
  extent: number
  shapes: Record<FlatKind, Shape[]>
  houses: House[]
}

const KEPT = 96
const kept = new Map<string, Promise<MapTile | null>>()

/** Forgets everything: another source. */
export function forgetTiles(): void {
  kept.clear()
}

/**
 * A tile, or null where there is none.
 *
 * @param found hears the names in a tile the first time it is read
 * @throws {Error} when the server does not answer or answers with an error
 */
export function mapTile(
  source: TileSource,
  z: number,
  x: number,
  y: number,
  found: (tile: string, labels: Label[]) => void,
): Promise<MapTile | null> {
  const key = `${z}/${x}/${y}`
  const known = kept.get(key)
  if (known) {
    kept.delete(key)
    kept.set(key, known)
    return known
  }
  const made = fetchTile(source, z, x, y, found)
  kept.set(key, made)
  made.catch(() => kept.delete(key))
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
  return made
}

async function fetchTile(
  source: TileSource,
  z: number,
  x: number,
  y: number,
  found: (tile: string, labels: Label[]) => void,
): Promise<MapTile | null> {
  const url = source.template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y))
  const answer = await fetch(url)
  if (answer.status === 204 || answer.status === 404) return null
  if (!answer.ok) throw new Error(`map tile ${z}/${x}/${y}: got HTTP ${answer.status}; expected 200 | 204`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (bytes.length === 0) return null
  const { layers } = new VectorTile(new PbfReader(bytes))
  let extent = 4096
  const shapes = {} as Record<FlatKind, Shape[]>
  for (const kind of FLAT_KINDS) {
    const list: Shape[] = (shapes[kind] = [])
    const layer = layers[kind]
    if (!layer) continue
    extent = layer.extent
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i)
      if (feature.type === 1) continue
      list.push({ path: pathOf(feature), area: feature.type === 3, properties: feature.properties })
    }
  }
  const labels = [...placeLabels(layers.places, z, x, y), ...roadLabels(layers.roads, z, x, y)]
  if (labels.length > 0) found(`${z}/${x}/${y}`, labels)
  return { z, x, y, extent, shapes, houses: housesOf(layers.buildings) }
}

function housesOf(layer: Layer | undefined): House[] {
  const houses: House[] = []
  for (let i = 0; layer && i < layer.length; i++) {
    const feature = layer.feature(i)
    const height = feature.properties.height
    for (const points of feature.loadGeometry()) {
      const ring = Float32Array.from(points.flatMap(({ x, y }) => [x, y]))
      // Outer rings turn one way, courtyards the other: the courtyards lie in the shade of their house.
      if (shoelace(ring) > 0) houses.push({ ring, heightM: typeof height === 'number' ? height : 6 })
    }
  }
  return houses
}

/** Twice the signed area of a ring. */
export function shoelace(ring: Float32Array): number {
  let sum = 0
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!
  return sum
}

function pathOf(feature: VectorTileFeature): Path2D {
  const path = new Path2D()
  for (const ring of feature.loadGeometry()) {
    for (const [i, point] of ring.entries()) {
      if (i === 0) path.moveTo(point.x, point.y)
      else path.lineTo(point.x, point.y)
    }
    if (feature.type === 3) path.closePath()
  }
  return path
}

type Layer = VectorTile['layers'][string]

function placeLabels(layer: Layer | undefined, z: number, x: number, y: number): Label[] {
  const labels: Label[] = []
  for (let i = 0; layer && i < layer.length; i++) {
    const feature = layer.feature(i)
    const point = feature.loadGeometry()[0]?.[0]
    const label = point && labelOf(feature, `p${i}`, point, layer.extent, z, x, y)
    if (label && inside(point, layer.extent)) labels.push(label)
  }
  return labels
}

function roadLabels(layer: Layer | undefined, z: number, x: number, y: number): Label[] {
  const longest = new Map<string, { length: number; label: Label }>()
  if (z < 13) return []
  for (let i = 0; layer && i < layer.length; i++) {
    const feature = layer.feature(i)
    const name = feature.properties.name
    if (typeof name !== 'string' || feature.type !== 2) continue
    for (const line of feature.loadGeometry()) {
      const middle = line[line.length >> 1]!
      const ends = Math.hypot(line.at(-1)!.x - line[0]!.x, line.at(-1)!.y - line[0]!.y)
      if (ends < (longest.get(name)?.length ?? layer.extent * 0.12) || !inside(middle, layer.extent)) continue
      const label = labelOf(feature, name, middle, layer.extent, z, x, y)
      if (label)
        longest.set(name, {
          length: ends,
          label: { ...label, id: `road ${name}`, road: true, rank: roadRank(feature) },
        })
    }
  }
  return [...longest.values()].map(({ label }) => label)
}

function roadRank(feature: VectorTileFeature): number {
  const at = ['motorway', 'trunk', 'primary', 'secondary', 'tertiary'].indexOf(String(feature.properties.class))
  return at < 0 ? 10 : 6 + at * 0.7
}

function inside(point: { x: number; y: number }, extent: number): boolean {
  return point.x >= 0 && point.x < extent && point.y >= 0 && point.y < extent
}

function labelOf(
  feature: VectorTileFeature,
  fallback: string,
  point: { x: number; y: number },
  extent: number,
  z: number,
  x: number,
  y: number,
): Label | null {
  const { name, nameEn, class: kind, rank, id } = feature.properties
  if (typeof name !== 'string' || name === '') return null
  const side = 2 ** z
  const lng = ((x + point.x / extent) / side) * 360 - 180
  const lat = latitude((y + point.y / extent) / side)
  return {
    id: String(id ?? feature.id ?? `${fallback} ${name}`),
    name,
    nameEn: typeof nameEn === 'string' ? nameEn : '',
    class: String(kind ?? 'other'),
    rank: typeof rank === 'number' ? rank : 7,
    lng,
    lat,
    road: false,
  }
}

/** Latitude in degrees of a Web-Mercator fraction (0 = north end). */
export function latitude(fraction: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * fraction))) * 180) / Math.PI
}

/** Web-Mercator fraction (0 = north end) of a latitude in degrees. */
export function mercator(latDeg: number): number {
  const lat = (Math.max(-85.05, Math.min(85.05, latDeg)) * Math.PI) / 180
  return (1 - Math.asinh(Math.tan(lat)) / Math.PI) / 2
}

const MOST = 16

/** The tiles of one zoom under a box, as [x, y]; at most 16, so that a wrong zoom cannot ask for a flood. */
export function tilesUnder(box: Box, z: number): [number, number][] {
  const side = 2 ** z
  const clamp = (value: number) => Math.max(0, Math.min(side - 1, Math.floor(value)))
  const out: [number, number][] = []
  const [west, south, east, north] = box
  const tiny = 1e-9
  const [left, right] = [clamp(((west + 180) / 360) * side + tiny), clamp(((east + 180) / 360) * side - tiny)]
  const [top, bottom] = [clamp(mercator(north) * side + tiny), clamp(mercator(south) * side - tiny)]
  for (let x = left; x <= right && out.length < MOST; x++)
    for (let y = top; y <= bottom && out.length < MOST; y++) out.push([x, y])
  return out
}
