/** Heights of the ground are remembered, few rays are cast at a time, and finer ground is found in the end. */
import type { Cartographic, Globe } from '@cesium/engine'
import { expect, test } from 'vitest'
import { groundHeights } from './ground-heights.ts'

/** Ground whose height the test sets, counting the rays cast at it. */
function ground(height: number | undefined) {
  const world = { height, rays: 0, asked: [] as number[] }
  const globe = {
    getHeight({ longitude }: Cartographic) {
      world.rays++
      world.asked.push((longitude * 180) / Math.PI)
      return world.height
    },
  }
  return { world, heights: groundHeights(globe as unknown as Globe) }
}

test('places that round to the same point cost one ray', () => {
  const { world, heights } = ground(12)
  expect(heights.at(121.44001, 28.66, 0.001)).toBe(12)
  expect(heights.at(121.44002, 28.66001, 0.001)).toBe(12)
  expect(world.rays).toBe(1)
  expect(world.asked[0]).toBeCloseTo(121.44, 9)
})

test('at most sixty rays between two renewals; what could not be asked is 0 for now', () => {
  const { world, heights } = ground(5)
  const all = () => Array.from({ length: 100 }, (_, i) => heights.at(120 + i, 20, 0.001))
  expect(all().filter((height) => height === 5)).toHaveLength(60)
  heights.renew()
  expect(all().every((height) => height === 5)).toBe(true)
  expect(world.rays).toBe(100)
})

test('unknown ground, and the first coarse tiles far under the sea, are not believed', () => {
  const { world, heights } = ground(undefined)
  expect(heights.at(121, 28, 0.001)).toBe(0)
  world.height = -4000
  expect(heights.at(121, 28, 0.001)).toBe(0)
  world.height = -3
  expect(heights.at(121, 28, 0.001)).toBe(-3)
})

test('when the ground has become what it will be, all is found anew; old heights stand until then', () => {
  const { world, heights } = ground(10)
  heights.at(121, 28, 0.001)
  world.height = 20
  heights.renew()
  expect(heights.at(121, 28, 0.001)).toBe(10)
  heights.forget()
  expect(heights.at(121, 28, 0.001)).toBe(20)
})
