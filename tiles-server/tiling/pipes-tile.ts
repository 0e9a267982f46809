/** One tile of pipes: records → GLB in the store, and what its parent draws of it. */
import { hash } from 'node:crypto'
import { writePlacedGlb } from '../../data/formats/glb-placed.ts'
import type { FeatureTable } from '../../data/formats/glb-table.ts'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { nodeMatrix } from '../../data/mesh/building-frame.ts'
import type { Ground } from '../../data/mesh/building-tile.ts'
import { decodePipes, type PipeShape, recordLength } from '../../data/mesh/pipe-shape.ts'
import { drawnSize, meshPipes, type PipeDetail, type PipeTile } from '../../data/mesh/pipe-tile.ts'
import type { TileStore } from './tile-store.ts'
import type { Region } from './tileset.ts'

/** What a worker is given: a leaf's records, or the keys of what a coarse tile is made from. */
export interface PipeTask {
  cut: PipePlace
  /** names the result: equal keys, equal tiles */
  key: string
  z: number
  /** metres of error allowed, 0 in a leaf */
  error: number
  chunk?: Uint8Array
  children?: string[]
}

/** The cut that a task belongs to. */
export interface PipePlace {
  /** another one for each cut */
  id: string
  /** folder of the tile store */
  root: string
  heightsDir: string
}

/** What came out. */
export interface PipeCut {
  /** file name under `pipes/c/`, null for an empty tile */
  content: string | null
  bytes: number
  region: Region
  /** pipes and nodes drawn */
  features: number
}

/** Pipes in a coarse tile at most, the widest first. */
const MOST_COARSE = 2500
/** Up to this error tubes are round; above they are lines. */
const LARGEST_TUBE_ERROR = 8

const summaryPath = (key: string): string => `pipes/work/${key}.bin`

/**
 * Cuts one tile and stores it with its summary, the records its parent draws.
 * @throws {RangeError} when records or a child's summary are damaged
 */
export async function cutPipeTile(task: PipeTask, store: TileStore, ground: Ground): Promise<PipeCut> {
  const coarse = task.children !== undefined
  const records = task.chunk ?? concatenate(await Promise.all((task.children ?? []).map((key) => summary(key, store))))
  const shapes = decodePipes(records)
  const chosen = coarse || shapes.length > MOST_COARSE ? widest(records, shapes) : null
  const kept = chosen ?? pipesOnly(records, shapes)
  await store.put(summaryPath(task.key), kept.records, { compress: false })
  const detail: PipeDetail = !coarse ? 'full' : task.error <= LARGEST_TUBE_ERROR ? 'tubes' : 'lines'
  const drawn = coarse ? kept.shapes : shapes
  const tile = meshPipes(drawn, detail, coarse ? task.error / (detail === 'lines' ? 5 : 8) : 0, ground)
  if (!tile?.placed.length) return { content: null, bytes: 0, region: [0, 0, 0, 0, 0, 0], features: 0 }
  const glb = tileGlb(tile)
  const content = `${hash('sha1', glb, 'base64url').slice(0, 20)}.glb`
  const bytes = await store.put(`pipes/c/${content}`, glb, { compress: 'large' })
  return { content, bytes, region: tile.region, features: tile.shapes.length }
}

async function summary(key: string, store: TileStore): Promise<Uint8Array> {
  const file = await store.get(summaryPath(key))
  if (!file) throw new RangeError(`pipes: summary ${key} is missing`)
  return file
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

interface Kept {
  records: Uint8Array
  shapes: PipeShape[]
}

function take(
  records: Uint8Array,
  shapes: readonly PipeShape[],
  wanted: (shape: PipeShape, i: number) => boolean,
): Kept {
  const parts: Uint8Array[] = []
  const kept: PipeShape[] = []
  for (let at = 0, i = 0; at < records.length; i++) {
    const end = at + recordLength(records, at)
    if (wanted(shapes[i]!, i)) {
      parts.push(records.subarray(at, end))
      kept.push(shapes[i]!)
    }
    at = end
  }
  return { records: concatenate(parts), shapes: kept }
}

const pipesOnly = (records: Uint8Array, shapes: readonly PipeShape[]): Kept =>
  take(records, shapes, ({ kind }) => kind < 0)

/** The pipes that matter most from afar: the widest, as many as a coarse tile holds. */
function widest(records: Uint8Array, shapes: readonly PipeShape[]): Kept {
  const pipes = shapes
    .map((shape, i) => ({ i, wide: shape.kind < 0 ? drawnSize(shape)[0] : -1 }))
    .filter(({ wide }) => wide >= 0)
  if (pipes.length <= MOST_COARSE) return pipesOnly(records, shapes)
  pipes.sort((a, b) => b.wide - a.wide || a.i - b.i)
  const chosen = new Set(pipes.slice(0, MOST_COARSE).map(({ i }) => i))
  return take(records, shapes, (_, i) => chosen.has(i))
}

/** Millimetres and centimetres in 16 bits; unknown and above ground are 0. */
const steps = (value: number, perMetre: number): number =>
  value > 0 ? Math.min(65_535, Math.round(value * perMetre)) : 0

/** What a pipe or node says of itself in the tile; 0 stands for unknown. */
function pipeTable({ shapes, depths }: PipeTile): FeatureTable {
  const count = shapes.length
  const bytes = (of: (shape: PipeShape) => number): Uint8Array => Uint8Array.from(shapes, of)
  return {
    name: 'pipe',
    count,
    columns: [
      { name: 'id', type: 'string', values: shapes.map(({ id }) => id) },
      { name: 'class', type: 'enum', words: CLASSES.pipes, values: bytes(({ utility }) => utility) },
      {
        name: 'kind',
        type: 'enum',
        words: ['pipe', ...CLASSES['pipe-nodes']],
        values: bytes(({ kind }) => kind + 1),
      },
      {
        name: 'diameter',
        type: 'uint16',
        scale: 0.001,
        values: Uint16Array.from(shapes, ({ height }) => steps(height, 1000)),
      },
      { name: 'year', type: 'uint16', values: Uint16Array.from(shapes, ({ year }) => year) },
      { name: 'depth', type: 'uint16', scale: 0.01, values: Uint16Array.from(depths, (depth) => steps(depth, 100)) },
      { name: 'flow', type: 'uint8', values: bytes(({ flow }) => flow) },
      { name: 'estimated', type: 'uint8', values: bytes(({ estimated }) => Number(estimated)) },
    ],
  }
}

/** A tile as GLB: a few solids, many times over, each place a feature's. */
export function tileGlb(tile: PipeTile): Uint8Array {
  return writePlacedGlb(tile.placed, nodeMatrix(tile.plane, [0, 0, tile.low], 1), pipeTable(tile))
}
