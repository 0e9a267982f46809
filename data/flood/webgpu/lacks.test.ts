import { expect, test } from 'vitest'
import { nodeHost } from '../kernel/node-host.ts'
import { asEsriAscii, houses, town } from '../made/terrains.ts'
import { townInlets, townSewer } from '../made/town-with-sewers.ts'
import { townRun } from '../made/write-examples.ts'
import { chooseBackend } from '../run/backends.ts'
import { causesOf } from '../run/causes.ts'
import { memoryFiles } from '../run/file-source.ts'
import { makeEngine } from '../run/make-engine.ts'
import { readModel } from '../run/model.ts'
import { checkRun } from '../run/run-schema.ts'
import { gpuLacks } from './items.ts'

const texts = {
  'town.asc': asEsriAscii(town(60, 2)),
  'houses.geojson': houses(town(60, 2)),
  'town.inp': townSewer(60, 2),
  'inlets.csv': townInlets(60, 2),
}
const files = new Map(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]))
const { infiltration: _, links: __, ...plain } = townRun(60, 2) as Record<string, unknown>
const machine = { host: { ...nodeHost, cores: 4 }, noGpu: null }
const line = [
  [10, 10],
  [90, 90],
]

test.each([
  ['nothing more', {}, null],
  ['second order', { solver: 'muscl' }, 'muscl is computed by the kernels only'],
  ['sewers', { sewer: { file: 'town.inp', inlets: { file: 'inlets.csv' } } }, 'sewer is done by the kernels only'],
  ['porous houses', { buildings: { file: 'houses.geojson', mode: 'porous' } }, 'porous buildings are computed by the'],
  ['levees', { levees: [{ name: 'a', line, top: 21 }] }, 'levee a is done by the kernels only'],
  ['a subgrid', { subgrid: { factor: 4 } }, 'subgrid tables are computed by the kernels only'],
  ['infiltration', { infiltration: { method: 'constant', mmPerHour: 5 } }, 'rain is done by the kernels only'],
  ['a pump', { links: [{ type: 'pump', name: 'p', from: [50, 50], to: null, rate: 1 }] }, 'pump p is done by the'],
  [
    'a discharge side',
    { boundaries: [{ side: 'west', name: 'river', type: 'discharge', discharge: 3 }] },
    'river is done by the kernels only',
  ],
])(
  'a town with %s: WebGPU does it or it is refused by name, and auto says why it takes the kernels',
  async (_, more, why) => {
    const model = await readModel(checkRun({ ...plain, ...more }), memoryFiles(files), 1e6)
    const engine = await makeEngine(model, 'wasm', 1, nodeHost)
    const lacks = gpuLacks(await causesOf(model, engine), model)
    if (why === null) {
      expect(lacks).toBeNull()
      expect(chooseBackend('auto', machine, model, lacks).backend).toBe('webgpu')
      return
    }
    expect(lacks).toContain(why)
    expect(() => chooseBackend('webgpu', machine, model, lacks)).toThrow(`backend webgpu: ${lacks}`)
    const choice = chooseBackend('auto', machine, model, lacks)
    expect(choice.backend).toBe('wasm')
    expect(choice.because).toContain(why)
  },
)
