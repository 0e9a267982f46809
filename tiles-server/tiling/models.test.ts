/** Building models: stored, cut, valid, every element once at full detail, moved without cutting. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import validator from 'gltf-validator'
import { afterAll, expect, test } from 'vitest'
import { readGlb } from '../../data/formats/glb.ts'
import { type MadeElement, type MadeModel, writeIfc } from '../../data/formats/ifc-write.ts'
import { enuMatrix, fromEcef, toEcef } from '../../data/geo/ellipsoid.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { placed, placementMatrix } from '../../data/geo/placement.ts'
import { ingest } from '../../data/ingest/ingest.ts'
import { listModels, placeModel, readElements } from '../db/model-store.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { cutModels, modelsFolder } from './models.ts'
import { openTileStore } from './tile-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-models-'))
const heightsDir = join(folder, 'heights')
const modelsDir = modelsFolder(heightsDir)
const db = await openTestDatabase()
afterAll(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A tower of many small boxes, so that it takes several levels of tiles. */
function tower(storeys: number, perStorey: number): MadeModel {
  const elements: MadeElement[] = []
  for (let storey = 0; storey < storeys; storey++) {
    for (let i = 0; i < perStorey; i++) {
      elements.push({
        kind: i % 3 ? 'IFCWALL' : 'IFCWINDOW',
        name: `${storey + 1} 层 ${i}`,
        storey,
        box: [(i % 20) * 2, Math.floor(i / 20) * 2, storey * 3, 1.5, 0.2, 2.8],
        colour: i % 3 ? [0.8, 0.8, 0.75, 0] : [0.5, 0.7, 0.9, 0.6],
        properties: { 编号: i },
      })
    }
  }
  return {
    name: '演示楼',
    storeys: Array.from({ length: storeys }, (_, i) => ({ name: `${i + 1} 层`, elevation: i * 3 })),
    elements,
    place: { crs: 'EPSG:4549', east: 543_210.5, north: 3_171_234.25, height: 4, turnDeg: 20 },
  }
}

async function bring(name: string, model: MadeModel, anchor?: Parameters<typeof ingest>[1]['anchor']) {
  const path = join(folder, `${name}.ifc`)
  writeFileSync(path, writeIfc(model))
  return ingest([path], { anchor }, { db, heightsDir })
}

const store = openTileStore(join(folder, 'tiles'))
const cut = () =>
  cutModels({ db, store, heightsDir, threads: 1, signal: new AbortController().signal, report: () => {} })

interface Tile {
  boundingVolume: { box?: number[]; sphere?: number[] }
  geometricError: number
  transform?: number[]
  content?: { uri: string }
  children?: Tile[]
}
const tileset = (): { root: Tile } => JSON.parse(readFileSync(join(folder, 'tiles/models/tileset.json'), 'utf8'))

test('a model is stored with its place, cut, and its elements are features with every property', async () => {
  const report = await bring('tower', tower(9, 600))
  expect(report.layers.elements).toMatchObject({ read: 5400, stored: 5400, rejected: 0 })
  const [model] = listModels(modelsDir)
  expect(model).toMatchObject({
    id: 'tower',
    title: '演示楼',
    elements: 5400,
    triangles: 5400 * 12,
    kinds: ['IfcWindow', 'IfcWall'],
  })
  expect(model.storeys).toHaveLength(9)
  expect(model.place?.by).toBe('map-conversion')
  // Gauss–Krüger of 120° at 121.4°: grid north is off, the place is at sea level plus 4 m
  expect(model.place!.height - undulation(model.place!.lng, model.place!.lat)).toBeCloseTo(4, 3)
  expect(model.place!.lng).toBeGreaterThan(120.3)
  const rows = await db.query<{ style: Record<string, unknown>; attributes: Record<string, unknown> }>(
    "select style, attributes from feature where layer = 'elements' and style->>'name' = '3 层 7'",
  )
  expect(rows[0].style).toMatchObject({ class: 'wall', kind: 'IfcWall', model: 'tower', storey: '3 层' })
  expect(rows[0].attributes['Pset_Tidewall.编号']).toBe(7)
  const result = await cut()
  expect(result.tiles).toBeGreaterThan(2)
})

