/** Height grids: stored whole, read back exactly, blended without steps, and refused with a reason. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openHeights, writeHeightGrid } from './height-store.ts'

const folders: string[] = []
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'heights-'))
  folders.push(made)
  return made
}
afterAll(() => Promise.all(folders.map((made) => rm(made, { recursive: true, force: true }))))

const plain = { resolutionM: 30, dataDate: '', datum: 'EGM96', attribution: '' }
function* rows(columns: number, count: number, height: (x: number, y: number) => number): Generator<Float32Array> {
  for (let y = 0; y < count; y++) yield Float32Array.from({ length: columns }, (_, x) => height(x, y))
}

test('a plane is read back exactly at nodes and between them, across blocks', async () => {
  const dir = await folder()
  const box = { west: 10, south: 40, east: 11, north: 41 }
  await writeHeightGrid(
    dir,
    'plane',
    { ...box, columns: 3001, rows: 201, ...plain },
    rows(3001, 201, (x, y) => x / 8 + y),
  )
  const heights = openHeights(dir)
  expect(heights.sample(10, 41)).toBe(0)
  expect(heights.sample(11, 40)).toBe(3000 / 8 + 200)
  expect(heights.sample(10.5, 40.5)).toBeCloseTo(1500 / 8 + 100, 3)
  expect(heights.sample(9.999, 40.5)).toBeNaN()
  const window = heights.fill({ west: 10.6, south: 40.1, east: 10.8, north: 40.9, columns: 5, rows: 3 })
  expect(window[0]).toBeCloseTo(1800 / 8 + 20, 2)
  expect(window[14]).toBeCloseTo(2400 / 8 + 180, 2)
  for (let i = 0; i <= 400; i++) {
    const [lng, lat] = [10 + ((i * 7) % 401) / 400, 40 + i / 400]
    expect(heights.sample(lng, lat)).toBe(heights.fillAt(Float64Array.of(lng), Float64Array.of(lat))[0])
  }
  heights.close()
})

test('a finer grid is feathered into a coarser one without a step, and voids fall through', async () => {
  const dir = await folder()
  const fine = { west: 0, south: 0, east: 1, north: 1, columns: 101, rows: 101, ...plain, resolutionM: 10 }
  const coarse = { west: -1, south: -1, east: 2, north: 2, columns: 31, rows: 31, ...plain, resolutionM: 90 }
  await writeHeightGrid(
    dir,
    'fine',
    fine,
    rows(101, 101, (x, y) => (x === 50 && y === 50 ? Number.NaN : 100)),
  )
  await writeHeightGrid(
    dir,
    'coarse',
    coarse,
    rows(31, 31, () => 20),
  )
  const heights = openHeights(dir)
  expect(heights.sources.map((grid) => grid.source)).toEqual(['fine', 'coarse'])
  expect(heights.sample(0.3, 0.5)).toBe(100)
  expect(heights.sample(0.5, 0.5)).toBe(20)
  let before = heights.sample(-0.01, 0.4)
  expect(before).toBe(20)
  for (let lng = 0; lng < 0.3; lng += 0.001) {
    const here = heights.sample(lng, 0.4)
    expect(Math.abs(here - before)).toBeLessThan(1)
    before = here
  }
  heights.close()
})

test('a failed write leaves the old grid whole, and an unfinished one is not seen', async () => {
  const dir = await folder()
  const header = { west: 0, south: 0, east: 1, north: 1, columns: 3, rows: 3, ...plain }
  await writeHeightGrid(
    dir,
    'city',
    header,
    rows(3, 3, () => 7),
  )
  await expect(
    writeHeightGrid(
      dir,
      'city',
      header,
      rows(3, 2, () => 9),
    ),
  ).rejects.toThrow('too few rows in city, got 2')
  await expect(
    writeHeightGrid(
      dir,
      'city',
      header,
      rows(4, 3, () => 9),
    ),
  ).rejects.toThrow('got 4; expected 3')
  expect(openHeights(dir).sample(0.5, 0.5)).toBe(7)
  await writeHeightGrid(
    dir,
    'city',
    header,
    rows(3, 3, () => 9),
  )
  expect(openHeights(dir).sample(0.5, 0.5)).toBe(9)
  expect((await readdir(join(dir, 'city'))).length).toBe(2)
  await writeFile(join(dir, 'stray'), 'x')
  expect(openHeights(dir).sources.length).toBe(1)
})

test('1 × 1 and 1 × n grids, no heights at all and impossible heights are all readable', async () => {
  const dir = await folder()
  expect(openHeights(join(dir, 'nowhere')).extent).toBeNull()
  await writeHeightGrid(
    dir,
    'dot',
    { west: 5, south: 5, east: 5, north: 5, columns: 1, rows: 1, ...plain },
    rows(1, 1, () => 3),
  )
  await writeHeightGrid(
    dir,
    'line',
    { west: 6, south: 5, east: 6, north: 6, columns: 1, rows: 3, ...plain },
    rows(1, 3, (_, y) => y),
  )
  const wild = await writeHeightGrid(
    dir,
    'wild',
    { west: 8, south: 5, east: 9, north: 6, columns: 2, rows: 2, ...plain },
    rows(2, 2, (x, y) => [Number.NaN, 1e308, -32768, Infinity][x + 2 * y]),
  )
  expect(wild).toMatchObject({ unknown: 4, minHeight: null, maxHeight: null })
  const heights = openHeights(dir)
  expect(heights.sample(5, 5)).toBe(3)
  expect(heights.sample(6, 5.25)).toBe(1.5)
  expect(heights.sample(8.5, 5.5)).toBeNaN()
})

test('a header that cannot be true is refused with a reason', async () => {
  const dir = await folder()
  const good = { west: 0, south: 0, east: 1, north: 1, columns: 2, rows: 2, ...plain }
  await expect(writeHeightGrid(dir, '../x', good, [])).rejects.toThrow('bad source name')
  await expect(writeHeightGrid(dir, 'x', { ...good, east: -1 }, [])).rejects.toThrow('bad box')
  await expect(writeHeightGrid(dir, 'x', { ...good, north: 91 }, [])).rejects.toThrow('outside the world')
  await expect(writeHeightGrid(dir, 'x', { ...good, columns: 1 }, [])).rejects.toThrow('disagree')
  await expect(writeHeightGrid(dir, 'x', { ...good, resolutionM: 0 }, [])).rejects.toThrow('bad resolution')
})
