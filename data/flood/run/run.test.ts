import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readGeotiffGrid } from '../../formats/geotiff-grid.ts'
import { asEsriAscii } from '../made/terrains.ts'
import { townRun, valleyRun, writeExamples } from '../made/write-examples.ts'
import { executeRun } from './execute.ts'
import { readModelIn } from './folder-files.ts'
import { checkRun } from './run-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'flood-'))
writeExamples(folder, 60)

const short = (document: unknown, end: number, more: object = {}) =>
  checkRun({ ...(document as object), time: { end }, ...more })

async function go(document: unknown, end: number, out: string, more: object = {}, options: object = {}) {
  const model = await readModelIn(folder, short(document, end, more))
  return executeRun(model, { out: join(folder, out), backend: 'wasm', threads: 1, ...options })
}

const flat = (height: (column: number, row: number) => number, columns = 20, rows = 10) => {
  const name = `flat-${columns}-${rows}-${Math.abs(height(0, 0) | 0)}-${String(height).length}.asc`
  writeFileSync(join(folder, name), asEsriAscii({ columns, rows, cellM: 5, height }))
  return { version: 1, terrain: { file: name }, manning: 0.03, time: { end: 60 } }
}

test('a made valley breaches, and no water is lost', async () => {
  const summary = await go(valleyRun(60, 10), 300, 'valley', {
    output: { gaugesEvery: 60, depthAt: [300], velocity: true },
  })
  expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-6)
  expect(summary.massBalance.endM3).toBeLessThan(summary.massBalance.startM3 * 1.000001)
  const rows = readFileSync(join(folder, 'valley/gauges.csv'), 'utf8').trim().split('\n')
  expect(rows[0]).toBe('time_s,name,depth_m,level_m,u_ms,v_ms')
  expect(rows).toHaveLength(1 + 4 * 6)
  for (const name of [
    'max_depth',
    'max_speed',
    'arrival',
    'duration',
    'hazard',
    'band_depth',
    'defra',
    'depth_0000300',
    'u_0000300',
  ]) {
    const bytes = readFileSync(join(folder, `valley/${name}.tif`))
    const grid = await readGeotiffGrid(new Uint8Array(bytes).buffer, name)
    expect([grid.columns, grid.rows, grid.dx], name).toEqual([60, 20, 10])
    expect(
      grid.heights.some((value) => value > 0),
      name,
    ).toBe(true)
  }
})

test('a town under a storm keeps its balance through rain, ground, pump and sides', async () => {
  const summary = await go(townRun(60, 2), 1800, 'town', { output: { gaugesEvery: 300 } })
  expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-4)
  expect(summary.massBalance.causesM3.rain).toBeGreaterThan(100)
})

test('a run that is stopped goes on from its checkpoint to the very same end', async () => {
  const document = valleyRun(60, 10)
  const whole = await go(document, 900, 'whole')
  const stop = new AbortController()
  const broken = go(
    document,
    900,
    'broken',
    {},
    { signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) },
  )
  await expect(broken).rejects.toThrow('stopped')
  const resumed = await go(document, 900, 'broken')
  expect(resumed.resumedFromS).toBeGreaterThan(0)
  expect(resumed.steps).toBe(whole.steps)
  for (const name of ['gauges.csv', 'max_depth.tif', 'arrival.tif', 'duration.tif']) {
    expect(readFileSync(join(folder, 'broken', name)).equals(readFileSync(join(folder, 'whole', name))), name).toBe(
      true,
    )
  }
})

test('an inflow fills a basin by just what it brings, in every solver', async () => {
  for (const solver of ['inertial', 'fv', 'muscl']) {
    const summary = await go({ ...flat(() => 0), solver }, 60, `basin-${solver}`, {
      boundaries: [
        {
          side: 'west',
          from: 10,
          to: 30,
          type: 'discharge',
          discharge: [
            [0, 0],
            [30, 2],
            [60, 0],
          ],
        },
      ],
    })
    expect(summary.massBalance.endM3, solver).toBeCloseTo(60, 2)
  }
})

test.each([
  ['unknown key "depht"', { initial: { depht: 1 } }],
  ['unknown key "rian"; expected $schema | version | title | terrain', { rian: {} }],
  [
    'rising times',
    {
      inflows: [
        {
          name: 'a',
          cells: [[5, 5]],
          discharge: [
            [0, 1],
            [9, 1],
            [5, 1],
          ],
        },
      ],
    },
  ],
  ['touches no cell', { inflows: [{ name: 'a', cells: [[-500, 5]], discharge: 1 }] }],
  [
    'touches no cell',
    {
      breaches: [
        {
          name: 'b',
          line: [
            [900, 900],
            [950, 900],
          ],
          start: 0,
          duration: 9,
          width: 9,
          bottom: 0,
        },
      ],
    },
  ],
  ['mm/h; expected ≥ 0', { rain: { mmPerHour: -5 } }],
  ['manning', { manning: -1 }],
  ['cannot be opened', { terrain: { file: 'gone.asc' } }],
  ['leaves no cell', { terrain: { file: 'valley.asc', coarsen: 64 } }],
])('what is wrong is named: %s', async (words, more) => {
  await expect(
    (async () =>
      go(
        flat(() => 0),
        60,
        'bad',
        more,
      ))(),
  ).rejects.toThrow(words)
})

