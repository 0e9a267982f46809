/** Which layer and class a GeoJSON record belongs to: by its tags, its `kind`, its file's name, its shape. */
import type { Geometry } from 'geojson'
import { type Attributes, CLASSES, type LayerName, type Style } from '../geo/city-feature.ts'
import { kindWord, looksLikeBuilding, styleWords } from './geojson-words.ts'
import { areaLayers, boundary, lineLayers, pointLayers } from './osm-tags.ts'
import { landClass, placeKind, roadClass, waterClass } from './osm-words.ts'

/** 0 points, 1 lines, 2 areas. */
export type Dimension = 0 | 1 | 2

/** Where a record goes; `null` with a reason is a thing that is not drawn. */
export type Sorted = { layer: LayerName; style: Style } | { layer: null; reason: string }

/** Words in file names, by layer; the earlier layer wins. */
const FILE_WORDS: [LayerName | 'pois' | 'transit' | 'earth', RegExp][] = [
  ['earth', /(^|[^a-z])earth([^a-z]|$)/],
  ['buildings', /build|bldg|footprint|house|建筑|房屋|楼|jianzhu/],
  ['transit', /transit/],
  ['rail', /rail|metro|subway|tram|铁路|地铁|轨道/],
  ['roads', /road|street|highway|道路|路网|公路|街/],
  ['boundaries', /bound|admin|district|行政|边界|区划|街道/],
  ['water', /water|river|lake|canal|hydro|sea|coast|水|河|湖|海/],
  ['trees', /tree|树/],
  ['pois', /poi/],
  ['places', /place|label|toponym|地名|兴趣点/],
  ['land', /land|park|green|forest|vegetation|用地|绿地|植被|土地/],
]

/** Layer that a file's name speaks of; null when it speaks of none. `pois`, `transit`, `earth` are Tilezen's. */
export function layerOfName(name: string): (typeof FILE_WORDS)[number][0] | null {
  const lower = name.toLowerCase()
  return FILE_WORDS.find(([, words]) => words.test(lower))?.[0] ?? null
}

const ROAD_KINDS: Record<string, string> = {
  highway: 'motorway',
  major_road: 'primary',
  minor_road: 'residential',
  path: 'path',
  pier: 'path',
  ferry: 'ferry',
  高速: 'motorway',
  高速公路: 'motorway',
  快速路: 'trunk',
  国道: 'trunk',
  主干路: 'primary',
  主干道: 'primary',
  省道: 'primary',
  次干路: 'secondary',
  次干道: 'secondary',
  县道: 'secondary',
  支路: 'tertiary',
  乡道: 'tertiary',
  街巷: 'residential',
  小区路: 'service',
  人行道: 'path',
}
const WATER_KINDS: Record<string, string> = {
  ocean: 'sea',
  sea: 'sea',
  海: 'sea',
  海域: 'sea',
  riverbank: 'river',
  河流: 'river',
  江: 'river',
  河: 'river',
  湖泊: 'lake',
  湖: 'lake',
  水库: 'reservoir',
  池塘: 'pond',
  坑塘: 'pond',
  运河: 'canal',
  沟渠: 'stream',
  swimming_pool: 'pond',
  fountain: 'pond',
}
const LAND_KINDS: Record<string, string> = {
  natural_wood: 'forest',
  natural_forest: 'forest',
  pedestrian: 'square',
  footway: 'square',
  pier: 'square',
  bridge: 'square',
  urban_area: 'residential',
  nature_reserve: 'park',
  居住用地: 'residential',
  住宅用地: 'residential',
  商业用地: 'commercial',
  工业用地: 'industrial',
  公园: 'park',
  绿地: 'grass',
  林地: 'forest',
  耕地: 'farmland',
  园地: 'orchard',
  草地: 'grass',
  湿地: 'wetland',
  滩涂: 'mudflat',
  广场: 'square',
  港口: 'port',
  公共设施: 'public',
}
const ADMIN_KINDS: Record<string, string> = {
  country: 'country',
  region: 'province',
  province: 'province',
  macrocounty: 'city',
  city: 'city',
  county: 'district',
  district: 'district',
  locality: 'town',
  town: 'town',
  village: 'village',
  省: 'province',
  市: 'city',
  区: 'district',
  县: 'district',
  镇: 'town',
  街道: 'town',
  村: 'village',
}
/** Kinds that are true but not drawn: no fault of the record. */
const UNDRAWN = new Set([
  'fence',
  'wall',
  'hedge',
  'retaining_wall',
  'gate',
  'earth',
  'attraction',
  'fuel',
  'protected_area',
  'library',
  'bus_stop',
  'address',
  'entrance',
  'power_line',
  'cutline',
  'city_wall',
  'dam',
])

