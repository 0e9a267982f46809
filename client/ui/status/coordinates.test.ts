import { expect, test } from 'vitest'
import { cgcs2000, cgcs2000Zone, degrees, headingDegrees, metres } from './coordinates.ts'

test('the 3° zone follows the longitude: Jiaojiang 120°, Shanghai 120° or 123°', () => {
  expect(cgcs2000Zone(121.44)).toEqual({ meridian: 120, epsg: 4549 })
  expect(cgcs2000Zone(121.499)).toEqual({ meridian: 120, epsg: 4549 })
  expect(cgcs2000Zone(121.501)).toEqual({ meridian: 123, epsg: 4550 })
  expect(cgcs2000Zone(75)).toEqual({ meridian: 75, epsg: 4534 })
  expect(cgcs2000Zone(135)).toEqual({ meridian: 135, epsg: 4554 })
})

test('outside China there is no zone', () => {
  for (const lng of [7.42, 73.4, 136.6, -120, Number.NaN]) expect(cgcs2000Zone(lng)).toBeNull()
  expect(cgcs2000(121, -10)).toBeNull()
})

/** Metres from the equator along a meridian of the CGCS2000 ellipsoid, by Simpson's rule. */
function meridianArc(latDeg: number): number {
  const [a, f] = [6_378_137, 1 / 298.257222101]
  const e2 = f * (2 - f)
  const radius = (lat: number) => (a * (1 - e2)) / (1 - e2 * Math.sin(lat) ** 2) ** 1.5
  const [steps, to] = [1000, (latDeg * Math.PI) / 180]
  let sum = radius(0) + radius(to)
  for (let i = 1; i < steps; i++) sum += radius((to * i) / steps) * (i % 2 === 1 ? 4 : 2)
  return (sum * to) / steps / 3
}

test('X is north and Y east with 500 km on the central meridian', () => {
  const onMeridian = cgcs2000(120, 28.66)!
  expect(onMeridian.y).toBeCloseTo(500_000, 4)
  expect(onMeridian.x).toBeCloseTo(meridianArc(28.66), 3)
  expect(cgcs2000(121, 28.66)!.y).toBeGreaterThan(500_000)
  expect(cgcs2000(119, 28.66)!.y).toBeLessThan(500_000)
})

test('degrees carry their hemisphere, metres their decimetre, and nothing is minus zero', () => {
  expect(degrees(121.4372104, 'lng')).toBe('121.437210° E')
  expect(degrees(-33.5, 'lat', 2)).toBe('33.50° S')
  expect(degrees(-0.1, 'lng', 1)).toBe('0.1° W')
  expect(metres(4.3129)).toBe('4.3')
  expect(metres(-0.04)).toBe('0.0')
  expect(metres(-12.34)).toBe('-12.3')
  expect(metres(Number.NaN)).toBe('–')
})

test('headings are whole degrees from 0 to 359', () => {
  expect([0, 359.6, 360, -1, 725].map(headingDegrees)).toEqual([0, 0, 0, 359, 5])
})
