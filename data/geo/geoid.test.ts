/** The geoid against published values and, where the real grid lies beside the project, against all of it. */
import { existsSync } from 'node:fs'
import { fromFile } from 'geotiff'
import { expect, test } from 'vitest'
import { undulation } from './geoid.ts'

test('undulation equals the published values of NGA’s test points within the 15′ grid’s interpolation', () => {
  // NGA, EGM96 15′ interpolation test: OUTPUT.DAT (38.6281550, 269.7791550 …)
  const published = [
    [38.628155, 269.779155, -31.629],
    [-14.621217, 305.021114, -2.966],
    [46.874319, 102.448729, -43.572],
    [-23.617446, 133.874712, 15.868],
    [38.625473, 359.9995, 50.065],
    [-0.466744, 0.0023, 17.33],
  ]
  for (const [lat, lng, metres] of published) expect(Math.abs(undulation(lng, lat) - metres)).toBeLessThan(0.2)
})

test('undulation is continuous over the antimeridian, the prime meridian and takes any turn', () => {
  expect(undulation(180, 12.3)).toBeCloseTo(undulation(-180, 12.3), 9)
  expect(undulation(540, 12.3)).toBeCloseTo(undulation(-180, 12.3), 9)
  expect(Math.abs(undulation(179.9999, 10) - undulation(-179.9999, 10))).toBeLessThan(0.01)
  expect(Math.abs(undulation(-0.0001, 51) - undulation(0.0001, 51))).toBeLessThan(0.01)
})

test('undulation survives poles, nonsense latitudes and NaN', () => {
  expect(undulation(0, 90)).toBeCloseTo(13.61, 1)
  expect(undulation(77, -90)).toBeCloseTo(-29.53, 1)
  expect(undulation(0, 1e308)).toBeCloseTo(13.61, 1)
  expect(undulation(Number.NaN, 0)).toBeNaN()
  expect(undulation(0, Number.POSITIVE_INFINITY)).toBeNaN()
})

const GRID = new URL('../../../shared/data/geoid/egm96_15.tif', import.meta.url).pathname

test.skipIf(!existsSync(GRID))(
  'undulation equals the 15′ grid at every node (skipped without ../shared/data/geoid)',
  async () => {
    const image = await (await fromFile(GRID)).getImage()
    const [grid] = (await image.readRasters()) as unknown as [Float32Array]
    let worst = 0
    for (let row = 0; row < 721; row++) {
      for (let column = 0; column < 1440; column += 3) {
        worst = Math.max(worst, Math.abs(undulation(-180 + column / 4, 90 - row / 4) - grid[row * 1440 + column]))
      }
    }
    expect(worst).toBeLessThan(0.02)
  },
)
