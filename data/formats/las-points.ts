/** Points of a LAS or LAZ file, batch by batch: coordinates, colour, intensity and class. */
import { createLazPerf } from 'laz-perf'
import type { LasBytes, LasHead } from './las.ts'
import { RECORD_BYTES } from './las.ts'
import { type LazChunk, readLazChunks } from './laz-chunks.ts'

/** Points in the file's order; arrays are used again for the next batch. */
export interface LasBatch {
  count: number
  /** coordinates in the file's system, unrounded */
  x: Float64Array
  y: Float64Array
  z: Float64Array
  /** red, green, blue as the file has them (8 or 16 bits); null when it has none */
  colour: Uint16Array | null
  intensity: Uint16Array
  class: Uint8Array
  /** 1 = its producer took it back */
  withheld: Uint8Array
}

const BATCH = 1 << 16
/** Bytes of a wave packet's description in a record, and its layers in a chunk. */
const WAVE_BYTES = 29

function emptyBatch(coloured: boolean): LasBatch {
  return {
    count: 0,
    x: new Float64Array(BATCH),
    y: new Float64Array(BATCH),
    z: new Float64Array(BATCH),
    colour: coloured ? new Uint16Array(BATCH * 3) : null,
    intensity: new Uint16Array(BATCH),
    class: new Uint8Array(BATCH),
    withheld: new Uint8Array(BATCH),
  }
}

/** Adds one record to a batch. */
function taker({ scale, offset, layout }: LasHead, batch: LasBatch): (view: DataView, at: number) => void {
  const [sx, sy, sz] = scale
  const [ox, oy, oz] = offset
  const { classAt, classMask, withheldAt, withheldBit, colourAt } = layout
  return (view, at) => {
    const i = batch.count++
    batch.x[i] = view.getInt32(at, true) * sx + ox
    batch.y[i] = view.getInt32(at + 4, true) * sy + oy
    batch.z[i] = view.getInt32(at + 8, true) * sz + oz
    batch.intensity[i] = view.getUint16(at + 12, true)
    batch.class[i] = view.getUint8(at + classAt) & classMask
    batch.withheld[i] = view.getUint8(at + withheldAt) & withheldBit ? 1 : 0
    if (batch.colour && colourAt !== null)
      for (let c = 0; c < 3; c++) batch.colour[i * 3 + c] = view.getUint16(at + colourAt + c * 2, true)
  }
}

/**
 * Reads all points; memory does not grow with their number.
 * @throws {RangeError} when the file ends before its points do, or packed points are damaged
 */
export async function* lasPoints(source: LasBytes, head: LasHead, signal?: AbortSignal): AsyncGenerator<LasBatch> {
  if (head.count === 0) return
  if (head.packed) yield* packedPoints(source, head, signal)
  else yield* plainPoints(source, head, signal)
}

async function* plainPoints(source: LasBytes, head: LasHead, signal?: AbortSignal): AsyncGenerator<LasBatch> {
  const { recordLength, dataAt, count } = head
  const fit = Math.floor((source.size - dataAt) / recordLength)
  const batch = emptyBatch(head.layout.colourAt !== null)
  const take = taker(head, batch)
  for (let done = 0; done < Math.min(count, fit); ) {
    signal?.throwIfAborted()
    const some = Math.min(BATCH, count - done, fit - done)
    const bytes = await source.read(dataAt + done * recordLength, some * recordLength)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    batch.count = 0
    for (let i = 0; (i + 1) * recordLength <= bytes.length && i < some; i++) take(view, i * recordLength)
    yield batch
    done += some
  }
  if (fit < count) throw new RangeError(`las: cut short, got ${fit} points; expected ${count} as its head says`)
}

/** How a packed chunk is given to the decoder, which knows no wave packets: those of layered chunks are left out. */
function decodable(head: LasHead): { format: number; length: number; bytes(chunk: Uint8Array): Uint8Array } {
  const { format, recordLength } = head
  if (format === 4 || format === 5)
    throw new RangeError(
      `laz: packed points of format ${format} (waveforms of LAS 1.3) are not read; expected them unpacked, as LAS`,
    )
  if (format !== 9 && format !== 10) return { format, length: recordLength, bytes: (chunk) => chunk }
  const plain = format === 9 ? 6 : 8
  const [from, extra] = [RECORD_BYTES[plain], recordLength - RECORD_BYTES[format]]
  // one length for each layer: nine of the point, two of colour and near infrared, one of the wave packet, one per extra byte
  const before = plain === 6 ? 9 : 11
  return {
    format: plain,
    length: recordLength - WAVE_BYTES,
    bytes(chunk) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const lengthsAt = recordLength + 4
      const layersAt = lengthsAt + (before + 1 + extra) * 4
      if (layersAt > chunk.length) throw new RangeError(`laz: damaged chunk, got ${chunk.length} bytes`)
      let waveAt = layersAt
      for (let i = 0; i < before; i++) waveAt += view.getUint32(lengthsAt + i * 4, true)
      const waveEnd = waveAt + view.getUint32(lengthsAt + before * 4, true)
      return new Uint8Array(
        Buffer.concat([
          chunk.subarray(0, from),
          chunk.subarray(from + WAVE_BYTES, lengthsAt + before * 4),
          chunk.subarray(lengthsAt + (before + 1) * 4, waveAt),
          chunk.subarray(waveEnd),
        ]),
      )
    },
  }
}

