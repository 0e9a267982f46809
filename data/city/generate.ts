/** The default city: Jiaojiang district of Taizhou on its real coast, generated from a seed, the same bytes each time. */
export { ellipsoidalHeights } from './ellipsoidal.ts'

import type { CityFeature, LayerName } from '../geo/city-feature.ts'
import { boreholeFeatures, tinyBoreholes } from './boreholes.ts'
import { boundaryFeatures } from './boundaries.ts'
import { buildingFeatures } from './building-features.ts'
import { readShores } from './coast.ts'
import { EXTENT, toMetres } from './frame.ts'
import { furnitureFeatures } from './furniture.ts'
import { landFeatures } from './land.ts'
import { pipeFeatures, pipeNodeFeatures } from './pipes-features.ts'
import { placeFeatures } from './places.ts'
import { makePlan, type Plan } from './plan.ts'
import type { HeightGrid } from './relief.ts'
import { makeRelief } from './relief.ts'
import { roadFeatures } from './road-features.ts'
import { railFeatures } from './roads.ts'
import { tinyFeatures, tinyHeights } from './tiny.ts'
import { treeFeatures } from './trees.ts'
import { tinyUnderground } from './under-tiny.ts'
import { type Underground, undergroundOf } from './underground.ts'
import { madeVolumes, type RightsSite, towerUnits } from './volumes.ts'
import { waterFeatures } from './water.ts'

/** What to generate. */
export interface CityOptions {
  /** any 32-bit integer; default 20260701 */
  seed?: number
  /** how many buildings, 1,000 … 1,000,000; default 42,000 */
  buildings?: number
  /** the sample of thirty buildings instead */
  tiny?: boolean
}

/** A generated city. Features are made as they are asked for; asking twice gives the same ones. */
export interface City {
  /** west, south, east, north in degrees (WGS 84) */
  extent: [number, number, number, number]
  /** orthometric metres (EGM96 mean sea level), row-major from the north-west; land and sea floor, no NaN */
  heights: HeightGrid
  /** the features of a layer in a fixed order; only `pipes`, `pipe-nodes` and `boreholes` have a third ordinate: metres above the ellipsoid */
  features(layer: LayerName): Iterable<CityFeature>
  source: {
    id: string
    title: { zh: string; en: string }
    attribution: string
    dataDate: string
    crs: string
    datum: string
    synthetic: true
  }
}

/** The parts of the city are counted in the middle of the town only: 12 km². */
const SURVEYED_M = 2000

/** The made rights lie around the civic square. */
const rightsOf = ({ relief }: Plan): RightsSite => ({ prefix: 'JJ', ground: relief.at, middle: [215, -90] })

/** The first tower near the middle, by floor and unit. */
function* cityUnits(plan: Plan): Iterable<CityFeature> {
  for (const building of buildingFeatures(plan))
    if (isTower(building)) {
      yield* towerUnits(building, rightsOf(plan))
      return
    }
}

const isTower = ({ style, geometry }: CityFeature): boolean =>
  Number(style.levels) >= 18 &&
  style.roof === 'flat' &&
  geometry.type === 'Polygon' &&
  geometry.coordinates.length === 1

const MAKERS: Record<LayerName, (plan: Plan) => Iterable<CityFeature>> = {
  buildings: buildingFeatures,
  roads: roadFeatures,
  rail: (plan) => railFeatures(plan.relief),
  water: waterFeatures,
  land: landFeatures,
  trees: treeFeatures,
  places: placeFeatures,
  boundaries: (plan) => boundaryFeatures(plan.towns),
  pipes: (plan) => pipeFeatures(undergroundOf(plan)),
  'pipe-nodes': (plan) => pipeNodeFeatures(undergroundOf(plan)),
  furniture: (plan) => furnitureFeatures(undergroundOf(plan), [0, 0], SURVEYED_M),
  points: () => [],
  mesh: () => [],
  units: cityUnits,
  volumes: (plan) => madeVolumes(rightsOf(plan)),
  elements: () => [],
  boreholes: boreholeFeatures,
}

const SOURCE: City['source'] = {
  id: 'jiaojiang-demo',
  title: { zh: '椒江（演示数据）', en: 'Jiaojiang (synthetic demonstration data)' },
  attribution: '演示数据 synthetic · shoreline GSHHG 2.3.7 © Wessel & Smith (LGPL)',
  dataDate: '2026-07-01',
  crs: 'EPSG:4326',
  datum: 'EGM96',
  synthetic: true,
}

/**
 * Generates a city.
 *
 * @throws {RangeError} when `seed` or `buildings` is not an integer in range
 */
export function generateCity(options: CityOptions = {}): City {
  const seed = options.seed ?? 20260701
  const buildings = options.buildings ?? 42_000
  if (!Number.isSafeInteger(seed)) throw new RangeError(`generateCity: bad seed, got ${seed}; expected an integer`)
  if (!Number.isInteger(buildings) || buildings < 1000 || buildings > 1_000_000) {
    throw new RangeError(`generateCity: bad number of buildings, got ${buildings}; expected 1000 … 1000000`)
  }
  if (options.tiny) {
    const all = tinyFeatures(seed)
    const heights = tinyHeights(seed)
    let under: Underground | null = null
    return {
      extent: [heights.west, heights.south, heights.east, heights.north],
      heights,
      features(layer) {
        under ??= tinyUnderground(seed, all, heights)
        if (layer === 'pipes') return pipeFeatures(under)
        if (layer === 'pipe-nodes') return pipeNodeFeatures(under)
        if (layer === 'boreholes') return tinyBoreholes(seed, under.site.ground)
        if (layer === 'furniture') return furnitureFeatures(under, toMetres(121.44, 28.66), 1000)
        const rights: RightsSite = { prefix: 'TINY', ground: under.site.ground, middle: toMetres(121.4385, 28.6585) }
        const tower = layer === 'units' ? all.find((one) => one.layer === 'buildings' && isTower(one)) : undefined
        if (tower) return towerUnits(tower, rights)
        if (layer === 'volumes') return madeVolumes(rights)
        return all.filter((one) => one.layer === layer)
      },
      source: {
        ...SOURCE,
        id: 'tiny-demo',
        title: { zh: '小样（演示数据）', en: 'Sample (synthetic demonstration data)' },
      },
    }
  }
  const shores = readShores()
  const relief = makeRelief(shores, seed)
  const plan = makePlan(shores, relief, seed, buildings)
  return {
    extent: [...EXTENT],
    heights: relief.grid,
    *features(layer) {
      yield* MAKERS[layer](plan)
    },
    source: SOURCE,
  }
}
