/** From OpenStreetMap tags to Tidewall's layers, classes and style words. */
import type { LayerName, Style } from '../geo/city-feature.ts'
import { azimuthDeg, integer, lengthMetres, storeys, year } from './osm-values.ts'
import type { OsmTags } from './osm-visitor.ts'
import {
  ABSENT,
  ADMIN,
  AMENITY_BUILDINGS,
  AMENITY_PLACES,
  BUILDINGS,
  LAND,
  PLACES,
  POI,
  RAIL,
  ROADS,
  ROOF_SHAPES,
  WATER,
  WATERWAYS,
} from './osm-words.ts'

/** Where a thing belongs and what is known of it; `class` is in `style`. */
export interface Placed {
  layer: LayerName
  style: Style
}

function names(tags: OsmTags): Style {
  const style: Style = {}
  const name = tags.name ?? tags['name:zh'] ?? tags['name:en']
  if (name) style.name = name.slice(0, 200)
  const english = tags['name:en'] ?? tags.int_name
  if (english) style.nameEn = english.slice(0, 200)
  return style
}

/** Sets what is known, leaves out what is not. */
function put(style: Style, key: string, value: string | number | boolean | undefined): void {
  if (value !== undefined) style[key] = value
}

function address(tags: OsmTags): string | undefined {
  if (tags['addr:full']) return tags['addr:full'].slice(0, 200)
  const street = tags['addr:street'] ?? tags['addr:place']
  const number = tags['addr:housenumber']
  const city = tags['addr:city']
  if (!street && !number) return undefined
  const han = /\p{Script=Han}/u.test(street ?? '')
  const first = [street, number].filter(Boolean).join(han ? '' : ' ')
  return (han ? `${city ?? ''}${first}` : [first, city].filter(Boolean).join(', ')).slice(0, 200)
}

/** Building words; the height itself is guessed later, where the area is known. */
function building(tags: OsmTags, value: string, part: boolean): Placed {
  const style = names(tags)
  style.class =
    BUILDINGS[value] ??
    AMENITY_BUILDINGS[tags.amenity ?? ''] ??
    (tags.shop ? 'commercial' : tags.office ? 'office' : 'other')
  put(style, 'height', positive(lengthMetres(tags.height ?? tags['building:height'] ?? tags.est_height)))
  const minLevel = storeys(tags['building:min_level'])
  put(
    style,
    'minHeight',
    positive(lengthMetres(tags.min_height ?? tags['building:min_height'])) ?? (minLevel ? minLevel * 3 : undefined),
  )
  put(style, 'levels', storeys(tags['building:levels'] ?? tags.levels))
  put(style, 'roof', ROOF_SHAPES[tags['roof:shape'] ?? tags['building:roof:shape'] ?? ''])
  const roofLevels = storeys(tags['roof:levels'])
  put(style, 'roofHeight', positive(lengthMetres(tags['roof:height'])) ?? (roofLevels ? roofLevels * 3 : undefined))
  put(style, 'roofDirectionDeg', azimuthDeg(tags['roof:direction']))
  put(
    style,
    'year',
    year(tags.start_date ?? tags['building:start_date'] ?? tags.year_of_construction ?? tags.construction_date),
  )
  put(style, 'address', address(tags))
  if (part) style.part = true
  return { layer: 'buildings', style }
}

function positive(metres: number | undefined): number | undefined {
  return metres !== undefined && metres > 0 ? metres : undefined
}

function track(tags: OsmTags, layer: LayerName, kind: string): Placed {
  const style: Style = { ...names(tags), class: kind }
  if (tags.bridge && tags.bridge !== 'no') style.bridge = true
  if (tags.tunnel && tags.tunnel !== 'no') style.tunnel = true
  put(style, 'level', integer(tags.layer, -20, 20))
  put(style, 'widthM', positive(lengthMetres(tags.width)))
  put(style, 'lanes', integer(tags.lanes, 1, 30))
  if (['yes', '1', 'true', '-1'].includes(tags.oneway ?? '')) style.oneway = true
  return { layer, style }
}

/** A line's layers; `closed` lines that are areas go through `areaLayers`. */
export function lineLayers(tags: OsmTags): Placed[] {
  const found: Placed[] = []
  const { highway, railway, waterway } = tags
  if (highway && !ABSENT.has(highway) && highway !== 'platform')
    found.push(track(tags, 'roads', ROADS[highway] ?? 'other'))
  else if (tags.route === 'ferry') found.push(track(tags, 'roads', 'ferry'))
  else if (tags.aeroway === 'runway' || tags.aeroway === 'taxiway') found.push(track(tags, 'roads', 'other'))
  if (railway && RAIL[railway]) found.push(track(tags, 'rail', RAIL[railway]))
  if (waterway && WATERWAYS[waterway]) found.push(track(tags, 'water', WATERWAYS[waterway]))
  if (tags.boundary === 'administrative') found.push(boundary(tags))
  return found
}

