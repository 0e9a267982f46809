/** One block of the map: packed rows in, the bytes of its tiles out. */
import type { Geometry } from 'geojson'
import { type MvtConstant, mvtDictionary } from '../../data/formats/mvt-values.ts'
import { readWkb } from '../../data/formats/wkb.ts'
import type { Style } from '../../data/geo/city-feature.ts'
import { type PackedRows, unpackRows } from './map-rows.ts'
import {
  firstLevel,
  isNamed,
  LAYER_WORDS,
  leastArea,
  MAP_BUFFER,
  MAP_KEYS,
  MAP_LAYERS,
  MAP_MAX_Z,
  MAP_TOLERANCE,
  type MapLayer,
} from './map-rules.ts'
import { type PyramidFeature, vectorPyramid } from './vector-pyramid.ts'

/** A block to cut: the root tile and the levels below it. */
export interface MapBlock {
  root: { z: number; x: number; y: number }
  maxZ: number
  /** tiles to cut as `z/x/y`; null = all below the root */
  wanted: string[] | null
}

const KEY = { id: 0, class: 1, name: 2, nameEn: 3 }
const LEAST = Object.fromEntries(MAP_LAYERS.map((layer) => [layer, (z: number) => leastArea(layer, z)])) as Record<
  MapLayer,
  (z: number) => number
>

/** Geometry of one kind per feature: MVT has no collections; an area's own parts are enough of one. */
function ofOneKind(geometry: Geometry): Geometry {
  if (geometry.type !== 'GeometryCollection') return geometry
  const polygons = geometry.geometries.filter((part) => part.type === 'Polygon')
  if (polygons.length) return { type: 'MultiPolygon', coordinates: polygons.map((part) => part.coordinates) }
  return geometry.geometries[0] ?? geometry
}

/**
 * Cuts a block.
 * @returns tiles that hold something
 * @throws {RangeError} when a row's geometry is broken, naming the feature
 */
export function cutMapBlock(
  block: MapBlock,
  rows: PackedRows,
): Iterable<{ z: number; x: number; y: number; bytes: Uint8Array }> {
  const wanted = block.wanted && new Set(block.wanted)
  const pyramid = vectorPyramid({
    root: block.root,
    minZ: block.root.z,
    maxZ: block.maxZ,
    buffer: MAP_BUFFER,
    tolerance: MAP_TOLERANCE,
    exactZ: MAP_MAX_Z,
    keyNames: MAP_KEYS,
    ...(wanted ? { wanted: (z: number, x: number, y: number) => wanted.has(`${z}/${x}/${y}`) } : {}),
  })
  const dictionary = mvtDictionary()
  const places: { rank: number; feature: PyramidFeature }[] = []
  for (const row of unpackRows(rows)) {
    let geometry: Geometry
    let style: Style
    try {
      geometry = ofOneKind(readWkb(row.wkb))
      style = JSON.parse(row.style) as Style
    } catch (cause) {
      throw new RangeError(`map: feature ${row.layer}/${row.id} cannot be read`, { cause })
    }
    const isLine = geometry.type === 'LineString' || geometry.type === 'MultiLineString'
    const keys = [KEY.id]
    const values: MvtConstant[] = [dictionary.unique(row.id)]
    const tag = (key: number, value: Style[string] | undefined): void => {
      if (value === undefined || value === '' || (typeof value === 'number' && !Number.isFinite(value))) return
      keys.push(key)
      values.push(dictionary.constant(value))
    }
    tag(KEY.class, style.class ?? 'other')
    if (isNamed(row.layer)) {
      tag(KEY.name, style.name)
      tag(KEY.nameEn, style.nameEn)
    }
    for (const key of LAYER_WORDS[row.layer]) tag(key, style[MAP_KEYS[key]])
    const feature: PyramidFeature = {
      layer: row.layer,
      geometry,
      minZ: firstLevel(row.layer, style, isLine),
      keys,
      values,
      leastArea: LEAST[row.layer],
    }
    if (row.layer === 'places') places.push({ rank: typeof style.rank === 'number' ? style.rank : 11, feature })
    else pyramid.add(feature)
  }
  // the most important first: a renderer that places labels in order then lets them win
  for (const { feature } of places.sort((a, b) => a.rank - b.rank)) pyramid.add(feature)
  return pyramid.finish()
}
