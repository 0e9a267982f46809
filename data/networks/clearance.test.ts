/** Clearance against every pair looked at one by one, and by hand on made pairs. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { CLASSES } from '../geo/city-feature.ts'
import { type Conflict, findConflicts, nearestInPlan } from './clearance.ts'
import { leastDistance, type RuledPipe, readClearanceRules } from './clearance-rules.ts'
import { networkFromFeatures } from './network.ts'
import { seeded } from './random-network.ts'

const rules = readClearanceRules(JSON.parse(readFileSync(new URL('./clearance-rules.json', import.meta.url), 'utf8')))
const METRE_LNG = 1 / 97_900
const METRE_LAT = 1 / 110_800

const onMap = ([x, y, z]: [x: number, y: number, z: number]) => [121.4 + x * METRE_LNG, 28.6 + y * METRE_LAT, z]

const joint = (id: string, at: [x: number, y: number, z: number]): CityFeature => ({
  id,
  layer: 'pipe-nodes',
  geometry: { type: 'Point', coordinates: onMap(at) },
  style: { class: 'joint' },
  attributes: {},
})

function pipe(id: string, utility: string, line: [x: number, y: number, z: number][], diameter = 0.3): CityFeature {
  const coordinates = line.map(onMap)
  return {
    id,
    layer: 'pipes',
    geometry: { type: 'LineString', coordinates },
    style: { class: utility, diameter },
    attributes: {},
  }
}

interface Line {
  id: string
  utility: string
  points: [x: number, y: number, z: number][]
  diameter: number
  from: string
  to: string
}

/** Streets' worth of lines: some go on beyond their end, one in eight is a tunnel with a line inside that comes out of it or stays. */
function randomLines(seed: number): Line[] {
  const random = seeded(seed)
  const out: Line[] = []
  const add = (utility: string, points: Line['points'], diameter: number, from?: string) => {
    const id = `p${out.length}`
    out.push({ id, utility, points, diameter, from: from ?? `${id}a`, to: `${id}b` })
  }
  for (let i = 0; i < 10 + (seed % 24); i++) {
    const [x, y, turn, reach] = [random() * 40, random() * 40, random() * 7, 2 + random() * 20]
    const place = (share: number, aside: number, z: number): [number, number, number] => [
      x + Math.cos(turn) * reach * share - Math.sin(turn) * aside,
      y + Math.sin(turn) * reach * share + Math.cos(turn) * aside,
      z,
    ]
    const z = 5 + random()
    if (i % 8 === 0) {
      add('tunnel', [place(0, 0, z), place(0.5, 0, z), place(1, 0, z)], 3)
      const end = place(random() < 0.5 ? 0.9 : 1.6, random() * 2, z + random())
      add(CLASSES.pipes[Math.floor(random() * 5)]!, [place(0.1, 0.5, z), place(0.6, 0.5, z), end], 0.2)
      continue
    }
    const utility = CLASSES.pipes[Math.floor(random() * CLASSES.pipes.length)]!
    const diameter = 0.1 + random() * 0.8
    add(utility, [place(0, 0, z), place(0.5, random(), 5 + random()), place(1, 0, z)], diameter)
    if (random() < 0.5) add(utility, [place(1, 0, z), place(1.5, random() * 4, 5 + random())], diameter, out.at(-1)!.to)
  }
  return out
}

const between = (p: number[], q: number[], share: number) => p.map((value, axis) => value + (q[axis]! - value) * share)
const apartInPlan = (p: number[], q: number[]) => Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!)