/** What a geometry is made of; null for an empty or mixed one. */
export function dimensionOf(geometry: Geometry): Dimension | null {
  switch (geometry.type) {
    case 'Point':
    case 'MultiPoint':
      return 0
    case 'LineString':
    case 'MultiLineString':
      return 1
    case 'Polygon':
    case 'MultiPolygon':
      return 2
    default:
      return null
  }
}

const TAG_KEYS = [
  'building',
  'building:part',
  'highway',
  'railway',
  'waterway',
  'natural',
  'landuse',
  'leisure',
  'amenity',
  'place',
  'boundary',
  'shop',
  'tourism',
  'aeroway',
  'man_made',
]

/** The record as OpenStreetMap tags, when it has any. */
function asTags(attributes: Attributes): Record<string, string> | null {
  if (!TAG_KEYS.some((key) => typeof attributes[key] === 'string')) return null
  const tags = Object.create(null) as Record<string, string>
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) tags[key] = String(value)
  return tags
}

function own(table: Record<string, string>, value: string): string | undefined {
  return Object.hasOwn(table, value) ? table[value] : undefined
}

function word(layer: LayerName, found: string | undefined): string {
  const allowed = CLASSES[layer] as readonly string[]
  return found && allowed.includes(found) ? found : allowed[allowed.length - 1]
}

/** Class of a record in a known layer, from its kind words. */
function classIn(layer: LayerName, attributes: Attributes): string {
  const kind = kindWord(attributes)
  const plain = String(attributes.kind ?? '').toLowerCase()
  const either = (read: (value: string) => string | undefined) => read(kind) ?? read(plain)
  const named = either((value) => ((CLASSES[layer] as readonly string[]).includes(value) ? value : undefined))
  if (named) return named
  if (layer === 'roads')
    return word(
      layer,
      either((value) => roadClass(value) ?? own(ROAD_KINDS, value)),
    )
  if (layer === 'rail')
    return word(
      layer,
      /subway|metro|地铁/.test(`${kind} ${plain}`)
        ? 'subway'
        : /tram|light_rail|有轨/.test(kind)
          ? 'tram'
          : /rail|铁路/.test(`${kind} ${plain}`) && !/funicular|monorail/.test(kind)
            ? 'rail'
            : 'other',
    )
  if (layer === 'water')
    return word(
      layer,
      either((value) => waterClass(value) ?? own(WATER_KINDS, value)),
    )
  if (layer === 'land')
    return word(
      layer,
      either((value) => landClass(value) ?? own(LAND_KINDS, value)),
    )
  if (layer === 'places')
    return word(
      layer,
      either((value) => placeKind(value)?.[0]) ?? (styleWords(layer, attributes).name ? 'poi' : undefined),
    )
  if (layer === 'boundaries')
    return word(
      layer,
      own(ADMIN_KINDS, plain) ??
        own(ADMIN_KINDS, kind) ??
        String(boundary({ admin_level: String(attributes.admin_level ?? '') }).style.class),
    )
  if (layer === 'trees')
    return /palm|棕榈/.test(kind)
      ? 'palm'
      : /needle|conifer|针叶/.test(kind)
        ? 'needleleaf'
        : /broad|阔叶/.test(kind)
          ? 'broadleaf'
          : 'other'
  return word(layer, undefined)
}

