/** Dig checks and risk on made pipes. */
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { type Dig, digCheck } from './dig-check.ts'
import { networkFromFeatures } from './network.ts'
import { materialLife, rankRisk } from './risk.ts'

const METRE_LNG = 1 / 97_900
const METRE_LAT = 1 / 110_800
const pipe = (id: string, y: number, z: number, style: CityFeature['style'] = {}): CityFeature => ({
  id,
  layer: 'pipes',
  geometry: {
    type: 'LineString',
    coordinates: [-50, 50].map((x) => [121.4 + x * METRE_LNG, 28.6 + y * METRE_LAT, z]),
  },
  style: { class: 'water', diameter: 0.3, ...style },
  attributes: {},
})
const network = networkFromFeatures(
  [
    pipe('shallow', 0, 9),
    pipe('deep', 5, 5),
    pipe('guessed', 10, 7.6, { estimated: true }),
    pipe('south', -10, 9, { class: 'gas' }),
  ],
  [],
)
const ground = () => 10
const ids = (dig: Dig, nearM?: number) =>
  digCheck(network, dig, { ground, nearM }).map(({ pipe: k, how }) => `${network.pipes.ids[k]} ${how}`)

test('a trench across hits what lies above its floor, and says what is just below', () => {
  const across: Dig = {
    kind: 'trench',
    line: [
      [0, -5],
      [0, 12],
    ],
    widthM: 0.6,
    depthM: 2,
  }
  expect(ids(across)).toEqual(['shallow hit', 'guessed hit'])
  expect(ids({ ...across, depthM: 4 })).toEqual(['shallow hit', 'guessed hit', 'deep below'])
  const [hit] = digCheck(network, across, { ground })
  expect(hit!.coverM).toBeCloseTo(1 - 0.165, 3)
  expect(hit!.at[0]).toBeCloseTo(0, 3)
})

test('a trench along a pipe is beside it, in plan, by the distance of edge and wall', () => {
  const along: Dig = {
    kind: 'trench',
    line: [
      [-20, -9],
      [20, -9],
    ],
    widthM: 1,
    depthM: 2,
  }
  const [hit] = digCheck(network, along, { ground })
  expect(hit).toMatchObject({ class: 'gas', how: 'beside' })
  expect(hit!.distanceM).toBeCloseTo(1 - 0.5 - 0.165, 2)
})

test('a pile and a pit find what is under and in them; a pipe wholly inside of a pit is hit', () => {
  expect(ids({ kind: 'pile', at: [3, 5], diameterM: 0.8, depthM: 20 })).toEqual(['deep hit'])
  expect(ids({ kind: 'pile', at: [3, 2.5], diameterM: 0.8, depthM: 20 })).toEqual([])
  const pit: Dig = {
    kind: 'pit',
    outline: [
      [-90, -90],
      [90, -90],
      [90, 90],
      [-90, 90],
    ],
    depthM: 1.5,
  }
  expect(ids(pit).filter((word) => word.endsWith('hit'))).toEqual(['shallow hit', 'south hit'])
})

test('where the ground is not known everything in plan counts as hit; a hole that is none is refused', () => {
  const dig: Dig = { kind: 'pile', at: [3, 5], diameterM: 0.8, depthM: 1 }
  expect(digCheck(network, dig, { ground: () => Number.NaN })).toMatchObject([{ how: 'hit' }])
  expect(() => digCheck(network, { ...dig, depthM: -1 }, { ground })).toThrow(
    'dig check: got depth -1; expected 0 … 200 m',
  )
  expect(() => digCheck(network, { kind: 'trench', line: [[0, 0]], widthM: 1, depthM: 1 }, { ground })).toThrow(
    /got 1 points; expected at least 2/,
  )
})

test('risk grows with age, frailty, size and what hangs on a pipe; unknown ages count half', () => {
  const made = networkFromFeatures(
    [
      pipe('old', 0, 9, { year: 1960, material: '灰口铸铁' }),
      pipe('new', 1, 9, { year: 2020, material: 'PE100' }),
      pipe('unknown', 2, 9, {}),
      pipe('wide', 3, 9, { year: 1990, material: '球墨铸铁', diameter: 1 }),
      pipe('thin', 4, 9, { year: 1990, material: '球墨铸铁', diameter: 0.1 }),
    ],
    [],
  )
  const order = rankRisk(made, 2026).map((one) => made.pipes.ids[one.pipe])
  expect(order[0]).toBe('old')
  expect(order.at(-1)).toBe('new')
  expect(order.indexOf('wide')).toBeLessThan(order.indexOf('thin'))
  expect(rankRisk(made, 2026).find((one) => made.pipes.ids[one.pipe] === 'unknown')).toMatchObject({
    ageYears: null,
    spent: 0.5,
  })
  const loaded = rankRisk(made, 2026, [0, 0, 0, 0, 1000])
  expect(made.pipes.ids[loaded[0]!.pipe]).toBe('thin')
  expect(materialLife('HDPE').years).toBe(70)
})
