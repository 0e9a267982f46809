/** Tests of the GLB writer and reader. */
import validator from 'gltf-validator'
import { beforeAll, expect, test } from 'vitest'
import { type GlbMesh, glbReady, readGlb, writeGlb } from './glb.ts'
import { writeInstancedGlb } from './glb-instances.ts'

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const mesh = (): GlbMesh => ({
  positions: Uint16Array.of(0, 0, 0, 0, 1000, 0, 0, 0, 0, 65535, 0, 0, 5, 6, 7, 0),
  featureIds: Uint16Array.of(0, 0, 0, 0, 1, 0, 1, 0),
  vertices: 4,
  indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
  matrix: identity,
  colour: [0.5, 0.5, 0.5],
  table: {
    name: 'thing',
    count: 2,
    columns: [
      { name: 'id', type: 'string', values: ['一', 'b'] },
      { name: 'kind', type: 'enum', words: ['x', 'y'], values: Uint8Array.of(1, 0) },
      { name: 'height', type: 'float32', values: Float32Array.of(1.5, 2) },
      { name: 'year', type: 'uint16', values: Uint16Array.of(1990, 0) },
    ],
  },
})

beforeAll(async () => {
  await glbReady
})

test('what is written comes back bit for bit, and the validator has nothing to say', async () => {
  const bytes = writeGlb(mesh())
  const { json, views } = readGlb(bytes)
  const positions = new Uint16Array(views[json.accessors[1].bufferView].buffer)
  expect([...positions]).toEqual([...mesh().positions])
  const index = new Uint16Array(views[json.accessors[0].bufferView].buffer)
  expect(index.length).toBe(6)
  expect(json.accessors[1].max).toEqual([1000, 65535, 7])
  const { properties, count } = json.extensions!.EXT_structural_metadata!.propertyTables[0]
  expect(count).toBe(2)
  expect(Buffer.from(views[properties.id.values]).toString()).toBe('一b')
  expect([...new Uint16Array(views[properties.id.stringOffsets!].buffer)]).toEqual([0, 3, 4])
  expect([...new Float32Array(views[properties.height.values].buffer)]).toEqual([1.5, 2])
  const { issues } = await validator.validateBytes(bytes, { maxIssues: 10 })
  expect(issues.messages.filter(({ severity }) => severity < 2)).toEqual([])
})

test('a table that contradicts itself and an empty mesh are refused by name', () => {
  const wrong = mesh()
  wrong.table!.columns[2] = { name: 'height', type: 'float32', values: Float32Array.of(1) }
  expect(() => writeGlb(wrong)).toThrow(/column height has 1 rows; expected 2/)
  expect(() => writeGlb({ ...mesh(), vertices: 0 })).toThrow(/empty mesh/)
  expect(() => writeInstancedGlb([], identity)).toThrow(/no instances/)
})

test('a damaged file is named, never read past its end', () => {
  const good = writeGlb(mesh())
  for (let part = 0; part < 16; part++) {
    expect(() => readGlb(good.subarray(0, Math.floor((good.length * part) / 16)))).toThrow(/glb/)
  }
  for (let seed = 1; seed < 300; seed++) {
    const bad = good.slice()
    bad[(seed * 7919) % bad.length] ^= 1 << (seed % 8)
    try {
      readGlb(bad)
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
    }
  }
})
