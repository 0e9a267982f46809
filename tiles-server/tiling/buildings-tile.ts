/** One tile of buildings: records → GLB in the store, and beside it the summary from which coarser tiles are made. */
import { hash } from 'node:crypto'
import { writeGlb } from '../../data/formats/glb.ts'
import type { FeatureTable } from '../../data/formats/glb-table.ts'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { mergeBlocks, type Stand } from '../../data/mesh/building-blocks.ts'
import { type ChunkShape, concatenate, decodeShapes, packIds } from '../../data/mesh/building-chunk.ts'
import { nodeMatrix } from '../../data/mesh/building-frame.ts'
import { coveredOutlines } from '../../data/mesh/building-parts.ts'
import { ShapeRecords } from '../../data/mesh/building-shape.ts'
import {
  type BuildingTile,
  type Ground,
  groundUnder,
  meshBuildings,
  type QuantizedMesh,
  quantize,
  simplifyShape,
} from '../../data/mesh/building-tile.ts'
import type { Footprint } from '../../data/mesh/footprint.ts'
import type { PackPlace, StandPacks } from './stand-packs.ts'
import type { TileStore } from './tile-store.ts'

/** The cut that a task belongs to. */
export interface CutPlace {
  /** names the packs into which its summaries go */
  id: string
  /** folder of the tile store */
  root: string
  heightsDir: string
}

/** What to cut: a leaf from the database's records, or a coarser tile from its children's summaries. */
export interface BuildingTask {
  cut: CutPlace
  /** level of the quadtree */
  z: number
  /** metres that this level may be wrong, 0 for a leaf */
  error: number
  /** a leaf's records */
  chunk?: Uint8Array
  /** where the children's summaries lie */
  children?: PackPlace[]
}

/** What came of it. */
export interface CutTile {
  /** file name in `buildings/c/`, null when nothing could be built */
  content: string | null
  bytes: number
  /** west, south, east, north in degrees, lowest and highest metres above the ellipsoid */
  region: [number, number, number, number, number, number]
  features: number
  /** metres that a flat top differs from the roofs below */
  roofError: number
  rejected: { id: string; reason: string }[]
  /** the summary, null when nothing could be built */
  stand: PackPlace | null
}

/** Where a tile goes. */
export interface TileTarget {
  store: TileStore
  packs: StandPacks
  /** the pack to which this thread adds */
  pack: string
}

/** Metres per step at full detail: rounding stays within 1 cm. */
const FINEST_STEP = 0.02
/** From this level up (smaller z) buildings are merged. */
export const LAST_MERGED_LEVEL = 13
/** More than this in one coarse tile are merged even below that level. */
const MOST_INDIVIDUAL = 5000
/** Side of a block's cell as a share of the error: at the distance where a client asks for more, a block is a dozen pixels. */
const BLOCK_PITCH = 1.5
/** Warm grey of fired clay (look.md), linear; the client's shader shades by use. */
const CLAY: [number, number, number] = [0.56, 0.51, 0.46]
const DETAIL_M = 1.2

/**
 * Cuts one tile and stores its content and summary.
 * @param ground null where no height is known: buildings stand at sea level
 * @throws {RangeError} when a chunk or summary is damaged
 */
export async function cutBuildingTile(task: BuildingTask, target: TileTarget, ground: Ground | null): Promise<CutTile> {
  return task.chunk ? cutLeaf(task.chunk, target, ground) : cutCoarse(task, target)
}

const records = new ShapeRecords()

async function cutLeaf(chunk: Uint8Array, { store, packs, pack }: TileTarget, ground: Ground | null): Promise<CutTile> {
  const shapes = decodeShapes(chunk)
  const bases = new Float32Array(shapes.length)
  for (let i = 0; i < shapes.length; i++) bases[i] = groundUnder(shapes[i], ground)
  const plinths = coveredOutlines(shapes)
  const footprints: (readonly Footprint[])[] = []
  const tile = meshBuildings(shapes, bases, 'full', plinths, (found, feature) => void (footprints[feature] = found))
  if (!tile) return nothing(shapes)
  let roofError = 0
  records.length = 0
  const grounds = new Float32Array(tile.shapes.length)
  let count = 0
  for (let i = 0; i < tile.shapes.length; i++) {
    const shape = tile.shapes[i]
    if (plinths.has(shape)) continue
    const height = simplifyShape(shape, footprints[i], tile.plane, DETAIL_M, records)
    if (shape.height - height > roofError) roofError = shape.height - height
    grounds[count++] = tile.bases[i]
  }
  const stand = packs.add(pack, packStand({ records: records.take(), bases: grounds.subarray(0, count) }))
  return { ...(await storeTile(tile, FINEST_STEP, store)), roofError, stand }
}

