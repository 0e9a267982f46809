/** Tests of the tile plane against exact earth-centred arithmetic. */
import { expect, test } from 'vitest'
import { enuMatrix, toEcef } from '../geo/ellipsoid.ts'
import { nodeMatrix, openPlane } from './building-frame.ts'

const local = (lng0: number, lat0: number, lng: number, lat: number, height: number): number[] => {
  const m = enuMatrix(lng0, lat0, 0)
  const p = toEcef(lng, lat, height)
  const d = [0, 1, 2].map((i) => p[i] - m[12 + i])
  return [0, 4, 8].map((c) => d[0] * m[c] + d[1] * m[c + 1] + d[2] * m[c + 2])
}

test('plane coordinates and the bend agree with the exact local frame', () => {
  for (const lat of [-60, -10, 0, 28.66, 47, 71]) {
    const plane = openPlane(121.44, lat)
    for (const [reach, tolerance] of [
      [0.01, 0.001],
      [0.03, 0.02],
      [0.3, 1.5],
    ]) {
      for (const [a, b] of [
        [1, 1],
        [-1, 0.5],
        [0, -1],
        [0.7, -0.2],
      ]) {
        const out: number[] = []
        const [lng, lat1] = [Math.round((121.44 + a * reach) * 1e7), Math.round((lat + b * reach) * 1e7)]
        plane.project([lng, lat1], out)
        const [x, y] = out
        const height = 100
        const got = [
          x + (height * x) / plane.normal,
          y + (height * y) / plane.meridian,
          height - (x * x) / (2 * plane.normal) - (y * y) / (2 * plane.meridian),
        ]
        const exact = local(121.44, lat, lng / 1e7, lat1 / 1e7, height)
        for (let i = 0; i < 3; i++)
          expect(Math.abs(got[i] - exact[i]), `${lat} ${reach} axis ${i}`).toBeLessThan(tolerance)
        const [backLng, backLat] = plane.unproject(x, y)
        expect(Math.abs(backLng * 1e7 - lng)).toBeLessThan(reach * 5000)
        expect(Math.abs(backLat * 1e7 - lat1)).toBeLessThan(reach * 5000)
      }
    }
  }
})

test('the node matrix, turned from y-up to z-up, puts a point where it belongs on Earth', () => {
  const plane = openPlane(121.44, 28.66)
  const m = nodeMatrix(plane, [-10, 20, 30], 0.5)
  const q = [100, 200, 40]
  const y = [0, 1, 2].map((row) => m[row] * q[0] + m[4 + row] * q[1] + m[8 + row] * q[2] + m[12 + row])
  const ecef = [y[0], -y[2], y[1]]
  const e = enuMatrix(121.44, 28.66, 0)
  const p = [-10 + 50, 20 + 100, 30 + 20]
  const expected = [0, 1, 2].map((i) => e[i] * p[0] + e[4 + i] * p[1] + e[8 + i] * p[2] + e[12 + i])
  for (let i = 0; i < 3; i++) expect(ecef[i]).toBeCloseTo(expected[i], 6)
})
