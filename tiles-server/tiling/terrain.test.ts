/** A terrain pyramid cut from a small coast: neighbours match, the sea is level, and only what changed is cut again. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { octDecode, type QuantizedMesh, readQuantizedMesh } from '../../data/formats/quantized-mesh.ts'
import { undulation } from '../../data/geo/geoid.ts'
import { GEOGRAPHIC } from '../../data/geo/tile-grid.ts'
import type { Database } from '../db/database.ts'
import { writeHeightGrid } from '../db/height-store.ts'
import { storeLayer, storeSource } from '../db/store-layer.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { cutTerrain } from './terrain.ts'
import { openTileStore } from './tile-store.ts'

let db: Database
let dir: string
const box = { west: 121.3, south: 28.55, east: 121.5, north: 28.7 }
const columns = 361
const rows = 271

/** Hills in the west, sea floor in the east, rough everywhere. */
function relief(lng: number, lat: number): number {
  const inland = (121.42 - lng) * 4000
  return inland + 60 * Math.sin(lng * 700) * Math.cos(lat * 900) + 8 * Math.sin(lng * 4100 + lat * 5300)
}
function* heights(lift = 0): Generator<Float32Array> {
  for (let j = 0; j < rows; j++) {
    const lat = box.north - ((box.north - box.south) * j) / (rows - 1)
    yield Float32Array.from({ length: columns }, (_, i) => {
      const lng = box.west + ((box.east - box.west) * i) / (columns - 1)
      if (i === 100 && j === 100) return Number.NaN
      return relief(lng, lat) + undulation(lng, lat) + lift
    })
  }
}
const grid = (lift = 0) =>
  writeHeightGrid(
    join(dir, 'heights'),
    'coast',
    { ...box, columns, rows, resolutionM: 60, dataDate: '', datum: 'EGM96', attribution: 'A survey' },
    heights(lift),
  )
const cut = (signal = new AbortController().signal) =>
  cutTerrain({
    db,
    store: openTileStore(join(dir, 'tiles')),
    heightsDir: join(dir, 'heights'),
    threads: 2,
    signal,
    report: () => {},
  })
const mark = (west: number, south: number, east: number, north: number) =>
  db.query(`insert into dirty (layer, west, south, east, north) values ('ground', $1, $2, $3, $4)`, [
    west,
    south,
    east,
    north,
  ])

interface Manifest {
  version: string
  available: { startX: number; startY: number; endX: number; endY: number }[][]
}
const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(dir, 'tiles/terrain/layer.json'), 'utf8'))

async function level(z: number): Promise<Map<string, QuantizedMesh>> {
  const tiles = new Map<string, QuantizedMesh>()
  for (const { startX, startY, endX, endY } of (await manifest()).available[z])
    for (let x = startX; x <= endX; x++)
      for (let y = startY; y <= endY; y++)
        tiles.set(`${x}/${y}`, readQuantizedMesh(await readFile(join(dir, `tiles/terrain/${z}/${x}/${y}.terrain`))))
  return tiles
}
const metres = (tile: QuantizedMesh, vertex: number): number =>
  tile.minHeight + (tile.height[vertex] * (tile.maxHeight - tile.minHeight)) / 32767
const edge = (tile: QuantizedMesh, name: 'west' | 'south' | 'east' | 'north'): string =>
  [...tile[name]]
    .map((vertex) => {
      const along = name === 'west' || name === 'east' ? tile.v[vertex] : tile.u[vertex]
      const normal = octDecode(tile.normals![vertex * 2], tile.normals![vertex * 2 + 1])
      return `${along}:${metres(tile, vertex)}:${normal.map((part) => Math.round(part * 50)).join()}`
    })
    .join(' ')

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'terrain-'))
  db = await openTestDatabase()
  await storeSource(db, { id: 'coast', title: 'Coast', files: [], attribution: 'A survey' })
  const shore = Array.from({ length: 61 }, (_, k) => [121.42 + 0.01 * Math.sin(k), 28.5 + (0.25 * k) / 60])
  await storeLayer(db, {
    source: 'coast',
    layer: 'water',
    features: [
      {
        id: 'sea',
        layer: 'water',
        geometry: { type: 'Polygon', coordinates: [[...shore, [121.6, 28.75], [121.6, 28.5], shore[0]]] },
        style: { class: 'sea' },
        attributes: {},
      },
      {
        id: 'lake',
        layer: 'water',
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [121.32, 28.6],
              [121.35, 28.6],
              [121.35, 28.63],
              [121.32, 28.63],
              [121.32, 28.6],
            ],
          ],
        },
        style: { class: 'lake' },
        attributes: {},
      },
    ],
  })
  await grid()
}, 60000)
afterAll(async () => {
  await db?.close()
  await rm(dir, { recursive: true, force: true })
})

