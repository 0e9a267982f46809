/** Frames of the water while it is being computed: quantized grids whose buffers can be handed to another thread. */
import { DRY_DEPTH, type Engine } from '../engine.ts'
import { cellIndex } from '../layout.ts'
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
  /** largest depth of a computed cell, m */
  most: number
}

/** Cells of the terrain with water above them, as a box; empty when all is dry. */
function wetBox(model: Model, engine: Engine): Box {
  const depth = engine.depth()
  const { columns, rows } = engine.layout
  let [left, top, right, bottom, most] = [columns, rows, -1, -1, 0]
  for (let row = 0; row < rows; row++) {
    const start = cellIndex(engine.layout, 0, row)
    let [first, last] = [columns, -1]
    for (let column = 0; column < columns; column++) {
      const h = depth[start + column]!
      if (!(h > DRY_DEPTH)) continue
      if (last < 0) first = column
      last = column
      if (h > most) most = h
    }
    if (last < 0) continue
    if (first < left) left = first
    if (last > right) right = last
    if (top === rows) top = row
    bottom = row
  }
  if (right < 0) return { west: 0, north: 0, columns: 0, rows: 0, most }
  const n = model.subgrid?.n ?? 1
  const fine = model.place.layout
  const end = (last: number, size: number) => Math.min((last + 1) * n, size)
  const [west, north] = [left * n, top * n]
  return { west, north, columns: end(right, fine.columns) - west, rows: end(bottom, fine.rows) - north, most }
}

/** Unit discharge of a cell where the cells are the terrain's, m²/s (east, south). */
function flowReader(engine: Engine): { east: (i: number) => number; south: (i: number) => number } {
  const [depth, across, down] = [engine.depth(), engine.across(), engine.down()]
  const { width } = engine.layout
  return engine.scheme === 'inertial'
    ? {
        east: (i) => 0.5 * (across[i]! + across[i + 1]!),
        south: (i) => 0.5 * (down[i]! + down[i + width]!),
      }
    : { east: (i) => depth[i]! * across[i]!, south: (i) => depth[i]! * down[i]! }
}

/** Values of a part of the grid as whole steps; the step grows with the largest. */
function quantized<T extends Uint16Array<ArrayBuffer> | Int16Array<ArrayBuffer>>(
  values: Float32Array,
  out: T,
  most: number,
): [values: T, step: number] {
  let largest = 0
  for (let k = 0; k < values.length; k++) {
    const size = values[k]! < 0 ? -values[k]! : values[k]!
    if (size > largest) largest = size
  }
  const step = Math.max(LEAST_STEP, largest / most)
  for (let k = 0; k < values.length; k++) out[k] = Math.round(values[k]! / step)
  return [out, step]
}

/** The water now. A million cells take about ten milliseconds. */
export function frameOf(model: Model, engine: Engine, time: number, rule: FrameRule = {}): Frame {
  const stride = Math.max(1, Math.floor(rule.stride ?? 1))
  const box = wetBox(model, engine)
  const { layout, west, north } = model.place
  const columns = Math.ceil(box.columns / stride)
  const rows = Math.ceil(box.rows / stride)
  const count = columns * rows
  const frame: Frame = {
    time,
    columns,
    rows,
    west: west + box.west * layout.cellM,
    north: north - box.north * layout.cellM,
    cellM: layout.cellM * stride,
    depth: new Uint16Array(count),
    depthStep: Math.max(LEAST_STEP, box.most / MOST_DEPTH),
    east: null,
    south: null,
    dischargeStep: LEAST_STEP,
  }
  const each = (visit: (k: number, index: number) => void) => {
    for (let row = 0, k = 0; row < rows; row++) {
      let index = cellIndex(layout, box.west, box.north + row * stride)
      for (let column = 0; column < columns; column++, k++, index += stride) visit(k, index)
    }
  }
  if (!engine.subgrid) {
    const depths = engine.depth()
    const per = 1 / frame.depthStep
    // the plain case by itself: no call for each cell
    for (let row = 0, k = 0; row < rows; row++) {
      let index = cellIndex(layout, box.west, box.north + row * stride)
      for (let column = 0; column < columns; column++, k++, index += stride) frame.depth[k] = depths[index]! * per + 0.5
    }
    if (!rule.discharge) return frame
    const reader = flowReader(engine)
    const flow = (value: (index: number) => number) => {
      const values = new Float32Array(count)
      each((k, index) => {
        values[k] = depths[index]! > DRY_DEPTH ? value(index) : 0
      })
      return values
    }
    return withFlow(frame, flow(reader.east), flow(reader.south))
  }
  const [depth, east, south] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  each((k, index) => {
    const [h, u, v] = waterOn(model, engine, index)
    depth[k] = h
    east[k] = h * u
    south[k] = h * v
  })
  ;[frame.depth, frame.depthStep] = quantized(depth, frame.depth, MOST_DEPTH)
  return rule.discharge ? withFlow(frame, east, south) : frame
}

function withFlow(frame: Frame, east: Float32Array, south: Float32Array): Frame {
  const count = east.length
  const both = new Float32Array(2 * count)
  both.set(east)
  both.set(south, count)
  const [values, step] = quantized(both, new Int16Array(2 * count), MOST_FLOW)
  return { ...frame, east: values.slice(0, count), south: values.slice(count), dischargeStep: step }
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