test.each([
  ['cliffs of 10 km', flat((c) => (c < 10 ? 0 : 1e4)), {}],
  ['voids', flat((c, r) => (r === 4 ? -9999 : c === 3 ? Number.NaN : 1)), { terrain: { file: 'v.asc', voids: [1.5] } }],
  ['one cell', flat(() => 0, 1, 1), {}],
  ['one row', flat(() => 0, 40, 1), {}],
  ['rough as nothing is', flat(() => 0), { manning: 2 }],
  ['a level side on dry land', flat(() => 5), { boundaries: [{ side: 'west', type: 'level', level: 1 }] }],
  ['a gauge outside', flat(() => 0), { gauges: [{ name: 'far', x: 9999, y: 0 }] }],
] as [string, ReturnType<typeof flat>, { terrain?: object }][])('it survives %s', async (_, document, more) => {
  const { terrain, ...rest } = more
  const whole = { ...document, terrain: { ...document.terrain, ...terrain, file: document.terrain.file } }
  const inflow = { inflows: [{ name: 'spring', cells: [[2.5, 2.5]], discharge: 1 }] }
  const summary = await go(whole, 30, 'odd', { ...inflow, ...rest })
  expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-4)
  expect(summary.massBalance.causesM3.spring).toBeCloseTo(30, 3)
})

test('a levee thinner than a cell holds until it breaches, in every solver', async () => {
  const line = [
    [52, -5],
    [52, 60],
  ]
  const lake = { initial: { level: { file: 'half.asc' } }, gauges: [{ name: 'dry side', x: 62.5, y: 27.5 }] }
  writeFileSync(
    join(folder, 'half.asc'),
    asEsriAscii({ columns: 20, rows: 10, cellM: 5, height: (c) => (c < 10 ? 1.5 : -1) }),
  )
  const last = () =>
    Number(readFileSync(join(folder, 'levee/gauges.csv'), 'utf8').trim().split('\n').at(-1)!.split(',')[2])
  for (const solver of ['inertial', 'fv', 'muscl']) {
    const more = { ...lake, solver, levees: [{ name: 'a', line, top: [2, 3] }] }
    await go(
      flat(() => 0),
      60,
      'levee',
      more,
      { fresh: true },
    )
    expect(last(), solver).toBe(0)
    const breach = { start: 5, duration: 10, width: 30, bottom: 0 }
    const open = { ...more, levees: [{ name: 'a', line, top: 2, breach }] }
    const summary = await go(
      flat(() => 0),
      60,
      'levee',
      open,
      { fresh: true },
    )
    expect(last(), solver).toBeGreaterThan(0.3)
    expect(Math.abs(summary.massBalance.errorRelative), solver).toBeLessThan(1e-6)
  }
  const wrong = { levees: [{ name: 'a', line, top: [2, 3, 4] }] }
  await expect(
    go(
      flat(() => 0),
      60,
      'bad',
      wrong,
    ),
  ).rejects.toThrow('levee a: 3 tops for 2 points')
  const outside = [
    [500, 500],
    [600, 500],
  ]
  await expect(
    go(
      flat(() => 0),
      60,
      'bad',
      { levees: [{ name: 'b', line: outside, top: 2 }] },
    ),
  ).rejects.toThrow('levee b: touches no face')
})

test('a section sees the discharge that comes in, whichever way it is drawn', async () => {
  const sections = [
    {
      name: 'north',
      line: [
        [60, -5],
        [60, 60],
      ],
    },
    {
      name: 'south',
      line: [
        [60, 60],
        [60, -5],
      ],
    },
    {
      name: 'slanting',
      line: [
        [40, -5],
        [90, 60],
      ],
    },
  ]
  for (const solver of ['inertial', 'fv', 'muscl']) {
    await go(
      flat((c) => 9 - c * 0.02),
      900,
      'section',
      {
        solver,
        sections,
        boundaries: [
          { side: 'west', type: 'discharge', discharge: 10 },
          { side: 'east', type: 'free', slope: 0.004 },
        ],
      },
    )
    const rows = readFileSync(join(folder, 'section/sections.csv'), 'utf8').trim().split('\n').slice(-3)
    const [north, south, slanting] = rows.map((row) => Number(row.split(',')[2]))
    expect(Math.abs(north! - 10), solver).toBeLessThan(0.1)
    expect(south, solver).toBeCloseTo(-north!, 6)
    expect(Math.abs(slanting! - 10), solver).toBeLessThan(0.25)
  }
})

test('where boundaries overlap the shorter one holds, and no water is counted twice', async () => {
  for (const solver of ['inertial', 'fv', 'muscl']) {
    const summary = await go(
      flat(() => 0),
      120,
      'overlap',
      {
        solver,
        initial: { depth: 1 },
        boundaries: [
          { side: 'west', from: 10, to: 30, type: 'discharge', discharge: 5, name: 'river' },
          { side: 'west', type: 'level', level: 1, name: 'sea' },
          { side: 'east', type: 'free', name: 'fall' },
          { side: 'east', from: 20, to: 30, type: 'wall' },
        ],
      },
    )
    const { causesM3, errorRelative } = summary.massBalance
    expect(Math.abs(errorRelative), solver).toBeLessThan(1e-5)
    expect(causesM3.river, solver).toBeCloseTo(600, 1)
    expect(causesM3.sea, solver).not.toBe(0)
    expect(causesM3.fall, solver).toBeLessThan(0)
  }
})