test('tiles are valid; children lie inside, errors fall, each element is in the leaves exactly once', async () => {
  const seen = new Map<string, number>()
  let glbs = 0
  const visit = async (tile: Tile, most: number): Promise<void> => {
    expect(tile.geometricError).toBeLessThanOrEqual(most)
    const inner = tile.children ?? []
    for (const child of inner) {
      const [a, b] = [tile.boundingVolume.box, child.boundingVolume.box]
      for (let axis = 0; a && b && axis < 3; axis++)
        expect(Math.abs(b[axis] - a[axis]) + b[3 + axis * 4]).toBeLessThanOrEqual(a[3 + axis * 4] + 0.011)
      await visit(child, tile.geometricError)
    }
    if (!tile.content) return
    glbs++
    const bytes = new Uint8Array(readFileSync(join(folder, 'tiles/models', tile.content.uri)))
    const { issues } = (await validator.validateBytes(bytes)) as { issues: { numErrors: number; messages: object[] } }
    expect(issues.numErrors, JSON.stringify(issues.messages.slice(0, 3))).toBe(0)
    if (inner.length) return
    const { json, views } = readGlb(bytes)
    const table = json.extensions!.EXT_structural_metadata!.propertyTables[0]
    const text = new TextDecoder().decode(views[table.properties.id.values])
    const raw = views[table.properties.id.stringOffsets!]
    const offsets =
      table.properties.id.stringOffsetType === 'UINT16'
        ? new Uint16Array(raw.buffer, raw.byteOffset, table.count + 1)
        : new Uint32Array(raw.buffer, raw.byteOffset, table.count + 1)
    for (let i = 0; i < table.count; i++) {
      const id = text.slice(offsets[i], offsets[i + 1])
      seen.set(id, (seen.get(id) ?? 0) + 1)
    }
  }
  for (const model of tileset().root.children!) await visit(model, Infinity)
  expect(glbs).toBeGreaterThan(2)
  expect(seen.size).toBe(5400)
  expect([...seen.values()].every((times) => times === 1)).toBe(true)
})

test('a second run changes nothing; moving by hand changes one file and stays through a new import', async () => {
  expect(await cut()).toMatchObject({ written: 0, removed: 0 })
  const before = tileset().root.children![0]
  await placeModel(modelsDir, 'tower', { lng: 121.43, lat: 28.66, height: 15, headingDeg: 45, scale: 1 })
  expect(await cut()).toMatchObject({ written: 1, removed: 0 })
  const after = tileset().root.children![0]
  expect(after.children).toEqual(before.children)
  const matrix = after.transform!
  const [lng, lat, height] = fromEcef(matrix[12], matrix[13], matrix[14])
  expect([lng, lat, height]).toEqual([expect.closeTo(121.43, 8), expect.closeTo(28.66, 8), expect.closeTo(15, 4)])
  await bring('tower', tower(9, 600))
  expect(listModels(modelsDir)[0].place).toMatchObject({ by: 'hand', headingDeg: 45 })
  await expect(
    placeModel(modelsDir, 'tower', { lng: 500, lat: 0, height: 0, headingDeg: 0, scale: 1 }),
  ).rejects.toThrow('placement: bad lng, got 500; expected -180 … 180')
  await expect(placeModel(modelsDir, '../up', null)).rejects.toThrow(/no such model/)
  expect((await placeModel(modelsDir, 'tower', null)).place?.by).toBe('map-conversion')
})

test('heading turns clockwise from north', () => {
  const matrix = placementMatrix({ lng: 121, lat: 28, height: 0, headingDeg: 90, scale: 1, by: 'hand' })
  const east = placed(matrix, 0, 1, 0)
  const m = enuMatrix(121, 28, 0)
  const zero = toEcef(121, 28, 0)
  expect(east.reduce((sum, at, i) => sum + (at - zero[i]) * m[i], 0)).toBeCloseTo(1, 6)
})

test('a model without georeference is kept but stands nowhere until an anchor or a hand places it', async () => {
  const lost = { ...tower(1, 3), place: undefined }
  const report = await bring('lost', lost)
  expect(report.notes.join()).toMatch(/not placed: no georeference; expected --anchor/)
  expect(listModels(modelsDir).find(({ id }) => id === 'lost')?.place).toBeNull()
  await cut()
  expect(tileset().root.children).toHaveLength(1)
  await bring('lost', lost, { lng: 121.44, lat: 28.67, rotationDeg: 30, scale: null, at: null })
  await cut()
  expect(tileset().root.children).toHaveLength(2)
  const far = await bring('far', { ...tower(1, 3), place: undefined, shift: [10_543_210, 3_171_234, 0] })
  expect(far.notes.join()).toMatch(
    /not placed: no georeference, but coordinates around 10543000, 3171000, 0?|expected --crs/,
  )
  expect(await readElements(modelsDir, listModels(modelsDir)[0])).toHaveLength(3)
})

/** A square with a picture and a plain one, as .gltf with everything inside. */
function gltf(change: object = {}): string {
  const positions = Float32Array.of(0, 0, 0, 4, 0, 0, 4, 3, 0, 0, 3, 0)
  const uvs = Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0)
  const corners = Uint16Array.of(0, 1, 2, 0, 2, 3)
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const body = Buffer.concat([positions, uvs, corners].map((one) => Buffer.from(one.buffer)))
  const primitive = { attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2 }
  return JSON.stringify({
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0, 1] }],
    nodes: [
      { name: '画', mesh: 0, extras: { 作者: '佚名' } },
      { name: '板', mesh: 1, translation: [0, 0, 2] },
    ],
    meshes: [{ primitives: [{ ...primitive, material: 0 }] }, { primitives: [primitive] }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }],
    textures: [{ source: 0 }],
    images: [{ uri: `data:image/png;base64,${png.toString('base64')}` }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3' },
      { bufferView: 1, componentType: 5126, count: 4, type: 'VEC2' },
      { bufferView: 2, componentType: 5123, count: 6, type: 'SCALAR' },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 48 },
      { buffer: 0, byteOffset: 48, byteLength: 32 },
      { buffer: 0, byteOffset: 80, byteLength: 12 },
    ],
    buffers: [{ byteLength: body.length, uri: `data:application/octet-stream;base64,${body.toString('base64')}` }],
    ...change,
  })
}

