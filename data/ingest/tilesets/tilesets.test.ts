/** Somebody else's 3D Tiles: taken in whole, named safely, put in their place; what leaves the folder or the Earth is refused. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { deflateRawSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../tiles-server/db/database.ts'
import { listMeshes, meshFiles } from '../../../tiles-server/db/mesh-store.ts'
import { openTestDatabase } from '../../../tiles-server/db/test-database.ts'
import { insidePath } from '../../formats/tileset.ts'
import { enuMatrix } from '../../geo/ellipsoid.ts'
import { type IngestOptions, ingest } from '../ingest.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-tilesets-'))
const heightsDir = join(folder, 'city/heights')
const meshesDir = join(folder, 'city/meshes')
let db: Database
let serial = 0

beforeAll(async () => {
  db = await openTestDatabase()
}, 120_000)

afterAll(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

function write(files: Record<string, string | Uint8Array>): string {
  const own = join(folder, `in-${serial++}`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(own, name)), { recursive: true })
    writeFileSync(join(own, name), content)
  }
  return own
}

const run = (path: string, options: IngestOptions = {}) =>
  ingest([path], { source: 'photo', ...options }, { db, heightsDir })

const sphere = (radius: number) => ({ sphere: [0, 0, 0, radius] })
const tileset = (root: object): string =>
  JSON.stringify({ asset: { version: '1.0' }, geometricError: 100, root: { geometricError: 50, ...root } })
const there = { transform: Array.from(enuMatrix(121.44, 28.66, 12)), boundingVolume: sphere(100) }
const B3DM = 'b3dm and so on'

test('a tileset with nested ones is taken in whole, its names made safe and its addresses with them', async () => {
  const path = write({
    'tileset.json': tileset({
      ...there,
      content: { url: 'Data/顶 层.b3dm' },
      children: [
        { boundingVolume: sphere(50), geometricError: 10, content: { uri: './Data/Tile_+001/tileset.json?v=2' } },
      ],
    }),
    'Data/顶 层.b3dm': B3DM,
    'Data/Tile_+001/tileset.json': tileset({
      boundingVolume: sphere(50),
      content: { uri: '../%E9%A1%B6%20%E5%B1%82.b3dm' },
      children: [{ boundingVolume: sphere(9), geometricError: 0, content: { uri: 'gone.b3dm' } }],
    }),
    'Data/unused.b3dm': B3DM,
  })
  const report = await run(path)
  expect(report.files).toEqual([{ name: 'tileset.json', kind: '3d-tiles' }])
  expect(report.layers.mesh).toMatchObject({ stored: 1 })
  expect(report.notes.join()).toMatch(/1 files are missing or no tiles, Data\/Tile_\+001\/gone.b3dm/)
  const [mesh] = listMeshes(meshesDir)
  expect(mesh).toMatchObject({ id: 'photo', files: 2, transform: null })
  expect(mesh?.extent[0]).toBeCloseTo(121.44, 2)
  const files = meshFiles(meshesDir, mesh!)
  const root = JSON.parse(readFileSync(join(files, 'tileset.json'), 'utf8')).root
  expect(root.content.uri).toMatch(/^Data\/n[0-9a-f]{16}\.b3dm$/)
  expect(existsSync(join(files, root.content.uri))).toBe(true)
  const inner = JSON.parse(readFileSync(join(files, root.children[0].content.uri), 'utf8')).root
  expect(join('Data/Tile_+001', inner.content.uri)).toBe(root.content.uri)
  expect(inner.children[0].content).toBeUndefined()
})

test('a tileset of no place is put at the anchor, and refused without one', async () => {
  const path = write({
    'tileset.json': tileset({ boundingVolume: sphere(20), content: { uri: 'a.glb' } }),
    'a.glb': 'glTF…',
  })
  expect((await run(path)).refused[0]?.reason).toMatch(/nowhere on Earth.*--anchor/)
  const anchor = { lng: 121.5, lat: 28.6, rotationDeg: 30, scale: null, at: null }
  expect((await run(path, { anchor })).layers.mesh).toMatchObject({ stored: 1 })
  expect(listMeshes(meshesDir)[0]?.transform?.length).toBe(16)
})

test('what leaves the folder, comes from elsewhere or cannot be a tile is refused by name', async () => {
  const bad = async (root: object, files: Record<string, string> = {}) => {
    const path = write({ 'tileset.json': tileset({ ...there, ...root }), ...files })
    return (await run(path, { source: 'bad' })).refused[0]?.reason ?? ''
  }
  expect(await bad({ content: { uri: '../../secret.b3dm' } })).toMatch(/leaves the folder/)
  expect(await bad({ content: { uri: '%2e%2e/%2e%2e/secret.b3dm' } })).toMatch(/leaves the folder/)
  expect(await bad({ content: { uri: '/etc/passwd' } })).toMatch(/absolute/)
  expect(await bad({ content: { uri: 'https://example.org/a.b3dm' } })).toMatch(/another place/)
  expect(await bad({ boundingVolume: { sphere: [0, 0, 'x', 1] } })).toMatch(/boundingVolume/)
  expect(await bad({ geometricError: -1 })).toMatch(/geometricError/)
  expect(await bad({ transform: [1, 2] })).toMatch(/transform/)
  expect(await bad({ content: { uri: 'a.b3dm' } }, { 'a.b3dm': '<html>' })).toMatch(/no content/)
  expect(await bad({ content: { uri: 'tileset2.json' } }, { 'tileset2.json': '{"root"' })).toMatch(/no JSON/)
  const link = write({ 'tileset.json': tileset({ ...there, content: { uri: 'a.b3dm' } }), 'b.b3dm': B3DM })
  symlinkSync('/etc/hostname', join(link, 'a.b3dm'))
  expect((await run(link, { source: 'bad' })).refused[0]?.reason).toMatch(/no content/)
  expect(listMeshes(meshesDir).map(({ id }) => id)).toEqual(['photo'])
})

/** A zip of entries as they are, or packed; `claim` lies about the size. */
function zip(files: Record<string, { bytes: Uint8Array | string; method?: 0 | 8 | 93; claim?: number }>): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let at = 0
  for (const [name, { bytes, method = 0, claim }] of Object.entries(files)) {
    const raw = Buffer.from(bytes as string)
    const packed = method === 8 ? deflateRawSync(raw) : method === 93 ? zstdCompressSync(raw) : raw
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(claim ?? raw.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, place, Buffer.from(name)]))
    locals.push(local)
    at += local.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(locals.length, 4)
  end.writeUInt16LE(locals.length, 6)
  end.writeUInt32LE(Buffer.concat(centrals).length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, ...centrals, Buffer.from('PK\x05\x06'), end])
}

