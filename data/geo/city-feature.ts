/** One thing of the city on its way from a file (or the generator) to the database: the shape every reader yields. */
import type { Geometry } from 'geojson'

/** What a source can say about a thing, names and values untouched. */
export type Attributes = Record<string, string | number | boolean | null>

/** The layers a city is stored in; also the collection, tile layer and URL names. */
export const LAYERS = [
  'buildings',
  'roads',
  'rail',
  'water',
  'land',
  'trees',
  'places',
  'boundaries',
  'pipes',
  'pipe-nodes',
  'furniture',
  'points',
  'mesh',
  'units',
  'volumes',
  'elements',
  'boreholes',
] as const
/** A layer's name, see `LAYERS`. */
export type LayerName = (typeof LAYERS)[number]

/**
 * The words Tidewall itself understands, derived from `attributes` by the reader. Lengths in metres.
 * Absent key = unknown. Per layer:
 * - all: `class` (see `CLASSES`), `name` (local), `nameEn`
 * - buildings: `height` (ground to top, roof included), `minHeight` (0 unless floating), `levels`, `roof` (`ROOFS`),
 *   `roofHeight`, `roofDirectionDeg` (down-slope azimuth, clockwise from north), `year`, `address`,
 *   `part` (true for a part of another building), `outline` (true when its parts are drawn instead), `estimated` (true when the height was guessed)
 * - roads, rail: `bridge`, `tunnel`, `level` (stacking order, 0 = ground), `widthM`, `lanes`, `oneway`
 * - water: `depth` (metres below mean sea level of a sea band), `widthM` for lines
 * - trees: `height`; - places: `rank` (1 = most important … 10)
 * - pipes (LineString; the third ordinate is the centre of the section): `from`, `to` (ids of pipe-nodes), `section` (`SECTIONS`),
 *   `diameter` (inner; or `width` and `height` of the other sections), `material`, `year`, `flow` (`gravity` | `pressure`), `owner`,
 *   `status` (`used` | `abandoned` | `planned`), `pressure` (class word, e.g. gas `low` | `medium` | `high`), `estimated` (true when a height
 *   was guessed), `estimate` (the rule of the guess, in words)
 * - pipe-nodes (Point; the third ordinate is its `top`): `utility` (a class of pipes), `top`, `bottom` (metres above the ellipsoid: cover and
 *   floor of a shaft; both the axis of a buried fitting), `diameter` (of the shaft), `closed` (true for a shut valve), `estimated`, `estimate`
 * - elements (Point: the middle of a part of a building model): `kind` (`IfcWall`), `model` (its id), `storey`, `system` (their names)
 * - boreholes (Point; the third ordinate is the collar): `depth` (metres to the end of the hole), `water` (metres from the collar down to the resting
 *   water), `layers` (how many), `estimated`, `estimate` (how the collar was taken); the log is in the attributes `strata` and `groundwater`, JSON
 *   text of `Stratum[]` and `WaterLevel[]` of data/geology/borehole.ts
 * - points, mesh (Polygon: the extent of a point cloud or a photogrammetric mesh): `points` (how many)
 * - units (Polygon: the outline of one unit on one floor), volumes (Polygon: the outline of a legal volume): `bottom`, `top` (metres above
 *   the ellipsoid), `code` (不动产单元代码), `status` (`RIGHT_STATUS`), `owner` (never a person's whole name), `estimated`, `estimate`;
 *   units also `building` (its id or number), `floor` (-1 = first below ground), `room`, `area` (square metres, as registered)
 * - furniture (Point): `code` (GB/T 30428.2 component, six digits), `owner`, `status`
 */
export type Style = Record<string, string | number | boolean>

/** A feature in WGS 84. */
export interface CityFeature {
  /** stable and unique within its layer, ≤ 200 characters: `w123`, `JJ-000042` */
  id: string
  layer: LayerName
  /** lng, lat in degrees (WGS 84); a third ordinate is metres above the ellipsoid; polygons closed, outer ring counter-clockwise */
  geometry: Geometry
  style: Style
  attributes: Attributes
}