/** The rules over again, said in another way: over points of polylines, every pair of pieces, every crossing, every tunnel. */
function slowly(lines: Line[]) {
  const half = (line: Line) => line.diameter / 2 + Math.max(0.005, line.diameter * 0.05)
  const pieces = (line: Line) => line.points.slice(1).map((end, i) => [line.points[i]!, end] as const)
  const tunnels = lines.filter((line) => line.utility === 'tunnel')
  const toPiece = ([p, q]: readonly [number[], number[]], at: number[]) => {
    const dot = (at[0]! - p[0]!) * (q[0]! - p[0]!) + (at[1]! - p[1]!) * (q[1]! - p[1]!)
    return between(p, q, Math.min(1, Math.max(0, dot / apartInPlan(p, q) ** 2)))
  }
  const inside = (line: Line, at: number[]) =>
    line.utility !== 'tunnel' &&
    tunnels.some((tunnel) =>
      pieces(tunnel).some((piece) => {
        const axis = toPiece(piece, at)
        const room = half(tunnel) - half(line)
        return apartInPlan(axis, at) <= room && Math.abs(axis[2]! - at[2]!) <= room
      }),
    )
  const housed = (line: Line, [p, q]: readonly [number[], number[]]) =>
    [p, between(p, q, 0.5), q].every((at) => inside(line, at))
  const enters = (line: Line) => inside(line, line.points[0]!) || inside(line, line.points.at(-1)!)
  const joined = (a: Line, b: Line) => [a.from, a.to].some((node) => node === b.from || node === b.to)
  const alike = (a: Line) => lines.filter((b) => a === b || (joined(a, b) && a.utility === b.utility))
  const side = (p: number[], q: number[], at: number[]) =>
    (q[0]! - p[0]!) * (at[1]! - p[1]!) - (q[1]! - p[1]!) * (at[0]! - p[0]!)
  const crossing = (a: Line, b: Line, places: number[][], apart: number) =>
    alike(a).some((one) =>
      alike(b).some(
        (two) =>
          one !== two &&
          pieces(one).some(([p, q]) =>
            pieces(two).some(([r, s]) => {
              const [left, right] = [side(r, s, p), side(r, s, q)]
              if (left * right > 0 || side(p, q, r) * side(p, q, s) > 0) return false
              const turn = Math.atan2(q[1]! - p[1]!, q[0]! - p[0]!) - Math.atan2(s[1]! - r[1]!, s[0]! - r[0]!)
              const sine = Math.abs(Math.sin(turn))
              const at = between(p, q, left / (left - right))
              return sine >= 0.5 && places.every((place) => apartInPlan(place, at) <= apart / sine)
            }),
          ),
      ),
    )
  // those in the ground
  const buried = lines.map((line) => pieces(line).filter((piece) => !housed(line, piece)))
  const goes = lines.map(enters)
  const found: Conflict[] = []
  for (const [i, a] of lines.entries()) {
    for (const [k, b] of lines.entries()) {
      if (k <= i || joined(a, b)) continue
      const [one, two] = [a, b].map(({ utility, diameter }) => ({ class: utility, diameter })) as [RuledPipe, RuledPipe]
      const sideways = leastDistance(rules.horizontal, one, two)
      const upright = leastDistance(rules.vertical, one, two)
      if (sideways === 0 && upright === 0) continue
      if (a.utility === 'tunnel' && b.utility !== 'tunnel' && goes[k]) continue
      if (b.utility === 'tunnel' && a.utility !== 'tunnel' && goes[i]) continue
      let worst: Conflict | null = null
      for (const p of buried[i]!) {
        for (const q of buried[k]!) {
          const { plan, s, t } = nearestInPlan(Float64Array.from(p.flat()), 0, Float64Array.from(q.flat()), 0)
          const places = [between(...p, s), between(...q, t)]
          const rise = Math.abs(places[0]![2]! - places[1]![2]!)
          const room = plan - half(a) - half(b)
          const zone = room < sideways && rise <= 3 && crossing(a, b, places, half(a) + half(b) + sideways)
          const over = room < 0 || zone
          const here = over ? rise - half(a) - half(b) : room
          const expected = over ? upright : sideways
          if (here >= expected - 1e-6 || (!over && rise > 3)) continue
          if (!worst || expected - here > worst.expected - worst.found)
            worst = { rule: over ? 'vertical' : 'horizontal', pipes: [i, k], found: here, expected, at: [0, 0, 0] }
        }
      }
      if (worst) found.push(worst)
    }
  }
  return found
}

