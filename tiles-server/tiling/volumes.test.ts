/** Units and legal volumes from rows to tiles: every one in one tile, at its height, cut again only where something changed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import validator from 'gltf-validator'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateCity } from '../../data/city/generate.ts'
import { addPrism, type PrismMesh } from '../../data/mesh/prism.ts'
import type { Database } from '../db/database.ts'
import { storeLayer, storeSource } from '../db/store-layer.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { openTileStore, type TileStore } from './tile-store.ts'
import { cutUnits, cutVolumes } from './volumes.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-volumes-'))
const city = generateCity({ tiny: true })
let db: Database
let store: TileStore

beforeAll(async () => {
  await MeshoptEncoder.ready
  db = await openTestDatabase()
  store = openTileStore(join(folder, 'tiles'))
  await storeSource(db, { id: 'tiny', title: 'Tiny', files: [], attribution: '' })
  for (const layer of ['units', 'volumes'] as const)
    await storeLayer(db, { source: 'tiny', layer, features: city.features(layer) })
}, 120_000)

afterAll(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

const context = () => ({
  db,
  store,
  heightsDir: join(folder, 'heights'),
  threads: 1,
  signal: new AbortController().signal,
  report: () => {},
})

interface Tables {
  extensions: { EXT_structural_metadata: { propertyTables: { count: number }[] } }
}

function tables(layer: string): number {
  const dir = join(store.root, layer, 'c')
  const glbs = readdirSync(dir).filter((name) => name.endsWith('.glb'))
  return glbs.reduce((sum, name) => {
    const bytes = readFileSync(join(dir, name))
    const json = JSON.parse(bytes.subarray(20, 20 + bytes.readUInt32LE(12)).toString()) as Tables
    return sum + json.extensions.EXT_structural_metadata.propertyTables[0].count
  }, 0)
}

test('every unit and volume is in one tile, the tiles are valid, their box holds them', async () => {
  await cutUnits(context())
  await cutVolumes(context())
  expect(tables('units')).toBe([...city.features('units')].length)
  expect(tables('volumes')).toBe([...city.features('volumes')].length)
  const dir = join(store.root, 'volumes/c')
  const [glb] = readdirSync(dir).filter((name) => name.endsWith('.glb'))
  const { issues } = await validator.validateBytes(new Uint8Array(readFileSync(join(dir, glb))))
  expect(issues.numErrors).toBe(0)
  const { root } = JSON.parse(readFileSync(join(store.root, 'volumes/tileset.json'), 'utf8'))
  const bottoms = [...city.features('volumes')].map(({ style }) => Number(style.bottom))
  expect(root.boundingVolume.region[4]).toBeLessThanOrEqual(Math.min(...bottoms))
})

test('a second cut writes nothing; a changed volume only its own cell', async () => {
  expect(await cutVolumes(context())).toMatchObject({ written: 0 })
  const features = [...city.features('volumes')].map((one, i) =>
    i === 0 ? { ...one, style: { ...one.style, status: 'seized' } } : one,
  )
  await storeLayer(db, { source: 'tiny', layer: 'volumes', features })
  const again = await cutVolumes(context())
  expect(again.written).toBeGreaterThan(0)
  expect(again.written).toBeLessThanOrEqual(again.tiles)
  expect(await cutVolumes(context())).toMatchObject({ written: 0 })
  await storeLayer(db, { source: 'tiny', layer: 'volumes', features: features.slice(1) })
  await cutVolumes(context())
  await cutVolumes(context())
  const { root } = JSON.parse(readFileSync(join(store.root, 'volumes/tileset.json'), 'utf8'))
  expect(root.children.length).toBeGreaterThan(0)
})

test('a prism with a hole is closed and looks outward', () => {
  const mesh: PrismMesh = { positions: [], triangles: [], edges: [] }
  const outer = [0, 0, 10, 0, 10, 10, 0, 10]
  const hole = [4, 4, 6, 4, 6, 6, 4, 6]
  expect(addPrism(mesh, { rings: [outer, hole], bottom: -5, top: 5 })).toBe(16)
  let volume = 0
  const sides = new Map<string, number>()
  for (let i = 0; i < mesh.triangles.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => mesh.triangles[i + k])
    const [p, q, r] = [a, b, c].map((at) => mesh.positions.slice(at * 3, at * 3 + 3))
    volume +=
      (p[0] * (q[1] * r[2] - q[2] * r[1]) - p[1] * (q[0] * r[2] - q[2] * r[0]) + p[2] * (q[0] * r[1] - q[1] * r[0])) / 6
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, a],
    ])
      sides.set(
        `${Math.min(from, to)} ${Math.max(from, to)}`,
        (sides.get(`${Math.min(from, to)} ${Math.max(from, to)}`) ?? 0) + (from < to ? 1 : -1),
      )
  }
  // each side once in each direction: closed; the sign says that faces look outward
  expect([...sides.values()].every((sum) => sum === 0)).toBe(true)
  expect(volume).toBeCloseTo((100 - 4) * 10, 6)
  expect(addPrism(mesh, { rings: [[0, 0, 1, 1, 2, 2]], bottom: 0, top: 1 })).toBe(0)
})
