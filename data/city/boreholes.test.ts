/** The made boreholes: the same each time, plausible, and such that the ground between them can be told. */
import { expect, test } from 'vitest'
import { undulation } from '../geo/geoid.ts'
import { logOf } from '../geology/borehole.ts'
import { generateCity } from './generate.ts'

const city = generateCity()
const holes = [...city.features('boreholes')]

test('a few hundred holes, the same each time, all marked as made up', () => {
  expect(holes.length).toBeGreaterThan(250)
  expect(holes.length).toBeLessThan(900)
  expect(JSON.stringify([...generateCity().features('boreholes')])).toBe(JSON.stringify(holes))
  expect(holes.every(({ attributes, layer }) => attributes.演示数据 === true && layer === 'boreholes')).toBe(true)
})

test('logs run from the collar to the end without gap, collars lie on the plain, water just below', () => {
  const { west, north, heights, columns } = city.heights
  for (const { id, geometry, style, attributes } of holes) {
    const [lng, lat, collar] = (geometry as unknown as { coordinates: [number, number, number] }).coordinates
    const { strata, water } = logOf(attributes)
    expect(strata.length, id).toBe(style.layers)
    expect(strata[0]!.top, id).toBe(0)
    for (let i = 1; i < strata.length; i++) expect(strata[i]!.top, id).toBe(strata[i - 1]!.bottom)
    expect(strata.at(-1)!.bottom, id).toBe(style.depth)
    expect(
      strata.every(({ soil }) => soil !== 'unknown'),
      id,
    ).toBe(true)
    expect(water).toHaveLength(2)
    expect(Number(style.water), id).toBeGreaterThanOrEqual(0.5)
    expect(Number(style.water), id).toBeLessThanOrEqual(1.5)
    const ground = heights[Math.round((north - lat) * 3600) * columns + Math.round((lng - west) * 3600)]!
    expect(Math.abs(collar - undulation(lng, lat) - ground), id).toBeLessThan(6)
  }
})

test('the plain is muck to ten metres and more, rock is met at the foot of hills', () => {
  const logs = holes.map(({ attributes }) => logOf(attributes).strata)
  const deep = logs.filter((strata) => strata.some(({ soil, bottom }) => soil.startsWith('muck') && bottom > 15))
  expect(deep.length).toBeGreaterThan(holes.length * 0.8)
  expect(logs.filter((strata) => strata.some(({ soil }) => soil === 'tuff')).length).toBeGreaterThan(20)
})

test('the tiny city has a dozen holes', () => {
  const tiny = [...generateCity({ tiny: true }).features('boreholes')]
  expect(tiny).toHaveLength(12)
  expect(tiny.every(({ attributes }) => attributes.演示数据 === true)).toBe(true)
})
