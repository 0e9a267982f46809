/** The words of OpenStreetMap values, and of Chinese data sets, by Tidewall class. */

/** A table without a prototype: a value like `constructor` finds nothing. */
function bare<T>(table: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), table)
}

/** Building values by class. */
export const BUILDINGS: Record<string, string> = Object.create(null)
for (const [kind, values] of Object.entries({
  residential: 'apartments residential dormitory terrace block flats',
  house: 'house detached semidetached_house semi bungalow cabin hut farm static_caravan houseboat villa',
  commercial: 'commercial retail supermarket shop mall kiosk hotel market restaurant bank',
  office: 'office',
  industrial: 'industrial factory manufacture works',
  warehouse: 'warehouse storage_tank silo hangar',
  public:
    'public civic government townhall train_station transportation station museum stadium sports_hall sports_centre fire_station library grandstand pavilion',
  school: 'school university college kindergarten',
  hospital: 'hospital clinic',
  religious: 'church cathedral chapel mosque temple synagogue shrine monastery religious',
  agricultural: 'barn farm_auxiliary greenhouse stable cowshed sty agricultural',
  garage: 'garage garages carport parking shed',
})) {
  for (const value of values.split(' ')) BUILDINGS[value] = kind
}

/** Building class by amenity. */
export const AMENITY_BUILDINGS: Record<string, string> = bare({
  place_of_worship: 'religious',
  school: 'school',
  university: 'school',
  college: 'school',
  kindergarten: 'school',
  hospital: 'hospital',
  clinic: 'hospital',
  townhall: 'public',
  library: 'public',
  theatre: 'public',
  police: 'public',
  courthouse: 'public',
})

/** Roof word by `roof:shape`. */
export const ROOF_SHAPES: Record<string, string> = bare({
  flat: 'flat',
  gabled: 'gabled',
  gambrel: 'gabled',
  pitched: 'gabled',
  saltbox: 'gabled',
  round: 'gabled',
  double_saltbox: 'gabled',
  hipped: 'hipped',
  'half-hipped': 'hipped',
  side_hipped: 'hipped',
  mansard: 'hipped',
  'hipped-and-gabled': 'hipped',
  pyramidal: 'pyramidal',
  cone: 'pyramidal',
  conical: 'pyramidal',
  skillion: 'skillion',
  lean_to: 'skillion',
  monopitch: 'skillion',
  dome: 'dome',
  onion: 'dome',
})

/** Road class by `highway`. */
export const ROADS: Record<string, string> = bare({
  motorway: 'motorway',
  motorway_link: 'motorway',
  trunk: 'trunk',
  trunk_link: 'trunk',
  primary: 'primary',
  primary_link: 'primary',
  secondary: 'secondary',
  secondary_link: 'secondary',
  tertiary: 'tertiary',
  tertiary_link: 'tertiary',
  unclassified: 'residential',
  residential: 'residential',
  living_street: 'residential',
  service: 'service',
  track: 'track',
  path: 'path',
  footway: 'path',
  cycleway: 'path',
  bridleway: 'path',
  steps: 'path',
  pedestrian: 'path',
  corridor: 'path',
})
/** Not there (any more, or yet): nothing to draw, and no reason to call the record bad. */
export const ABSENT = new Set([
  'proposed',
  'construction',
  'razed',
  'abandoned',
  'disused',
  'no',
  'dismantled',
  'planned',
  'demolished',
])

/** Rail class by `railway`. */
export const RAIL: Record<string, string> = bare({
  rail: 'rail',
  narrow_gauge: 'rail',
  preserved: 'rail',
  light_rail: 'tram',
  tram: 'tram',
  subway: 'subway',
  monorail: 'other',
  funicular: 'other',
  miniature: 'other',
})

/** Line class by `waterway`. */
export const WATERWAYS: Record<string, string> = bare({
  river: 'river',
  canal: 'canal',
  stream: 'stream',
  ditch: 'stream',
  drain: 'stream',
  brook: 'stream',
  tidal_channel: 'stream',
})
/** Area class by `water`. */
export const WATER: Record<string, string> = bare({
  river: 'river',
  oxbow: 'lake',
  lake: 'lake',
  lagoon: 'lake',
  reservoir: 'reservoir',
  basin: 'reservoir',
  pond: 'pond',
  fishpond: 'pond',
  pool: 'pond',
  canal: 'canal',
  moat: 'canal',
  lock: 'canal',
  ditch: 'stream',
  stream: 'stream',
  harbour: 'dock',
  dock: 'dock',
  wastewater: 'reservoir',
})

