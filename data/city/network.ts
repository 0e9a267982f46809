/** The land cut into superblocks by rivers' banks, main roads and canals: the part of the city that is made at once. */
import { ARTERIALS, type Course } from './arterials.ts'
import { CANALS } from './canal-courses.ts'
import { type Cell, clear, crossings, fullLine, type Hit, joint, makeWay, split, type Way } from './cells.ts'
import { nearestVertex, type Shores } from './coast.ts'
import { EXTENT_M, type Point, toMetres } from './frame.ts'
import { streetName } from './names.ts'
import { area, boundsOf, centroid, lengthOf, offsetLine, type Ring } from './polygon.ts'
import { between, hash, noiseOf, type Random, randomOf } from './random.ts'
import type { Relief } from './relief.ts'
import { type Kind, zonesOf } from './zones.ts'

/** The coarse city. */
export interface Network {
  /** superblocks; each can be built on its own */
  cells: Cell[]
  /** roads of the coarse level and the bridges over the rivers */
  roads: Way[]
  /** canals, one way per stretch that hangs together */
  canals: { course: Course; line: Point[] }[]
  kindAt: (x: number, y: number) => Kind
}

/** Above this a place is a hill: no streets, no houses. */
export const HILL_M = 13

/** Highest ground under a line, sampled each 50 m. */
export function highest(relief: Relief, line: Point[]): number {
  let top = -Infinity
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const n = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 50))
    for (let k = 0; k <= n; k++)
      top = Math.max(top, relief.at(a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n))
  }
  return top
}

/** Catmull-Rom through points, `steps` pieces per span. */
export function spline(points: Point[], steps: number): Point[] {
  const out: Point[] = []
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [
      points[Math.max(0, i - 1)]!,
      points[i]!,
      points[i + 1]!,
      points[Math.min(points.length - 1, i + 2)]!,
    ]
    for (let s = 0; s < steps; s++) {
      const t = s / steps
      const f = (p: number, q: number, r: number, u: number) =>
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - u) * t * t + (3 * q - p - 3 * r + u) * t * t * t)
      out.push([f(a[0], b[0], c[0], d[0]), f(a[1], b[1], c[1], d[1])])
    }
  }
  out.push(points.at(-1)!)
  return out
}

function landCell(ring: Ring): Cell {
  const [w, s, e, n] = EXTENT_M
  const border = makeWay('border', '', '', '', 0, [])
  const shore = makeWay('shore', '', '', '', 0, [])
  const edges = ring.map((a, i) => {
    const b = ring[(i + 1) % ring.length]!
    const on = (axis: 0 | 1, v: number) => Math.abs(a[axis] - v) < 0.5 && Math.abs(b[axis] - v) < 0.5
    return on(0, w) || on(0, e) || on(1, s) || on(1, n) ? border : shore
  })
  return { ring, edges }
}

/** Cuts one cell along a long line, all the times the line crosses it; the new ways are given to `made` with their place on the line. */
function cutCell(
  cell: Cell,
  line: Point[],
  start: number,
  course: Course,
  kind: 'road' | 'canal',
  made: (way: Way, from: number) => void,
): Cell[] {
  const hits: (Hit & { t: number })[] = []
  for (let k = 0; k + 1 < line.length; k++) {
    for (const hit of crossings(cell, line[k]!, line[k + 1]!))
      if (k + hit.t > start) hits.push({ ...hit, t: k + hit.t })
  }
  for (let i = 0; i + 1 < hits.length; i++) {
    const [from, to] = [hits[i]!, hits[i + 1]!]
    const p = joint(cell, from, 14) ?? from.at
    const q = joint(cell, to, 14) ?? to.at
    const path: Point[] = [p]
    for (let k = Math.floor(from.t) + 1; k <= Math.floor(to.t); k++) {
      const v = line[k]!
      if (Math.hypot(v[0] - path.at(-1)![0], v[1] - path.at(-1)![1]) > 5 && Math.hypot(v[0] - q[0], v[1] - q[1]) > 5)
        path.push(v)
    }
    path.push(q)
    if (lengthOf(path) < 8 || !clear(cell, path)) continue
    // a road from shore to shore with no bridge would lead nowhere
    const shores = cell.edges[from.side]?.kind === 'shore' && cell.edges[to.side]?.kind === 'shore'
    if (kind === 'road' && shores && !course.bridge) continue
    const way = makeWay(kind, course.class, course.name, course.nameEn, course.widthM, path)
    const parts = split(cell, { side: from.side, at: p }, { side: to.side, at: q }, path, way)
    if (!parts) continue
    for (const [hit, at] of [
      [from, p],
      [to, q],
    ] as const) {
      const other = cell.edges[hit.side]
      if (!other || (other.kind !== 'road' && other.kind !== 'canal')) continue
      other.joints.push(at)
      if (kind === 'canal' && other.kind === 'road') other.canals.push({ at, widthM: course.widthM })
      if (kind === 'road' && other.kind === 'canal') way.canals.push({ at, widthM: other.widthM })
    }
    made(way, from.t)
    return parts.flatMap((part) => cutCell(part, line, to.t, course, kind, made))
  }
  return [cell]
}

