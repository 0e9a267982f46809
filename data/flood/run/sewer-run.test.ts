import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asEsriAscii } from '../made/terrains.ts'
import { townSewerRun } from '../made/town-with-sewers.ts'
import { writeExamples } from '../made/write-examples.ts'
import { executeRun } from './execute.ts'
import { readModelIn } from './folder-files.ts'
import { checkRun } from './run-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'sewers-'))
writeExamples(folder, 60)
const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
put('flat.asc', asEsriAscii({ columns: 20, rows: 20, cellM: 2, height: () => 10 }))

async function go(document: object, out: string, options: object = {}) {
  const model = await readModelIn(folder, checkRun(document))
  return executeRun(model, { out: join(folder, out), backend: 'wasm', threads: 1, ...options })
}

const flat = { version: 1, terrain: { file: 'flat.asc' }, manning: 0.02, time: { end: 120 }, solver: 'fv' }
/** Two manholes in metres, fed at A, that end in an outfall. */
const net = (more: { invert?: number; x?: number; inflow?: number; outfall?: string; diameter?: number } = {}) =>
  `[OPTIONS]\nFLOW_UNITS CMS\n[JUNCTIONS]\nA ${more.invert ?? 8} 2\nB 7.9 2.1\n[OUTFALLS]\nO ${more.outfall ?? '7.8 FREE'}\n[CONDUITS]\nC A B 20 0.013\nD B O 20 0.013\n[XSECTIONS]\nC CIRCULAR 0.3\nD CIRCULAR ${more.diameter ?? 0.15}\n[INFLOWS]\nA FLOW "" FLOW 1 1 ${more.inflow ?? 0}\n[COORDINATES]\nA ${more.x ?? 9} 21\nB 29 21\nO 39 21\n`

test('a town with sewers keeps all water, above and below', async () => {
  const document = { ...(townSewerRun(60, 2) as object), time: { end: 900 }, output: { gaugesEvery: 300 } }
  const summary = await go(document, 'town')
  expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-6)
  expect(Math.abs(summary.sewer!.balance.errorRelative)).toBeLessThan(1e-9)
  const { toSurfaceM3, toSewerM3 } = summary.sewer!.balance
  expect(toSewerM3).toBeGreaterThan(5)
  expect(summary.massBalance.causesM3.sewer!).toBeCloseTo(toSurfaceM3 - toSewerM3, 3)
  const rows = readFileSync(join(folder, 'town/sewer.csv'), 'utf8').trim().split('\n')
  expect(rows[0]).toBe('time_s,kind,name,depth_m,level_m,above_ground_m,flow_m3s,speed_ms,exchange_m3s')
  expect(rows).toHaveLength(1 + 4 * (summary.sewer!.nodes + summary.sewer!.conduits))
})

test('a manhole that cannot carry its water floods the ground, and is listed', async () => {
  put('net.inp', net({ inflow: 0.2 }))
  for (const solver of ['inertial', 'fv', 'muscl']) {
    const summary = await go({ ...flat, solver, sewer: { file: 'net.inp' } }, `fountain-${solver}`)
    const { balance, flooding } = summary.sewer!
    expect(balance.inflowM3).toBeCloseTo(24, 6)
    expect(balance.toSurfaceM3).toBeGreaterThan(10)
    expect(flooding[0]).toMatchObject({ name: 'A' })
    expect(Math.abs(balance.errorRelative)).toBeLessThan(1e-12)
    expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-6)
  }
})

test('an outfall may pour onto the ground', async () => {
  put(
    'pour.inp',
    net({ inflow: 0.2, outfall: '9.9 FREE', diameter: 0.4, invert: 8 }).replace('B 7.9 2.1', 'B 7.9 2.1 0 5'),
  )
  const { sewer, massBalance } = await go(
    { ...flat, sewer: { file: 'pour.inp', outfalls: 'surface', manholes: { sealed: ['A', 'B'] } } },
    'pour',
  )
  expect(sewer!.balance.outfallsToSurfaceM3).toBeGreaterThan(1)
  expect(massBalance.causesM3.sewer).toBeCloseTo(sewer!.balance.outfallsToSurfaceM3, 4)
  expect(Math.abs(massBalance.errorRelative)).toBeLessThan(1e-6)
})

