import { expect, test } from 'vitest'
import { readGeotiffGrid } from './geotiff-grid.ts'
import { writeGeotiff } from './geotiff-write.ts'

const band = (columns: number, rows: number) => ({
  columns,
  rows,
  west: 500_000,
  north: 3_200_000,
  pixel: 2.5,
  epsg: 32651,
  nodata: -9999,
  values: Float32Array.from({ length: columns * rows }, (_, i) => (i % 7 === 0 ? Number.NaN : Math.sin(i) * 100)),
})

test.each([
  [1, 1],
  [3, 1],
  [300, 513],
])('what is written as GeoTIFF is read back, %i × %i', async (columns, rows) => {
  const wanted = band(columns, rows)
  const got = await readGeotiffGrid(writeGeotiff(wanted).buffer, 'made.tif')
  expect(got).toMatchObject({ columns, rows, dx: 2.5, dy: 2.5, x0: 500_001.25, y0: 3_199_998.75, epsg: 32651 })
  expect(got.heights).toEqual(wanted.values)
})

test('overviews halve down to one tile', async () => {
  const { fromArrayBuffer } = await import('geotiff')
  const tiff = await fromArrayBuffer(writeGeotiff(band(1000, 600)).buffer)
  expect(await tiff.getImageCount()).toBe(3)
  expect((await tiff.getImage(2)).getWidth()).toBe(250)
})

test('a wrong number of values is refused', () => {
  expect(() => writeGeotiff({ ...band(3, 3), columns: 4 })).toThrow('9 values; expected 4 × 3')
})
