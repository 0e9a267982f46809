/** One tile of buildings: records → GLB in the store, and beside it the summary from which coarser tiles are made. */
import { createHash } from 'node:crypto'
import { writeGlb } from '../../data/formats/glb.ts'
import type { FeatureTable } from '../../data/formats/glb-table.ts'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { mergeBlocks, type Stand } from '../../data/mesh/building-blocks.ts'
import { type ChunkShape, concatenate, decodeShapes, packIds } from '../../data/mesh/building-chunk.ts'
import { nodeMatrix } from '../../data/mesh/building-frame.ts'
import { coveredOutlines } from '../../data/mesh/building-parts.ts'
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
import type { TileStore } from './tile-store.ts'

/** What to cut: a leaf from the database's records, or a coarser tile from its children's summaries. */
export interface BuildingTask {
  /** names what goes in (see buildings-plan.ts); the summary is stored under it */
  key: string
  /** level of the quadtree */
  z: number
  /** metres that this level may be wrong, 0 for a leaf */
  error: number
  /** a leaf's records */
  chunk?: Uint8Array
  /** keys of the children's summaries */
  children?: string[]
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

/** Where a summary lies in the store. */
export const summaryPath = (key: string): string => `buildings/work/${key}.bin`

/**
 * Cuts one tile and stores its content and summary.
 * @throws {RangeError} when a chunk or summary is damaged
 */
export async function cutBuildingTile(task: BuildingTask, store: TileStore, ground: Ground): Promise<CutTile> {
  return task.chunk ? cutLeaf(task, task.chunk, store, ground) : cutCoarse(task, store)
}

async function cutLeaf(task: BuildingTask, chunk: Uint8Array, store: TileStore, ground: Ground): Promise<CutTile> {
  const shapes = decodeShapes(chunk)
  const bases = Float32Array.from(shapes, (shape) => groundUnder(shape, ground))
  const plinths = coveredOutlines(shapes)
  const parts: Footprint[][] = []
  const tile = meshBuildings(shapes, bases, 'full', plinths, (footprint, feature) => {
    const own = parts[feature]
    if (own) own.push(footprint)
    else parts[feature] = [footprint]
  })
  if (!tile) return nothing(shapes)
  let roofError = 0
  const records: Uint8Array[] = []
  const grounds: number[] = []
  for (const [i, shape] of tile.shapes.entries()) {
    if (plinths.has(shape)) continue
    const { record, height } = simplifyShape(shape, parts[i], tile.plane, DETAIL_M)
    roofError = Math.max(roofError, shape.height - height)
    records.push(record)
    grounds.push(tile.bases[i])
  }
  await store.put(summaryPath(task.key), packStand({ records, bases: Float32Array.from(grounds) }), { compress: false })
  return storeTile(tile, FINEST_STEP, roofError, store)
}

async function cutCoarse(task: BuildingTask, store: TileStore): Promise<CutTile> {
  const files = await Promise.all((task.children ?? []).map((key) => store.get(summaryPath(key))))
  const stands = files.map((file, i) => readStand(task.children?.[i] ?? '', file))
  let shapes = stands.flatMap((stand) => stand.shapes)
  let bases: Float32Array = new Float32Array(shapes.length)
  let at = 0
  for (const stand of stands) {
    bases.set(stand.bases, at)
    at += stand.bases.length
  }
  let summary: Uint8Array
  if (task.z <= LAST_MERGED_LEVEL || shapes.length > MOST_INDIVIDUAL) {
    const merged = mergeBlocks(shapes, bases, task.error * BLOCK_PITCH, task.error)
    summary = packStand(merged)
    shapes = decodeShapes(concatenate(merged.records))
    bases = merged.bases
  } else summary = packStand({ records: shapes.map(({ chunk, from, to }) => chunk.subarray(from, to)), bases })
  await store.put(summaryPath(task.key), summary, { compress: false })
  const tile = meshBuildings(shapes, bases, 'coarse', new Set())
  return tile ? storeTile(tile, Math.max(FINEST_STEP, task.error / 160), 0, store) : nothing([])
}

const nothing = (shapes: ChunkShape[]): CutTile => ({
  content: null,
  bytes: 0,
  region: [0, 0, 0, 0, 0, 0],
  features: 0,
  roofError: 0,
  rejected: shapes.map(({ id }) => ({ id, reason: 'footprint has no area' })),
})

async function storeTile(tile: BuildingTile, step: number, roofError: number, store: TileStore): Promise<CutTile> {
  const quantized = quantize(tile, step)
  const glb = tileGlb(tile, quantized)
  const content = `${createHash('sha256').update(glb).digest('base64url').slice(0, 20)}.glb`
  const bytes = await store.put(`buildings/c/${content}`, glb)
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
    roofError,
    rejected,
  }
}

/** Heights in the table are rounded to this: their last bytes compress away, and the façade does not care. */
const TABLE_STEP = 1 / 32
const rounded = (value: number): number => Math.round(value / TABLE_STEP) * TABLE_STEP

function tileGlb(tile: BuildingTile, quantized: QuantizedMesh): Uint8Array {
  const { mesh, shapes, bases, plane } = tile
  const { origin, step, positions, featureIds } = quantized
  const table: FeatureTable = {
    name: 'building',
    count: shapes.length,
    columns: [
      { name: 'id', type: 'string', values: packIds(shapes) },
      {
        name: 'class',
        type: 'enum',
        words: CLASSES.buildings,
        values: Uint8Array.from(shapes, (shape) => shape.class),
      },
      { name: 'height', type: 'float32', values: Float32Array.from(shapes, ({ height }) => rounded(height)) },
      { name: 'levels', type: 'uint8', values: Uint8Array.from(shapes, ({ levels }) => levels) },
      { name: 'year', type: 'uint16', values: Uint16Array.from(shapes, ({ year }) => year) },
      { name: 'base', type: 'float32', values: Float32Array.from(bases, rounded) },
    ],
  }
  return writeGlb({
    positions,
    featureIds,
    vertices: mesh.vertices,
    indices: mesh.indices.subarray(0, mesh.indexCount),
    matrix: nodeMatrix(plane, origin, step),
    colour: CLAY,
    table,
  })
}

/** A stand as one file: how many, the grounds, the records. */
export function packStand({ records, bases }: Stand): Uint8Array {
  const head = new Uint8Array(4 + records.length * 4)
  new Uint32Array(head.buffer, 0, 1)[0] = records.length
  new Float32Array(head.buffer, 4, records.length).set(bases.subarray(0, records.length))
  return concatenate([head, ...records])
}

/**
 * Reads `packStand`'s file.
 * @throws {RangeError} when it is missing or damaged
 */
export function readStand(key: string, file: Uint8Array | null): { shapes: ChunkShape[]; bases: Float32Array } {
  if (!file || file.length < 4) throw new RangeError(`buildings: summary ${key} is missing or empty`)
  const bytes = new Uint8Array(file)
  const count = new Uint32Array(bytes.buffer, 0, 1)[0]
  if (4 + count * 4 > bytes.length)
    throw new RangeError(`buildings: summary ${key} is cut short, got ${bytes.length} bytes`)
  const shapes = decodeShapes(bytes.subarray(4 + count * 4))
  if (shapes.length !== count)
    throw new RangeError(`buildings: summary ${key} has ${shapes.length} records; expected ${count}`)
  return { shapes, bases: new Float32Array(bytes.buffer, 4, count) }
}