function cut(cells: Cell[], line: Point[], course: Course, kind: 'road' | 'canal'): { cells: Cell[]; ways: Way[] } {
  const [w, s, e, n] = boundsOf(line)
  const found: { way: Way; from: number }[] = []
  const out = cells.flatMap((cell) => {
    const b = boundsOf(cell.ring)
    if (b[0] > e || b[2] < w || b[1] > n || b[3] < s) return [cell]
    return cutCell(cell, line, -1, course, kind, (way, from) => found.push({ way, from }))
  })
  return { cells: out, ways: found.sort((a, b) => a.from - b.from).map((one) => one.way) }
}

/** Where a line crosses open water between two lands: the bridges. */
function bridges(lands: Cell[], line: Point[], course: Course): Way[] {
  if (!course.bridge) return []
  const hits = lands.flatMap((land, index) =>
    line.slice(1).flatMap((b, k) => crossings(land, line[k]!, b).map((hit) => ({ t: k + hit.t, at: hit.at, index }))),
  )
  hits.sort((a, b) => a.t - b.t)
  const out: Way[] = []
  for (let i = 0; i + 1 < hits.length; i++) {
    const [from, to] = [hits[i]!, hits[i + 1]!]
    if (from.index === to.index) continue
    const inner = line.slice(Math.floor(from.t) + 1, Math.floor(to.t) + 1)
    const way = makeWay('road', course.class, course.bridge, '', course.widthM, [from.at, ...inner, to.at])
    way.bridge = true
    out.push(way)
  }
  return out
}

/** The two ends of a straight line through the cell near its middle, across its long side. */
export function chord(cell: Cell, random: Random, jitter: number): { from: Hit; to: Hit } | null {
  const { ring } = cell
  let best = Infinity
  let axis: Point = [1, 0]
  let span: [number, number, number, number] = [0, 0, 0, 0]
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    if (length < 25) continue
    const u: Point = [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
    let [u0, u1, v0, v1] = [Infinity, -Infinity, Infinity, -Infinity]
    for (const p of ring) {
      const pu = p[0] * u[0] + p[1] * u[1]
      const pv = p[1] * u[0] - p[0] * u[1]
      if (pu < u0) u0 = pu
      if (pu > u1) u1 = pu
      if (pv < v0) v0 = pv
      if (pv > v1) v1 = pv
    }
    const size = (u1 - u0) * (v1 - v0)
    if (size < best) [best, axis, span] = [size, u, [u0, u1, v0, v1]]
  }
  if (best === Infinity) return null
  const [u0, u1, v0, v1] = span
  const long = u1 - u0 >= v1 - v0
  const share = 0.5 + (random() - 0.5) * jitter
  const pu = u0 + (u1 - u0) * (long ? share : 0.5)
  const pv = v0 + (v1 - v0) * (long ? 0.5 : share)
  const centre: Point = [pu * axis[0] - pv * axis[1], pu * axis[1] + pv * axis[0]]
  const tilt = (random() - 0.5) * 0.12
  const [dx, dy] = long ? [-axis[1], axis[0]] : axis
  const d: Point = [dx - dy * tilt, dy + dx * tilt]
  const reach = Math.max(u1 - u0, v1 - v0) * 1.5
  const a: Point = [centre[0] - d[0] * reach, centre[1] - d[1] * reach]
  const b: Point = [centre[0] + d[0] * reach, centre[1] + d[1] * reach]
  const hits = crossings(cell, a, b)
  // the piece that holds the centre
  let at = hits.findIndex((hit) => hit.t > 0.5)
  if (at % 2 === 0) at += 1
  const from = hits[at - 1]
  const to = hits[at]
  return from && to ? { from, to } : null
}

