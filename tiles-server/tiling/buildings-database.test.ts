/** Tests of both 3D cutters against a real database with the real store, and of what other viewers make of the files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Tiles3DLoader } from '@loaders.gl/3d-tiles'
import { parse as parseWith } from '@loaders.gl/core'
import { GLTFMeshFeaturesExtension, GLTFStructuralMetadataExtension } from '3d-tiles-renderer/plugins'
import validator from 'gltf-validator'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../../data/geo/city-feature.ts'
import type { Database } from '../db/database.ts'
import { storeLayer } from '../db/store-layer.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { cutBuildings } from './buildings.ts'
import { sampleTown, seeded } from './buildings-sample.ts'
import type { CutContext } from './cut-context.ts'
import { openTileStore } from './tile-store.ts'
import { cutTrees } from './trees.ts'

const COUNT = 900
const TREES = 3000
const root = mkdtempSync(join(tmpdir(), 'tidewall-city-'))
let db: Database
const context = (): CutContext => ({
  db,
  store: openTileStore(root),
  heightsDir: join(root, 'heights'),
  threads: 2,
  signal: new AbortController().signal,
  report: () => {},
})
const source = 'sample'

function* sampleTrees(): Generator<CityFeature> {
  const random = seeded(3)
  for (let i = 0; i < TREES; i++) {
    const coordinates = [121.42 + random() * 0.03, 28.64 + random() * 0.03]
    const style = {
      class: ['broadleaf', 'needleleaf', 'palm', 'other'][Math.floor(random() * 4)],
      ...(i % 3 ? {} : { height: 5 + random() * 10 }),
    }
    yield { id: `t${i}`, layer: 'trees', geometry: { type: 'Point', coordinates }, style, attributes: {} }
  }
}

beforeAll(async () => {
  db = await openTestDatabase()
  await storeLayer(db, { source, layer: 'buildings', features: sampleTown(COUNT) })
  await storeLayer(db, { source, layer: 'trees', features: sampleTrees() })
}, 120_000)
afterAll(async () => {
  await db.close()
  rmSync(root, { recursive: true, force: true })
})

/** loaders.gl's overloads do not know its own 3D Tiles loader. */
const parse = parseWith as unknown as (bytes: ArrayBuffer, loader: object, options: object) => Promise<unknown>

const contents = (tileset: string): Uint8Array[] =>
  readdirSync(join(root, tileset, 'c'))
    .filter((name) => name.endsWith('.glb'))
    .map((name) => new Uint8Array(readFileSync(join(root, tileset, 'c', name))))

interface Tile {
  content?: { uri: string }
  children?: Tile[]
}
const leaves = (tile: Tile): string[] => (tile.children?.length ? tile.children.flatMap(leaves) : [tile.content!.uri])
const leafFiles = (tileset: string): Uint8Array[] =>
  leaves((JSON.parse(readFileSync(join(root, tileset, 'tileset.json'), 'utf8')) as { root: Tile }).root).map(
    (uri) => new Uint8Array(readFileSync(join(root, tileset, uri))),
  )

test('rows of the database become tiles, once; then there is nothing to do until something changes', async () => {
  for (const cut of [cutBuildings, cutTrees]) {
    const first = await cut(context())
    expect(first.written).toBeGreaterThan(2)
    expect((await cut(context())).written).toBe(0)
  }
  expect(await db.query('select 1 from dirty where layer in ($1, $2)', ['buildings', 'trees'])).toEqual([])
  const [moved, ...rest] = sampleTown(COUNT)
  await storeLayer(db, {
    source,
    layer: 'buildings',
    features: [{ ...moved, style: { ...moved.style, height: 99 } }, ...rest],
  })
  const again = await cutBuildings(context())
  expect(again.written).toBeGreaterThan(0)
  expect(again.written).toBeLessThan(again.tiles)
}, 60_000)

