/** 3D Tiles of somebody else's making (photogrammetry): checked, gathered into a folder of ours, one feature of the layer `mesh`. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { openHeights } from '../../../tiles-server/db/height-store.ts'
import { makeMeshFolder, publishMesh, type StoredMesh } from '../../../tiles-server/db/mesh-store.ts'
import {
  type AnyTile,
  type AnyTileset,
  contentKind,
  insidePath,
  readTileset,
  safeSegment,
  tilesOf,
} from '../../formats/tileset.ts'
import { enuMatrix, fromEcef } from '../../geo/ellipsoid.ts'
import { undulation } from '../../geo/geoid.ts'
import { placed, placementMatrix } from '../../geo/placement.ts'
import type { IngestOptions } from '../ingest.ts'
import type { InputFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import { openPackedTileset, type PackedTileset } from './packed-tileset.ts'

const MOST_FILES = 2_000_000
const MOST_FILE_BYTES = 2 ** 30
const MOST_DEPTH = 64

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex')
const safePath = (path: string): string =>
  path
    .split('/')
    .map((part) => safeSegment(part, hashOf))
    .join('/')

/** One mesh on its way into a folder. */
interface Gathering {
  /** a file of the tileset's folder or archive; null when it is not there or too large */
  read(path: string): Promise<Uint8Array | null>
  to: string
  done: Set<string>
  bytes: number
  missing: string[]
  signal: AbortSignal
}

/** A file of the tileset; one that is not there is noted. */
async function fileAt({ read, missing }: Gathering, path: string): Promise<Uint8Array | null> {
  const bytes = await read(path)
  if (!bytes) missing.push(path)
  return bytes
}

/** Where the files of a tileset come from: its folder, links followed only inside of it, or the archive that it is in. */
async function openFiles({ path }: InputFile): Promise<{ top: string } & PackedTileset> {
  if (!/\.json$/i.test(path)) return { top: 'tileset.json', ...(await openPackedTileset(path)) }
  const from = await realpath(dirname(path))
  return {
    top: basename(path),
    async read(name) {
      const full = await realpath(join(from, name)).catch(() => null)
      const info = full === null || !full.startsWith(from + sep) ? null : await stat(full)
      return full === null || !info?.isFile() || info.size > MOST_FILE_BYTES ? null : readFile(full)
    },
    close() {},
  }
}

async function put(gathering: Gathering, path: string, bytes: Uint8Array): Promise<void> {
  const full = join(gathering.to, safePath(path))
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, bytes)
  gathering.bytes += bytes.length
}

