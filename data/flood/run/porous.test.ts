import { expect, test } from 'vitest'
import type { Engine, Scheme } from '../engine.ts'
import { velocityAt, waterAt } from '../engine.ts'
import { nodeHost } from '../kernel/node-host.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { asEsriAscii } from '../made/terrains.ts'
import { solve } from '../page/solve.ts'
import { simulate, storedVolume } from '../simulate.ts'
import { memoryFiles } from './file-source.ts'
import { makeEngine } from './make-engine.ts'
import { type Model, readModel } from './model.ts'
import { porosityOf } from './porous.ts'
import { checkRun } from './run-schema.ts'

const SCHEMES: Scheme[] = ['inertial', 'fv', 'muscl']
const machine = { host: nodeHost, noGpu: 'Node has no WebGPU' }
const bytes = (text: string) => new TextEncoder().encode(text)

/** Houses of `size` m every 20 m over the middle of 400 × 200 m, as GeoJSON. */
function blocks(size: number, properties: object = {}): string {
  const features: unknown[] = []
  for (let x = 130; x < 300; x += 20) {
    for (let y = 20; y < 180; y += 20) {
      const ring = [
        [x, y],
        [x + size, y],
        [x + size, y + size],
        [x, y + size],
        [x, y],
      ]
      features.push({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } })
    }
  }
  return JSON.stringify({ type: 'FeatureCollection', features })
}

const hills = (c: number, r: number) => 0.4 * Math.sin(c / 3) * Math.cos(r / 4)
const ground = { columns: 40, rows: 20, cellM: 10, height: hills }
const dam = { ...ground, height: (c: number) => (c < 12 ? 2.5 : 0.6) }
const files = {
  'ground.asc': bytes(asEsriAscii(ground)),
  'dam.asc': bytes(asEsriAscii(dam)),
  'flat.asc': bytes(asEsriAscii({ ...ground, height: () => 0 })),
  'houses.geojson': bytes(blocks(9)),
  'quarter.geojson': bytes(blocks(20, { porosity: 0.4 })),
}
const base = {
  version: 1,
  terrain: { file: 'ground.asc' },
  manning: 0.03,
  time: { end: 60 },
  buildings: { file: 'houses.geojson', mode: 'porous' },
}

const read = (more: object): Promise<Model> =>
  readModel(checkRun({ ...base, ...more }), memoryFiles(new Map(Object.entries(files))), 1e6)

const run = (engine: Engine, to: number) => simulate(engine, { from: 0, to, forcings: [], maxStep: 9, minStep: 1e-6 })

test('shares of cells and faces are those of the houses in them', () => {
  const place = { layout: layoutOf(10, 10, 10), west: 0, north: 100 }
  const square = (x: number, y: number, w: number, h: number) => [
    [
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
    ] as [number, number][],
  ]
  const solid = { open: 0, passes: 0 }
  const { open, across, down } = porosityOf(place, [
    { rings: square(42.5, 40, 5, 10), ...solid },
    { rings: square(70, 30, 10, 10), open: 0.3, passes: 0.1 },
    { rings: square(30, 70, 10, 10), ...solid },
    { rings: square(0, 0, 5, 5), ...solid },
  ])
  const at = (column: number, row: number) => cellIndex(place.layout, column, row)
  // a wall from north to south through the middle: half the cell, nothing passes across, half passes down
  expect(open[at(4, 5)]).toBeCloseTo(0.5, 2)
  expect([across[at(4, 5)], across[at(5, 5)]]).toEqual([0, 0])
  expect([down[at(4, 5)], down[at(4, 6)]].map((share) => share!.toFixed(2))).toEqual(['0.50', '0.50'])
  expect(open[at(7, 6)]).toBeCloseTo(0.3, 2)
  expect(across[at(7, 6)]).toBeCloseTo(0.1, 2)
  expect(open[at(3, 2)]).toBe(0)
  // the edge of the grid stays open
  expect(open[at(0, 9)]).toBe(1)
})

test('a lake between houses stays at rest, whatever they leave open', async () => {
  for (const solver of SCHEMES) {
    for (const backend of ['wasm', 'reference'] as const) {
      const model = await read({ solver, initial: { level: 1.2 } })
      const engine = await makeEngine(model, backend, 1, nodeHost)
      run(engine, 60)
      let fastest = 0
      for (let row = 0; row < 20; row++)
        for (let column = 0; column < 40; column++)
          fastest = Math.max(fastest, Math.hypot(...velocityAt(engine, cellIndex(model.place.layout, column, row))))
      expect(fastest, `${solver} ${backend}`).toBeLessThan(2e-5)
      engine.dispose()
    }
  }
})