test('the whole pyramid is cut, and on every level each edge is the same from both sides, normals too', async () => {
  const result = await cut()
  const { available } = await manifest()
  expect(available.length).toBe(12)
  expect(result.written).toBe(result.tiles)
  let pairs = 0
  for (let z = 0; z < available.length; z++) {
    const tiles = await level(z)
    for (const [key, tile] of tiles) {
      const [x, y] = key.split('/').map(Number)
      const east = tiles.get(`${(x + 1) % GEOGRAPHIC.columns(z)}/${y}`)
      const north = tiles.get(`${x}/${y + 1}`)
      if (east) expect(edge(tile, 'east'), `${z}/${key} east`).toBe(edge(east, 'west'))
      if (north) expect(edge(tile, 'north'), `${z}/${key} north`).toBe(edge(north, 'south'))
      pairs += (east ? 1 : 0) + (north ? 1 : 0)
    }
  }
  expect(pairs).toBeGreaterThan(350)
}, 60000)

test('triangles fill each tile once, face up, and stay within the header', async () => {
  for (const z of [0, 5, 9, 11])
    for (const tile of (await level(z)).values()) {
      let area = 0
      for (let t = 0; t < tile.triangles.length; t += 3) {
        const [a, b, c] = tile.triangles.subarray(t, t + 3)
        const twice =
          (tile.u[b] - tile.u[a]) * (tile.v[c] - tile.v[a]) - (tile.u[c] - tile.u[a]) * (tile.v[b] - tile.v[a])
        if (twice <= 0) throw new Error(`triangle ${t / 3} faces down`)
        area += twice / 2
      }
      expect(area / 32767 ** 2).toBeCloseTo(1, 9)
      for (const h of tile.height) if (h > 32767) throw new Error('height outside the header')
    }
})

test('the finest level follows the ground within its error, the sea is level, and land beside it stands out', async () => {
  const z = 11
  const half = 0.5 + 0.02 * (180 / 2 ** z / 128) * 111320
  let seen = 0
  for (const [key, tile] of await level(z)) {
    const [x, y] = key.split('/').map(Number)
    const bounds = GEOGRAPHIC.bounds(z, x, y)
    for (let i = 0; i < tile.u.length; i++) {
      const lng = bounds.west + ((bounds.east - bounds.west) * tile.u[i]) / 32767
      const lat = bounds.south + ((bounds.north - bounds.south) * tile.v[i]) / 32767
      const over = metres(tile, i) - undulation(lng, lat)
      if (lng > 121.44 && lng < 121.59 && lat > 28.51 && lat < 28.74) expect(Math.abs(over)).toBeLessThan(0.2)
      else if (
        lng > 121.31 &&
        lng < 121.4 &&
        lat > 28.56 &&
        lat < 28.69 &&
        Math.hypot(lng - 121.3556, lat - 28.6444) > 0.002
      ) {
        expect(Math.abs(over - relief(lng, lat))).toBeLessThan(half + 10)
        seen++
      }
      expect(Math.abs(over)).toBeLessThan(700)
    }
  }
  expect(seen).toBeGreaterThan(1000)
})

test('the water mask knows sea, lake, land, and the ocean of a world without data', async () => {
  const tiles = await level(11)
  const maskAt = (lng: number, lat: number): number | undefined => {
    const [x, y] = [GEOGRAPHIC.x(lng, 11), GEOGRAPHIC.y(lat, 11)]
    const mask = tiles.get(`${x}/${y}`)?.waterMask
    if (!mask || mask.length === 1) return mask?.[0]
    const { west, north } = GEOGRAPHIC.bounds(11, x, y)
    const pixel = 180 / 2 ** 11 / 256
    return mask[Math.floor((north - lat) / pixel) * 256 + Math.floor((lng - west) / pixel)]
  }
  expect(maskAt(121.47, 28.6)).toBe(255)
  expect(maskAt(121.335, 28.615)).toBe(255)
  expect(maskAt(121.37, 28.615)).toBe(0)
  expect([...(await level(3)).values()][0].waterMask?.join()).toBe('255')
})

test('normals point up and lean with the slope', async () => {
  for (const tile of (await level(10)).values()) {
    const [cx, cy, cz] = tile.center as number[]
    const length = Math.hypot(cx, cy, cz)
    for (let i = 0; i < tile.u.length; i++) {
      const [x, y, z] = octDecode(tile.normals![i * 2], tile.normals![i * 2 + 1])
      expect((x * cx + y * cy + z * cz) / length).toBeGreaterThan(0.3)
    }
  }
})

test('nothing changed: nothing is cut; same heights again: no byte is written', async () => {
  const before = await manifest()
  expect(await cut()).toMatchObject({ written: 0, removed: 0 })
  await mark(box.west, box.south, box.east, box.north)
  expect(await cut()).toMatchObject({ written: 0, removed: 0 })
  expect((await manifest()).version).toBe(before.version)
  expect(await db.query(`select id from dirty where layer = 'ground'`)).toEqual([])
})

