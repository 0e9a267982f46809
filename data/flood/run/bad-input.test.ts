import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asEsriAscii } from '../made/terrains.ts'
import { writeExamples } from '../made/write-examples.ts'
import { executeRun } from './execute.ts'
import { readModelIn } from './folder-files.ts'
import { checkRun } from './run-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'flood-bad-'))
const put = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text)
put('flat.asc', asEsriAscii({ columns: 20, rows: 10, cellM: 5, height: () => 0 }))
const base = { version: 1, terrain: { file: 'flat.asc' }, manning: 0.03, time: { end: 20 } }

async function go(more: object, out = 'out') {
  const model = await readModelIn(folder, checkRun({ ...base, ...more }))
  return executeRun(model, { out: join(folder, out), backend: 'wasm', threads: 1, fresh: true })
}

/** A GeoTIFF of 4 × 4 float32 pixels of 10 m that is turned by an angle. */
function turnedTiff(angle: number): Uint8Array {
  const [c, s] = [10 * Math.cos(angle), 10 * Math.sin(angle)]
  const matrix = [c, s, 0, 500_000, s, -c, 0, 3_000_000, 0, 0, 0, 0, 0, 0, 0, 1]
  const tags: [tag: number, type: number, count: number, value: number][] = [
    [256, 3, 1, 4],
    [257, 3, 1, 4],
    [258, 3, 1, 32],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 512],
    [277, 3, 1, 1],
    [278, 3, 1, 4],
    [279, 4, 1, 64],
    [339, 3, 1, 3],
    [34264, 12, 16, 256],
    [34735, 3, 8, 400],
  ]
  const view = new DataView(new ArrayBuffer(576))
  view.setUint32(0, 0x49492a00)
  view.setUint32(4, 8, true)
  view.setUint16(8, tags.length, true)
  tags.forEach(([tag, type, count, value], k) => {
    const at = 10 + 12 * k
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setUint32(at + 4, count, true)
    view.setUint32(at + 8, value, true)
  })
  for (const [k, value] of matrix.entries()) view.setFloat64(256 + 8 * k, value, true)
  // one key: a projected model
  for (const [k, value] of [1, 1, 0, 1, 1024, 0, 1, 1].entries()) view.setUint16(400 + 2 * k, value, true)
  for (let k = 0; k < 16; k++) view.setFloat32(512 + 4 * k, k, true)
  return new Uint8Array(view.buffer)
}

test('a rotated GeoTIFF is refused by name, the same one straight is taken', async () => {
  put('turned.tif', turnedTiff(0.3))
  await expect(go({ terrain: { file: 'turned.tif' } })).rejects.toThrow(/turned\.tif.*rotated/)
  put('straight.tif', turnedTiff(0))
  expect((await go({ terrain: { file: 'straight.tif' } })).cells).toBe(16)
})

test('100 million cells are refused with the number that fits, before they are read', async () => {
  put('huge.asc', 'ncols 10000\nnrows 10000\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n')
  await expect(go({ terrain: { file: 'huge.asc' } })).rejects.toThrow(
    /huge\.asc: 100000000 cells do not fit; expected up to \d+/,
  )
})

test.each([
  ['-9999', {}],
  ['nan', {}],
  ['0', { voids: [0] }],
])('voids written as %s hold no water and are walls', async (word, more) => {
  const rows = Array.from({ length: 6 }, () => Array.from({ length: 12 }, (_, c) => (c === 6 ? word : '2')).join(' '))
  const head = 'ncols 12\nnrows 6\nxllcorner 0\nyllcorner 0\ncellsize 5\nNODATA_value -9999'
  put('voids.asc', [head, ...rows].join('\n'))
  const summary = await go({
    terrain: { file: 'voids.asc', ...more },
    inflows: [{ name: 'spring', cells: [[2.5, 2.5]], discharge: 1 }],
    gauges: [{ name: 'beyond', x: 57, y: 2.5 }],
  })
  expect(summary.massBalance.endM3).toBeCloseTo(20, 3)
  expect(readFileSync(join(folder, 'out/gauges.csv'), 'utf8').trim().split('\n').at(-1)).toBe(
    '20,beyond,0.000000,,0.000000,0.000000',
  )
})

