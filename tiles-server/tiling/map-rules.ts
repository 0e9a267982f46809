/** What the map shows at which zoom: levels per class, least sizes, and the words each layer carries. */
import type { LayerName, Style } from '../../data/geo/city-feature.ts'

/** Layers of the composite tileset, in drawing order. */
export const MAP_LAYERS = ['land', 'water', 'boundaries', 'roads', 'rail', 'buildings', 'places'] as const
/** A layer of the composite tileset. */
export type MapLayer = (typeof MAP_LAYERS)[number]

/** Coarsest and finest level; deeper ones are drawn from the finest. */
export const MAP_MIN_Z = 4
/** Finest level. */
export const MAP_MAX_Z = 15
/** Tile units that features reach over a tile's edge. */
export const MAP_BUFFER = 64
/** Tile units that a simplified line may lie off. */
export const MAP_TOLERANCE = 3

/**
 * Blocks in which the map is cut: all levels from a root's to `maxZ`. Few levels each, so that a block of the densest city
 * fits in memory and a coarse block need not read what only fine levels show.
 */
export const MAP_TIERS = [
  { z: 4, maxZ: 7 },
  { z: 8, maxZ: 11 },
  { z: 12, maxZ: 15 },
] as const

/** Coarsest level of each class; other classes of the layer take `other`. */
const FROM: Record<MapLayer, Record<string, number> & { other: number }> = {
  land: {
    park: 4,
    forest: 4,
    farmland: 4,
    wetland: 4,
    mudflat: 4,
    beach: 8,
    pitch: 14,
    square: 13,
    cemetery: 12,
    other: 6,
  },
  water: { sea: 4, river: 4, lake: 4, reservoir: 4, stream: 13, canal: 8, pond: 11, dock: 10, other: 10 },
  boundaries: { country: 4, province: 4, city: 6, district: 8, town: 10, village: 12, other: 12 },
  roads: {
    motorway: 4,
    trunk: 6,
    primary: 8,
    secondary: 9,
    tertiary: 11,
    residential: 12,
    service: 13,
    track: 13,
    path: 14,
    ferry: 8,
    other: 13,
  },
  rail: { rail: 8, subway: 10, tram: 12, other: 12 },
  buildings: { other: 14 },
  places: {
    city: 4,
    district: 7,
    island: 9,
    town: 9,
    peak: 11,
    village: 11,
    port: 12,
    neighbourhood: 12,
    station: 12,
    hospital: 13,
    government: 13,
    park: 13,
    school: 14,
    poi: 15,
    other: 15,
  },
}

/** Rivers drawn as lines appear later than those drawn as areas. */
const LINE_FROM: Record<string, number> = { river: 8, canal: 10, stream: 13 }

/** Style words that go into the tiles, besides id, class, name and nameEn. */
const WORDS: Record<MapLayer, readonly string[]> = {
  land: [],
  water: ['depth', 'widthM'],
  boundaries: [],
  roads: ['bridge', 'tunnel', 'level', 'widthM', 'oneway'],
  rail: ['bridge', 'tunnel', 'level'],
  buildings: ['height'],
  places: ['rank'],
}

/** Keys of all layers; features refer to them by their place here. */
export const MAP_KEYS: readonly string[] = ['id', 'class', 'name', 'nameEn', ...new Set(Object.values(WORDS).flat())]

/** Per layer, the places in `MAP_KEYS` of its own words. */
export const LAYER_WORDS = Object.fromEntries(
  MAP_LAYERS.map((layer) => [layer, WORDS[layer].map((word) => MAP_KEYS.indexOf(word))]),
) as Record<MapLayer, number[]>

/** Buildings carry no names here: they are labelled from their own tileset. */
export const isNamed = (layer: MapLayer): boolean => layer !== 'buildings'

/** @returns the coarsest level a feature is drawn on */
export function firstLevel(layer: MapLayer, style: Style, isLine: boolean): number {
  const word = String(style.class ?? 'other')
  if (layer === 'water' && isLine) return LINE_FROM[word] ?? 13
  const level = FROM[layer][word] ?? FROM[layer].other
  // an important place is named earlier, an unimportant one later
  const rank = layer === 'places' && typeof style.rank === 'number' ? style.rank : 0
  return rank ? Math.min(MAP_MAX_Z, Math.max(MAP_MIN_Z, level + (rank <= 2 ? -1 : rank >= 8 ? 1 : 0))) : level
}

/** @returns classes of a layer that may be drawn at or above a level; null = all of them */
export function classesUpTo(layer: MapLayer, maxZ: number): string[] | null {
  const slack = layer === 'places' ? 1 : 0
  const words = Object.entries(FROM[layer]).filter(([, level]) => level - slack <= maxZ)
  return words.length === Object.keys(FROM[layer]).length || FROM[layer].other <= maxZ
    ? null
    : words.map(([word]) => word)
}

/** Least area in tile units² (a pixel of a 256-pixel tile is 256 of them) per layer and level. */
export function leastArea(layer: MapLayer, z: number): number {
  if (layer === 'buildings') return z >= MAP_MAX_Z ? 4 : 48
  if (layer === 'boundaries') return 1
  return z >= MAP_MAX_Z ? 4 : z >= 13 ? 128 : 512
}

/** @returns whether a layer's features are areas that may be too small to see, so that the database can leave them out */
export const hasAreas = (layer: LayerName): boolean => layer === 'land' || layer === 'water' || layer === 'buildings'