/** Administrative line or relation. */
export function boundary(tags: OsmTags): Placed {
  const style: Style = { ...names(tags), class: ADMIN[tags.admin_level ?? ''] ?? 'other' }
  return { layer: 'boundaries', style }
}

function waterArea(tags: OsmTags): string | undefined {
  if (tags.natural === 'water') return WATER[tags.water ?? ''] ?? (tags.waterway === 'riverbank' ? 'river' : 'other')
  if (tags.waterway === 'riverbank') return 'river'
  if (tags.waterway === 'dock' || tags.landuse === 'dock') return 'dock'
  if (tags.landuse === 'reservoir' || tags.landuse === 'basin') return 'reservoir'
  if (tags.leisure === 'swimming_pool') return 'pond'
  return undefined
}

function landArea(tags: OsmTags): string | undefined {
  if (tags.natural === 'wetland' && /^(tidalflat|mud)$/.test(tags.wetland ?? '')) return 'mudflat'
  for (const key in LAND) {
    const value = tags[key]
    const kind = value === undefined ? undefined : LAND[key][value]
    if (kind) return kind
  }
  if (tags.highway === 'pedestrian' || tags.highway === 'footway' || tags.highway === 'service') return 'square'
  return tags.landuse && !ABSENT.has(tags.landuse) && tags.landuse !== 'reservoir' && tags.landuse !== 'basin'
    ? 'other'
    : undefined
}

/** An area's layers. */
export function areaLayers(tags: OsmTags): Placed[] {
  const found: Placed[] = []
  const part = tags['building:part']
  if (tags.building && !ABSENT.has(tags.building)) found.push(building(tags, tags.building, false))
  else if (part && part !== 'no') found.push(building(tags, part, true))
  const water = waterArea(tags)
  if (water) {
    const style: Style = { ...names(tags), class: water }
    if (tags.tunnel && tags.tunnel !== 'no') style.tunnel = true
    found.push({ layer: 'water', style })
  } else {
    const land = landArea(tags)
    if (land) found.push({ layer: 'land', style: { ...names(tags), class: land } })
  }
  return found
}

/** A point's (or an area's label's) layers. */
export function pointLayers(tags: OsmTags): Placed[] {
  if (tags.natural === 'tree') {
    const palm = /palm|arecaceae|phoenix|washingtonia/i.test(
      `${tags.genus ?? ''} ${tags.species ?? ''} ${tags.type ?? ''} ${tags.taxon ?? ''}`,
    )
    const leaf = tags.leaf_type ?? tags.type ?? tags.wood
    const style: Style = {
      ...names(tags),
      class: palm
        ? 'palm'
        : /needle|conifer/.test(leaf ?? '')
          ? 'needleleaf'
          : /broad|decid/.test(leaf ?? '')
            ? 'broadleaf'
            : 'other',
    }
    const height = positive(lengthMetres(tags.height))
    if (height !== undefined && height <= 120) style.height = height
    return [{ layer: 'trees', style }]
  }
  const place = placed(tags)
  return place ? [{ layer: 'places', style: { ...names(tags), class: place[0], rank: place[1] } }] : []
}

function placed(tags: OsmTags): [string, number] | undefined {
  if (!tags.name && !tags['name:en'] && !tags['name:zh']) return undefined
  if (tags.place && PLACES[tags.place]) return PLACES[tags.place]
  if (tags.natural === 'peak' || tags.natural === 'volcano') return ['peak', 6]
  if (tags.railway === 'station' || tags.railway === 'halt' || tags.public_transport === 'station')
    return ['station', 6]
  const amenity = AMENITY_PLACES[tags.amenity ?? '']
  if (amenity) return amenity
  if (tags.office === 'government' || tags.building === 'government') return ['government', 7]
  if (tags.landuse === 'harbour' || tags.landuse === 'port' || tags.harbour === 'yes' || tags.leisure === 'marina')
    return ['port', 6]
  if (tags.leisure === 'park' || tags.leisure === 'garden') return ['park', 7]
  return POI.some((key) => tags[key] && tags[key] !== 'no') ? ['poi', 9] : undefined
}

/** Keys whose closed ways are areas unless `area=no`. */
const AREA_KEYS = [
  'building',
  'building:part',
  'landuse',
  'natural',
  'leisure',
  'amenity',
  'tourism',
  'place',
  'shop',
  'office',
  'historic',
  'man_made',
]

/** Whether a closed way with these tags is an area. */
export function isArea(tags: OsmTags): boolean {
  if (tags.area === 'no') return false
  if (tags.area === 'yes' || tags.waterway === 'riverbank' || tags.waterway === 'dock') return true
  if (tags.natural === 'coastline' || tags.natural === 'tree_row') return Boolean(tags.building)
  if (tags.aeroway && tags.aeroway !== 'runway' && tags.aeroway !== 'taxiway') return true
  return AREA_KEYS.some((key) => tags[key] !== undefined && tags[key] !== 'no') && !(tags.highway && !tags.building)
}