test('a glTF scene comes in like IFC: nodes are elements, extras are searched, the picture lies beside its tile', async () => {
  const path = join(folder, 'scene.gltf')
  writeFileSync(path, gltf())
  const anchor = { lng: 121.45, lat: 28.67, rotationDeg: 0, scale: 2, at: null }
  const report = await ingest([path], { anchor }, { db, heightsDir })
  expect(report.layers.elements).toMatchObject({ stored: 2 })
  const model = listModels(modelsDir).find(({ id }) => id === 'scene')!
  expect(model).toMatchObject({ schema: 'glTF 2.0', textures: ['image/png'], place: { by: 'anchor', scale: 2 } })
  const [picture, plain] = await readElements(modelsDir, model)
  expect(picture).toMatchObject({ name: '画', box: [0, 0, 0, 4, 0, 3], parts: [{ texture: 0 }] })
  expect(plain).toMatchObject({ name: '板', box: [0, -2, 0, 4, -2, 3] })
  expect(plain.parts[0].uvs).toBeUndefined()
  await cut()
  const placed = tileset().root.children!.map((child) => child as Tile & { extras: { model: string } })
  const tile = placed.find(({ extras }) => extras.model === 'scene')!.children![0]
  const bytes = new Uint8Array(readFileSync(join(folder, 'tiles/models', tile.content!.uri)))
  const { json } = readGlb(bytes)
  const [{ uri }] = json.images as { uri: string }[]
  expect(
    readFileSync(join(folder, 'tiles/models/c', uri))
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  // the picture is a file beside it, which was looked at above
  const checked = (await validator.validateBytes(bytes, { ignoredIssues: ['IO_ERROR'] })) as {
    issues: { numErrors: number; messages: object[] }
  }
  expect(checked.issues.numErrors, JSON.stringify(checked.issues.messages)).toBe(0)
})

test('a scene with its numbers and picture in files beside it is read, in a folder and in a zip; an IFC in a zip is an IFC', async () => {
  const { buffers, images } = JSON.parse(gltf()) as Record<'buffers' | 'images', { uri: string; byteLength: number }[]>
  const inside = ({ uri }: { uri: string }): Buffer => Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64')
  const text = gltf({
    buffers: [{ byteLength: buffers[0].byteLength, uri: 'parts/a%20b.bin' }],
    images: [{ uri: 'parts/wall.png' }],
  })
  const parts = { 'parts/a b.bin': inside(buffers[0]), 'parts/wall.png': inside(images[0]) }
  mkdirSync(join(folder, 'loose/parts'), { recursive: true })
  for (const [name, bytes] of Object.entries({ 'loose.gltf': Buffer.from(text), ...parts }))
    writeFileSync(join(folder, 'loose', name), bytes)
  const packed = { 'deep/packed.gltf': Buffer.from(text) } as Record<string, Uint8Array>
  for (const [name, bytes] of Object.entries(parts)) packed[`deep/${name}`] = bytes
  writeFileSync(join(folder, 'packed.zip'), zipSync(packed))
  writeFileSync(join(folder, 'hut.ifczip'), zipSync({ 'hut.ifc': new TextEncoder().encode(writeIfc(tower(1, 3))) }))
  for (const [name, elements] of [
    ['loose', 2],
    ['packed.zip', 2],
    ['hut.ifczip', 3],
  ] as const) {
    const report = await ingest([join(folder, name)], {}, { db, heightsDir })
    expect(report.refused, name).toEqual([])
    const model = listModels(modelsDir).find(({ source }) => source === name.replace(/\..*/, ''))
    expect(model, name).toMatchObject({ elements })
    if (elements === 2) expect(model?.textures, name).toEqual(['image/png'])
  }
})

test('a scene that asks for other files is left out with the reason; nothing of it is stored', async () => {
  const path = join(folder, 'torn.gltf')
  writeFileSync(path, gltf({ buffers: [{ byteLength: 92, uri: 'scene.bin' }] }))
  const report = await ingest([path], {}, { db, heightsDir })
  expect(report.refused).toEqual([
    { name: 'torn.gltf', reason: expect.stringMatching(/buffer 0 lies outside of the file, got "scene.bin"/) },
  ])
  expect(listModels(modelsDir).some(({ id }) => id === 'torn')).toBe(false)
})