test('on 200 networks the index finds exactly what looking at every pair, every tunnel and every crossing finds', () => {
  let [total, upright, without] = [0, 0, 0]
  for (let seed = 1; seed <= 200; seed++) {
    const lines = randomLines(seed)
    const network = networkFromFeatures(
      lines.map(({ id, utility, points, diameter, from, to }) => {
        const one = pipe(id, utility, points, diameter)
        return { ...one, style: { ...one.style, from, to } }
      }),
      [
        ...new Map(
          lines.flatMap(({ from, to, points }) => [[from, points[0]!] as const, [to, points.at(-1)!] as const]),
        ),
      ].map(([id, point]) => joint(id, point)),
    )
    // in the network's own metres, so that both look at the very same numbers
    const { vertices, vertexStart } = network.pipes
    const local = lines.map((line, k) => ({
      ...line,
      points: line.points.map(
        (_, i) => [...vertices.subarray(3 * (vertexStart[k]! + i)).slice(0, 3)] as Line['points'][0],
      ),
    }))
    const key = ({ rule, pipes, found }: Conflict) => `${pipes.join()} ${rule} ${found.toFixed(6)}`
    const found = findConflicts(network, { rules })
    expect(found.map(key).sort(), `seed ${seed}`).toEqual(slowly(local).map(key).sort())
    total += found.length
    upright += found.filter(({ rule }) => rule === 'vertical').length
    without += findConflicts(network, { rules: { ...rules, exceptions: {} } }).length
  }
  expect(total).toBeGreaterThan(1000)
  expect(upright).toBeGreaterThan(300)
  // the exceptions say something in these networks
  expect(without).toBeGreaterThan(total + 200)
})

test('nearest points in plan are no further than any of a fine comb of points', () => {
  const random = seeded(9)
  for (let round = 0; round < 300; round++) {
    const [p, q] = [0, 1].map(() => Float64Array.from({ length: 6 }, () => random() * 10)) as [
      Float64Array,
      Float64Array,
    ]
    if (round % 5 === 0) q.set([p[0]! + 1, p[1]!, 0, p[3]! + 1, p[4]!, 0])
    if (round % 7 === 0) p.set(p.subarray(0, 3), 3)
    const { plan, s, t } = nearestInPlan(p, 0, q, 0)
    const at = (line: Float64Array, share: number, axis: number) =>
      line[axis]! + (line[axis + 3]! - line[axis]!) * share
    expect(Math.hypot(at(p, s, 0) - at(q, t, 0), at(p, s, 1) - at(q, t, 1))).toBeCloseTo(plan, 9)
    let least = Infinity
    for (let i = 0; i <= 60; i++)
      for (let j = 0; j <= 60; j++)
        least = Math.min(least, Math.hypot(at(p, i / 60, 0) - at(q, j / 60, 0), at(p, i / 60, 1) - at(q, j / 60, 1)))
    expect(plan).toBeLessThanOrEqual(least + 1e-9)
  }
})

test('side by side, crossing, joined and shallow pipes are told apart, with what was found and asked', () => {
  const network = networkFromFeatures(
    [
      pipe(
        'water',
        'water',
        [
          [0, 0, 8],
          [50, 0, 8],
        ],
        0.3,
      ),
      pipe(
        'foul',
        'foul',
        [
          [0, 1, 8],
          [50, 1, 8],
        ],
        0.3,
      ),
      pipe(
        'crossing',
        'gas',
        [
          [25, -20, 8.4],
          [25, 20, 8.4],
        ],
        0.2,
      ),
    ],
    [],
  )
  const found = findConflicts(network, { rules, ground: () => 9 })
  const of = (rule: string, ...ids: string[]) =>
    found.find((one) => one.rule === rule && ids.every((id) => one.pipes.includes(network.pipes.ids.indexOf(id))))
  expect(of('horizontal', 'water', 'foul')?.expected).toBe(1.5)
  expect(of('horizontal', 'water', 'foul')?.found).toBeCloseTo(1 - 0.3 - 2 * 0.015, 2)
  expect(of('vertical', 'water', 'crossing')).toMatchObject({
    expected: 0.15,
    found: expect.closeTo(0.4 - 0.165 - 0.11, 3),
  })
  expect(of('vertical', 'foul', 'crossing')).toBeDefined()
  expect(of('cover', 'crossing')).toMatchObject({ expected: 0.6, found: expect.closeTo(0.49, 2) })
  expect(of('cover', 'water')).toBeUndefined()
})