async function cutCoarse(task: BuildingTask, { store, packs, pack }: TileTarget): Promise<CutTile> {
  const stands = (task.children ?? []).map((place) => readStand(`${place.pack} ${place.at}`, packs.read(place)))
  let shapes = stands.length === 1 ? stands[0].shapes : stands.flatMap((stand) => stand.shapes)
  let bases = new Float32Array(shapes.length)
  let at = 0
  for (const stand of stands) {
    bases.set(stand.bases, at)
    at += stand.bases.length
  }
  let stand: Stand
  if (task.z <= LAST_MERGED_LEVEL || shapes.length > MOST_INDIVIDUAL) {
    stand = mergeBlocks(shapes, bases, task.error * BLOCK_PITCH, task.error)
    shapes = decodeShapes(stand.records)
    bases = stand.bases as Float32Array<ArrayBuffer>
  } else stand = { records: concatenate(stands.map((child) => child.records)), bases }
  const tile = meshBuildings(shapes, bases, 'coarse', NONE)
  if (!tile) return nothing([])
  const place = packs.add(pack, packStand(stand))
  return { ...(await storeTile(tile, Math.max(FINEST_STEP, task.error / 160), store)), roofError: 0, stand: place }
}

const NONE: ReadonlySet<ChunkShape> = new Set()

const nothing = (shapes: ChunkShape[]): CutTile => ({
  content: null,
  bytes: 0,
  region: [0, 0, 0, 0, 0, 0],
  features: 0,
  roofError: 0,
  rejected: shapes.map(({ id }) => ({ id, reason: 'footprint has no area' })),
  stand: null,
})

async function storeTile(
  tile: BuildingTile,
  step: number,
  store: TileStore,
): Promise<Omit<CutTile, 'roofError' | 'stand'>> {
  const quantized = quantize(tile, step)
  const glb = tileGlb(tile, quantized)
  const content = `${hash('sha1', glb, 'base64url').slice(0, 20)}.glb`
  const bytes = await store.put(`buildings/c/${content}`, glb, { compress: 'large' })
  // half a step of rounding, in degrees, so that the region still encloses what is drawn
  const pad = (quantized.step * 2) / 111_000
  const { west, south, east, north, rejected } = tile
  return {
    content,
    bytes,
    region: [
      west - pad * 2,
      south - pad,
      east + pad * 2,
      north + pad,
      quantized.minHeight - quantized.step,
      quantized.maxHeight + quantized.step,
    ],
    features: tile.shapes.length,
    rejected,
  }
}

/** Heights in the table are rounded to this: their last bytes compress away, and the façade does not care. */
const TABLE_STEP = 1 / 32
const rounded = (value: number): number => Math.round(value / TABLE_STEP) * TABLE_STEP

function tileTable(shapes: readonly ChunkShape[], bases: Float32Array): FeatureTable {
  const count = shapes.length
  const columns = {
    class: new Uint8Array(count),
    height: new Float32Array(count),
    levels: new Uint8Array(count),
    year: new Uint16Array(count),
    base: new Float32Array(count),
  }
  for (let i = 0; i < count; i++) {
    const shape = shapes[i]
    columns.class[i] = shape.class
    columns.height[i] = rounded(shape.height)
    columns.levels[i] = shape.levels
    columns.year[i] = shape.year
    columns.base[i] = rounded(bases[i])
  }
  return {
    name: 'building',
    count,
    columns: [
      { name: 'id', type: 'string', values: packIds(shapes) },
      { name: 'class', type: 'enum', words: CLASSES.buildings, values: columns.class },
      { name: 'height', type: 'float32', values: columns.height },
      { name: 'levels', type: 'uint8', values: columns.levels },
      { name: 'year', type: 'uint16', values: columns.year },
      { name: 'base', type: 'float32', values: columns.base },
    ],
  }
}

function tileGlb(tile: BuildingTile, quantized: QuantizedMesh): Uint8Array {
  const { mesh, shapes, bases, plane } = tile
  const { origin, step, positions, featureIds } = quantized
  return writeGlb({
    positions,
    featureIds,
    vertices: mesh.vertices,
    indices: { length: mesh.indexCount, packed: mesh.stream.packed() },
    matrix: nodeMatrix(plane, origin, step),
    colour: CLAY,
    table: tileTable(shapes, bases),
  })
}

/** A stand as one file: how many, the grounds, the records. */
export function packStand({ records, bases }: Stand): Uint8Array {
  const count = bases.length
  const bytes = new Uint8Array(4 + count * 4 + records.length)
  new Uint32Array(bytes.buffer, 0, 1)[0] = count
  new Float32Array(bytes.buffer, 4, count).set(bases)
  bytes.set(records, 4 + count * 4)
  return bytes
}

/**
 * Reads `packStand`'s file.
 * @throws {RangeError} when it is missing or damaged
 */
export function readStand(key: string, file: Uint8Array | null): Stand & { shapes: ChunkShape[] } {
  if (!file || file.length < 4) throw new RangeError(`buildings: summary ${key} is missing or empty`)
  const bytes = file.byteOffset % 4 ? new Uint8Array(file) : file
  const { buffer, byteOffset } = bytes
  const count = new Uint32Array(buffer, byteOffset, 1)[0]
  if (4 + count * 4 > bytes.length)
    throw new RangeError(`buildings: summary ${key} is cut short, got ${bytes.length} bytes`)
  const records = bytes.subarray(4 + count * 4)
  const shapes = decodeShapes(records)
  if (shapes.length !== count)
    throw new RangeError(`buildings: summary ${key} has ${shapes.length} records; expected ${count}`)
  return { shapes, records, bases: new Float32Array(buffer, byteOffset + 4, count) }
}
