/** The ground that pipes are laid in: streets as a graph, heights, and what the houses along them need. */
import Flatbush from 'flatbush'
import { townAt } from './boundaries.ts'
import { standing } from './building-features.ts'
import { type Point, toDegrees } from './frame.ts'
import type { Plan } from './plan.ts'
import { area } from './polygon.ts'
import { hash } from './random.ts'
import { spaced } from './under-place.ts'
import {
  endAtBanks,
  type StreetLine,
  type StreetLink,
  type Streets,
  streetGraph,
  streetLines,
} from './under-streets.ts'
import type { Kind } from './zones.ts'

/** What the makers of pipes look at. */
export interface Site {
  seed: number
  /** before the ids of pipes and nodes */
  prefix: string
  streets: Streets
  /** height of the ground, orthometric metres */
  ground(x: number, y: number): number
}

/** Above this a street lies on a hill and carries nothing. */
const HIGH_M = 15

/** Ground along a line each 25 m: lowest and highest. */
function rangeOf(line: Point[], ground: Site['ground']): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const n = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 25))
    for (let k = 0; k <= n; k++) {
      const h = ground(a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n)
      if (h < low) low = h
      if (h > high) high = h
    }
  }
  return [low, high]
}

/** Uses of blocks with buildings that need water. */
const COUNTED: Set<string> = new Set([
  'oldtown',
  'offices',
  'mall',
  'compound',
  'oldcompound',
  'urbanvillage',
  'school',
  'hospital',
  'civic',
  'factory',
  'warehouse',
  'village',
  'temple',
])

const FIRST_YEAR: Record<string, number> = {
  oldtown: 1986,
  core: 1998,
  urban: 1994,
  newtown: 2009,
  town: 1997,
  industry: 2000,
  port: 1996,
  rural: 1999,
  polder: 2006,
}

/** Kinds of town in which every street has everything; elsewhere only the main roads have. */
const DENSE: Kind[] = ['oldtown', 'core', 'urban', 'newtown', 'port']

function supplyOf(kinds: Kind[], street: StreetLine): StreetLink['supply'] {
  const { widthM } = street
  if (kinds.some((kind) => DENSE.includes(kind))) return 'full'
  if (kinds.some((kind) => kind === 'town')) return widthM >= 28 ? 'full' : widthM >= 14 ? 'water' : 'way'
  if (kinds.some((kind) => kind === 'industry')) return widthM >= 36 ? 'full' : widthM >= 14 ? 'water' : 'way'
  return street.class === 'service' ? 'way' : 'water'
}

/** Square metres of floor per person at home. */
const HOME_M2 = 62
/** Litres a day and person; a day and square metre of floor for what is no home. */
const HOME_LITRES = 190
const LITRES: Record<string, number> = {
  commercial: 3,
  office: 2,
  industrial: 0.8,
  warehouse: 0.2,
  public: 2,
  school: 2.2,
  hospital: 6,
  religious: 0.5,
  agricultural: 0.5,
}
const DAY_S = 86_400

/** What a building needs: persons who live in it, litres of water per second on average. */
export function needOf(type: string, floorM2: number): { people: number; lps: number } {
  const home = type === 'residential' || type === 'house'
  const people = home ? floorM2 / HOME_M2 : 0
  return { people, lps: (home ? people * HOME_LITRES : floorM2 * (LITRES[type] ?? 1)) / DAY_S }
}

/** Adds a building's need to the nearest street that has water. */
export function loads(streets: Streets): (x: number, y: number, type: string, floorM2: number) => void {
  const marks: { at: Point; link: StreetLink }[] = []
  for (const link of streets.links)
    if (link.supply !== 'way' && !link.crossing) for (const at of spaced(link.line, 60)) marks.push({ at, link })
  const index = new Flatbush(Math.max(1, marks.length))
  for (const { at } of marks) index.add(at[0], at[1], at[0], at[1])
  if (marks.length === 0) index.add(0, 0, 0, 0)
  index.finish()
  return (x, y, type, floorM2) => {
    const link = marks[index.neighbors(x, y, 1)[0] ?? 0]?.link
    if (!link) return
    const { people, lps } = needOf(type, floorM2)
    link.people += people
    link.waterLps += lps
  }
}

/** The site of the planned city: the district's streets, whatever the number of buildings; no motorways, farm tracks, bridges over rivers. */
export function siteOf(plan: Plan): Site {
  const { net, towns, relief, seed } = plan
  const ground = relief.at
  const lines: StreetLine[] = []
  const carries = (type: string) => type !== 'motorway' && type !== 'track' && type !== 'ferry'
  for (const way of net.roads) if (carries(way.class) && !way.bridge) lines.push(...streetLines(way))
  const cells: number[] = []
  for (const index of plan.active) {
    const cell = net.cells[index]!
    const known = cell.ring.some(([x, y]) => townAt(towns, x, y) !== null)
    if (!known) continue
    cells.push(index)
    for (const way of plan.quarter(index).streets) if (carries(way.class)) lines.push(...streetLines(way))
  }
  const streets = streetGraph(lines, (line, street) => {
    const k = (line.length - 1) >> 1
    const [a, b] = [line[k]!, line[k + 1]!]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1
    const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    const [nx, ny] = [(60 * (b[1] - a[1])) / length, (-60 * (b[0] - a[0])) / length]
    if (
      !townAt(towns, mx + nx / 60, my + ny / 60) &&
      !townAt(towns, mx + nx, my + ny) &&
      !townAt(towns, mx - nx, my - ny)
    )
      return null
    const [low, high] = rangeOf(line, ground)
    if (high > HIGH_M || (low < 1 && !street.crossing)) return null
    const kinds = [net.kindAt(mx + nx, my + ny), net.kindAt(mx - nx, my - ny)]
    const town = kinds.find((kind) => kind !== 'rural' && kind !== 'polder')
    const year = FIRST_YEAR[town ?? kinds[0]!]! + (hash(seed, 61, Math.round(mx), Math.round(my)) % 15)
    return { supply: supplyOf(kinds, street), year: Math.min(2025, year) }
  })
  const { grid, shore } = relief
  const per = (grid.columns - 1) / (grid.east - grid.west)
  const atShore = (x: number, y: number) => {
    const [lng, lat] = toDegrees([x, y])
    const i = Math.round((grid.north - lat) * per) * grid.columns + Math.round((lng - grid.west) * per)
    return Math.abs(shore[i] ?? 1e6) < 45
  }
  endAtBanks(
    streets,
    net.canals.map(({ course, line }) => ({ line, widthM: course.widthM })),
    atShore,
  )
  const load = loads(streets)
  for (const index of cells) {
    for (const block of plan.quarter(index).blocks) {
      if (!COUNTED.has(block.use)) continue
      for (const one of standing(plan, block)) {
        const [x, y] = one.ring[0]!
        load(x, y, one.class, area(one.ring) * one.levels)
      }
    }
  }
  return { seed, prefix: 'JJ', streets, ground }
}