/** A record put in a layer by name; what fits no geometry of the layer is refused with a reason. */
function into(layer: LayerName, attributes: Attributes, dimension: Dimension): Sorted {
  const areas: LayerName[] = ['buildings', 'land']
  const lines: LayerName[] = ['roads', 'rail', 'boundaries']
  const shape = ['points', 'lines', 'areas'][dimension]
  if (areas.includes(layer) && dimension !== 2) return { layer: null, reason: `${layer} of ${shape}; expected areas` }
  if (lines.includes(layer) && dimension === 0) return { layer: null, reason: `${layer} of points; expected lines` }
  if ((layer === 'roads' || layer === 'rail') && dimension === 2)
    return { layer: null, reason: `${layer} of areas; expected lines` }
  if (layer === 'water' && dimension === 0) return { layer: null, reason: 'water of points; expected areas or lines' }
  if (layer === 'trees' && (dimension === 2 || (dimension === 1 && attributes.kind !== 'tree_row')))
    return { layer: null, reason: `trees of ${shape}; expected points` }
  const style: Style = { ...styleWords(layer, attributes) }
  style.class = layer === 'buildings' ? style.class : classIn(layer, attributes)
  if (layer === 'places') {
    if (!style.name && !style.nameEn) return { layer: null, reason: 'not drawn: place without a name' }
    const rank = Number(attributes.rank)
    style.rank = rank >= 1 && rank <= 10 ? Math.round(rank) : (placeKind(kindWord(attributes))?.[1] ?? 9)
  }
  return { layer, style }
}

/**
 * Layer and style of a record.
 *
 * @param wish layer the caller insists on
 * @param fileLayer what the file's name says, from `layerOfName`
 * @returns a layer, or null with the reason, which begins with `not drawn` when the record is sound
 */
export function sortRecord(
  attributes: Attributes,
  dimension: Dimension,
  wish: LayerName | undefined,
  fileLayer: ReturnType<typeof layerOfName>,
): Sorted {
  if (wish) return into(wish, attributes, dimension)
  const tags = asTags(attributes)
  if (tags && typeof attributes.kind !== 'string') {
    const found = dimension === 2 ? areaLayers(tags) : dimension === 1 ? lineLayers(tags) : pointLayers(tags)
    if (found.length > 0) return found[0]
  }
  const kind = String(attributes.kind ?? '').toLowerCase()
  if (UNDRAWN.has(kind) && fileLayer !== 'pois') return { layer: null, reason: `not drawn: ${kind}` }
  if (attributes.label_placement === true) return { layer: null, reason: 'not drawn: label point of an area' }
  if (attributes.boundary === true && fileLayer === 'water')
    return { layer: null, reason: 'not drawn: shore line of an area' }
  switch (fileLayer) {
    case 'earth':
      return { layer: null, reason: 'not drawn: land mass (the ground is land unless it is water)' }
    case 'pois':
    case 'places':
      return kind === 'tree' ? into('trees', attributes, dimension) : into('places', attributes, dimension)
    case 'transit':
      return kind === 'station' ? into('places', attributes, dimension) : into('rail', attributes, dimension)
    case 'roads':
      return into(kind === 'rail' ? 'rail' : 'roads', attributes, dimension)
    case 'land':
      return into(kind === 'tree_row' ? 'trees' : 'land', attributes, dimension)
    case null:
      if (dimension === 2 && looksLikeBuilding(attributes)) return into('buildings', attributes, dimension)
      return {
        layer: null,
        reason: 'cannot tell the layer; expected a file name that says it | OpenStreetMap tags | --as',
      }
    default:
      return into(fileLayer, attributes, dimension)
  }
}
