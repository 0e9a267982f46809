/** The table of a LAZ file's chunks: where each begins and how many points it holds. */
import type { LasBytes, LasHead } from './las.ts'
import { wholeNumbers } from './laz-arithmetic.ts'

/** A run of points packed together. */
export interface LazChunk {
  /** byte of the file */
  at: number
  bytes: number
  points: number
}

const EACH_ITS_OWN = 0xffff_ffff
/** A packed point takes at least some bits: more chunks than bytes in the file cannot be. */
const LARGEST_CHUNK = 2 ** 29

/**
 * Reads the table.
 * @throws {RangeError} when the file is packed otherwise, or the table is missing, damaged or does not fit the file
 * @see LASzip, Isenburg 2013; laszip.github.io, `LASreadPoint::read_chunk_table`
 */
export async function readLazChunks(source: LasBytes, head: LasHead): Promise<LazChunk[]> {
  const record = head.records.find(({ user, id }) => user === 'laszip encoded' && id === 22204)
  if (!record || record.bytes.length < 34) throw new RangeError('laz: no laszip record; expected one in the head')
  const view = new DataView(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength)
  const [compressor, size] = [view.getUint16(0, true), view.getUint32(12, true)]
  if (compressor !== 2 && compressor !== 3)
    throw new RangeError(`laz: compressor ${compressor} is not read; expected 2 | 3 (chunked), as LASzip ≥ 2 writes`)
  const first = head.dataAt + 8
  let tableAt = await longAt(source, head.dataAt)
  // a writer that could not seek back left the place at the very end
  if (tableAt < first) tableAt = await longAt(source, source.size - 8)
  if (!(tableAt >= first && tableAt + 8 <= source.size))
    throw new RangeError(
      `laz: the chunk table begins at ${tableAt}; expected ${first} … ${source.size - 8} (cut short?)`,
    )
  const table = await source.read(tableAt, Math.min(source.size - tableAt, 1 << 28))
  const count = new DataView(table.buffer, table.byteOffset, 8).getUint32(4, true)
  if (count > (tableAt - first) / 8)
    throw new RangeError(`laz: ${count} chunks do not fit into ${tableAt - first} bytes`)
  return chunksOf(table.subarray(8), count, { size, first, end: tableAt, points: head.count })
}

async function longAt(source: LasBytes, at: number): Promise<number> {
  const bytes = await source.read(at, 8)
  if (bytes.length < 8) throw new RangeError(`laz: cut short, got ${source.size} bytes; expected a chunk table`)
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true))
}

function chunksOf(
  packed: Uint8Array,
  count: number,
  file: { size: number; first: number; end: number; points: number },
): LazChunk[] {
  if (count === 0) return []
  const next = wholeNumbers(packed, 2)
  const own = file.size === EACH_ITS_OWN
  const chunks: LazChunk[] = []
  let [at, left] = [file.first, file.points]
  let [lastPoints, lastBytes] = [0, 0]
  for (let i = 0; i < count; i++) {
    if (own) lastPoints = next(lastPoints, 0)
    lastBytes = next(lastBytes, 1)
    const points = own ? lastPoints : Math.min(file.size, left)
    if (lastBytes <= 0 || at + lastBytes > file.end || points < 0 || points > LARGEST_CHUNK)
      throw new RangeError(`laz: damaged chunk table, chunk ${i} of ${count} does not fit into the file`)
    if (points > 0) chunks.push({ at, bytes: lastBytes, points })
    at += lastBytes
    left -= points
  }
  return chunks
}