/** Words of the ASPRS classes of points, by number: 0 … 22. */
const POINT_WORDS = [
  'never-classified',
  'unclassified',
  'ground',
  'low-vegetation',
  'medium-vegetation',
  'high-vegetation',
  'building',
  'low-noise',
  'key-point',
  'water',
  'rail',
  'road',
  'overlap',
  'guard-wire',
  'conductor',
  'tower',
  'connector',
  'bridge',
  'high-noise',
  'overhead',
  'ignored-ground',
  'snow',
  'excluded',
] as const

/** What is registered of a unit or a volume: registered, being registered, advance notice, mortgaged, seized, disputed, planned. */
export const RIGHT_STATUS = ['registered', 'pending', 'notice', 'mortgaged', 'seized', 'disputed', 'planned'] as const

/** Allowed `class` words per layer; readers map what they find to these and fall back to the last word. */
export const CLASSES = {
  buildings: [
    'residential',
    'house',
    'commercial',
    'office',
    'industrial',
    'warehouse',
    'public',
    'school',
    'hospital',
    'religious',
    'agricultural',
    'garage',
    'other',
  ],
  roads: [
    'motorway',
    'trunk',
    'primary',
    'secondary',
    'tertiary',
    'residential',
    'service',
    'track',
    'path',
    'ferry',
    'other',
  ],
  rail: ['rail', 'subway', 'tram', 'other'],
  water: ['sea', 'river', 'canal', 'stream', 'lake', 'reservoir', 'pond', 'dock', 'other'],
  land: [
    'residential',
    'commercial',
    'industrial',
    'port',
    'public',
    'park',
    'forest',
    'farmland',
    'orchard',
    'grass',
    'beach',
    'wetland',
    'mudflat',
    'rock',
    'cemetery',
    'construction',
    'pitch',
    'square',
    'other',
  ],
  trees: ['broadleaf', 'needleleaf', 'palm', 'other'],
  places: [
    'city',
    'district',
    'town',
    'village',
    'neighbourhood',
    'island',
    'peak',
    'station',
    'hospital',
    'school',
    'government',
    'port',
    'park',
    'poi',
    'other',
  ],
  boundaries: ['country', 'province', 'city', 'district', 'town', 'village', 'other'],
  pipes: ['water', 'storm', 'foul', 'combined', 'gas', 'heat', 'power', 'telecom', 'tunnel', 'industrial', 'other'],
  'pipe-nodes': [
    'manhole',
    'inlet',
    'outfall',
    'valve',
    'hydrant',
    'pump',
    'tank',
    'reservoir',
    'meter',
    'regulator',
    'chamber',
    'cabinet',
    'transformer',
    'pole',
    'junction',
    'end',
    'other',
  ],
  furniture: ['public', 'road', 'environment', 'green', 'other'],
  points: [...POINT_WORDS, 'own-class', 'cloud'],
  mesh: ['mesh'],
  units: ['residential', 'commercial', 'office', 'industrial', 'parking', 'storage', 'public', 'common', 'other'],
  volumes: [
    'metro',
    'parking',
    'civil-defence',
    'commercial',
    'passage',
    'utility',
    'building',
    'air',
    'land',
    'other',
  ],
  elements: [
    'wall',
    'slab',
    'roof',
    'column',
    'beam',
    'door',
    'window',
    'stair',
    'railing',
    'covering',
    'facade',
    'furniture',
    'pipe',
    'duct',
    'cable',
    'equipment',
    'space',
    'site',
    'road',
    'other',
  ],
  boreholes: ['drilling', 'cpt', 'pit', 'well', 'other'],
} as const satisfies Record<LayerName, readonly string[]>

/** Roof shapes that the mesher can build. */
export const ROOFS = ['flat', 'gabled', 'hipped', 'pyramidal', 'skillion', 'dome'] as const

/** Cross sections of pipes: round, rectangular, egg (broad side up), arch (flat floor, round top). */
export const SECTIONS = ['circular', 'box', 'egg', 'arch'] as const

/** Classes of pipes whose water falls by itself. */
export const SEWERS = ['storm', 'foul', 'combined'] as const
/** A class of `SEWERS`. */
export type Sewer = (typeof SEWERS)[number]

/** Whether a class of pipes is a sewer's. */
export function isSewer(utility: string): utility is Sewer {
  return (SEWERS as readonly string[]).includes(utility)
}
