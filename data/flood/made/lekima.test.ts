import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readModelIn } from '../run/folder-files.ts'
import { checkRun } from '../run/run-schema.ts'
import { readBestTrack, writeLekima } from './lekima.ts'

const TRACKS = '../shared/data/live/typhoon/bst_all.txt'

test('a best track is read by its number', () => {
  const text = `66666 1909  002 0011 1909 0 6               LEKIMA              20191003
19080912 002 5 275 1220  940     090     90100 0100 90300 0300
19080918 002 5 282 1213  950     085     20100 0070 20300 0250
66666 1910  001 0012 1910 0 6               KROSA               20191003
`
  const track = readBestTrack(text, '1909')
  expect(track).toHaveLength(2)
  expect(track[1]).toEqual({
    time: Date.UTC(2019, 7, 9, 18) / 1000,
    lat: 28.2,
    lng: 121.3,
    pressureHpa: 950,
    stormRadiusM: 185_200,
  })
  expect(() => readBestTrack(text, '2001')).toThrow('no storm 2001')
})

test.skipIf(!existsSync(TRACKS))('Lekima comes over any ground that is given (needs ../shared/data)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lekima-'))
  // a coast at 121.5° E: 20 m of land, then a shelf
  const [columns, rows] = [121, 61]
  const nodes = new Float32Array(columns * rows).map((_, i) => (i % columns < 50 ? 20 : (50 - (i % columns)) / 4) + 11)
  writeFileSync(join(folder, 'grid.f32'), new Uint8Array(nodes.buffer))
  writeFileSync(
    join(folder, 'grid.json'),
    JSON.stringify({ west: 121.2, south: 28.5, east: 121.8, north: 28.8, columns, rows }),
  )
  writeLekima(folder, TRACKS, folder, 500)
  const run = checkRun(JSON.parse(readFileSync(join(folder, 'lekima.json'), 'utf8')))
  const model = await readModelIn(folder, run)
  expect(model.place.layout.cellM).toBe(500)
  expect(model.epsg).toBe(4549)
  expect(model.depth.some((h) => h > 5)).toBe(true)
  expect(Math.min(...run.typhoon!.track.map(({ pressureHpa }) => pressureHpa))).toBe(925)
})