test('subgrid cells and inlets exchange too', async () => {
  put('gully.csv', 'node,x,y,area,perimeter\nB,15,31,0.1,1.3\n')
  put('net.inp', net({ inflow: 0.2 }))
  const document = {
    ...flat,
    solver: 'inertial',
    initial: { depth: 0.1 },
    sewer: { file: 'net.inp', inlets: { file: 'gully.csv' } },
  }
  const whole = await go(document, 'inlets')
  expect(whole.sewer!.exchangePoints).toBe(3)
  expect(whole.sewer!.balance.toSewerM3).toBeGreaterThan(1)
  const coarse = await go({ ...document, subgrid: { factor: 4 } }, 'subgrid')
  expect(Math.abs(coarse.massBalance.errorRelative)).toBeLessThan(1e-5)
  expect(Math.abs(coarse.sewer!.balance.errorRelative)).toBeLessThan(1e-12)
})

test('a run with sewers that is stopped goes on to the very same end', async () => {
  const document = { ...(townSewerRun(60, 2) as object), time: { end: 700 }, output: { gaugesEvery: 60 } }
  const whole = await go(document, 'whole')
  const stop = new AbortController()
  const broken = go(document, 'broken', { signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) })
  await expect(broken).rejects.toThrow('stopped')
  const inp = readFileSync(join(folder, 'town.inp'), 'utf8')
  put('town.inp', `${inp}\n; changed\n`)
  await expect(go(document, 'broken')).rejects.toThrow('its files have changed since the checkpoint')
  put('town.inp', inp)
  const resumed = await go(document, 'broken')
  expect(resumed.resumedFromS).toBeGreaterThan(0)
  expect(resumed.steps).toBe(whole.steps)
  for (const name of ['gauges.csv', 'sewer.csv', 'max_depth.tif']) {
    expect(readFileSync(join(folder, 'broken', name)).equals(readFileSync(join(folder, 'whole', name))), name).toBe(
      true,
    )
  }
  expect(resumed.sewer!.balance).toEqual(whole.sewer!.balance)
})

test('a sewer that does not fit the ground is named', async () => {
  const wrong = async (text: string, keys: object = {}) => {
    put('wrong.inp', text)
    return go({ ...flat, time: { end: 1 }, sewer: { file: 'wrong.inp', ...keys } }, 'wrong').then(
      () => 'ran',
      (error) => String(error),
    )
  }
  expect(await wrong(net(), { file: 'gone.inp' })).toContain('gone.inp: cannot be read: ENOENT')
  expect(await wrong(net({ invert: 12 }))).toContain('node A has its invert at 12.00 m, above the ground at 10.00 m')
  expect(await wrong(net({ x: 1e6 }).replace('B 29', 'B 2e6'))).toContain(
    'no node of wrong.inp lies on the ground (A at 1000000, 21)',
  )
  expect(await wrong(net(), { manholes: { sealed: ['Z'] } })).toContain('sewer.manholes.sealed: Z is no node')
  expect(await wrong(net(), { inlets: [{ node: 'Z', x: 1, y: 1, area: 1, perimeter: 1 }] })).toContain(
    'node Z is missing',
  )
  expect(await wrong(net(), { inlets: [{ node: 'A', x: -1, y: 1, area: 1, perimeter: 1 }] })).toContain(
    'no cell with ground',
  )
  expect(await wrong(net({ diameter: -0.2 }))).toContain('conduit D (line 10): CIRCULAR: Geom1 is -0.2; expected > 0')
  expect(await wrong('[PIPES]\nP A B 1')).toContain('an EPANET network; expected a SWMM 5 .inp')
  expect(() => checkRun({ ...flat, sewer: { file: 'x', lid: 1 } })).toThrow('unknown key "lid"; expected file | anchor')
  put('net.inp', net({ x: 1e6 }))
  const { warnings } = await go({ ...flat, time: { end: 1 }, sewer: { file: 'net.inp' } }, 'outside')
  expect(warnings.join()).toContain('1 nodes lie outside the ground')
})