test('a tileset in an archive comes in like one in a folder: stored, deflated or Zstandard, at the top or one folder down', async () => {
  const inner = tileset({ boundingVolume: sphere(9), content: { uri: '../b.b3dm' } })
  const root = tileset({
    ...there,
    content: { uri: 'a.b3dm' },
    children: [{ boundingVolume: sphere(9), geometricError: 1, content: { uri: 'in/ner.json' } }],
  })
  for (const [name, top] of [
    ['town.3tz', ''],
    ['town.zip', 'town/'],
  ] as const) {
    const own = join(folder, `in-${serial++}`)
    mkdirSync(own)
    const file = join(own, name)
    writeFileSync(
      file,
      zip({
        [`${top}tileset.json`]: { bytes: root, method: 93 },
        [`${top}a.b3dm`]: { bytes: B3DM.repeat(100), method: 8 },
        [`${top}in/ner.json`]: { bytes: inner },
        [`${top}b.b3dm`]: { bytes: B3DM },
        '@3dtilesIndex1@': { bytes: 'index' },
      }),
    )
    const report = await run(file, { source: 'packed' })
    expect(report.refused).toEqual([])
    expect(report.files).toEqual([{ name, kind: '3d-tiles' }])
    expect(report.layers.mesh).toMatchObject({ read: 1 })
    const mesh = listMeshes(meshesDir).find(({ id }) => id === 'packed')!
    expect(mesh.files).toBe(3)
    expect(readFileSync(join(meshFiles(meshesDir, mesh), 'a.b3dm'), 'utf8')).toBe(B3DM.repeat(100))
  }
})

test('archives that are bombs, lead out of themselves, lie or are cut short bring nothing in', async () => {
  const root = tileset({ ...there, content: { uri: 'a.b3dm' } })
  const bad = async (files: Parameters<typeof zip>[0], cut = 1) => {
    const own = join(folder, `in-${serial++}`)
    mkdirSync(own)
    const whole = zip(files)
    writeFileSync(join(own, 'bad.3tz'), whole.subarray(0, whole.length * cut))
    return (await run(join(own, 'bad.3tz'), { source: 'bad' })).refused[0]?.reason ?? ''
  }
  const json = { bytes: root, method: 8 } as const
  const zeros = { bytes: Buffer.alloc(70 * 2 ** 20), method: 8 } as const
  expect(await bad({ 'tileset.json': json, 'a.b3dm': zeros })).toMatch(/a bomb\?/)
  expect(await bad({ 'tileset.json': json, '../a.b3dm': { bytes: B3DM } })).toMatch(/invalid relative path/)
  expect(await bad({ 'tileset.json': json, 'a.b3dm': { bytes: B3DM.repeat(99), method: 8, claim: 10 } })).toMatch(
    /no content/,
  )
  expect(await bad({ 'x/tileset.json': json, 'y/tileset.json': json })).toMatch(/2 tilesets.*expected one/)
  expect(await bad({ 'tileset.json': json, 'a.b3dm': { bytes: B3DM } }, 0.6)).toMatch(/end of central directory|zip/i)
  expect(listMeshes(meshesDir).some(({ id }) => id === 'bad')).toBe(false)
}, 60_000)

test('an address is a path in the folder or an error', () => {
  expect(insidePath('a/b', '../c.glb?x=1#y')).toBe('a/c.glb')
  expect(insidePath('', './a//b/./c.b3dm')).toBe('a/b/c.b3dm')
  expect(insidePath('a', 'b\\c.b3dm')).toBe('a/b/c.b3dm')
  for (const uri of ['..', '../x', 'data:,x', 'file:///x', '//host/x', '\\\\host\\x', 'C:\\x'])
    expect(() => insidePath('', uri), uri).toThrow(RangeError)
})
