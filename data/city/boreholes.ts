/** Boreholes of the made city: along roads and at works, through the layers of a coastal plain; all made up. */
import type { CityFeature } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import { type GroundKind, type Logged, logAt } from './boreholes-log.ts'
import { townAt } from './boundaries.ts'
import { feature } from './feature.ts'
import { type Point, toDegrees, toMetres } from './frame.ts'
import type { Plan } from './plan.ts'
import { lineDistance } from './polygon.ts'
import { hash, noiseOf } from './random.ts'
import { RIDGES } from './ridges.ts'
import { CITY_SUPPLY } from './supply.ts'
import { spaced } from './under-place.ts'

/** A hole before it has a log. */
interface Spot {
  at: Point
  project: string
  kind: GroundKind
}

/** Metres between holes along roads, by kind of town. */
const APART: Record<string, number> = {
  oldtown: 330,
  core: 330,
  urban: 400,
  newtown: 520,
  town: 620,
  industry: 620,
  port: 620,
  rural: 1500,
  polder: 1500,
}
/** Below this a road stands in water or on a flat, above it on a hill, m. */
const [LOW_M, HIGH_M] = [1.2, 12]

/** Depth to the rock by distance to the hills: `[axis, where the foot lies]`, m. */
type Hill = { line: Point[]; radius: number }

/** Depth to rock in metres: shallow at the foot of hills, deep in the plain, deeper to the sea. */
export function rockDepth(seed: number, hills: readonly Hill[]): (x: number, y: number) => number {
  const noise = noiseOf(seed + 401)
  return (x, y) => {
    const plain = 62 + 9 * noise(x / 2600, y / 2600) + 4 * noise(x / 700, y / 700) + Math.max(-8, Math.min(14, x / 900))
    let depth = plain
    for (const { line, radius } of hills) {
      const away = lineDistance(x, y, line) - 0.72 * radius
      depth = Math.min(depth, Math.max(1, 1 + away * 0.11 * (1 + away / 500)))
    }
    return depth
  }
}

function citySpots(plan: Plan): Spot[] {
  const { net, relief, towns, seed } = plan
  const taken: Point[] = []
  const spots: Spot[] = []
  const free = ([x, y]: Point, apart: number) => taken.every((p) => Math.hypot(p[0] - x, p[1] - y) >= apart)
  for (const [n, name, middle] of works()) {
    // a building site: four corners and the middle
    for (const [dx, dy] of [
      [-32, -24],
      [32, -24],
      [32, 24],
      [-32, 24],
      [0, 0],
    ] as const) {
      const at: Point = [middle[0] + dx, middle[1] + dy]
      const ground = relief.at(at[0], at[1])
      if (ground < LOW_M || ground > HIGH_M) continue
      spots.push({ at, project: `${name}岩土工程勘察`, kind: n === 0 ? 'town' : 'yard' })
    }
    taken.push(middle)
  }
  const ways = net.roads.filter((way) => !way.bridge && !/motorway|ferry|track/.test(way.class))
  for (const way of ways) {
    const line = spaced(way.line, 90)
    for (let i = 0; i + 1 < line.length; i++) {
      const [a, b] = [line[i]!, line[i + 1]!]
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1
      const side = hash(seed, 431, i) & 1 ? 1 : -1
      const off = side * (way.widthM / 2 + 1.2)
      const at: Point = [a[0] - ((b[1] - a[1]) / length) * off, a[1] + ((b[0] - a[0]) / length) * off]
      const ground = relief.at(at[0], at[1])
      if (ground < LOW_M || ground > HIGH_M) continue
      const kind = net.kindAt(at[0], at[1])
      if (!free(at, APART[kind]!) || townAt(towns, at[0], at[1]) === null) continue
      taken.push(at)
      const wild = kind === 'polder' ? 'polder' : kind === 'rural' ? 'field' : 'town'
      spots.push({ at, project: `${way.name || '道路'}工程勘察`, kind: wild })
    }
  }
  return spots
}

function* works(): Iterable<[number, string, Point]> {
  const { foulWorks, waterWorks, substations, exchanges } = CITY_SUPPLY
  let n = 0
  for (const list of [foulWorks, waterWorks, substations, exchanges])
    for (const { name, at } of list) yield [n++, name.replace(/（演示）$/, ''), at]
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

function boreholeFeature(id: string, spot: Spot, ground: number, log: Logged, seed: number): CityFeature {
  const [lng, lat] = toDegrees(spot.at)
  const collar = round(ground + undulation(lng, lat), 3)
  const year = 2012 + (hash(seed, 433, spot.project.length, Math.round(spot.at[0] / 400)) % 13)
  const month = 1 + (hash(seed, 437, Math.round(spot.at[1])) % 12)
  const date = `${year}-${String(month).padStart(2, '0')}-${String(1 + (hash(seed, 439, Math.round(spot.at[0])) % 28)).padStart(2, '0')}`
  return feature(
    'boreholes',
    id,
    { type: 'Point', coordinates: [lng, lat, collar] },
    { class: 'drilling', name: id.replace(/^\w+-/, ''), depth: log.depth, water: log.water, layers: log.strata.length },
    {
      工程名称: `${spot.project}（演示）`,
      勘察单位: '演示勘察院',
      孔口高程: round(ground, 2),
      终孔日期: date,
      strata: JSON.stringify(log.strata),
      groundwater: JSON.stringify([
        { depth: log.strike, kind: 'strike', date },
        { depth: log.water, kind: 'level', date },
      ]),
    },
  )
}

/** The holes of the planned city in a fixed order: works first, then road by road. */
export function* boreholeFeatures(plan: Plan): Iterable<CityFeature> {
  const hills = RIDGES.map(({ line, radius }) => ({ line: line.map(([lng, lat]) => toMetres(lng, lat)), radius }))
  const rock = rockDepth(plan.seed, hills)
  const log = logAt(plan.seed, rock)
  for (const [n, spot] of citySpots(plan).entries()) {
    const [x, y] = spot.at
    const ground = plan.relief.at(x, y)
    yield boreholeFeature(`JJ-ZK${String(n + 1).padStart(4, '0')}`, spot, ground, log(x, y, spot.kind), plan.seed)
  }
}

/** Places of the tiny city's holes, metres from its middle: along its two roads, by the canal and at the foot of its hill. */
const TINY: readonly Point[] = [
  [-380, 74],
  [-230, 74],
  [-90, 74],
  [60, 74],
  [200, 74],
  [360, 46],
  [34, -60],
  [34, -230],
  [34, -380],
  [36, 190],
  [180, 260],
  [270, 330],
]

/** The holes of the tiny city. @param ground orthometric metres */
export function* tinyBoreholes(seed: number, ground: (x: number, y: number) => number): Iterable<CityFeature> {
  const [cx, cy] = toMetres(121.44, 28.66)
  const rock = rockDepth(seed, [
    {
      line: [
        [cx + 330, cy + 400],
        [cx + 331, cy + 400],
      ],
      radius: 220,
    },
  ])
  const log = logAt(seed, rock)
  for (const [n, [dx, dy]] of TINY.entries()) {
    const at: Point = [cx + dx, cy + dy]
    const spot: Spot = { at, project: '小样街道路工程勘察', kind: 'town' }
    yield boreholeFeature(`TINY-ZK${n + 1}`, spot, ground(at[0], at[1]), log(at[0], at[1], 'town'), seed)
  }
}
