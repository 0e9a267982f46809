import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readGeotiffGrid } from '../../formats/geotiff-grid.ts'
import { riverTown, riverTownRun } from '../made/river-town.ts'
import { asEsriAscii } from '../made/terrains.ts'
import { type ExecuteOptions, executeRun } from './execute.ts'
import { readModelIn } from './folder-files.ts'
import { checkRun } from './run-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'flood-subgrid-'))
const SIDE = 310
writeFileSync(join(folder, 'river-town.asc'), asEsriAscii(riverTown(SIDE)))
const document = riverTownRun(SIDE, 600)

async function go(out: string, more: object = {}, options: Partial<ExecuteOptions> = {}) {
  const model = await readModelIn(folder, checkRun({ ...document, ...more }))
  return executeRun(model, { out: join(folder, out), backend: 'wasm', threads: 1, ...options })
}

async function map(out: string, name: string): Promise<Float32Array> {
  const bytes = new Uint8Array(readFileSync(join(folder, out, `${name}.tif`)))
  const grid = await readGeotiffGrid(bytes.buffer, name)
  expect([grid.columns, grid.rows, grid.dx]).toEqual([SIDE, SIDE, 1])
  return Float32Array.from(grid.heights)
}

/** Mean difference of two maps where both have a value, and how much of either has both. */
function compare(a: Float32Array, b: Float32Array, least: number) {
  let [both, either, apart] = [0, 0, 0]
  for (let p = 0; p < a.length; p++) {
    const [x, y] = [a[p]! > least, b[p]! > least]
    if (x || y) either++
    if (!x || !y) continue
    both++
    apart += Math.abs(a[p]! - b[p]!)
  }
  return { alike: both / either, apart: apart / both }
}

test('cells of 20 m over tables of 1 m flood what cells of 1 m flood, as deep, as soon and as long', async () => {
  const fine = await go('fine')
  const coarse = await go('coarse', { subgrid: { cellM: 20 } })
  expect(fine.cells / coarse.cells).toBeGreaterThan(370)
  expect(Math.abs(coarse.massBalance.errorRelative)).toBeLessThan(1e-5)
  const depth = compare(await map('fine', 'max_depth'), await map('coarse', 'max_depth'), 0.1)
  console.log(`subgrid: extent ${(100 * depth.alike).toFixed(1)} % alike, depths ${depth.apart.toFixed(3)} m apart`)
  expect(depth.alike).toBeGreaterThan(0.95)
  expect(depth.apart).toBeLessThan(0.25)
  expect(compare(await map('fine', 'arrival'), await map('coarse', 'arrival'), 0).apart).toBeLessThan(60)
  expect(compare(await map('fine', 'duration'), await map('coarse', 'duration'), 0).apart).toBeLessThan(60)
  expect(compare(await map('fine', 'hazard'), await map('coarse', 'hazard'), 0).apart).toBeLessThan(1)
  const last = (out: string) =>
    readFileSync(join(folder, out, 'gauges.csv'), 'utf8')
      .trim()
      .split('\n')
      .at(-1)!
      .split(',')
  expect(Math.abs(Number(last('fine')[3]) - Number(last('coarse')[3]))).toBeLessThan(0.3)
})

test('a run on subgrid tables that is stopped goes on to the very same end, its breach too', async () => {
  const more = {
    subgrid: { factor: 15 },
    initial: { level: 2.2 },
    output: { gaugesEvery: 60, depthAt: [90], velocity: true },
    walls: [
      {
        name: 'bags',
        line: [
          [200, 100],
          [200, 200],
        ],
        top: 3,
        start: 200,
      },
    ],
    rain: { mmPerHour: 60, every: 10 },
    infiltration: { method: 'constant', mmPerHour: 5 },
    boundaries: [{ side: 'east', type: 'free' }],
    breaches: [
      {
        name: 'bank',
        line: [
          [150, 100],
          [150, 130],
        ],
        start: 30,
        duration: 60,
        width: 30,
        bottom: 0.5,
      },
    ],
  }
  const whole = await go('whole', more)
  expect(Math.abs(whole.massBalance.errorRelative)).toBeLessThan(1e-5)
  const stop = new AbortController()
  const stopped = { signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) }
  await expect(go('broken', { ...more, time: { end: 120, maxStep: 0.05 } }, stopped)).rejects.toThrow('stopped')
  const slow = await go('slow', { ...more, time: { end: 120, maxStep: 0.05 } })
  const resumed = await go('broken', { ...more, time: { end: 120, maxStep: 0.05 } })
  expect(resumed.resumedFromS).toBeGreaterThan(0)
  expect(resumed.steps).toBe(slow.steps)
  for (const name of [
    'gauges.csv',
    'sections.csv',
    'max_depth.tif',
    'arrival.tif',
    'hazard.tif',
    'depth_0000090.tif',
  ]) {
    expect(readFileSync(join(folder, 'broken', name)).equals(readFileSync(join(folder, 'slow', name))), name).toBe(true)
  }
})

