import { expect, test } from 'vitest'
import { viewOf } from './fly-to.ts'

test('a point is looked at from a few hundred metres to its south', () => {
  const view = viewOf({ lng: 121.44, lat: 28.66 }, null, 10)
  expect(view).toMatchObject({ lng: 121.44, heading: 0, pitch: -38 })
  const south = (28.66 - view.lat) * 111_320
  // the line of sight meets the ground at the place
  expect((view.height - 10) / south).toBeCloseTo(Math.tan((38 * Math.PI) / 180), 6)
  expect(Math.hypot(south, view.height - 10)).toBeCloseTo(220, 0)
})

test('the larger the thing, the farther away; a whole world is still a view', () => {
  const at = { lng: 121.44, lat: 28.66 }
  const town = viewOf(at, [121.4, 28.6, 121.5, 28.7])
  const block = viewOf(at, [121.439, 28.659, 121.441, 28.661])
  expect(town.height).toBeGreaterThan(block.height * 10)
  const world = viewOf({ lng: 0, lat: -89 }, [-180, -90, 180, 90])
  expect(world.lat).toBeGreaterThanOrEqual(-90)
  expect(world.height).toBeLessThan(1e8)
})