/** One more division of a cell by a road, or by a bare line where no road can be; null when it cannot be divided. */
export function divide(
  cell: Cell,
  random: Random,
  relief: Relief,
  style: {
    class: string
    widthM: number
    reach: number
    jitter: number
    bend: number
    name: (at: Point) => [string, string]
  },
): { parts: [Cell, Cell]; way: Way | null } | null {
  for (let attempt = 0; attempt < 4; attempt++) {
    const ends = chord(cell, random, style.jitter * (1 + attempt))
    if (!ends) return null
    const snap = (hit: Hit): { at: Point; road: boolean } => {
      const way = cell.edges[hit.side]
      const found = joint(cell, hit, way?.fixed && way.kind === 'road' ? style.reach * 2.2 : style.reach)
      return {
        at: found ?? hit.at,
        road: way?.kind === 'road' && (found !== null || !way.fixed) && way.class !== 'motorway',
      }
    }
    const p = snap(ends.from)
    const q = snap(ends.to)
    const length = Math.hypot(q.at[0] - p.at[0], q.at[1] - p.at[1])
    if (length < 12) continue
    const path: Point[] = [p.at, q.at]
    if (style.bend > 0 && length > 300) {
      const off = (random() - 0.5) * style.bend * length
      const nx = -(q.at[1] - p.at[1]) / length
      const ny = (q.at[0] - p.at[0]) / length
      const at = (t: number): Point => [
        p.at[0] + (q.at[0] - p.at[0]) * t + nx * off,
        p.at[1] + (q.at[1] - p.at[1]) * t + ny * off,
      ]
      path.splice(1, 0, at(0.33), at(0.67))
    }
    if (!clear(cell, path)) continue
    const possible = (p.road || q.road) && highest(relief, path) < HILL_M
    const [name, nameEn] = possible ? style.name(path[0]!) : ['', '']
    const way = possible ? makeWay('road', style.class, name, nameEn, style.widthM, path) : null
    const parts = split(cell, { side: ends.from.side, at: p.at }, { side: ends.to.side, at: q.at }, path, way)
    if (!parts) continue
    if (way) {
      for (const [end, hit] of [
        [p, ends.from],
        [q, ends.to],
      ] as const)
        if (end.road) cell.edges[hit.side]!.joints.push(end.at)
    }
    return { parts, way }
  }
  return null
}

const LIMIT: Record<Kind, number> = {
  oldtown: 350_000,
  core: 400_000,
  urban: 600_000,
  newtown: 600_000,
  town: 600_000,
  industry: 700_000,
  port: 800_000,
  rural: 1_500_000,
  polder: 1_600_000,
}

/** Divides cells by secondary roads until none is larger than its kind allows; the roads are added to `roads`. */
function superblocks(cells: Cell[], roads: Way[], relief: Relief, kindAt: Network['kindAt'], seed: number): Cell[] {
  const coarse: Cell[] = []
  const stack = [...cells].reverse()
  for (let k = 0; stack.length > 0; k++) {
    const cell = stack.pop()!
    const [x, y] = centroid(cell.ring)
    const kind = kindAt(x, y)
    if (area(cell.ring) < LIMIT[kind] || cell.ring.every((p) => relief.at(p[0], p[1]) > 30)) {
      coarse.push(cell)
      continue
    }
    const built = kind !== 'rural' && kind !== 'polder'
    const random = randomOf(seed, 21, k)
    const name = (at: Point) => streetName(hash(seed, 5, Math.round(at[0] / 40), Math.round(at[1] / 40)), built ? 1 : 3)
    const done = divide(cell, random, relief, {
      class: built ? 'secondary' : 'tertiary',
      widthM: built ? 24 : 14,
      reach: 130,
      jitter: 0.2,
      bend: built ? 0.03 : 0.1,
      name,
    })
    if (!done) coarse.push(cell)
    else {
      if (done.way) roads.push(done.way)
      stack.push(...done.parts)
    }
  }
  return coarse
}