/** The part of the decoder that is used; its own types want those of Emscripten. */
interface LazPerf {
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _free(at: number): void
  ChunkDecoder: new () => {
    open(format: number, length: number, at: number): void
    getPoint(to: number): void
    delete(): void
  }
}

let opened: Promise<LazPerf> | null = null

/** The decoder, once per thread. It comes with listeners of its own for errors of the whole process, which is not its business. */
function lazPerf(): Promise<LazPerf> {
  const events = ['uncaughtException', 'unhandledRejection']
  const before = events.map((event) => process.listeners(event as 'uncaughtException'))
  const loading: Promise<LazPerf> = opened ?? createLazPerf({ printErr: () => {} })
  opened ??= loading.then((laz) => {
    for (const [i, event] of events.entries())
      for (const listener of process.listeners(event as 'uncaughtException'))
        if (!before[i].includes(listener)) process.off(event, listener)
    return laz
  })
  return opened
}

async function* packedPoints(source: LasBytes, head: LasHead, signal?: AbortSignal): AsyncGenerator<LasBatch> {
  const kind = decodable(head)
  const chunks = await readLazChunks(source, head)
  const points = chunks.reduce((sum, chunk) => sum + chunk.points, 0)
  const laz = await lazPerf()
  const batch = emptyBatch(head.layout.colourAt !== null)
  const take = carefully(head, taker(head, batch))
  let done = 0
  for (const chunk of chunks) {
    signal?.throwIfAborted()
    const packed = await source.read(chunk.at, chunk.bytes)
    if (packed.length < chunk.bytes) throw new RangeError(`laz: cut short in the chunk at byte ${chunk.at}`)
    for (const some of unpack(laz, kind.bytes(packed), kind, chunk, batch, take)) {
      done += some
      yield batch
    }
  }
  if (done < head.count || points > head.count)
    throw new RangeError(`laz: got ${points} points in its chunks; expected ${head.count} as its head says`)
}

/**
 * LASzip's version 4 of packed colours differs from 3, which the decoder knows, where a scan has several channels.
 * @returns whether colours may be wrong there
 */
function hasLaterColours({ records }: LasHead): boolean {
  const bytes = records.find(({ user, id }) => user === 'laszip encoded' && id === 22204)?.bytes
  if (!bytes || bytes.length < 34) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 34; at + 6 <= bytes.length; at += 6)
    if ([11, 12].includes(view.getUint16(at, true)) && view.getUint16(at + 4, true) > 3) return true
  return false
}

/** Takes records, and stops at the first one whose colour cannot be told. */
function carefully(head: LasHead, take: (view: DataView, at: number) => void): typeof take {
  if (!hasLaterColours(head)) return take
  return (view, at) => {
    if (view.getUint8(at + 15) & 0x30)
      throw new RangeError(
        'laz: colours packed by version 4 of LASzip with several scanner channels are not read; expected LAS, or LAZ of LAS 1.4',
      )
    take(view, at)
  }
}

function* unpack(
  laz: LazPerf,
  packed: Uint8Array,
  kind: { format: number; length: number },
  chunk: LazChunk,
  batch: LasBatch,
  take: (view: DataView, at: number) => void,
): Generator<number> {
  const from = laz._malloc(packed.length)
  const to = laz._malloc(kind.length)
  const decoder = new laz.ChunkDecoder()
  try {
    laz.HEAPU8.set(packed, from)
    decoder.open(kind.format, kind.length, from)
    let view = new DataView(laz.HEAPU8.buffer)
    for (let i = 0; i < chunk.points; ) {
      batch.count = 0
      for (; i < chunk.points && batch.count < BATCH; i++) {
        decoder.getPoint(to)
        // memory that grew is another buffer
        if (view.buffer !== laz.HEAPU8.buffer) view = new DataView(laz.HEAPU8.buffer)
        take(view, to)
      }
      yield batch.count
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw cause
    throw new RangeError(`laz: damaged points in the chunk at byte ${chunk.at}`, { cause })
  } finally {
    decoder.delete()
    laz._free(from)
    laz._free(to)
  }
}
