/** Tests of the buildings cutter on a seeded town: valid files, a sound tree, everything exactly once, only what changed is cut. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import validator from 'gltf-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { glbReady, readGlb } from '../../data/formats/glb.ts'
import { fromEcef } from '../../data/geo/ellipsoid.ts'
import { cutBuildingRows } from './buildings.ts'
import { memoryRows, sampleTown } from './buildings-sample.ts'
import type { CutResult } from './cut-context.ts'
import { openTileStore } from './tile-store.ts'

const COUNT = 2400
const folder = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
const rows = memoryRows(sampleTown(COUNT))
let first: CutResult

const cut = (root = folder, from = rows, signal = new AbortController().signal): Promise<CutResult> =>
  cutBuildingRows(
    { store: openTileStore(root), heightsDir: join(root, 'heights'), threads: 2, signal, report: () => {} },
    from,
  )

interface Tile {
  boundingVolume: { region: number[] }
  geometricError: number
  refine?: string
  content?: { uri: string }
  children?: Tile[]
}
const tileset = (root = folder): { geometricError: number; root: Tile } =>
  JSON.parse(readFileSync(join(root, 'buildings/tileset.json'), 'utf8'))
const content = (uri: string, root = folder): Uint8Array => readFileSync(join(root, 'buildings', uri))

function* walk(tile: Tile, parent: Tile | null = null): Generator<{ tile: Tile; parent: Tile | null }> {
  yield { tile, parent }
  for (const child of tile.children ?? []) yield* walk(child, tile)
}

/** Ids of a tile's table, and its corners in degrees and metres. */
function readTile(bytes: Uint8Array): { ids: string[]; corners: number[][] } {
  const { json, views } = readGlb(bytes)
  const table = json.extensions!.EXT_structural_metadata!.propertyTables[0]
  const { values, stringOffsets, stringOffsetType } = table.properties.id
  const raw = views[stringOffsets!].slice().buffer
  const offsets =
    stringOffsetType === 'UINT16' ? new Uint16Array(raw, 0, table.count + 1) : new Uint32Array(raw, 0, table.count + 1)
  const ids = Array.from({ length: table.count }, (_, i) =>
    Buffer.from(views[values].subarray(offsets[i], offsets[i + 1])).toString(),
  )
  const positions = new Uint16Array(views[json.accessors[1].bufferView].slice().buffer)
  const m = json.nodes[0].matrix!
  const corners: number[][] = []
  for (let i = 0; i < positions.length; i += 4) {
    const g = [0, 1, 2].map(
      (row) => m[row] * positions[i] + m[4 + row] * positions[i + 1] + m[8 + row] * positions[i + 2] + m[12 + row],
    )
    corners.push([...fromEcef(g[0], -g[2], g[1])])
  }
  return { ids, corners }
}

beforeAll(async () => {
  await glbReady
  first = await cut()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every tile passes the Khronos validator without errors', async () => {
  for (const name of readdirSync(join(folder, 'buildings/c')).filter((file) => file.endsWith('.glb'))) {
    const report = await validator.validateBytes(new Uint8Array(content(`c/${name}`)), { maxIssues: 20 })
    expect(
      report.issues.messages.filter(({ severity }: { severity: number }) => severity < 2),
      name,
    ).toEqual([])
  }
})

test('children lie inside their parents, contents inside their tiles, and errors shrink', () => {
  const { geometricError, root } = tileset()
  expect(geometricError).toBeGreaterThanOrEqual(root.geometricError)
  for (const { tile, parent } of walk(root)) {
    const [west, south, east, north, low, high] = tile.boundingVolume.region
    if (parent) {
      const around = parent.boundingVolume.region
      expect(
        west >= around[0] &&
          south >= around[1] &&
          east <= around[2] &&
          north <= around[3] &&
          low >= around[4] &&
          high <= around[5],
      ).toBe(true)
      expect(tile.geometricError).toBeLessThanOrEqual(parent.geometricError)
    }
    if (!tile.content) continue
    for (const [lng, lat, height] of readTile(content(tile.content.uri)).corners) {
      const [x, y] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180]
      expect(x >= west && x <= east && y >= south && y <= north, `${tile.content.uri} ${lng} ${lat}`).toBe(true)
      expect(height >= low - 0.03 && height <= high + 0.03, `${tile.content.uri} ${height} in ${low} ${high}`).toBe(
        true,
      )
    }
  }
})

test('every building is there exactly once at full detail, and at coarse levels under its own id or in a block', () => {
  const ids: string[] = []
  for (const { tile } of walk(tileset().root)) {
    if (tile.children?.length) {
      expect(tile.refine ?? 'REPLACE').toBe('REPLACE')
      continue
    }
    expect(tile.geometricError).toBe(0)
    ids.push(...readTile(content(tile.content!.uri)).ids)
  }
  expect(ids.sort()).toEqual(Array.from({ length: COUNT }, (_, i) => `JJ-${String(i).padStart(6, '0')}`))
})

