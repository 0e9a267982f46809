/** Tests of the pipes cutter on a seeded network: valid files, a sound tree, everything exactly once, only what changed is cut. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from '@loaders.gl/core'
import { GLTFLoader } from '@loaders.gl/gltf'
import validator from 'gltf-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { glbReady, readGlb } from '../../data/formats/glb.ts'
import { fromEcef } from '../../data/geo/ellipsoid.ts'
import type { CutResult } from './cut-context.ts'
import { cutPipeRows } from './pipes.ts'
import { memoryPipes, samplePipes } from './pipes-sample.ts'
import { openTileStore } from './tile-store.ts'

const COUNT = 6000
const folder = mkdtempSync(join(tmpdir(), 'tidewall-pipes-'))
const features = [...samplePipes(COUNT)]
const rows = memoryPipes(features)
let first: CutResult

const cut = (root = folder, from = rows, signal = new AbortController().signal): Promise<CutResult> =>
  cutPipeRows(
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
  JSON.parse(readFileSync(join(root, 'pipes/tileset.json'), 'utf8'))
const content = (uri: string, root = folder): Uint8Array => readFileSync(join(root, 'pipes', uri))

function* walk(tile: Tile, parent: Tile | null = null): Generator<{ tile: Tile; parent: Tile | null }> {
  yield { tile, parent }
  for (const child of tile.children ?? []) yield* walk(child, tile)
}

interface Instanced {
  nodes: [
    { matrix: number[] },
    ...{ extensions: { EXT_mesh_gpu_instancing: { attributes: Record<string, number> } } }[],
  ]
}

/** Kind and id of each feature of a tile, and the place of each of its instances in degrees and metres. */
function readTile(bytes: Uint8Array): { names: string[]; places: number[][]; used: Set<number> } {
  const { json, views } = readGlb(bytes)
  const table = json.extensions!.EXT_structural_metadata!.propertyTables[0]!
  const { values, stringOffsets, stringOffsetType } = table.properties.id!
  const raw = views[stringOffsets!]!.slice().buffer
  const offsets = stringOffsetType === 'UINT16' ? new Uint16Array(raw) : new Uint32Array(raw)
  const kinds = views[table.properties.kind!.values]!
  const names = Array.from(
    { length: table.count },
    (_, i) =>
      `${kinds[i] === 0 ? 'pipe' : 'node'} ${Buffer.from(views[values]!.subarray(offsets[i], offsets[i + 1])).toString()}`,
  )
  const places: number[][] = []
  const used = new Set<number>()
  const [{ matrix: m }, ...nodes] = (json as unknown as Instanced).nodes
  for (const { extensions } of nodes) {
    const { TRANSLATION, _FEATURE_ID_0 } = extensions.EXT_mesh_gpu_instancing.attributes
    const at = new Float32Array(views[json.accessors[TRANSLATION!]!.bufferView]!.slice().buffer)
    const ids = new Uint16Array(views[json.accessors[_FEATURE_ID_0!]!.bufferView]!.slice().buffer)
    for (let i = 0; i < at.length; i += 3) {
      const g = [0, 1, 2].map(
        (row) => m[row]! * at[i]! + m[4 + row]! * at[i + 1]! + m[8 + row]! * at[i + 2]! + m[12 + row]!,
      )
      places.push([...fromEcef(g[0]!, -g[2]!, g[1]!)])
      used.add(ids[(i / 3) * 2]!)
    }
  }
  return { names, places, used }
}

const namesIn = (root: string): string[] => {
  const names: string[] = []
  for (const { tile } of walk(tileset(root).root)) {
    if (!tile.children?.length) names.push(...readTile(content(tile.content!.uri, root)).names)
  }
  return names.sort()
}
const wanted = features.map(({ layer, id }) => `${layer === 'pipes' ? 'pipe' : 'node'} ${id}`).sort()

beforeAll(async () => {
  await glbReady
  first = await cut()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every tile passes the Khronos validator without errors, and loaders.gl reads it', async () => {
  for (const name of readdirSync(join(folder, 'pipes/c')).filter((file) => file.endsWith('.glb'))) {
    const bytes = new Uint8Array(content(`c/${name}`))
    const report = await validator.validateBytes(bytes, { maxIssues: 20 })
    expect(
      report.issues.messages.filter(({ severity }: { severity: number }) => severity < 1),
      name,
    ).toEqual([])
    const read = await parse(bytes.slice().buffer, GLTFLoader, { gltf: { loadImages: false }, worker: false })
    expect(read.json.nodes?.length).toBeGreaterThan(0)
  }
})

