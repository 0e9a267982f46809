/** LAS and LAZ: what is written is read, what independent writers packed is what they left unpacked, what is damaged is named. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type LasBytes, readLasHead } from './las.ts'
import { lasSystem } from './las-place.ts'
import { type LasBatch, lasPoints } from './las-points.ts'
import { type WrittenPoint, writeLas } from './las-write.ts'

const real = join(import.meta.dirname, '../../../shared/data/models/point-clouds/las/test/data')

const source = (bytes: Uint8Array): LasBytes => ({
  size: bytes.length,
  read: async (at, length) => bytes.subarray(Math.max(0, at), Math.max(0, Math.min(bytes.length, at + length))),
})

interface Sums {
  count: number
  sum: number
  withheld: number
  error: string | null
}

function add(sums: Sums, batch: LasBatch): void {
  sums.count += batch.count
  for (let i = 0; i < batch.count; i++) {
    sums.sum += batch.x[i] + 3 * batch.y[i] + 7 * batch.z[i] + batch.intensity[i] + 11 * batch.class[i]
    if (batch.colour) sums.sum += batch.colour[i * 3] + 5 * batch.colour[i * 3 + 2]
    sums.withheld += batch.withheld[i]
  }
}

async function read(bytes: Uint8Array): Promise<Sums> {
  const sums: Sums = { count: 0, sum: 0, withheld: 0, error: null }
  try {
    const head = await readLasHead(source(bytes))
    for await (const batch of lasPoints(source(bytes), head)) add(sums, batch)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    sums.error = error.message
  }
  return sums
}

const POINTS: WrittenPoint[] = Array.from({ length: 70_000 }, (_, i) => ({
  x: 500_000 + (i % 300) * 0.5,
  y: 3_170_000 + Math.floor(i / 300) * 0.5,
  z: 4 + Math.sin(i / 50),
  class: i % 7,
  intensity: i % 4000,
  colour: [(i * 37) % 65_536, 1000, (i * 11) % 65_536],
  withheld: i % 1000 === 0,
}))

test('a written file is read again in each version, more points than one batch', async () => {
  for (const [minor, format] of [
    [0, 0],
    [1, 1],
    [2, 2],
    [2, 3],
    [3, 5],
    [4, 6],
    [4, 7],
    [4, 8],
  ]) {
    const bytes = writeLas(POINTS, { minor, format, offset: [500_000, 3_170_000, 0] })
    const head = await readLasHead(source(bytes))
    expect(head).toMatchObject({ version: `1.${minor}`, format, count: 70_000, packed: false, date: '2026-02-01' })
    let at = 0
    for await (const batch of lasPoints(source(bytes), head))
      for (let i = 0; i < batch.count; i++, at++) {
        if (at % 997) continue
        const point = POINTS[at]
        expect(batch.x[i]).toBeCloseTo(point.x, 3)
        expect(batch.z[i]).toBeCloseTo(point.z, 2)
        expect([batch.class[i], batch.intensity[i]]).toEqual([point.class, point.intensity])
        expect(batch.colour ? batch.colour[i * 3] : null).toBe(
          [2, 3, 5, 7, 8].includes(format) ? point.colour?.[0] : null,
        )
      }
    expect(at).toBe(70_000)
  }
})

test('damaged heads are named, and what is cut short says how much was there', async () => {
  const good = writeLas(POINTS.slice(0, 100))
  const changed = (change: (view: DataView) => void): Promise<Sums> => {
    const bytes = good.slice()
    change(new DataView(bytes.buffer))
    return read(bytes)
  }
  expect((await read(good.subarray(0, 100))).error).toMatch(/cut short/)
  expect((await read(new Uint8Array(400))).error).toMatch(/LASF/)
  expect((await changed((view) => view.setFloat64(131, Number.NaN, true))).error).toMatch(/scale/)
  expect((await changed((view) => view.setFloat64(139, 0, true))).error).toMatch(/scale/)
  expect((await changed((view) => view.setFloat64(155, Infinity, true))).error).toMatch(/offset/)
  expect((await changed((view) => view.setUint8(104, 33))).error).toMatch(/format/)
  expect((await changed((view) => view.setUint16(105, 5, true))).error).toMatch(/records too short/)
  expect((await changed((view) => view.setUint32(96, 1e9, true))).error).toMatch(/begins at byte/)
  expect((await changed((view) => view.setUint8(25, 9))).error).toMatch(/version/)
  expect((await changed((view) => view.setUint32(100, 0xffff_ffff, true))).error).toBeNull()
  const lying = await changed((view) => view.setBigUint64(247, 10n ** 15n, true))
  expect(lying).toMatchObject({ count: 100, error: expect.stringMatching(/got 100 points; expected 1000000000000000/) })
  expect(await read(good.subarray(0, good.length - 10))).toMatchObject({ count: 99 })
  expect(await read(writeLas([]))).toMatchObject({ count: 0, error: null })
  expect((await changed((view) => view.setUint8(104, 7 | 128))).error).toMatch(/laszip record/)
})

test('the system is told by WKT or GeoTIFF keys, heights with it', () => {
  const wkt = (text: string) =>
    lasSystem({ records: [{ user: 'LASF_Projection', id: 2112, bytes: new TextEncoder().encode(`${text}\0`) }] })
  const plane =
    'PROJCS["CGCS2000 / 3-degree GK CM 120E",GEOGCS["China",AUTHORITY["EPSG","4490"]],AUTHORITY["EPSG","4549"]]'
  expect(wkt(plane)).toMatchObject({ crs: plane, ellipsoidal: false, vertical: null })
  const feet = `COMPD_CS["both",${plane},VERT_CS["NAVD88 (ftUS)",VERT_DATUM["x",2005],UNIT["US survey foot",0.304800609601219]]]`
  expect(wkt(feet)).toMatchObject({ crs: plane, verticalUnitM: expect.closeTo(0.3048, 4), vertical: 'NAVD88 (ftUS)' })
  const keys = new Uint8Array(new Uint16Array([1, 1, 0, 2, 3072, 0, 1, 4549, 4096, 0, 1, 5773]).buffer)
  expect(lasSystem({ records: [{ user: 'LASF_Projection', id: 34_735, bytes: keys }] })).toMatchObject({
    crs: 'EPSG:4549',
    ellipsoidal: false,
  })
  expect(lasSystem({ records: [] })).toMatchObject({ crs: null })
  expect(wkt('PROJCS["endless').crs).toBeNull()
})

test.skipIf(!existsSync(real))('files of other writers have the points their heads say, packed or not', async () => {
  const files = readdirSync(real).filter((name) => /\.la[sz]$/.test(name))
  for (const name of files) {
    const bytes = new Uint8Array(readFileSync(join(real, name)))
    const head = await readLasHead(source(bytes))
    const found = await read(bytes)
    const unread = /pdrf[45].*laz|pdrf10-1.5.laz|pdrf7-v4.*laz/.test(name)
    if (unread) expect(found.error, name).toMatch(/expected (them unpacked|LAS)/)
    else expect([found.count, found.error], name).toEqual([head.count, null])
    const twin = join(real, name.replace(/\.laz$/, '.las'))
    if (name.endsWith('.laz') && !unread && existsSync(twin))
      expect([found.sum, found.withheld], name).toEqual(
        await read(new Uint8Array(readFileSync(twin))).then(({ sum, withheld }) => [sum, withheld]),
      )
  }
  expect(files.length).toBeGreaterThan(10)
})

test.skipIf(!existsSync(real))('damaged LAZ is refused by name, wherever it is damaged', async () => {
  const bytes = new Uint8Array(readFileSync(join(real, 'extrabytes.laz')))
  for (const share of [0.2, 0.5, 0.9, 0.999]) {
    const found = await read(bytes.subarray(0, Math.floor(bytes.length * share)))
    expect(found.error, String(share)).toMatch(/laz|las/)
  }
  const broken = bytes.slice()
  broken.fill(0xff, broken.length - 200)
  const found = await read(broken)
  expect(found.error === null ? found.count : found.error).toBeTruthy()
})
