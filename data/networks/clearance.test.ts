/** Clearance against every pair looked at one by one, and by hand on made pairs. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { CLASSES } from '../geo/city-feature.ts'
import { type Conflict, conflictOf, findConflicts, nearestInPlan } from './clearance.ts'
import { leastDistance, readClearanceRules } from './clearance-rules.ts'
import { networkFromFeatures } from './network.ts'
import { seeded } from './random-network.ts'

const rules = readClearanceRules(JSON.parse(readFileSync(new URL('./clearance-rules.json', import.meta.url), 'utf8')))
const METRE_LNG = 1 / 97_900
const METRE_LAT = 1 / 110_800

function pipe(id: string, utility: string, line: [x: number, y: number, z: number][], diameter = 0.3): CityFeature {
  const coordinates = line.map(([x, y, z]) => [121.4 + x * METRE_LNG, 28.6 + y * METRE_LAT, z])
  return {
    id,
    layer: 'pipes',
    geometry: { type: 'LineString', coordinates },
    style: { class: utility, diameter },
    attributes: {},
  }
}

test('on 200 networks the index finds exactly what looking at every pair finds', () => {
  let total = 0
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed)
    const features = Array.from({ length: 12 + (seed % 30) }, (_, i) => {
      const [x, y, turn, reach] = [random() * 40, random() * 40, random() * 7, 2 + random() * 20]
      const utility = CLASSES.pipes[Math.floor(random() * CLASSES.pipes.length)]!
      const line = [0, 0.5, 1].map((share): [number, number, number] => [
        x + Math.cos(turn) * reach * share,
        y + Math.sin(turn) * reach * share + (share === 0.5 ? random() : 0),
        5 + random(),
      ])
      return pipe(`p${i}`, utility, line, 0.1 + random() * 0.8)
    })
    const network = networkFromFeatures(features, [])
    const every: Conflict[] = []
    for (let a = 0; a < network.pipes.count; a++) {
      for (let b = a + 1; b < network.pipes.count; b++) {
        const conflict = conflictOf(network, a, b, { rules })
        if (conflict) every.push(conflict)
      }
    }
    const key = ({ rule, pipes, found }: Conflict) => `${pipes.join()} ${rule} ${found.toFixed(6)}`
    expect(findConflicts(network, { rules }).map(key).sort(), `seed ${seed}`).toEqual(every.map(key).sort())
    total += every.length
  }
  expect(total).toBeGreaterThan(1000)
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

test('a bad table is refused with the rule that is bad; rules are looked up either way round', () => {
  expect(() => readClearanceRules({})).toThrow('clearance rules: horizontal: got undefined; expected a list')
  const bad = { horizontal: [{ between: ['water', 'beer'], metres: 1 }], vertical: [], cover: [] }
  expect(() => readClearanceRules(bad)).toThrow(/horizontal\[0\]: got class beer; expected water \| storm/)
  expect(() => readClearanceRules({ ...bad, horizontal: [{ between: ['water', 'gas'], metres: -1 }] })).toThrow(
    /got -1 metres; expected 0 … 100/,
  )
  const [water, foul] = [
    { class: 'water', diameter: 0.15 },
    { class: 'foul', diameter: 0.4 },
  ]
  expect(leastDistance(rules.horizontal, water, foul)).toBe(1)
  expect(leastDistance(rules.horizontal, foul, { ...water, diameter: 0.3 })).toBe(1.5)
  expect(leastDistance(rules.horizontal, { class: 'gas', diameter: 0.2, pressure: 'high' }, water)).toBe(1)
})