/** The address of a file from a folder, in safe names. */
function addressOf(uri: string): string {
  const bare = uri.replace(/[?#].*$/, '').replaceAll('\\', '/')
  let decoded = bare
  try {
    decoded = decodeURIComponent(bare)
  } catch {
    // taken as it stands, as `insidePath` does
  }
  return safePath(decoded)
}

/** Takes one tileset file with all it names. @returns the tileset, its addresses made safe */
async function gather(gathering: Gathering, path: string, depth: number): Promise<AnyTileset> {
  if (depth > MOST_DEPTH) throw new RangeError(`3d tiles: tilesets nested over ${MOST_DEPTH} deep at ${path}`)
  const bytes = await fileAt(gathering, path)
  if (!bytes) throw new RangeError(`3d tiles: ${path} is missing`)
  const tileset = readTileset(bytes)
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  for (const tile of tilesOf(tileset)) {
    gathering.signal.throwIfAborted()
    if (tile.implicitTiling)
      throw new RangeError(`3d tiles: implicit tiling at ${path} is not taken in; expected explicit tiles`)
    if (tile.content && !(await take(gathering, folder, tile.content, depth))) delete tile.content
    if (tile.contents) {
      const kept: NonNullable<AnyTile['contents']> = []
      for (const content of tile.contents) if (await take(gathering, folder, content, depth)) kept.push(content)
      tile.contents = kept
      if (kept.length === 0) delete tile.contents
    }
  }
  await put(gathering, path, new TextEncoder().encode(JSON.stringify(tileset)))
  return tileset
}

/** Takes what a tile shows; false when it is not there or nothing that a client draws. */
async function take(
  gathering: Gathering,
  folder: string,
  content: { uri?: string; url?: string },
  depth: number,
): Promise<boolean> {
  const uri = content.uri ?? content.url
  if (typeof uri !== 'string' || uri === '') return false
  const path = insidePath(folder, uri)
  content.uri = addressOf(uri)
  delete content.url
  if (gathering.done.has(path)) return true
  if (gathering.done.size > MOST_FILES) throw new RangeError(`3d tiles: over ${MOST_FILES} files`)
  const bytes = await fileAt(gathering, path)
  if (!bytes) return false
  const kind = contentKind(bytes)
  if (kind === null) {
    gathering.missing.push(path)
    return false
  }
  gathering.done.add(path)
  if (kind === 'json' && !/\.gltf$/i.test(path)) {
    await gather(gathering, path, depth + 1)
    return true
  }
  await put(gathering, path, bytes)
  if (kind === 'json') await takeBeside(gathering, path, bytes)
  return true
}

/** Buffers and pictures that a .gltf names. */
async function takeBeside(gathering: Gathering, path: string, bytes: Uint8Array): Promise<void> {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<'buffers' | 'images', { uri?: string }[]>
  for (const { uri } of [...(json.buffers ?? []), ...(json.images ?? [])]) {
    if (!uri || uri.startsWith('data:')) continue
    const beside = insidePath(folder, uri)
    if (gathering.done.has(beside)) continue
    gathering.done.add(beside)
    const found = await fileAt(gathering, beside)
    if (found) await put(gathering, beside, found)
  }
}

/** Corners of a root's volume, earth-centred or in its own frame. */
function cornersOf({ boundingVolume: { box, sphere }, transform }: AnyTile): [number, number, number][] {
  const [x, y, z] = (box ?? sphere ?? [0, 0, 0]) as number[]
  const axes = box
    ? [box.slice(3, 6), box.slice(6, 9), box.slice(9, 12)]
    : [0, 1, 2].map((axis) => [0, 1, 2].map((i) => (i === axis ? (sphere?.[3] ?? 0) : 0)))
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return Array.from({ length: 8 }, (_, i) => {
    const at = [x, y, z].map((value, k) =>
      axes.reduce((sum, axis, a) => sum + (i & (1 << a) ? axis[k] : -axis[k]), value),
    )
    return placed(transform ?? identity, at[0], at[1], at[2])
  })
}

/** Where a tileset stands: a matrix over all of it when it needs one, and its extent. */
function placeOf(
  root: AnyTile,
  options: IngestOptions,
  ground: (lng: number, lat: number) => number,
): Pick<StoredMesh, 'transform' | 'extent'> {
  const { region } = root.boundingVolume
  const corners = cornersOf(root)
  let transform: number[] | null = null
  if (options.anchor) {
    const { lng, lat, rotationDeg, scale } = options.anchor
    const level = ground(lng, lat)
    const height = Number.isFinite(level) ? level : undulation(lng, lat)
    if (region) throw new RangeError('3d tiles: --anchor, but the tileset says its place on Earth (region)')
    transform = placementMatrix({ lng, lat, height, headingDeg: -rotationDeg, scale: scale ?? 1, by: 'anchor' })
  }
  const world = corners.map((at) => fromEcef(...(transform ? placed(transform, ...at) : at)))
  const degrees = 180 / Math.PI
  const extent: StoredMesh['extent'] = region
    ? [region[0] * degrees, region[1] * degrees, region[2] * degrees, region[3] * degrees]
    : [
        Math.min(...world.map(([lng]) => lng)),
        Math.min(...world.map(([, lat]) => lat)),
        Math.max(...world.map(([lng]) => lng)),
        Math.max(...world.map(([, lat]) => lat)),
      ]
  const heights = region ? [region[4], region[5]] : world.map(([, , height]) => height)
  if (!extent.every(Number.isFinite) || Math.min(...heights.map(Math.abs)) > 100_000)
    throw new RangeError('3d tiles: the tileset stands nowhere on Earth (a local frame?); expected --anchor lng,lat')
  if ((options.datum === 'egm96' || options.datum === '1985') && !transform) {
    // heights over the sea: all of it is lifted along the up of its middle
    const [lng, lat] = [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2]
    const up = enuMatrix(lng, lat, 0)
    const lift = undulation(lng, lat)
    transform = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, up[8] * lift, up[9] * lift, up[10] * lift, 1]
  }
  return { transform, extent }
}

/** Takes tilesets in; a refused one is in the report. */
export async function readTilesets(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  { heightsDir, signal }: { heightsDir: string; signal: AbortSignal },
): Promise<void> {
  if (files.length === 0) return
  const dir = join(dirname(heightsDir), 'meshes')
  const heights = openHeights(heightsDir)
  try {
    for (const [i, file] of files.entries()) {
      took.file = file.name
      const id = i === 0 ? took.source : `${took.source}-${i + 1}`.slice(0, 80)
      try {
        await readOne(file, id, dir, took, options, heights.sample, signal)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        took.refused.push({ name: file.name, reason: error.message })
      }
    }
  } finally {
    heights.close()
  }
}

async function readOne(
  file: InputFile,
  id: string,
  dir: string,
  took: Intake,
  options: IngestOptions,
  ground: (lng: number, lat: number) => number,
  signal: AbortSignal,
): Promise<void> {
  const revision = randomUUID()
  const { top, read, close } = await openFiles(file)
  const to = await makeMeshFolder(dir, id, revision)
  const gathering: Gathering = { read, to, done: new Set(), bytes: 0, missing: [], signal }
  try {
    const { root, geometricError } = await gather(gathering, top, 0)
    const { transform, extent } = placeOf(root, options, ground)
    const { missing } = gathering
    if (missing.length > 0) took.note(`${missing.length} files are missing or no tiles, ${missing[0]} for one`)
    if (gathering.done.size === 0) throw new RangeError('3d tiles: no content that a client draws')
    const title = took.source
    const head: StoredMesh = {
      id,
      title,
      source: took.source,
      revision,
      files: gathering.done.size,
      bytes: gathering.bytes,
      boundingVolume: root.transform && !root.boundingVolume.region ? sphereOf(root) : root.boundingVolume,
      geometricError: geometricError ?? root.geometricError,
      transform,
      extent,
    }
    if (options.dryRun) return
    await publishMesh(dir, head)
    const [w, s, e, n] = extent
    const ring = [
      [w, s],
      [e, s],
      [e, n],
      [w, n],
      [w, s],
    ]
    await took.take({
      id,
      layer: 'mesh',
      geometry: { type: 'Polygon', coordinates: [ring] },
      style: { class: 'mesh', name: title },
      attributes: { files: head.files, bytes: head.bytes },
    })
  } finally {
    close()
    await rm(to, { recursive: true, force: true })
  }
}

/** A root's volume with its own transform applied, as the tile above it needs it. */
function sphereOf(root: AnyTile): object {
  const corners = cornersOf(root)
  const middle = [0, 1, 2].map((axis) => corners.reduce((sum, at) => sum + at[axis], 0) / 8)
  const radius = Math.max(...corners.map((at) => Math.hypot(...at.map((value, axis) => value - middle[axis]))))
  return { sphere: [...middle, radius] }
}