test.each([
  ['rain that is no number', 't,mm\n0,5\n60,NaN\n', 'rain', /r\.csv.*row 2.*"NaN"/],
  ['rain below zero', 't,mm\n0,5\n60,-3\n', 'rain', /-3 mm\/h; expected ≥ 0/],
  ['a hydrograph with a gap', 't,q\n0,5\n60,\n120,4\n', 'inflow', /r\.csv.*row 2/],
  ['a hydrograph with a row cut off', 't,q\n0,5\n60\n', 'inflow', /row 2 has 1 values; expected 2/],
  ['a hydrograph that goes back in time', 't,q\n0,5\n60,6\n30,7\n', 'inflow', /30 s comes after 60 s/],
  ['a hydrograph with a moment twice', 't,q\n0,5\n60,6\n60,7\n', 'inflow', /expected rising times/],
  ['a hydrograph without rows', 't,q\n', 'inflow', /no rows/],
])('%s is named', async (_, text, kind, words) => {
  put('r.csv', text)
  const file = { file: 'r.csv' }
  const more =
    kind === 'rain' ? { rain: { mmPerHour: file } } : { inflows: [{ name: 'a', cells: [[2.5, 2.5]], discharge: file }] }
  await expect(go(more)).rejects.toThrow(words)
})

test.each([
  ['negative', -0.5],
  ['huge', 90],
])('a grid of %s roughness is named', async (_, n) => {
  put('n.asc', asEsriAscii({ columns: 20, rows: 10, cellM: 5, height: () => n }))
  await expect(go({ manning: { file: 'n.asc' } })).rejects.toThrow(`n.asc: Manning's n of ${n}`)
  await expect((async () => go({ manning: n }))()).rejects.toThrow(/manning/)
})

test('rain that is no number in a grid is none, rain below zero is named', async () => {
  put('rain.asc', asEsriAscii({ columns: 20, rows: 10, cellM: 5, height: (c) => (c < 10 ? Number.NaN : 36) }))
  const summary = await go({ rain: { grids: [{ time: 0, file: 'rain.asc' }] } })
  expect(summary.massBalance.causesM3.rain).toBeCloseTo((100 * 25 * 0.036 * 20) / 3600, 4)
  put('rain.asc', asEsriAscii({ columns: 20, rows: 10, cellM: 5, height: () => -1 }))
  await expect(go({ rain: { grids: [{ time: 0, file: 'rain.asc' }] } })).rejects.toThrow('rain.asc: -1 mm/h')
})

test('a step that collapses ends the run and names the cell', async () => {
  put('tiny.asc', asEsriAscii({ columns: 8, rows: 5, cellM: 0.00001, height: () => 0 }))
  const depth = {
    columns: 8,
    rows: 5,
    cellM: 0.00001,
    height: (c: number, r: number) => (c === 3 && r === 2 ? 9000 : 1),
  }
  put('deep.asc', asEsriAscii(depth))
  for (const solver of ['inertial', 'fv', 'muscl']) {
    const more = { terrain: { file: 'tiny.asc' }, solver, initial: { depth: { file: 'deep.asc' } } }
    await expect(go(more), solver).rejects.toThrow(/time step fell to .* s at 0\.000 s \(column 3, row 2: depth 9000 m/)
  }
})

test.skipIf(!existsSync('/dev/full'))('a full disk is said in words, with the file (needs /dev/full)', async () => {
  for (const [name, file] of [
    ['map', 'max_depth.tif.part'],
    ['table', 'gauges.csv'],
  ] as const) {
    mkdirSync(join(folder, name))
    symlinkSync('/dev/full', join(folder, name, file))
    const more = { gauges: [{ name: 'a', x: 5, y: 5 }] }
    await expect(go(more, name)).rejects.toThrow(/(max_depth\.tif|gauges\.csv): cannot be written: the disk is full/)
  }
})

test('a run that is killed goes on to the very same end', async () => {
  writeExamples(folder, 150)
  const document = JSON.parse(readFileSync(join(folder, 'valley.json'), 'utf8'))
  put('run.json', JSON.stringify({ ...document, time: { end: 1800 }, checkpointEvery: 1 }))
  const start = (out: string) =>
    spawn(
      process.execPath,
      ['data/flood/main.ts', join(folder, 'run.json'), '--out', join(folder, out), '--threads', '1'],
      {
        stdio: 'ignore',
      },
    )
  const ended = (child: ReturnType<typeof start>) => new Promise((done) => child.once('exit', done))
  const child = start('killed')
  const over = ended(child)
  const checkpoint = join(folder, 'killed/checkpoint.bin')
  const poll = setInterval(() => existsSync(checkpoint) && child.kill('SIGKILL'), 20)
  await over
  clearInterval(poll)
  expect(await ended(start('killed'))).toBe(0)
  expect(await ended(start('whole'))).toBe(0)
  const summary = JSON.parse(readFileSync(join(folder, 'killed/summary.json'), 'utf8'))
  expect(Math.abs(summary.massBalance.errorRelative)).toBeLessThan(1e-6)
  for (const name of ['gauges.csv', 'sections.csv', 'max_depth.tif', 'arrival.tif']) {
    expect(readFileSync(join(folder, 'killed', name)).equals(readFileSync(join(folder, 'whole', name))), name).toBe(
      true,
    )
  }
}, 120_000)
