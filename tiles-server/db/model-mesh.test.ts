/** The mesh file: what parts share is written once and shared again when read; files of earlier layouts are still read. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ModelPart } from '../../data/mesh/model-surface.ts'
import { MESH_FORMAT, meshWriter, openMesh } from './model-mesh.ts'
import { listModels, sweepModels, writeModel } from './model-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-mesh-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'mesh.bin')

const corners = Uint32Array.of(0, 1, 2)
const uvs = Float32Array.of(0, 0, 1, 0, 0, 1)
const tints = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
const at = (x: number, more: Partial<ModelPart> = {}): ModelPart => ({
  colour: Float32Array.of(0.5, 0.25, 1, 1),
  positions: Float32Array.of(x, 0, 0, x + 1, 0, 0, x, 1, 0),
  indices: corners,
  ...more,
})
const plain = ({ colour, positions, indices, ...rest }: ModelPart): object => ({
  colour: Array.from(colour),
  positions: Array.from(positions),
  indices: Array.from(indices),
  ...Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, typeof one === 'number' ? one : [...one]])),
})

test('arrays that parts share stand in the file once, and are one array again when read', async () => {
  const first = at(0, { uvs, texture: 3, tints })
  const elements = [[first, at(5)], [], [at(7, { uvs, texture: 4 })], [{ ...first, colour: [0, 0, 0, 0.5] }]]
  const write = meshWriter()
  const bytes = Buffer.concat(elements.flatMap(write))
  writeFileSync(path, bytes)
  // four counts, four parts of twelve words, three places, one list of corners, one of places on the picture, one of colours
  expect(bytes.length).toBe(4 * (4 + 4 * 12 + 3 * 9 + 3 + 6 + 3))
  const next = await openMesh(path, MESH_FORMAT)
  const read = elements.map(() => next())
  expect(read.map((parts) => parts.map(plain))).toEqual(elements.map((parts) => parts.map(plain)))
  expect(new Set(read.flat().map(({ indices }) => indices)).size).toBe(1)
})

test('a file of the layout before is read, one that is cut short is an error, not half a model', async () => {
  const words = (...numbers: number[]): Buffer => Buffer.from(Uint32Array.from(numbers).buffer)
  const { positions } = at(2)
  const old = Buffer.concat([
    words(1),
    Buffer.from(Float32Array.of(1, 0, 0, 1).buffer),
    words(9, 3, 0, 0xffffffff),
    Buffer.from(positions.buffer),
    words(0, 1, 2),
  ])
  writeFileSync(path, old)
  const next = await openMesh(path, 2)
  expect(plain(next()[0])).toEqual({
    colour: [1, 0, 0, 1],
    positions: [...positions],
    indices: [0, 1, 2],
  })
  writeFileSync(path, old.subarray(0, old.length - 8))
  const cut = await openMesh(path, 2)
  expect(cut).toThrow(RangeError)
  await expect(openMesh(path, 9)).rejects.toThrow('models: mesh of format 9; expected 1 … 3')
})

test('what a killed process left of a model is no model, and is gone a day later; whole models stay', async () => {
  const dir = join(folder, 'models')
  const head = { title: '', source: '', schema: '', kinds: ['a'], storeys: [], systems: [], given: null }
  const element = { id: 'a:1', name: null, kind: 0, storey: 0, system: 0, parts: [at(0)], attributes: {} }
  await writeModel(dir, { id: 'whole', ...head }, [element])
  mkdirSync(join(dir, 'torn'))
  writeFileSync(join(dir, 'torn/mesh-x.bin'), 'half')
  await sweepModels(dir)
  expect(existsSync(join(dir, 'torn'))).toBe(true)
  expect(listModels(dir).map(({ id }) => id)).toEqual(['whole'])
  await sweepModels(dir, Date.now() + 25 * 3600 * 1000)
  expect([existsSync(join(dir, 'torn')), existsSync(join(dir, 'whole'))]).toEqual([false, true])
})
