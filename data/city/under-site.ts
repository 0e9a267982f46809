/** The ground that pipes are laid in: streets as a graph, heights, and what the houses along them need. */
import { townAt } from './boundaries.ts'
import { type Point, toDegrees } from './frame.ts'
import type { Plan } from './plan.ts'
import { hash } from './random.ts'
import { endAtBanks, type StreetLine, type Streets, streetGraph, streetLines } from './under-streets.ts'

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

/** The site of the planned city: the district's streets, whatever the number of buildings; no motorways, farm tracks, bridges over rivers. */
export function siteOf(plan: Plan): Site {
  const { net, towns, relief, seed } = plan
  const ground = relief.at
  const lines: StreetLine[] = []
  const carries = (type: string) => type !== 'motorway' && type !== 'track' && type !== 'ferry'
  for (const way of net.roads) if (carries(way.class) && !way.bridge) lines.push(...streetLines(way))
  for (const index of plan.active) {
    const cell = net.cells[index]!
    const known = cell.ring.some(([x, y]) => townAt(towns, x, y) !== null)
    if (!known) continue
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
    const small = street.class === 'residential' || street.class === 'service'
    const year = FIRST_YEAR[town ?? kinds[0]!]! + (hash(seed, 61, Math.round(mx), Math.round(my)) % 15)
    return { built: town !== undefined, village: town === undefined && small, year: Math.min(2025, year) }
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
  return { seed, prefix: 'JJ', streets, ground }
}