test('a dirty box touches only its tiles on every level', async () => {
  const file = (z: number, lng: number, lat: number) =>
    join(dir, `tiles/terrain/${z}/${GEOGRAPHIC.x(lng, z)}/${GEOGRAPHIC.y(lat, z)}.terrain`)
  const far = (await stat(file(11, 121.47, 28.68))).mtimeMs
  const before = await manifest()
  await storeLayer(db, {
    source: 'coast',
    layer: 'water',
    features: [
      ...(
        await db.query<{ id: string; g: string }>(
          `select id, st_asgeojson(geom, 15) as g from feature where id = 'sea'`,
        )
      ).map((row) => ({
        id: row.id,
        layer: 'water' as const,
        geometry: JSON.parse(row.g),
        style: { class: 'sea' },
        attributes: {},
      })),
    ],
  })
  await mark(121.32, 28.6, 121.35, 28.63)
  const result = await cut()
  expect(result.written).toBeGreaterThan(0)
  expect(result.written).toBeLessThan(40)
  expect((await stat(file(11, 121.47, 28.68))).mtimeMs).toBe(far)
  expect((await manifest()).version).not.toBe(before.version)
})

test('a run that is stopped is continued, ends in the same bytes, and leaves no rubbish', async () => {
  const bytesOf = async (): Promise<string> => {
    const parts: string[] = []
    for (const name of (await readdir(join(dir, 'tiles/terrain'), { recursive: true })).sort())
      if (name.endsWith('.terrain'))
        parts.push(name, (await readFile(join(dir, 'tiles/terrain', name))).toString('base64'))
    return parts.join()
  }
  await mark(-180, -90, 180, 90)
  await cut()
  const whole = createHash('sha256')
    .update(await bytesOf())
    .digest('hex')
  await rm(join(dir, 'tiles'), { recursive: true })
  const stop = new AbortController()
  const store = openTileStore(join(dir, 'tiles'))
  let calls = 0
  await expect(
    cutTerrain({
      db,
      store,
      heightsDir: join(dir, 'heights'),
      threads: 1,
      signal: stop.signal,
      report: () => {
        if (++calls === 6) stop.abort()
      },
    }),
  ).rejects.toThrow()
  await writeFile(join(dir, 'tiles/terrain/cut.journal'), '["3/0-7/0-7",{"til', { flag: 'a' })
  const first: number[] = []
  await cutTerrain({
    db,
    store,
    heightsDir: join(dir, 'heights'),
    threads: 1,
    signal: new AbortController().signal,
    report: ({ done }) => first.push(done),
  })
  expect(first[0]).toBeGreaterThan(0)
  expect(
    createHash('sha256')
      .update(await bytesOf())
      .digest('hex'),
  ).toBe(whole)
  expect(
    (await readdir(join(dir, 'tiles/terrain'))).filter((name) => name.includes('journal') || name.includes('tmp')),
  ).toEqual([])
}, 60000)

test('a cut that fails leaves all tiles as they were, and their address; the next one brings them all at once', async () => {
  const live = async (): Promise<string> => {
    const hash = createHash('sha256')
    for (const name of (await readdir(join(dir, 'tiles/terrain'), { recursive: true })).sort())
      if (/^\d+\/.*\.\w+$/.test(name)) hash.update(name).update(await readFile(join(dir, 'tiles/terrain', name)))
    return hash.digest('hex')
  }
  const [before, tiles] = [await manifest(), await live()]
  await grid(7)
  await mark(box.west, box.south, box.east, box.north)
  const stop = new AbortController()
  let calls = 0
  const report = (): void => {
    if (++calls === 8) stop.abort()
  }
  const context = { db, store: openTileStore(join(dir, 'tiles')), heightsDir: join(dir, 'heights'), threads: 1 }
  await expect(cutTerrain({ ...context, signal: stop.signal, report })).rejects.toThrow()
  expect(await live()).toBe(tiles)
  expect(await manifest()).toEqual(before)
  expect((await readdir(join(dir, 'tiles/terrain'))).includes('next')).toBe(true)
  expect((await cut()).written).toBeGreaterThan(0)
  expect(await live()).not.toBe(tiles)
  expect((await manifest()).version).not.toBe(before.version)
  expect(await readdir(join(dir, 'tiles/terrain'))).not.toContain('next')
}, 60000)

test('no heights at all: a calm world; grids that go take their tiles with them', async () => {
  await rm(join(dir, 'heights'), { recursive: true })
  await mark(box.west, box.south, box.east, box.north)
  const result = await cut()
  expect(result.removed).toBeGreaterThan(10)
  expect((await manifest()).available.length).toBe(4)
  for (const tile of (await level(3)).values()) {
    expect(tile.minHeight).toBeGreaterThan(-110)
    for (let i = 0; i < tile.u.length; i++) expect(metres(tile, i)).toBeLessThan(90)
  }
})
