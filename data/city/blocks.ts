/** A superblock cut into blocks by streets, and what each block is used for. */
import type { Cell, Way } from './cells.ts'
import type { Point } from './frame.ts'
import { streetName } from './names.ts'
import { divide, type Network } from './network.ts'
import { area, boundsOf, centroid, clipLeft, inside, type Ring } from './polygon.ts'
import { hash, type Random, randomOf } from './random.ts'
import type { Relief } from './relief.ts'
import { BLOCK_AREA, type Kind } from './zones.ts'

/** What a block is for; one filler per word. */
export type Use =
  | 'oldtown'
  | 'offices'
  | 'mall'
  | 'compound'
  | 'oldcompound'
  | 'urbanvillage'
  | 'school'
  | 'hospital'
  | 'park'
  | 'square'
  | 'civic'
  | 'factory'
  | 'warehouse'
  | 'tanks'
  | 'yard'
  | 'village'
  | 'farm'
  | 'orchard'
  | 'pond'
  | 'wetland'
  | 'construction'
  | 'grass'
  | 'temple'
  | 'hill'

/** A piece of land between streets. */
export interface Block extends Cell {
  kind: Kind
  use: Use
  seed: number
  /** where houses may stand: convex, counter-clockwise, metres; empty when there is no room */
  yard: Ring
}

/** A superblock with its streets. */
export interface Quarter {
  blocks: Block[]
  streets: Way[]
}

const CHOICE: Record<Kind, [Use, number][]> = {
  oldtown: [
    ['oldtown', 76],
    ['oldcompound', 12],
    ['temple', 3],
    ['school', 3],
    ['park', 3],
    ['mall', 3],
  ],
  core: [
    ['offices', 50],
    ['mall', 14],
    ['compound', 22],
    ['square', 7],
    ['park', 7],
  ],
  urban: [
    ['compound', 34],
    ['oldcompound', 24],
    ['urbanvillage', 5],
    ['school', 6],
    ['hospital', 2],
    ['park', 6],
    ['mall', 6],
    ['offices', 7],
    ['construction', 2],
  ],
  newtown: [
    ['compound', 44],
    ['offices', 14],
    ['park', 14],
    ['construction', 10],
    ['grass', 12],
    ['school', 6],
  ],
  town: [
    ['urbanvillage', 11],
    ['oldcompound', 18],
    ['factory', 18],
    ['mall', 7],
    ['school', 5],
    ['compound', 8],
    ['farm', 14],
    ['temple', 2],
    ['park', 6],
  ],
  industry: [
    ['factory', 74],
    ['warehouse', 10],
    ['oldcompound', 4],
    ['construction', 4],
    ['grass', 4],
    ['urbanvillage', 2],
  ],
  port: [
    ['warehouse', 40],
    ['tanks', 24],
    ['yard', 30],
    ['factory', 6],
  ],
  rural: [
    ['farm', 70],
    ['orchard', 16],
    ['pond', 10],
    ['factory', 4],
  ],
  polder: [
    ['pond', 56],
    ['wetland', 24],
    ['farm', 20],
  ],
}

function choose(random: Random, kind: Kind): Use {
  const list = CHOICE[kind]
  let left = random() * list.reduce((sum, one) => sum + one[1], 0)
  for (const [use, weight] of list) if ((left -= weight) < 0) return use
  return list[0]![0]
}

/** How far from an edge houses keep, m. */
function keep(way: Way | null, setback: number): number {
  if (!way) return 14
  if (way.kind === 'shore') return 62
  if (way.kind === 'border') return 20
  if (way.kind === 'canal') return way.widthM / 2 + 9
  return way.widthM / 2 + 3.5 + setback + (way.class === 'motorway' ? 30 : 0)
}

