import { expect, test } from 'vitest'
import { nodeHost } from '../kernel/node-host.ts'
import { cellIndex } from '../layout.ts'
import { riverTown, riverTownRun } from '../made/river-town.ts'
import { asEsriAscii } from '../made/terrains.ts'
import { solve } from '../page/solve.ts'
import { memoryFiles } from './file-source.ts'
import { depthIn, type Frame, frameBuffers, frameOf, frameQueue } from './frames.ts'
import { makeEngine } from './make-engine.ts'
import { readModel } from './model.ts'
import { waterOn } from './records.ts'
import { checkRun } from './run-schema.ts'

const files = { 'river-town.asc': new TextEncoder().encode(asEsriAscii(riverTown(100))) }
const machine = { host: nodeHost, noGpu: 'Node has no WebGPU' }
const document = { ...riverTownRun(100, 120), initial: { level: 1.6 } }

test.each([
  ['inertial', {}],
  ['muscl', { solver: 'muscl' }],
  ['inertial on subgrid tables', { subgrid: { factor: 10 } }],
])('a frame says what the engine holds, %s', async (_, more) => {
  const model = await readModel(checkRun({ ...document, ...more }), memoryFiles(new Map(Object.entries(files))), 1e6)
  const engine = await makeEngine(model, 'wasm', 1, nodeHost)
  engine.track({ thresholdM: 0.05, classes: [] })
  for (let k = 0; k < 30; k++) engine.step(engine.stableStep(), 0)
  const frame = frameOf(model, engine, 7, { discharge: true })
  expect(frame.time).toBe(7)
  expect(frame.columns * frame.rows).toBe(frame.depth.length)
  let wet = 0
  for (let row = 0; row < 100; row++) {
    for (let column = 0; column < 100; column++) {
      const [depth, u, v] = waterOn(model, engine, cellIndex(model.place.layout, column, row))
      const x = column + 0.5
      const y = 100 - row - 0.5
      expect(Math.abs(depthIn(frame, x, y) - depth)).toBeLessThanOrEqual(frame.depthStep * 0.51)
      if (depth < 1e-3) continue
      wet++
      const at = Math.floor(frame.north - y) * frame.columns + Math.floor(x - frame.west)
      expect(Math.abs(frame.east![at]! * frame.dischargeStep - depth * u)).toBeLessThan(
        2e-3 + depth * Math.abs(u) * 1e-3,
      )
      expect(Math.abs(frame.south![at]! * frame.dischargeStep - depth * v)).toBeLessThan(
        2e-3 + depth * Math.abs(v) * 1e-3,
      )
    }
  }
  expect(wet).toBeGreaterThan(500)
  expect(frameBuffers(frame)).toHaveLength(3)
  const half = frameOf(model, engine, 7, { stride: 2 })
  expect(half.cellM).toBe(2)
  expect(half.depth.length).toBe(Math.ceil(frame.columns / 2) * Math.ceil(frame.rows / 2))
})

test('frames do not change the run, and come at the moments asked for', async () => {
  const frames: Frame[] = []
  const asked = { every: 50, at: [33] }
  const shown = await solve({ run: document, files, backend: 'wasm', frames: asked }, machine, {
    onFrame: (frame) => frames.push(frame),
  })
  expect(frames.map(({ time }) => time)).toEqual([0, 33, 50, 100, 120])
  const same = await solve({ run: document, files, backend: 'wasm', frames: asked }, machine)
  expect(shown.gauges).toEqual(same.gauges)
})

test('a dry ground gives an empty frame', async () => {
  const dry = checkRun({ ...document, initial: {} })
  const model = await readModel(dry, memoryFiles(new Map(Object.entries(files))), 1e6)
  const frame = frameOf(model, await makeEngine(model, 'reference', 1, nodeHost), 0, { discharge: true })
  expect([frame.columns, frame.rows, frame.depth.length]).toEqual([0, 0, 0])
})

test('a slow reader of the queue loses the oldest frames, never the run', async () => {
  const queue = frameQueue(2)
  for (let time = 0; time < 5; time++) queue.put({ time } as Frame)
  queue.end()
  const times: number[] = []
  for await (const { time } of queue) times.push(time)
  expect(times).toEqual([3, 4])
  const broken = frameQueue()
  broken.end(new Error('stopped'))
  await expect(broken[Symbol.asyncIterator]().next()).rejects.toThrow('stopped')
})

test.each([[{ every: 0 }], [{ every: 1e-3 }], [{ every: Number.NaN }]])(
  'frames asked %o are refused',
  async (frames) => {
    await expect(solve({ run: document, files, frames }, machine, { onFrame: () => {} })).rejects.toThrow(
      'frames.every',
    )
  },
)