test('children lie inside their parents, contents inside their tiles, and errors shrink', () => {
  const { geometricError, root } = tileset()
  expect(geometricError).toBeGreaterThanOrEqual(root.geometricError)
  for (const { tile, parent } of walk(root)) {
    const [west, south, east, north, low, high] = tile.boundingVolume.region as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    if (parent) {
      const a = parent.boundingVolume.region as typeof tile.boundingVolume.region
      expect(west >= a[0]! && south >= a[1]! && east <= a[2]! && north <= a[3]! && low >= a[4]! && high <= a[5]!).toBe(
        true,
      )
      expect(tile.geometricError).toBeLessThanOrEqual(parent.geometricError)
    }
    if (!tile.content) continue
    for (const [lng, lat, height] of readTile(content(tile.content.uri)).places as [number, number, number][]) {
      const [x, y] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180]
      expect(x >= west && x <= east && y >= south && y <= north, `${tile.content.uri} ${lng} ${lat}`).toBe(true)
      expect(height >= low && height <= high, `${tile.content.uri} ${height} in ${low} ${high}`).toBe(true)
    }
  }
})

test('every pipe and node is there exactly once at full detail, and every pipe is drawn', () => {
  expect(namesIn(folder)).toEqual(wanted)
  for (const { tile } of walk(tileset().root)) {
    expect(tile.refine ?? 'REPLACE').toBe('REPLACE')
    const { names, used } = readTile(content(tile.content!.uri))
    for (const [i, name] of names.entries()) if (name.startsWith('pipe')) expect(used.has(i), name).toBe(true)
    expect(tile.geometricError === 0).toBe(!tile.children?.length)
  }
})

test('a cut killed in the middle is made whole by the next one', async () => {
  const other = mkdtempSync(join(tmpdir(), 'tidewall-pipes-'))
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  // cuts until a part of the tiles is there, says so, and never goes on
  const program = `import { cutPipeRows } from ${module('./pipes.ts')}
    import { memoryPipes, samplePipes } from ${module('./pipes-sample.ts')}
    import { openTileStore } from ${module('./tile-store.ts')}
    import { writeSync } from 'node:fs'
    const root = ${JSON.stringify(other)}
    const report = ({ done, total }) => {
      if (done * 2 < total) return
      writeSync(1, 'cutting')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    }
    const signal = new AbortController().signal
    await cutPipeRows({ store: openTileStore(root), heightsDir: root + '/heights', threads: 1, signal, report }, memoryPipes(samplePipes(${COUNT})))`
  try {
    writeFileSync(join(other, 'cut.mjs'), program)
    const child = spawn(process.execPath, [join(other, 'cut.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), ended])
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(readdirSync(join(other, 'pipes/c')).length).toBeGreaterThan(2)
    expect(existsSync(join(other, 'pipes/tileset.json'))).toBe(false)
    await cut(other, memoryPipes(features))
    expect(tileset(other)).toEqual(tileset())
    expect(namesIn(other)).toEqual(wanted)
    expect(readdirSync(join(other, 'pipes/work')).filter((name) => /journal|tmp/.test(name))).toEqual([])
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
}, 120_000)

test('nothing changed, nothing cut; one pipe moved, only its leaf and those above', async () => {
  expect((await cut()).written).toBe(0)
  const pipe = features.find(({ layer }) => layer === 'pipes')!
  rows.put({ ...pipe, style: { ...pipe.style, diameter: 0.9 } })
  const again = await cut()
  expect(again.written).toBeGreaterThan(0)
  expect(again.written).toBeLessThanOrEqual(6)
  expect(again.written).toBeLessThan(first.tiles / 2)
  expect(namesIn(folder)).toEqual(wanted)
})

test('a cut that was broken off is finished by the next one, with the same tiles', async () => {
  const other = mkdtempSync(join(tmpdir(), 'tidewall-pipes-'))
  try {
    const stop = new AbortController()
    const counting = {
      ...rows,
      chunks: async (leaves: Parameters<typeof rows.chunks>[0]) => {
        stop.abort()
        return rows.chunks(leaves)
      },
    }
    await expect(cut(other, counting, stop.signal)).rejects.toThrow()
    writeFileSync(join(other, 'pipes-junk'), '')
    await cut(other, rows)
    expect(tileset(other)).toEqual(tileset())
    expect(namesIn(other)).toEqual(wanted)
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
})

test('no pipes at all give an empty tileset', async () => {
  const other = mkdtempSync(join(tmpdir(), 'tidewall-pipes-'))
  try {
    await cut(other, memoryPipes([]))
    expect(tileset(other).root.content).toBeUndefined()
  } finally {
    rmSync(other, { recursive: true, force: true })
  }
})