test('kernels, threads and float64 agree between houses, and no water is lost', async () => {
  for (const solver of SCHEMES) {
    const model = await read({ solver, initial: { level: { file: 'dam.asc' } } })
    const whole = await read({ solver, initial: { level: { file: 'dam.asc' } }, buildings: undefined })
    const depths: number[][] = []
    for (const [backend, threads, one] of [
      ['wasm', 1, model],
      ['wasm', 2, model],
      ['reference', 1, model],
      ['wasm', 1, whole],
    ] as const) {
      const engine = await makeEngine(one, backend, threads, nodeHost)
      const before = storedVolume(engine)
      run(engine, 60)
      expect(Math.abs(storedVolume(engine) / before - 1), solver).toBeLessThan(1e-6)
      const seen: number[] = []
      for (let row = 1; row < 20; row += 3)
        for (let column = 1; column < 40; column += 3)
          seen.push(waterAt(engine, cellIndex(one.place.layout, column, row)))
      depths.push(seen)
      engine.dispose()
    }
    const [one, two, plain, without] = depths as [number[], number[], number[], number[]]
    expect(two, solver).toEqual(one)
    one.forEach((depth, k) => {
      expect(Math.abs(depth - plain[k]!), `${solver}, place ${k}`).toBeLessThan(1e-3)
    })
    // they hold the water back
    expect(Math.max(...one.map((depth, k) => depth - without[k]!)), solver).toBeGreaterThan(0.05)
  }
})

test('ground that is open by the same share everywhere floods as open ground does', async () => {
  for (const solver of ['inertial', 'fv'] as const) {
    const model = await read({
      solver,
      terrain: { file: 'flat.asc' },
      initial: { level: { file: 'dam.asc' } },
      buildings: undefined,
    })
    const shared = { ...model, porosity: porosityOf(model.place, []) }
    for (const field of Object.values(shared.porosity)) field.fill(0.37)
    const depths: number[][] = []
    for (const one of [model, shared]) {
      const engine = await makeEngine(one, 'wasm', 1, nodeHost)
      run(engine, 40)
      depths.push(Array.from({ length: 40 }, (_, column) => waterAt(engine, cellIndex(model.place.layout, column, 9))))
      engine.dispose()
    }
    depths[0]!.forEach((depth, k) => {
      expect(Math.abs(depth - depths[1]![k]!), solver).toBeLessThan(1e-4)
    })
  }
})

test('rain on roofs runs into the streets, gauges and frames say the depth between the houses', async () => {
  const frames: number[] = []
  const rain = { mmPerHour: 360, every: 1 }
  const gauges = [{ name: 'inside', x: 205, y: 105 }]
  const shown = await solve(
    {
      run: {
        ...base,
        terrain: { file: 'flat.asc' },
        solver: 'fv',
        buildings: { file: 'quarter.geojson', mode: 'porous' },
        rain,
        gauges,
      },
      files,
      backend: 'wasm',
      frames: { discharge: true },
      maps: true,
    },
    machine,
    { onFrame: (frame) => frames.push(...frame.depth.subarray(9 * 40 + 20, 9 * 40 + 21)) },
  )
  expect(shown.massBalance.causesM3.rain).toBeCloseTo(0.1 * 60 * 800 * 100 * 1e-3, 3)
  expect(Math.abs(shown.massBalance.errorRelative)).toBeLessThan(1e-6)
  // 6 mm on the whole ground stand 15 mm deep on the 40 % of it that are open, before they run off
  const depth = Number(shown.gauges.at(-1)!.split(',')[2])
  expect(depth).toBeGreaterThan(0.0145)
  expect(depth).toBeLessThan(0.0151)
  expect(shown.maps!.maxDepth[10 * 40 + 20]).toBeCloseTo(depth, 4)
  expect(Math.abs(frames.at(-1)! * 1e-3 - depth)).toBeLessThan(1e-3)
})

test('what porous buildings cannot be is named', async () => {
  await expect(read({ solver: 'inertial', subgrid: { factor: 4 } })).rejects.toThrow(
    /mode: porous with subgrid; expected blocked/,
  )
  const bad = { ...files, 'houses.geojson': bytes(blocks(9, { porosity: 1.5 })) }
  await expect(readModel(checkRun(base), memoryFiles(new Map(Object.entries(bad))), 1e6)).rejects.toThrow(
    'houses.geojson: porosity is 1.5; expected 0 … 1',
  )
})