test('tree tiles pass the validator, and every tree stands in one leaf', async () => {
  for (const bytes of contents('trees')) {
    const { issues } = await validator.validateBytes(bytes, { maxIssues: 20 })
    expect(issues.messages.filter(({ severity }) => severity < 2)).toEqual([])
  }
  const planted = leafFiles('trees').map((bytes) => {
    const json = JSON.parse(Buffer.from(bytes.subarray(20, 20 + Buffer.from(bytes).readUInt32LE(12))).toString())
    return json.nodes.reduce(
      (sum: number, node: { extensions: { EXT_mesh_gpu_instancing: { attributes: { SCALE: number } } } }) =>
        sum + json.accessors[node.extensions.EXT_mesh_gpu_instancing.attributes.SCALE].count,
      0,
    )
  })
  expect(planted.reduce((a, b) => a + b, 0)).toBe(TREES)
})

test('loaders.gl opens the tileset and reads tiles with their tables', async () => {
  const tileset = await parse(
    new Uint8Array(readFileSync(join(root, 'buildings/tileset.json'))).buffer,
    Tiles3DLoader,
    {
      '3d-tiles': { isTileset: true, loadGLTF: false },
      worker: false,
    } as object,
  )
  expect((tileset as { root: { children: unknown[] } }).root.children.length).toBeGreaterThan(0)
  let features = 0
  for (const bytes of leafFiles('buildings')) {
    const tile = (await parse(bytes.buffer as ArrayBuffer, Tiles3DLoader, {
      '3d-tiles': { isTileset: false },
      worker: false,
    } as object)) as {
      gltf: {
        meshes: { primitives: { attributes: Record<string, { value: ArrayLike<number> }> }[] }[]
        extensions: {
          EXT_structural_metadata: { propertyTables: { count: number; properties: { id: { data: string[] } } }[] }
        }
      }
    }
    const [table] = tile.gltf.extensions.EXT_structural_metadata.propertyTables
    expect(table.properties.id.data[0]).toMatch(/^JJ-\d{6}$/)
    features += table.count
    expect(Math.max(...Array.from(tile.gltf.meshes[0].primitives[0].attributes.POSITION.value))).toBeGreaterThan(100)
  }
  expect(features).toBe(COUNT)
}, 30_000)

test('three reads tiles with 3d-tiles-renderer’s metadata plugins, and trees as instances', async () => {
  const loader = new GLTFLoader()
  loader.setMeshoptDecoder(MeshoptDecoder)
  loader.register(() => new GLTFMeshFeaturesExtension())
  loader.register(() => new GLTFStructuralMetadataExtension())
  const open = async (bytes: Uint8Array): Promise<import('three').Object3D> =>
    (await loader.parseAsync(bytes.slice().buffer as ArrayBuffer, '')).scene
  let features = 0
  for (const bytes of leafFiles('buildings')) {
    const scene = await open(bytes)
    const meshes: import('three').Mesh[] = []
    scene.traverse(
      (object) => void ((object as import('three').Mesh).isMesh && meshes.push(object as import('three').Mesh)),
    )
    expect(meshes).toHaveLength(1)
    const metadata = meshes[0].userData.structuralMetadata as {
      getPropertyTableData(tables: number[], ids: number[]): { id: string; height: number }[]
    }
    const ids = meshes[0].geometry.attributes._feature_id_0
    const last = ids.getX(ids.count - 1)
    const [row] = metadata.getPropertyTableData([0], [last])
    expect(row.id).toMatch(/^JJ-\d{6}$/)
    expect(row.height).toBeGreaterThan(0)
    features += last + 1
  }
  expect(features).toBe(COUNT)
  const trees = await open(leafFiles('trees')[0])
  let instances = 0
  trees.traverse((object) => {
    instances += (object as import('three').InstancedMesh).count ?? 0
  })
  expect(instances).toBeGreaterThan(0)
}, 30_000)
