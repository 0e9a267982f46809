/** The city's plan: which superblocks are built for how many buildings, and what is known of each without building it. */
import { makeQuarter, type Quarter } from './blocks.ts'
import { makeTowns, type Town, townAt } from './boundaries.ts'
import type { Shores } from './coast.ts'
import type { Point } from './frame.ts'
import { type IslandLife, settleIslands } from './islands.ts'
import { makeNetwork, type Network } from './network.ts'
import { centroid } from './polygon.ts'
import type { Relief } from './relief.ts'
import { railLines } from './roads.ts'

/** The plan of a city of a given size. */
export interface Plan {
  seed: number
  buildings: number
  shores: Shores
  relief: Relief
  net: Network
  towns: Town[]
  islands: IslandLife
  rail: Point[][]
  /** indices in `net.cells` of the superblocks that are built, nearest first */
  active: number[]
  /** the streets and blocks of a superblock; kept when the city is small */
  quarter(index: number): Quarter
}

/** Buildings up to which every quarter is kept: about 60 MB. */
const KEEP = 120_000
/** What the district alone holds with its villages as they are. */
const DISTRICT = 42_000

/** Makes the plan. */
export function makePlan(shores: Shores, relief: Relief, seed: number, buildings: number): Plan {
  const net = makeNetwork(shores, relief, seed)
  const towns = makeTowns(shores)
  const large = buildings > DISTRICT
  const distances = net.cells.map((cell) => {
    const [x, y] = centroid(cell.ring)
    // the countryside comes last: when the number is reached it lacks a village, not the town a street
    const country = ['rural', 'polder'].includes(net.kindAt(x, y)) ? 5000 : 0
    return { d: Math.hypot(x, y) + country, district: townAt(towns, x, y) !== null }
  })
  const active = net.cells
    .map((_, i) => i)
    .filter((i) => large || distances[i]!.district)
    .sort((a, b) => distances[a]!.d - distances[b]!.d || a - b)
  const kept = new Map<number, Quarter>()
  return {
    seed,
    buildings,
    shores,
    relief,
    net,
    towns,
    active,
    islands: settleIslands(shores, relief, seed),
    rail: railLines(),
    quarter(index) {
      const had = kept.get(index)
      if (had) return had
      const made = makeQuarter(net.cells[index]!, net, relief, seed, large ? 0.95 : 0.15)
      if (buildings <= KEEP) kept.set(index, made)
      return made
    },
  }
}
