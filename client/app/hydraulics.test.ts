/** The page's side of a solved network: addresses, moments, colours, what a click changes. */
import { expect, test } from 'vitest'
import { type HydraulicsAnswer, SEWER_SHOWN, WATER_SHOWN } from '../../data/networks/hydraulics-answer.ts'
import { HYDRAULIC_SHOWS } from '../../scenes/schema/hydraulics-marks.ts'
import { changedMark } from '../tools/hydraulics.ts'
import {
  domainOf,
  type HydraulicsMark,
  hydraulicsMark,
  hydraulicsRequest,
  seriesOf,
  stepAt,
  valueColor,
  withDemand,
} from './hydraulics.ts'

const WATER: HydraulicsMark = { type: 'hydraulics', utility: 'water', show: 'pressure' }

test('a mark is asked by its address, changes and all', () => {
  expect(hydraulicsRequest(WATER)).toEqual({ url: '/networks/water/hydraulics?show=pressure' })
  const changed: HydraulicsMark = {
    ...WATER,
    show: 'flow',
    model: 'town:a b.inp',
    closed: ['v1', 'v2'],
    pumpsOff: ['p'],
    demands: { n: 2.5 },
    fire: { node: 'h', lps: 25, residual: 8 },
  }
  const url = new URL(hydraulicsRequest(changed).url, 'http://x')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    show: 'flow',
    model: 'town:a b.inp',
    closed: 'v1,v2',
    pumpOff: 'p',
    demand: 'n:2.5',
    fire: 'h:25',
    residual: '8',
  })
  expect(hydraulicsRequest({ type: 'hydraulics', utility: 'storm', show: 'fill', years: 20 }).url).toBe(
    '/networks/storm/capacity?show=fill&return=20',
  )
  expect(hydraulicsMark({ a: { type: 'trace', utility: 'water', node: 'n', sense: 'both' }, b: WATER })).toEqual([
    'b',
    WATER,
  ])
  expect(hydraulicsMark(undefined)).toBeNull()
})

test('a scene may show what the server can answer, and nothing else', () => {
  const answered = new Set([...Object.keys(WATER_SHOWN), ...Object.keys(SEWER_SHOWN)])
  expect([...HYDRAULIC_SHOWS].sort()).toEqual([...answered].sort())
})

test('changes that no address holds are sent as JSON', () => {
  const demands = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`node-${i}`, i / 2]))
  const { url, body } = hydraulicsRequest({ ...WATER, demands, closed: ['v'], fire: { node: 'h', lps: 25 } })
  expect(url).toBe('/networks/water/hydraulics')
  expect(JSON.parse(body ?? '')).toEqual({
    show: 'pressure',
    closed: ['v'],
    pumpOff: [],
    demand: demands,
    fire: { node: 'h', lps: 25 },
  })
  expect(JSON.parse(hydraulicsRequest({ ...WATER, closed: ['a,b'] }).body ?? '')).toMatchObject({ closed: ['a,b'] })
})

test('a node draws what it is told, or as the model says', () => {
  const more = withDemand(WATER, 'n', 2.5)
  expect(more).toEqual({ ...WATER, demands: { n: 2.5 } })
  expect(withDemand(more, 'm', 0)).toEqual({ ...WATER, demands: { n: 2.5, m: 0 } })
  expect(withDemand(more, 'n', null)).toEqual(WATER)
  expect(withDemand(WATER, 'n', null)).toEqual(WATER)
})

test('the clock chooses the last moment that is not after it, day after day', () => {
  const times = Array.from({ length: 25 }, (_, h) => h * 3600)
  expect(stepAt({ times, clockS: 0 }, '2026-06-01T10:30:00+08:00')).toBe(10)
  expect(stepAt({ times, clockS: 0 }, '2026-06-02T23:59:59+08:00')).toBe(23)
  expect(stepAt({ times, clockS: 8 * 3600 }, '2026-06-01T10:00:00+08:00')).toBe(2)
  expect(stepAt({ times: [0, 300, 600], clockS: 43_200 }, '2026-06-01T12:07:00+08:00')).toBe(1)
  expect(stepAt({ times: [0, 300, 600], clockS: 43_200 }, '2026-06-01T18:00:00+08:00')).toBe(2)
  expect(stepAt({ times: [0], clockS: 0 }, 'no time')).toBe(0)
})

test('legends end in round numbers and every value has a colour', () => {
  expect(domainOf({ show: 'pressure', range: [21.3, 44.8] })).toEqual([20, 45])
  expect(domainOf({ show: 'velocity', range: [0.02, 1.93] })).toEqual([0, 2])
  expect(domainOf({ show: 'fill', range: [0, 0.3] })).toEqual([0, 1])
  expect(domainOf({ show: 'flow', range: [0, 0] })[1]).toBeGreaterThan(0)
  const domain = domainOf({ show: 'pressure', range: [5, 5] })
  expect(domain[1]).toBeGreaterThan(domain[0])
  for (const value of [-100, 20, 30, 45, 1e9])
    expect(valueColor('pressure', value, [20, 45]).every(Number.isFinite)).toBe(true)
})

test('a thing’s course is found by its id', () => {
  const answer = {
    pipes: {
      ids: ['a', 'b'],
      values: [
        [1, null],
        [2, 3],
      ],
    },
    nodes: { ids: ['n'], places: [[0, 0, 0]], values: [[9], [8]] },
  } as unknown as HydraulicsAnswer
  expect(seriesOf(answer, 'pipes', 'b')).toEqual([null, 3])
  expect(seriesOf(answer, 'pipe-nodes', 'n')).toEqual([9, 8])
  expect(seriesOf(answer, 'pipe-nodes', 'a')).toBeNull()
})

test('a click shuts and opens, stops and starts, draws and lets be', () => {
  const click = (mark: HydraulicsMark, collection: string, id: string, style: Record<string, unknown>) =>
    changedMark(mark, collection, id, style)
  const shut = click(WATER, 'pipe-nodes', 'v', { class: 'valve' })
  expect(shut).toEqual({ ...WATER, closed: ['v'] })
  expect(click(shut!, 'pipe-nodes', 'v', { class: 'valve' })).toEqual(WATER)
  expect(click(WATER, 'pipes', 'p', {})).toEqual({ ...WATER, closed: ['p'] })
  expect(click(WATER, 'pipes', 'u', { fitting: 'pump' })).toEqual({ ...WATER, pumpsOff: ['u'] })
  const fire = click(WATER, 'pipe-nodes', 'h', { class: 'hydrant' })
  expect(fire?.fire).toEqual({ node: 'h', lps: 25 })
  expect(click(fire!, 'pipe-nodes', 'h', { class: 'hydrant' })).toEqual(WATER)
  expect(click(WATER, 'pipe-nodes', 't', { class: 'tank' })).toBeNull()
})
