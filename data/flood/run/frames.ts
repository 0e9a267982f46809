/** Frames of the water while it is being computed: quantized grids whose buffers can be handed to another thread. */
import { DRY_DEPTH, type Engine, type PackPart, type WetBox } from '../engine.ts'
import { cellIndex } from '../layout.ts'
import { pixelSpeed } from '../subgrid/history.ts'
import { plainPack } from './frame-pack.ts'
import type { Model } from './model.ts'

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

/** Cells of the terrain over the wet ones, as a part to pack. */
function partOf(model: Model, box: WetBox, stride: number): PackPart {
  if (box.right < 0) return { column: 0, row: 0, columns: 0, rows: 0, stride }
  const n = model.subgrid?.n ?? 1
  const { columns, rows } = model.place.layout
  const [column, row] = [box.left * n, box.top * n]
  return {
    column,
    row,
    columns: Math.ceil((Math.min((box.right + 1) * n, columns) - column) / stride),
    rows: Math.ceil((Math.min((box.bottom + 1) * n, rows) - row) / stride),
    stride,
  }
}

/** Depths and unit discharges on the terrain over a subgrid; the cells are asked once each. */
function overSubgrid(model: Model, engine: Engine, part: PackPart, flows: boolean) {
  const { layout } = model.place
  const { subgrid } = engine
  const n = model.subgrid!.n
  const count = part.columns * part.rows
  const depth = new Float32Array(count)
  const [east, south] = flows ? [new Float32Array(count), new Float32Array(count)] : [depth, depth]
  let [most, fastest] = [0, 0]
  for (let row = 0, k = 0; row < part.rows; row++) {
    const r = part.row + row * part.stride
    let [cell, level, across, down] = [-1, 0, 0, 0]
    for (let column = 0; column < part.columns; column++, k++) {
      const c = part.column + column * part.stride
      const i = cellIndex(layout, c, r)
      const over = cellIndex(engine.layout, Math.floor(c / n), Math.floor(r / n))
      if (over !== cell) {
        cell = over
        level = subgrid!.level(cell)
        if (flows) [across, down] = subgrid!.slope(cell)
      }
      const h = level - model.bed[i]!
      if (!(h > DRY_DEPTH)) continue
      depth[k] = h
      if (h > most) most = h
      if (!flows) continue
      const q = h * pixelSpeed(1, h, model.manning[i]!)
      east[k] = q * across
      south[k] = q * down
      fastest = Math.max(fastest, Math.abs(east[k]!), Math.abs(south[k]!))
    }
  }
  return { fields: [depth, east, south] as const, most, fastest }
}

/** The water now. A million cells take a few milliseconds in the kernels. */
export function frameOf(model: Model, engine: Engine, time: number, rule: FrameRule = {}): Frame {
  const stride = Math.max(1, Math.floor(rule.stride ?? 1))
  const flows = rule.discharge ?? false
  const pack = engine.pack ?? plainPack(engine)
  const box = pack.box(flows && !engine.subgrid)
  const part = partOf(model, box, stride)
  const fine = engine.subgrid ? overSubgrid(model, engine, part, flows) : null
  const { most, fastest } = fine ?? box
  const { layout, west, north } = model.place
  const count = part.columns * part.rows
  const frame: Frame = {
    time,
    columns: part.columns,
    rows: part.rows,
    west: west + part.column * layout.cellM,
    north: north - part.row * layout.cellM,
    cellM: layout.cellM * stride,
    depth: new Uint16Array(count),
    depthStep: Math.max(LEAST_STEP, most / MOST_DEPTH),
    east: flows ? new Int16Array(count) : null,
    south: flows ? new Int16Array(count) : null,
    dischargeStep: Math.max(LEAST_STEP, fastest / MOST_FLOW),
  }
  for (const [what, out, step] of [
    [0, frame.depth, frame.depthStep],
    [1, frame.east, frame.dischargeStep],
    [2, frame.south, frame.dischargeStep],
  ] as const) {
    if (!out || count === 0) continue
    if (!fine) pack.rows(what, part, step, out)
    else for (let k = 0; k < count; k++) out[k] = Math.round(fine.fields[what][k]! / step)
  }
  return frame
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
