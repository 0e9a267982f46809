/** Frames of the water while it is being computed: quantized grids whose buffers can be handed to another thread. */
import { DRY_DEPTH, type Engine } from '../engine.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import type { Model } from './model.ts'
import { waterOn } from './records.ts'

/** Least step of a quantized depth, m, and of a unit discharge, m²/s. */
const LEAST_STEP = 1e-3
const MOST_DEPTH = 65535
const MOST_FLOW = 32767

/** Which frames are wanted. */
export interface FrameRule {
  /** seconds between frames; the start and the end are among them */
  every?: number
  /** further moments, seconds */
  at?: readonly number[]
  /** every how many cells of the terrain one is taken; 1 by default */
  stride?: number
  /** with unit discharges */
  discharge?: boolean
}

/** The water at one moment over the wet part of the terrain; rows from the north, `columns` × `rows`. */
export interface Frame {
  /** seconds */
  time: number
  columns: number
  rows: number
  /** upper left corner and side of a cell, metres */
  west: number
  north: number
  cellM: number
  /** depth in steps of `depthStep` metres; 0 is dry */
  depth: Uint16Array<ArrayBuffer>
  depthStep: number
  /** unit discharge in steps of `dischargeStep` m²/s, when asked for */
  east: Int16Array<ArrayBuffer> | null
  south: Int16Array<ArrayBuffer> | null
  dischargeStep: number
}

/** Buffers of a frame, for the list of what a message hands over. */
export function frameBuffers(frame: Frame): ArrayBuffer[] {
  return [frame.depth, frame.east, frame.south].flatMap((array) => (array ? [array.buffer] : []))
}

interface Box {
  west: number
  north: number
  columns: number
  rows: number
}

/** Cells of the terrain with water above them, as a box; empty when all is dry. */
function wetBox(model: Model, engine: Engine): Box {
  const depth = engine.depth()
  const { columns, rows } = engine.layout
  const box = [columns, rows, -1, -1] as [number, number, number, number]
  for (let row = 0; row < rows; row++) {
    const start = cellIndex(engine.layout, 0, row)
    let first = 0
    while (first < columns && !(depth[start + first]! > DRY_DEPTH)) first++
    if (first === columns) continue
    let last = columns - 1
    while (!(depth[start + last]! > DRY_DEPTH)) last--
    box[0] = Math.min(box[0], first)
    box[1] = Math.min(box[1], row)
    box[2] = Math.max(box[2], last)
    box[3] = row
  }
  const n = model.subgrid?.n ?? 1
  const fine = model.place.layout
  const [west, north] = [box[0] * n, box[1] * n]
  const end = (last: number, most: number) => Math.min((last + 1) * n, most)
  return box[2] < 0
    ? { west: 0, north: 0, columns: 0, rows: 0 }
    : { west, north, columns: end(box[2], fine.columns) - west, rows: end(box[3], fine.rows) - north }
}

/** The water now. One pass over the wet box; a million cells take a few milliseconds. */
export function frameOf(model: Model, engine: Engine, time: number, rule: FrameRule = {}): Frame {
  const stride = Math.max(1, Math.floor(rule.stride ?? 1))
  const box = wetBox(model, engine)
  const { layout, west, north } = model.place
  const columns = Math.ceil(box.columns / stride)
  const rows = Math.ceil(box.rows / stride)
  const values = new Float32Array(columns * rows * (rule.discharge ? 3 : 1))
  const plain = !engine.subgrid && !rule.discharge
  const depths = engine.depth()
  let most = 0
  let strongest = 0
  for (let row = 0, k = 0; row < rows; row++) {
    let index = cellIndex(layout, box.west, box.north + row * stride)
    for (let column = 0; column < columns; column++, k++, index += stride) {
      if (plain) {
        const depth = depths[index]!
        if (engine.bed[index]! >= VOID_BED / 2) continue
        values[k] = depth
        if (depth > most) most = depth
        continue
      }
      const [depth, u, v] = waterOn(model, engine, index)
      values[k] = depth
      if (depth > most) most = depth
      if (!rule.discharge) continue
      values[columns * rows + k] = depth * u
      values[2 * columns * rows + k] = depth * v
      strongest = Math.max(strongest, Math.abs(depth * u), Math.abs(depth * v))
    }
  }
  const depthStep = Math.max(LEAST_STEP, most / MOST_DEPTH)
  const dischargeStep = Math.max(LEAST_STEP, strongest / MOST_FLOW)
  const count = columns * rows
  const depth = new Uint16Array(count)
  for (let k = 0; k < count; k++) depth[k] = values[k]! / depthStep + 0.5
  const flow = (part: number) => {
    if (!rule.discharge) return null
    const out = new Int16Array(count)
    for (let k = 0; k < count; k++) out[k] = Math.round(values[part * count + k]! / dischargeStep)
    return out
  }
  return {
    time,
    columns,
    rows,
    west: west + box.west * layout.cellM,
    north: north - box.north * layout.cellM,
    cellM: layout.cellM * stride,
    depth,
    depthStep,
    east: flow(1),
    south: flow(2),
    dischargeStep,
  }
}

/** Depth of a frame at a point of the plane, metres; 0 outside. */
export function depthIn(frame: Frame, x: number, y: number): number {
  const column = Math.floor((x - frame.west) / frame.cellM)
  const row = Math.floor((frame.north - y) / frame.cellM)
  if (!(column >= 0 && row >= 0 && column < frame.columns && row < frame.rows)) return 0
  return frame.depth[row * frame.columns + column]! * frame.depthStep
}

/** Frames that have been made and not yet been taken, in order; ends when the run does. */
export interface FrameQueue extends AsyncIterable<Frame> {
  put(frame: Frame): void
  /** no more will come; with an error the reader gets it */
  end(error?: unknown): void
}

/**
 * A queue between the run that makes frames and the one that draws them. The solver never waits: when more than `most` wait,
 * the oldest is dropped.
 */
export function frameQueue(most = 64): FrameQueue {
  const waiting: Frame[] = []
  let wake: (() => void) | null = null
  let done = false
  let failure: { error: unknown } | null = null
  const call = () => {
    wake?.()
    wake = null
  }
  return {
    put(frame) {
      waiting.push(frame)
      if (waiting.length > most) waiting.shift()
      call()
    },
    end(error) {
      done = true
      if (error !== undefined) failure = { error }
      call()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift()
        if (next) {
          yield next
          continue
        }
        if (failure) throw failure.error
        if (done) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
