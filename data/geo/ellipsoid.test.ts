/** Geodetic and earth-centred places: published points and round trips. */
import { expect, test } from 'vitest'
import { enuMatrix, fromEcef, metresPerDegree, SEMI_MAJOR, SEMI_MINOR, toEcef, type Vector3 } from './ellipsoid.ts'

test('toEcef equals the worked example of EPSG guidance note 7-2, method 9602', () => {
  const [x, y, z] = toEcef(2.12955, 53.80939444, 73)
  expect(x).toBeCloseTo(3771793.968, 0)
  expect(y).toBeCloseTo(140253.342, 0)
  expect(z).toBeCloseTo(5124304.349, 0)
})

test('fromEcef returns what toEcef was given, from the sea floor to orbit and at the poles', () => {
  for (let lat = -90; lat <= 90; lat += 7.5) {
    for (const height of [-11000, 0, 8848, 100000]) {
      const back = fromEcef(...toEcef(121.44, lat, height))
      expect(back[1]).toBeCloseTo(lat, 9)
      expect(back[2]).toBeCloseTo(height, 6)
    }
  }
  expect(fromEcef(0, 0, SEMI_MINOR)[2]).toBeCloseTo(0, 6)
  expect(fromEcef(0, 0, 0)).toEqual([0, 0, -SEMI_MAJOR])
})

test('enuMatrix is orthonormal and its up leaves the ellipsoid', () => {
  const m = enuMatrix(121.44, 28.66, 20)
  const axis = (i: number): Vector3 => [m[i * 4], m[i * 4 + 1], m[i * 4 + 2]]
  const dot = (a: Vector3, b: Vector3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) expect(dot(axis(i), axis(j))).toBeCloseTo(i === j ? 1 : 0, 12)
  const up = axis(2)
  const [, , height] = fromEcef(m[12] + up[0] * 100, m[13] + up[1] * 100, m[14] + up[2] * 100)
  expect(height).toBeCloseTo(120, 6)
})

test('metresPerDegree equals the known lengths at the equator and at 60°', () => {
  expect(metresPerDegree(0)[0]).toBeCloseTo(111319.491, 2)
  expect(metresPerDegree(0)[1]).toBeCloseTo(110574.276, 2)
  expect(metresPerDegree(60)[0]).toBeCloseTo(55799.979, 0)
  expect(metresPerDegree(60)[1]).toBeCloseTo(111412.273, 0)
})
