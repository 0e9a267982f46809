/** Point clouds from file to tiles: every point is in exactly one tile, at its place, with its class. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import validator from 'gltf-validator'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WrittenPoint, writeLas } from '../../data/formats/las-write.ts'
import { converter } from '../../data/geo/crs.ts'
import { toEcef } from '../../data/geo/ellipsoid.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { ingest } from '../../data/ingest/ingest.ts'
import type { Database } from '../db/database.ts'
import { listClouds } from '../db/point-store.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { cutPointClouds } from './points.ts'
import { openTileStore, type TileStore } from './tile-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-points-'))
const heightsDir = join(folder, 'city/heights')
let db: Database
let store: TileStore

beforeAll(async () => {
  await MeshoptDecoder.ready
  db = await openTestDatabase()
  store = openTileStore(join(folder, 'tiles'))
}, 120_000)

afterAll(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

const WKT =
  'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",GEOGCS["CGCS2000"],PROJECTION["Transverse_Mercator"],AUTHORITY["EPSG","4549"]]'
const [EAST, NORTH] = converter('EPSG:4326', 'EPSG:4549')(121.44, 28.66)

function hill(count: number): WrittenPoint[] {
  const side = Math.ceil(Math.sqrt(count))
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % side) * 0.2, Math.floor(i / side) * 0.2]
    return {
      x: EAST + x,
      y: NORTH + y,
      z: 5 + Math.sin(x / 9) * 3,
      class: i % 3 ? 2 : 6,
      intensity: i % 500,
      colour: [65_535, 0, 0] as const,
    }
  })
}

async function bring(name: string, bytes: Uint8Array, source: string) {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return ingest([path], { source }, { db, heightsDir })
}

const cut = () =>
  cutPointClouds({ db, store, heightsDir, threads: 2, signal: new AbortController().signal, report: () => {} })

interface Glb {
  accessors: { count: number; bufferView: number; componentType: number }[]
  bufferViews: {
    extensions?: {
      EXT_meshopt_compression: {
        byteOffset: number
        byteLength: number
        byteStride: number
        count: number
        mode: string
      }
    }
  }[]
  nodes: { matrix: number[] }[]
  meshes: { primitives: { attributes: Record<string, number> }[] }[]
}

function open(bytes: Uint8Array): { json: Glb; attribute(name: string): { bytes: Uint8Array; stride: number } } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const jsonLength = view.getUint32(12, true)
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + jsonLength))) as Glb
  const binary = bytes.subarray(28 + jsonLength)
  return {
    json,
    attribute(name) {
      const accessor = json.accessors[json.meshes[0].primitives[0].attributes[name]]
      const packed = json.bufferViews[accessor.bufferView].extensions?.EXT_meshopt_compression
      if (!packed) throw new Error(`${name} is not packed`)
      const out = new Uint8Array(packed.count * packed.byteStride)
      const from = binary.subarray(packed.byteOffset, packed.byteOffset + packed.byteLength)
      MeshoptDecoder.decodeGltfBuffer(out, packed.count, packed.byteStride, from, packed.mode)
      return { bytes: out, stride: packed.byteStride }
    },
  }
}

const tiles = (): Uint8Array[] =>
  readdirSync(join(store.root, 'points/c'))
    .filter((name) => name.endsWith('.glb'))
    .map((name) => new Uint8Array(readFileSync(join(store.root, 'points/c', name))))

test('every point of a file is in exactly one tile, where it belongs', async () => {
  const points = hill(150_000)
  const report = await bring('hill.las', writeLas(points, { offset: [EAST, NORTH, 0], wkt: WKT }), 'hill')
  expect(report.crs).toBe('EPSG:4549')
  expect(report.layers.points).toMatchObject({ stored: 1 })
  const result = await cut()
  expect(result.tiles).toBeGreaterThan(3)
  const all = tiles()
  expect(all.reduce((sum, glb) => sum + open(glb).json.accessors[0].count, 0)).toBe(150_000)
  const verdict = await validator.validateBytes(all[0])
  expect(verdict.issues.numErrors).toBe(0)
  // the lowest and the highest place of all points, through the tiles' own matrices
  const [cloud] = listClouds(join(folder, 'city/points'))
  expect(cloud).toMatchObject({ points: 150_000, coloured: true, classes: { 2: 100_000, 6: 50_000 } })
  const height = 5 + undulation(121.44, 28.66)
  const [x, y, z] = toEcef(121.44, 28.66, height)
  const tileset = JSON.parse(readFileSync(join(store.root, 'points/tileset.json'), 'utf8'))
  const { transform } = tileset.root.children[0]
  let nearest = Infinity
  for (const glb of all) {
    const { json, attribute } = open(glb)
    const { bytes, stride } = attribute('POSITION')
    const view = new DataView(bytes.buffer)
    const short = stride === 8
    const m = json.nodes[0].matrix
    for (let i = 0; i < bytes.length / stride; i++) {
      const read = (axis: number): number =>
        short ? view.getUint16(i * stride + axis * 2, true) : view.getFloat32(i * stride + axis * 4, true)
      const p = [0, 1, 2].map((row) => m[row] * read(0) + m[4 + row] * read(1) + m[8 + row] * read(2) + m[12 + row])
      // y up → z up
      const local = [p[0], -p[2], p[1]]
      const at = [0, 1, 2].map(
        (row) =>
          transform[row] * local[0] +
          transform[4 + row] * local[1] +
          transform[8 + row] * local[2] +
          transform[12 + row],
      )
      nearest = Math.min(nearest, Math.hypot(at[0] - x, at[1] - y, at[2] - z))
    }
  }
  expect(nearest).toBeLessThan(0.005)
}, 120_000)

test('a second run writes nothing, and a cloud brought again takes the place of the old one', async () => {
  expect((await cut()).written).toBe(0)
  await bring('hill.las', writeLas(hill(1000), { offset: [EAST, NORTH, 0], wkt: WKT }), 'hill')
  await cut()
  await bring('hill.las', writeLas(hill(900), { offset: [EAST, NORTH, 0], wkt: WKT }), 'hill')
  await cut()
  const counts = tiles().map((glb) => open(glb).json.accessors[0].count)
  // the generation before stays for open pages, older ones go
  expect(counts.toSorted((a, b) => a - b)).toEqual([900, 1000])
}, 120_000)

test('clouds without a place, without points, wild or cut short are refused in words', async () => {
  const nowhere = await bring('nowhere.las', writeLas(hill(100)), 'nowhere')
  expect(nowhere.refused[0]?.reason).toMatch(/no coordinate system.*--crs|--anchor/)
  const empty = await bring('empty.las', writeLas([], { wkt: WKT }), 'empty')
  expect(empty.layers.points).toBeUndefined()
  const far = hill(2000)
  far[1500] = { ...far[1500], x: EAST + 900_000 }
  const wild = await bring('wild.las', writeLas(far, { offset: [EAST, NORTH, 0], wkt: WKT }), 'wild')
  expect(wild.notes.join()).toMatch(/1 points are left out: without a place/)
  const whole = writeLas(hill(5000), { offset: [EAST, NORTH, 0], wkt: WKT })
  const short = await bring('short.las', whole.subarray(0, whole.length - 40_000), 'short')
  expect(short.refused[0]?.reason).toMatch(/cut short.*points before that are kept/)
  expect(listClouds(join(folder, 'city/points')).map(({ id }) => id)).toEqual(['hill', 'short', 'wild'])
  await expect(bring('short.las', whole.subarray(0, whole.length - 80_000), 'short')).rejects.toThrow(/stays as it was/)
}, 120_000)

test('half a million points at one place neither hang nor fill memory', async () => {
  const one = { x: EAST, y: NORTH, z: 3, class: 1 }
  const points = Array.from({ length: 500_000 }, () => one)
  await bring('same.las', writeLas(points, { format: 6, offset: [EAST, NORTH, 0], wkt: WKT }), 'same')
  const result = await cut()
  expect(result.tiles).toBeGreaterThan(0)
}, 120_000)