test('a line in a tunnel is safe from what lies outside of its wall; what lies outside keeps from the wall', () => {
  const straight = (id: string, utility: string, aside: number, diameter: number) =>
    pipe(
      id,
      utility,
      [
        [0, aside, 5],
        [20, aside, 5],
        [40, aside, 5],
      ],
      diameter,
    )
  // a wall 0.15 m thick: the tunnel reaches to 1.65 m
  const network = networkFromFeatures(
    [
      straight('tunnel', 'tunnel', 0, 3),
      straight('inside', 'water', 1.2, 0.4),
      straight('beside', 'telecom', 0.6, 0.2),
      straight('outside', 'foul', 2.1, 0.3),
    ],
    [],
  )
  const pairs = (with_: typeof rules) =>
    findConflicts(network, { rules: with_ }).map(
      ({ rule, pipes }) => `${rule} ${pipes.map((k) => network.pipes.ids[k]).join('-')}`,
    )
  expect(pairs(rules)).toEqual(['horizontal tunnel-outside'])
  expect(pairs({ ...rules, exceptions: {} }).sort()).toEqual([
    'horizontal inside-beside',
    'horizontal inside-outside',
    'horizontal tunnel-outside',
  ])
})

test('beside a crossing the distance upright counts, as far as the lines cannot be farther apart', () => {
  const made = (end: number, z: number) =>
    findConflicts(
      networkFromFeatures(
        [
          pipe(
            'water',
            'water',
            [
              [-30, 0, 5],
              [30, 0, 5],
            ],
            0.3,
          ),
          // comes near, and goes on over it after a joint
          {
            ...pipe(
              'gas',
              'gas',
              [
                [0, -20, z],
                [0, end, z],
              ],
              0.2,
            ),
            style: { class: 'gas', diameter: 0.2, to: 'joint' },
          },
          {
            ...pipe(
              'on',
              'gas',
              [
                [0, end, z],
                [0, 20, z],
              ],
              0.2,
            ),
            style: { class: 'gas', diameter: 0.2, from: 'joint' },
          },
        ],
        [joint('joint', [0, end, z])],
      ),
      { rules },
    ).map(({ rule, pipes: [a, b] }) => `${rule} ${a}-${b}`)
  expect(made(-0.4, 5.6)).toEqual([])
  expect(made(-0.4, 5.2)).toEqual(['vertical 0-1', 'vertical 0-2'])
  // no crossing: it ends before
  const short = networkFromFeatures(
    [
      pipe(
        'water',
        'water',
        [
          [-30, 0, 5],
          [30, 0, 5],
        ],
        0.3,
      ),
      pipe(
        'gas',
        'gas',
        [
          [0, -20, 5.6],
          [0, -0.4, 5.6],
        ],
        0.2,
      ),
    ],
    [],
  )
  expect(findConflicts(short, { rules }).map(({ rule }) => rule)).toEqual(['horizontal'])
})

test('a bad table is refused with the rule that is bad; rules are looked up either way round', () => {
  expect(() => readClearanceRules({})).toThrow('clearance rules: horizontal: got undefined; expected a list')
  const bad = { horizontal: [{ between: ['water', 'beer'], metres: 1 }], vertical: [], cover: [] }
  expect(() => readClearanceRules(bad)).toThrow(/horizontal\[0\]: got class beer; expected water \| storm/)
  expect(() => readClearanceRules({ ...bad, horizontal: [{ between: ['water', 'gas'], metres: -1 }] })).toThrow(
    /got -1 metres; expected 0 … 100/,
  )
  expect(() => readClearanceRules({ ...bad, horizontal: [], exceptions: { crossingDegrees: 'all' } })).toThrow(
    /exceptions.crossingDegrees: got all; expected 5 … 90/,
  )
  const [water, foul] = [
    { class: 'water', diameter: 0.15 },
    { class: 'foul', diameter: 0.4 },
  ]
  expect(leastDistance(rules.horizontal, water, foul)).toBe(1)
  expect(leastDistance(rules.horizontal, foul, { ...water, diameter: 0.3 })).toBe(1.5)
  expect(leastDistance(rules.horizontal, { class: 'gas', diameter: 0.2, pressure: 'high' }, water)).toBe(1)
})