/** Cuts the canals; stretches that hang together are added to `canals` as one line. */
function layCanals(cells: Cell[], canals: Network['canals'], warp: (p: Point) => Point): Cell[] {
  let left = cells
  for (const course of CANALS) {
    const done = cut(
      left,
      spline(
        course.line.map((p) => toMetres(p[0], p[1])),
        5,
      ).map(warp),
      course,
      'canal',
    )
    left = done.cells
    let run: Point[] = []
    for (const way of done.ways) {
      const last = run.at(-1)
      if (last && Math.hypot(last[0] - way.line[0]![0], last[1] - way.line[0]![1]) < 1) run.push(...way.line.slice(1))
      else {
        if (run.length > 1) canals.push({ course, line: run })
        run = [...way.line]
      }
    }
    if (run.length > 1) canals.push({ course, line: run })
  }
  return left
}

/** Cuts the mainland. */
export function makeNetwork(shores: Shores, relief: Relief, seed: number): Network {
  const kindAt = zonesOf(seed)
  const noise = noiseOf(seed + 3)
  const lands = [shores.northLand, shores.wedgeLand, shores.southLand].map(landCell)
  let cells = lands
  const roads: Way[] = []
  const warp = ([x, y]: Point): Point => [x + 90 * noise(x / 3100, y / 3100), y + 90 * noise(x / 3100 + 19, y / 3100)]
  const lay = (course: Course, line: Point[]) => {
    const done = cut(cells, line, course, 'road')
    cells = done.cells
    roads.push(...done.ways)
    const ends = done.ways.flatMap((way) => [way.line[0]!, way.line.at(-1)!])
    for (const way of bridges(lands, line, course)) {
      // the same point, to the last bit, as the road that it continues
      const meet = (p: Point) => ends.find((e) => Math.hypot(e[0] - p[0], e[1] - p[1]) < 16) ?? p
      way.line[0] = meet(way.line[0]!)
      way.line[way.line.length - 1] = meet(way.line.at(-1)!)
      roads.push(way)
    }
  }
  for (const course of ARTERIALS)
    lay(
      course,
      spline(
        course.line.map((p) => toMetres(p[0], p[1])),
        4,
      ).map(warp),
    )
  const bank = (
    line: Point[],
    from: Point,
    to: Point,
    name: string,
    nameEn: string,
    distance: number,
    widthM: number,
  ) => {
    const [a, b] = [nearestVertex(line, from), nearestVertex(line, to)]
    const part = line
      .slice(Math.min(a, b), Math.max(a, b) + 1)
      .filter((_, i, all) => i % 3 === 0 || i === all.length - 1)
    lay({ name, nameEn, class: 'secondary', widthM, line: [] }, offsetLine(spline(part, 2), -distance))
  }
  bank(shores.south, toMetres(121.37, 28.694), toMetres(121.4965, 28.6665), '江滨路', 'Jiangbin Road', 170, 28)
  bank(shores.south, toMetres(121.509, 28.6685), toMetres(121.588, 28.53), '海堤路', 'Haidi Road', 420, 22)
  bank(shores.north, toMetres(121.555, 28.7), toMetres(121.365, 28.7), '江北路', 'Jiangbei Road', 260, 22)
  cells = superblocks(cells, roads, relief, kindAt, seed)
  const canals: Network['canals'] = []
  cells = layCanals(cells, canals, warp)
  for (const way of roads) fix(way, seed)
  return { cells, roads, canals, kindAt }
}

/** Places where streets may join a coarse road later, from either side: about every 130 m, kept off the joints there are. */
function fix(way: Way, seed: number): void {
  if (!way.bridge && way.class !== 'motorway') {
    const line = fullLine(way)
    for (let i = 0; i + 1 < line.length; i++) {
      const [a, b] = [line[i]!, line[i + 1]!]
      const length = Math.hypot(b[0] - a[0], b[1] - a[1])
      const random = randomOf(seed, Math.round(a[0] * 10), Math.round(a[1] * 10))
      const n = Math.floor(length / between(random, 95, 150))
      for (let k = 1; k <= n; k++) {
        const t = (k + (random() - 0.5) * 0.3) / (n + 1)
        const p: Point = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
        if (way.canals.every((c) => Math.hypot(c.at[0] - p[0], c.at[1] - p[1]) > c.widthM)) way.joints.push(p)
      }
    }
  }
  way.fixed = true
}
