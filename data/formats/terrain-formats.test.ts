/** Terrain readers: hgt, Esri ASCII and GeoTIFF give the same heights at the same places; damaged ones are refused. */
import { existsSync, openAsBlob } from 'node:fs'
import { writeArrayBuffer } from 'geotiff'
import { expect, test } from 'vitest'
import { converter, crs } from '../geo/crs.ts'
import { undulation } from '../geo/geoid.ts'
import { esriAsciiSource, readEsriAscii } from './esri-ascii.ts'
import { geotiffSource } from './geotiff.ts'
import { hgtCorner, hgtSource, readHgt } from './hgt.ts'

const never = new AbortController().signal
const WORLD = { west: -180, south: -90, east: 180, north: 90 }

/** An hgt tile whose height is 10 × column - row, with one void. */
function tile(): Uint8Array {
  const bytes = new Uint8Array(1201 * 1201 * 2)
  const view = new DataView(bytes.buffer)
  for (let row = 0; row < 1201; row++)
    for (let column = 0; column < 1201; column++) view.setInt16((row * 1201 + column) * 2, 10 * column - row)
  view.setInt16(0, -32768)
  return bytes
}

test('an hgt tile is placed by its name, read from the north, big-endian, with voids', async () => {
  const source = hgtSource('a.zip/S29W072.hgt', 1201 * 1201 * 2, async () => tile())
  await source.prepare(WORLD, never)
  expect(source.extent).toEqual({ west: -72, south: -29, east: -71, north: -28 })
  expect(source.sample(-72, -28)).toBeNaN()
  expect(source.sample(-71, -29)).toBe(12000 - 1200)
  expect(source.sample(-72 + 0.5 / 1200, -29)).toBeCloseTo(5 - 1200, 6)
  expect(source.sample(-70.9, -29)).toBeNaN()
  expect(() => readHgt(new Uint8Array(10), 'N01E001.hgt')).toThrow(/10 bytes; expected 2884802/)
  expect(() => readHgt(tile(), 'dem.hgt')).toThrow(/the name says no place/)
  expect(hgtCorner('x/N28E121.SRTMGL1.hgt')).toEqual({ lng: 121, lat: 28 })
})

async function* text(all: string, size = 5) {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size)
}

test('an Esri ASCII grid in metres is found in degrees, nodata is unknown', async () => {
  const grid = await readEsriAscii(
    text(
      'ncols 3\nnrows 2\nxllcorner 640000\nyllcorner 3172000\ncellsize 100\nNODATA_value -9999\n1 2 3\n4 -9999 1e308\n',
    ),
  )
  expect([...grid.heights]).toEqual([1, 2, 3, 4, Number.NaN, Number.NaN])
  const source = esriAsciiSource('a.asc', grid, crs('EPSG:4549'))
  const at = converter('EPSG:4549')
  expect(source.sample(...at(640050, 3172150))).toBeCloseTo(1, 4)
  expect(source.sample(...at(640050, 3172050))).toBeCloseTo(4, 4)
  expect(source.sample(...at(640100, 3172150))).toBeCloseTo(1.5, 4)
  expect(() => esriAsciiSource('a.asc', grid, crs(4326))).toThrow(/outside the world.*4549/)
})

test('damaged Esri ASCII is refused: cut off, too long, words, no place, impossible sizes', async () => {
  const head = 'ncols 2\nnrows 2\nxllcenter 0\nyllcenter 0\ncellsize 1\n'
  const fails = (all: string, reason: RegExp) => expect(readEsriAscii(text(all))).rejects.toThrow(reason)
  await fails(`${head}1 2 3`, /truncated, got 3 numbers; expected 4/)
  await fails(`${head}1 2 3 4 5`, /more than 4/)
  await fails(`${head}1 2 x 4`, /node 2 is "x"/)
  await fails('ncols 2\nnrows 2\ncellsize 1\n1 2 3 4', /no place/)
  await fails('ncols 1e9\nnrows 1e9\nxllcenter 0\nyllcenter 0\ncellsize 1\n1', /bad size/)
  await fails('hello world ', /begins with "hello"/)
})

async function tiff(keys: Record<string, unknown>): Promise<Blob> {
  const values = Float32Array.from({ length: 12 }, (_, i) => (i === 5 ? -9999 : i))
  return new Blob([
    (await writeArrayBuffer(values, {
      width: 4,
      height: 3,
      BitsPerSample: [32],
      SampleFormat: [3],
      ...keys,
    } as never)) as ArrayBuffer,
  ])
}
const placed = {
  ModelPixelScale: [0.01, 0.01, 0],
  ModelTiepoint: [0, 0, 0, 121, 29, 0],
  GeographicTypeGeoKey: 4326,
  GTModelTypeGeoKey: 2,
  GTRasterTypeGeoKey: 1,
}

test('a GeoTIFF’s pixels are areas or points as its keys say, nodata is unknown', async () => {
  const source = await geotiffSource(await tiff({ ...placed, GDAL_NODATA: '-9999' }), 'a.tif')
  await source.prepare(WORLD, never)
  expect(source.sample(121.005, 28.995)).toBeCloseTo(0, 5)
  expect(source.sample(121.035, 28.975)).toBeCloseTo(11, 5)
  expect(source.sample(121.015, 28.985)).toBeNaN()
  const projected = await geotiffSource(
    await tiff({ ...placed, ModelPixelScale: [10, 10, 0], ModelTiepoint: [0, 0, 0, 640000, 3172000, 0] }),
    'b.tif',
    'EPSG:4549',
  )
  await projected.prepare(WORLD, never)
  expect(projected.sample(...converter('EPSG:4549')(640005, 3171995))).toBeCloseTo(0, 4)
})

test('a GeoTIFF without place, outside the world, or cut off is refused with the reason', async () => {
  await expect(
    geotiffSource(await tiff({ ...placed, ModelTiepoint: [0, 0, 0, 640000, 3172000, 0] }), 'a.tif'),
  ).rejects.toThrow(/outside the world in EPSG:4326/)
  const whole = new Uint8Array(await (await tiff(placed)).arrayBuffer())
  for (let part = 1; part < 16; part++) {
    const cut = new Blob([whole.slice(0, Math.floor((whole.length * part) / 16))])
    const outcome = await geotiffSource(cut, 'cut.tif')
      .then(async (source) => {
        await source.prepare(WORLD, never)
        return source.sample(121.005, 28.995)
      })
      .catch((error: Error) => error.message)
    if (typeof outcome === 'string') expect(outcome).toMatch(/^geotiff: cut\.tif: /)
  }
})

const GEOID = new URL('../../../shared/data/geoid/egm96_15.tif', import.meta.url).pathname
test.skipIf(!existsSync(GEOID))(
  'a tiled, predicted, compressed GeoTIFF of the real geoid reads as the geoid (skipped without ../shared/data)',
  async () => {
    const source = await geotiffSource(await openAsBlob(GEOID), 'egm96_15.tif')
    await source.prepare({ west: 121, south: 28, east: 122, north: 29 }, never)
    expect(source.sample(121.44, 28.66)).toBeCloseTo(undulation(121.44, 28.66), 1)
  },
)
