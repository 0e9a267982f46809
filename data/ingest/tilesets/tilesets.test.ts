/** Somebody else's 3D Tiles: taken in whole, named safely, put in their place; what leaves the folder or the Earth is refused. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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

test('an address is a path in the folder or an error', () => {
  expect(insidePath('a/b', '../c.glb?x=1#y')).toBe('a/c.glb')
  expect(insidePath('', './a//b/./c.b3dm')).toBe('a/b/c.b3dm')
  expect(insidePath('a', 'b\\c.b3dm')).toBe('a/b/c.b3dm')
  for (const uri of ['..', '../x', 'data:,x', 'file:///x', '//host/x', '\\\\host\\x', 'C:\\x'])
    expect(() => insidePath('', uri), uri).toThrow(RangeError)
})