/** The convex part of a cell that keeps its distance from all its sides. */
export function insetOf(cell: Cell, setback: number): Ring {
  const [w, s, e, n] = boundsOf(cell.ring)
  let ring: Ring = [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
  ]
  for (let i = 0; i < cell.ring.length && ring.length > 2; i++) {
    const a = cell.ring[i]!
    const b = cell.ring[(i + 1) % cell.ring.length]!
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (length < 1e-6) continue
    const d: Point = [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
    const off = keep(cell.edges[i]!, setback)
    ring = clipLeft(ring, [a[0] - d[1] * off, a[1] + d[0] * off], d)
  }
  return ring.length > 2 && area(ring) > 80 ? ring : []
}

const SETBACK: Partial<Record<Use, number>> = {
  oldtown: 0.5,
  urbanvillage: 1.5,
  village: 2,
  compound: 9,
  oldcompound: 5,
  offices: 10,
  mall: 7,
  factory: 8,
  warehouse: 8,
  tanks: 14,
  school: 8,
  hospital: 10,
  park: 2,
}

function octagon(c: Point, r: number, random: Random): Ring {
  const turn = random() * 6.28
  return Array.from({ length: 9 }, (_, k) => {
    const rr = r * (0.75 + 0.35 * random())
    return [c[0] + rr * Math.cos(turn + (k * 6.2832) / 9), c[1] + rr * Math.sin(turn + (k * 6.2832) / 9)] as Point
  })
}

function clipTo(ring: Ring, by: Ring): Ring {
  let out = ring
  for (let i = 0; i < by.length && out.length > 2; i++) {
    const a = by[i]!
    const b = by[(i + 1) % by.length]!
    out = clipLeft(out, a, [b[0] - a[0], b[1] - a[1]])
  }
  return out.length > 2 && area(out) > 80 ? out : []
}

/**
 * Cuts a superblock into blocks.
 *
 * @param villages share of the countryside's fields that hold a village, 0…1
 */
export function makeQuarter(cell: Cell, net: Network, relief: Relief, seed: number, villages: number): Quarter {
  const [cx, cy] = centroid(cell.ring)
  const h = hash(seed, 31, Math.round(cx), Math.round(cy))
  const random = randomOf(h)
  const streets: Way[] = []
  const blocks: Block[] = []
  const add = (part: Cell, kind: Kind, use: Use, around?: Ring) => {
    const [x, y] = centroid(part.ring)
    const low = relief.at(x, y) < 14
    const actual: Use = low ? use : 'hill'
    let yard = actual === 'hill' ? [] : insetOf(part, SETBACK[actual] ?? 4)
    if (around) yard = clipTo(yard, around)
    blocks.push({ ...part, kind, use: actual, seed: hash(h, blocks.length), yard })
  }
  const stack: { cell: Cell; depth: number }[] = [{ cell, depth: 0 }]
  while (stack.length > 0) {
    const { cell: part, depth } = stack.pop()!
    const [x, y] = centroid(part.ring)
    const kind = net.kindAt(x, y)
    const size = area(part.ring)
    const limit = BLOCK_AREA[kind] * (0.75 + 0.5 * random())
    const hill = part.ring.every((p) => relief.at(p[0], p[1]) > 20) && relief.at(x, y) > 20
    if (!hill && size > limit && depth < 12) {
      const built = kind !== 'rural' && kind !== 'polder'
      const wide = built && size > 3.2 * BLOCK_AREA[kind]
      const done = divide(part, random, relief, {
        class: built ? (wide ? 'tertiary' : 'residential') : 'track',
        widthM: built ? (wide ? 16 : kind === 'oldtown' ? 6.5 : 9) : 5,
        reach: built ? 26 : 60,
        jitter: kind === 'oldtown' ? 0.34 : 0.22,
        bend: kind === 'oldtown' ? 0.04 : built ? 0 : 0.06,
        name: (at) => streetName(hash(h, Math.round(at[0]), Math.round(at[1])), wide ? 1 : kind === 'oldtown' ? 4 : 2),
      })
      if (done) {
        if (done.way) streets.push(done.way)
        stack.push({ cell: done.parts[0], depth: depth + 1 }, { cell: done.parts[1], depth: depth + 1 })
        continue
      }
    }
    const use = contains(part, CIVIC_SQUARE) ? 'square' : contains(part, CITY_HALL) ? 'civic' : choose(random, kind)
    if ((kind === 'rural' && use !== 'square' && random() < villages) || (use === 'urbanvillage' && size > 70_000))
      hamlet(part, kind, random, relief, streets, add, h, villages > 0.5)
    else add(part, kind, use)
  }
  return { blocks, streets }
}

/** The civic square and the seat of government north of it, metres of the frame. */
const CIVIC_SQUARE: Point = [0, 0]
const CITY_HALL: Point = [0, 300]
const contains = (cell: Cell, p: Point) => inside(p[0], p[1], cell.ring)

/** A village in a field: lanes cross in it, houses only round the crossing. */
function hamlet(
  part: Cell,
  kind: Kind,
  random: Random,
  relief: Relief,
  streets: Way[],
  add: (part: Cell, kind: Kind, use: Use, around?: Ring) => void,
  h: number,
  dense: boolean,
): void {
  const centre = centroid(part.ring)
  if (!inside(centre[0], centre[1], part.ring)) {
    add(part, kind, 'farm')
    return
  }
  const reach = Math.min(
    Math.sqrt(area(part.ring)) * 0.85,
    125 + (dense ? 560 : 165) * random() * random() + (dense ? 190 : 0),
  )
  const around = octagon(centre, reach, random)
  let parts: Cell[] = [part]
  for (let level = 0; level < 4; level++) {
    parts = parts.flatMap((one) => {
      if (area(one.ring) < 9_000) return [one]
      const done = divide(one, random, relief, {
        class: level < 2 ? 'residential' : 'service',
        widthM: level < 2 ? 6 : 4,
        reach: 30,
        jitter: 0.1,
        bend: 0.05,
        name: (at) => (level < 2 ? streetName(hash(h, Math.round(at[0]), Math.round(at[1])), 4) : ['', '']),
      })
      if (!done) return [one]
      if (done.way) streets.push(done.way)
      return done.parts
    })
  }
  for (const one of parts) {
    const [x, y] = centroid(one.ring)
    add(one, kind, Math.hypot(x - centre[0], y - centre[1]) < reach * 1.15 ? 'village' : 'farm', around)
  }
}