/** Land class by key and value. */
export const LAND: Record<string, Record<string, string>> = bare({
  landuse: bare({
    residential: 'residential',
    commercial: 'commercial',
    retail: 'commercial',
    industrial: 'industrial',
    railway: 'industrial',
    quarry: 'industrial',
    landfill: 'industrial',
    port: 'port',
    harbour: 'port',
    depot: 'industrial',
    garages: 'industrial',
    forest: 'forest',
    farmland: 'farmland',
    farm: 'farmland',
    farmyard: 'farmland',
    paddy: 'farmland',
    greenhouse_horticulture: 'farmland',
    aquaculture: 'farmland',
    orchard: 'orchard',
    vineyard: 'orchard',
    plant_nursery: 'orchard',
    grass: 'grass',
    meadow: 'grass',
    village_green: 'grass',
    greenfield: 'grass',
    flowerbed: 'grass',
    recreation_ground: 'park',
    cemetery: 'cemetery',
    construction: 'construction',
    brownfield: 'construction',
    military: 'public',
    institutional: 'public',
    education: 'public',
    religious: 'public',
    allotments: 'orchard',
  }),
  natural: bare({
    wood: 'forest',
    scrub: 'grass',
    heath: 'grass',
    grassland: 'grass',
    fell: 'grass',
    beach: 'beach',
    sand: 'beach',
    shingle: 'beach',
    wetland: 'wetland',
    marsh: 'wetland',
    mud: 'mudflat',
    bare_rock: 'rock',
    scree: 'rock',
    rock: 'rock',
    glacier: 'rock',
  }),
  leisure: bare({
    park: 'park',
    garden: 'park',
    playground: 'park',
    dog_park: 'park',
    golf_course: 'grass',
    common: 'grass',
    pitch: 'pitch',
    track: 'pitch',
    stadium: 'pitch',
    sports_centre: 'pitch',
  }),
  amenity: bare({
    school: 'public',
    university: 'public',
    college: 'public',
    hospital: 'public',
    kindergarten: 'public',
    grave_yard: 'cemetery',
    parking: 'square',
    marketplace: 'square',
  }),
  tourism: bare({ camp_site: 'grass', zoo: 'park', theme_park: 'park' }),
  place: bare({ square: 'square' }),
  aeroway: bare({ aerodrome: 'grass', apron: 'square', runway: 'square', taxiway: 'square' }),
  man_made: bare({ pier: 'square', breakwater: 'rock', groyne: 'rock', bridge: 'square' }),
})

/** Place class and rank by `place`. */
export const PLACES: Record<string, [kind: string, rank: number]> = bare({
  city: ['city', 1],
  borough: ['district', 3],
  district: ['district', 3],
  town: ['town', 3],
  municipality: ['town', 3],
  suburb: ['district', 4],
  village: ['village', 5],
  quarter: ['neighbourhood', 5],
  island: ['island', 4],
  islet: ['island', 6],
  archipelago: ['island', 3],
  hamlet: ['village', 6],
  neighbourhood: ['neighbourhood', 6],
  isolated_dwelling: ['village', 8],
  farm: ['village', 8],
  locality: ['other', 7],
})
/** Place class and rank by amenity. */
export const AMENITY_PLACES: Record<string, [kind: string, rank: number]> = bare({
  hospital: ['hospital', 6],
  clinic: ['hospital', 8],
  school: ['school', 8],
  university: ['school', 6],
  college: ['school', 7],
  townhall: ['government', 6],
  courthouse: ['government', 7],
  police: ['government', 8],
  fire_station: ['government', 8],
  ferry_terminal: ['port', 6],
  bus_station: ['station', 7],
})
/** Keys that make a named thing a point of interest. */
export const POI = [
  'amenity',
  'shop',
  'tourism',
  'historic',
  'leisure',
  'office',
  'aeroway',
  'man_made',
  'craft',
  'healthcare',
]

/** Boundary class by `admin_level`. */
export const ADMIN: Record<string, string> = bare({
  2: 'country',
  3: 'province',
  4: 'province',
  5: 'city',
  6: 'district',
  7: 'town',
  8: 'town',
  9: 'village',
  10: 'village',
})

const CHINESE_BUILDINGS: [RegExp, string][] = [
  [/住宅|居住|公寓|宿舍|民居|小区/, 'residential'],
  [/别墅|农房|自建房/, 'house'],
  [/办公|写字楼|商务/, 'office'],
  [/商业|商住|商场|酒店|宾馆|市场|餐饮|店/, 'commercial'],
  [/仓库|仓储|物流/, 'warehouse'],
  [/工业|厂房|车间|工厂/, 'industrial'],
  [/学校|教育|小学|中学|大学|幼儿园|教学/, 'school'],
  [/医院|医疗|卫生/, 'hospital'],
  [/宗教|寺|庙|教堂|清真/, 'religious'],
  [/车库|停车/, 'garage'],
  [/农业|大棚|温室|养殖/, 'agricultural'],
  [/公共|行政|政府|机关|文化|体育|交通|市政/, 'public'],
]

/** Building class of a value as data sets write it (`apartments`, `住宅`), lower case; undefined when it says nothing. */
export function buildingClass(value: string): string | undefined {
  return BUILDINGS[value] ?? CHINESE_BUILDINGS.find(([words]) => words.test(value))?.[1]
}

const CHINESE_ROOFS: Record<string, string> = bare({
  平: 'flat',
  平顶: 'flat',
  平屋顶: 'flat',
  双坡: 'gabled',
  人字: 'gabled',
  坡屋顶: 'gabled',
  四坡: 'hipped',
  单坡: 'skillion',
  攒尖: 'pyramidal',
  穹顶: 'dome',
  圆顶: 'dome',
})

/** Roof word of a value, lower case. */
export function roofShape(value: string): string | undefined {
  return ROOF_SHAPES[value] ?? CHINESE_ROOFS[value]
}

/** Road class of a `highway` value. */
export function roadClass(value: string): string | undefined {
  return ROADS[value]
}

/** Water class of a `water` or `waterway` value. */
export function waterClass(value: string): string | undefined {
  return WATER[value] ?? WATERWAYS[value]
}

/** Land class of a `landuse`, `natural`, `leisure` … value. */
export function landClass(value: string): string | undefined {
  for (const key in LAND) if (LAND[key][value]) return LAND[key][value]
  return undefined
}

/** Place class and rank of a `place`, `amenity` … value. */
export function placeKind(value: string): [kind: string, rank: number] | undefined {
  if (PLACES[value]) return PLACES[value]
  if (AMENITY_PLACES[value]) return AMENITY_PLACES[value]
  if (value === 'station' || value === 'subway_entrance') return ['station', 6]
  if (value === 'peak' || value === 'park') return [value, 7]
  return undefined
}