test('both backends agree', async () => {
  const [a, b] = [
    await go('wasm', { subgrid: { factor: 10 } }),
    await go('reference', { subgrid: { factor: 10 } }, { backend: 'reference' }),
  ]
  expect(Math.abs(a.massBalance.endM3 / b.massBalance.endM3 - 1)).toBeLessThan(1e-5)
  const depth = compare(await map('wasm', 'max_depth'), await map('reference', 'max_depth'), 0.1)
  expect(depth.alike).toBeGreaterThan(0.999)
  expect(depth.apart).toBeLessThan(1e-3)
})

test.each([
  ['solver is muscl; expected inertial', { solver: 'muscl', subgrid: { factor: 10 } }],
  ['expected one of factor | cellM', { subgrid: {} }],
  ['2 … 64 times', { subgrid: { cellM: 7.5 } }],
  ['unknown key "size"', { subgrid: { size: 7 } }],
])('what is wrong is named: %s', async (words, more) => {
  await expect((async () => go('bad', more))()).rejects.toThrow(words)
})

test('a levee inside the cells holds the water, slanting as it may, until it opens', async () => {
  const [columns, rows] = [120, 60]
  writeFileSync(join(folder, 'plain.asc'), asEsriAscii({ columns, rows, cellM: 1, height: (c) => -c / 1000 }))
  writeFileSync(join(folder, 'lake.asc'), asEsriAscii({ columns, rows, cellM: 1, height: (c) => (c < 50 ? 2 : -1) }))
  // from the south-western end to the north-eastern one, x = 58 at the southern side, 52 at the northern one
  const line = [
    [58.1, -1],
    [51.9, 61],
  ]
  const gauges = [
    { name: 'beyond', x: 75, y: 30 },
    { name: 'lake', x: 20, y: 30 },
  ]
  const run = {
    terrain: { file: 'plain.asc' },
    subgrid: { factor: 10 },
    time: { end: 120 },
    inflows: [],
    sections: [],
    initial: { level: { file: 'lake.asc' } },
    gauges,
  }
  const last = (out: string) =>
    readFileSync(join(folder, out, 'gauges.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(-2)
      .map((row) => Number(row.split(',')[2]))
  await go('held', { ...run, levees: [{ name: 'a', line, top: [3, 2.5] }] })
  expect(last('held')[0]).toBe(0)
  expect(last('held')[1]).toBeGreaterThan(1.7)
  const breach = { start: 20, duration: 30, width: 20, bottom: 0 }
  const opened = { ...run, levees: [{ name: 'a', line, top: 3, breach }] }
  const summary = await go('opened', opened)
  expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-5)
  expect(last('opened')[0]).toBeGreaterThan(0.2)
  await go('opened64', opened, { backend: 'reference' })
  expect(Math.abs(last('opened')[0]! - last('opened64')[0]!)).toBeLessThan(5e-3)
  await go('late', { ...run, levees: [{ name: 'a', line, top: 3, start: 60 }] })
  expect(last('late')[0]).toBeGreaterThan(0.05)
  await expect(
    go('far', {
      ...run,
      levees: [
        {
          name: 'b',
          line: [
            [900, 0],
            [900, 9],
          ],
          top: 3,
        },
      ],
    }),
  ).rejects.toThrow('levee b: lies outside the terrain')
})