test('corners are within 2 cm of where the source has them', () => {
  const source = [...sampleTown(COUNT)]
  const corners = new Map<string, number[][]>()
  for (const { tile } of walk(tileset().root)) {
    if (tile.children?.length) continue
    for (const corner of readTile(content(tile.content!.uri)).corners) {
      const key = `${corner[0].toFixed(5)} ${corner[1].toFixed(5)}`
      corners.set(key, [...(corners.get(key) ?? []), corner])
    }
  }
  for (let i = 0; i < COUNT; i += 40) {
    const [lng, lat] = (source[i].geometry as unknown as { coordinates: number[][][] }).coordinates[0][0]
    let nearest = Infinity
    for (const dx of [-1e-5, 0, 1e-5]) {
      for (const dy of [-1e-5, 0, 1e-5]) {
        for (const corner of corners.get(`${(lng + dx).toFixed(5)} ${(lat + dy).toFixed(5)}`) ?? [])
          nearest = Math.min(nearest, Math.hypot((corner[0] - lng) * 97_000, (corner[1] - lat) * 111_000))
      }
    }
    expect(nearest, source[i].id).toBeLessThan(0.02)
  }
})

test('a second cut finds nothing to do, an edit cuts one leaf and what stands above it', async () => {
  await rows.settled()
  expect((await cut()).written).toBe(0)
  const moved = [...sampleTown(COUNT)][700]
  rows.put({ ...moved, style: { ...moved.style, height: 77 } })
  const before = new Set(readdirSync(join(folder, 'buildings/c')))
  const again = await cut()
  expect(again.written).toBeGreaterThan(0)
  expect(again.written).toBeLessThan(first.tiles / 2)
  // the old contents stay for clients that still show them, and go with the next generation
  for (const name of before) expect(readdirSync(join(folder, 'buildings/c'))).toContain(name)
  rows.remove(moved.id)
  expect((await cut()).removed).toBeGreaterThan(0)
  const ids = [...walk(tileset().root)].flatMap(({ tile }) =>
    tile.children?.length ? [] : readTile(content(tile.content!.uri)).ids,
  )
  expect(ids).toHaveLength(COUNT - 1)
  rows.put(moved)
  await cut()
})

test('an interrupted cut publishes nothing, and the next one ends where a whole one ends', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
  const town = memoryRows(sampleTown(COUNT))
  const stop = new AbortController()
  let reports = 0
  const context = { store: openTileStore(root), heightsDir: join(root, 'heights'), threads: 1, signal: stop.signal }
  const report = (): void => {
    if (++reports === 5) stop.abort()
  }
  await expect(cutBuildingRows({ ...context, report }, town)).rejects.toThrow()
  expect(() => tileset(root)).toThrow()
  // the line at which the process was killed
  writeFileSync(join(root, 'buildings/work/journal.ndjson'), '\n{"key":"half', { flag: 'a' })
  const rest = await cut(root, town)
  expect(rest.written).toBeLessThan(rest.tiles)
  expect(readdirSync(join(root, 'buildings/work'))).not.toContain('journal.ndjson')
  const whole = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
  await cut(whole, memoryRows(sampleTown(COUNT)))
  expect(tileset(root)).toEqual(tileset(whole))
  for (const used of [root, whole]) rmSync(used, { recursive: true, force: true })
})

test('many edits do not heap up packs of summaries, and lost ones are made again', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
  const town = memoryRows(sampleTown(COUNT))
  const [one] = sampleTown(1)
  const packs = (): string[] => readdirSync(join(root, 'buildings/work')).filter((name) => name.endsWith('.pack'))
  await cut(root, town)
  let most = 0
  for (let k = 0; k < 45; k++) {
    await town.settled()
    town.put({ ...one, style: { ...one.style, height: 10 + k } })
    await cut(root, town)
    most = Math.max(most, packs().length)
  }
  expect(most).toBeLessThan(40)
  for (const name of packs()) writeFileSync(join(root, 'buildings/work', name), '')
  const before = tileset(root)
  town.put({ ...one, style: { ...one.style, height: 10 + 44 } })
  const whole = await cut(root, town)
  expect(whole.written).toBe(whole.tiles)
  expect(tileset(root)).toEqual(before)
  rmSync(root, { recursive: true, force: true })
}, 60_000)

test('a village across the border of two large cells is one tile', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
  const side = 180 / 2 ** 8
  const border = Math.floor((121.42 + 180) / side) * side - 180
  await cut(root, memoryRows(sampleTown(100, border - 0.0012, 28.64)))
  const { content: one, children } = tileset(root).root
  expect(children).toBeUndefined()
  expect(readTile(content(one!.uri, root)).ids).toHaveLength(100)
  rmSync(root, { recursive: true, force: true })
})

test('no buildings make an empty tileset', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
  await cut(root, memoryRows([]))
  expect(tileset(root).root.children).toBeUndefined()
  rmSync(root, { recursive: true, force: true })
})

test('a heap of buildings on one spot is split by numbers and still complete', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tidewall-buildings-'))
  const [one] = sampleTown(1)
  await cut(root, memoryRows(Array.from({ length: 9000 }, (_, i) => ({ ...one, id: `h${i}` }))))
  const leaves = [...walk(tileset(root).root)].filter(({ tile }) => !tile.children?.length)
  expect(leaves.length).toBe(3)
  const ids = leaves.flatMap(({ tile }) => readTile(content(tile.content!.uri, root)).ids)
  expect(new Set(ids).size).toBe(9000)
  rmSync(root, { recursive: true, force: true })
})
