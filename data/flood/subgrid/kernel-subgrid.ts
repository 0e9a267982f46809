/** The local inertial scheme over tables of fine ground on the WebAssembly kernels, float32. */
import { DRY_DEPTH, type Engine, type EngineSetup, GRAVITY, type SubgridHistory, type TrackerRule } from '../engine.ts'
import { CONTROL, type Kernel, PASS, startCrew } from '../kernel/crew.ts'
import type { KernelHost } from '../kernel/host.ts'
import { makeMemory, shareBands, threadsOf } from '../kernel/hosted-engine.ts'
import { clearFields, fieldViews, type Plan, planMemory, writeSetup } from '../kernel/memory.ts'
import { type Layout, TILE_COLUMNS, TILE_ROWS, tileOf } from '../layout.ts'
import { HISTORY_BINS } from './history.ts'
import {
  CELL_ENTRIES,
  FACE_ENTRIES,
  type FineGround,
  heightAt,
  layCells,
  type SubgridTables,
  subgridTables,
  volumeAt,
} from './tables.ts'

/** Mode of the kernels' step. */
const MODE = 3
/** 64 bytes apart so that rows of several fields do not fall on the same sets. */
const GAP = 64
/** Fields over the grid: see `subgridSetup` in kernel/subgrid.as. */
const FIELDS = 14

interface Room {
  setup: number
  fields: number[]
  heights: number
  west: number
  north: number
  history: number[]
  bytes: number
}

/** Lays out what the tables need after the plain plan. */
function planRoom(plan: Plan): Room {
  let at = (plan.bytes + 63) & ~63
  const { length } = plan.layout
  const take = (numbers: number) => {
    const start = at
    at += Math.ceil((numbers * 4) / GAP) * GAP + GAP
    return start
  }
  const room = {
    setup: take(32),
    fields: Array.from({ length: FIELDS }, () => take(length)),
    heights: take(length * CELL_ENTRIES),
    west: take(length * FACE_ENTRIES * 2),
    north: take(length * FACE_ENTRIES * 2),
    history: [take(length), take(length * HISTORY_BINS), take(length * HISTORY_BINS), take(length * HISTORY_BINS)],
  }
  if (at > 0xffff0000) {
    const cells = Math.floor((0xffff0000 / at) * plan.layout.columns * plan.layout.rows)
    throw new RangeError(
      `flood grid: the subgrid tables need ${Math.round(at / 1e6)} MB; expected up to ${cells} cells`,
    )
  }
  return { ...room, bytes: at + 65536 }
}

/** Addresses of the first padded cell, as `subgridSetup` reads them. */
function writeRoom(memory: WebAssembly.Memory, layout: Layout, room: Room, rule: TrackerRule | null): void {
  const at = new Int32Array(memory.buffer, room.setup, 24)
  const g = layout.guard * 4
  at.set(room.fields.map((field) => field + g))
  at.set([room.heights + g * CELL_ENTRIES, room.west + g * FACE_ENTRIES * 2, room.north + g * FACE_ENTRIES * 2], FIELDS)
  const [highest, ...bins] = room.history
  if (!rule) at.fill(0, 17, 22)
  else {
    at.set([highest! + g, ...bins.map((place) => place + g * HISTORY_BINS)], 17)
    new Float32Array(memory.buffer, room.setup, 24)[21] = rule.thresholdM
  }
}

/** The tables as views of the memory, so that a cell can be laid anew. */
function tableViews(memory: WebAssembly.Memory, bed: Float32Array, layout: Layout, room: Room): SubgridTables {
  const { length } = layout
  const view = (place: number, count = length) => new Float32Array(memory.buffer, place, count)
  const field = (k: number) => view(room.fields[k]!)
  const faces = (low: number, place: number) => ({
    low: field(low),
    scale: field(low + 1),
    values: view(place, length * FACE_ENTRIES * 2),
  })
  return {
    bed,
    open: new Float32Array(length),
    rate: field(2),
    fullVolume: field(3),
    fullHeight: field(4),
    fullWet: field(5),
    heights: view(room.heights, length * CELL_ENTRIES),
    west: faces(6, room.west),
    north: faces(8, room.north),
  }
}

function fillTables(into: SubgridTables, from: SubgridTables): void {
  for (const name of ['bed', 'open', 'rate', 'fullVolume', 'fullHeight', 'fullWet', 'heights'] as const) {
    into[name].set(from[name])
  }
  for (const side of ['west', 'north'] as const) {
    for (const name of ['low', 'scale', 'values'] as const) into[side][name].set(from[side][name])
  }
}

/**
 * A solver on the kernels over fine ground.
 *
 * @throws {RangeError} when the tables do not fit, with the size that does
 */
export async function kernelSubgrid(
  setup: Omit<EngineSetup, 'scheme'>,
  ground: FineGround,
  host: KernelHost,
): Promise<Engine> {
  const { layout } = setup
  const threads = threadsOf({ ...setup, scheme: 'inertial' }, host)
  const plan = planMemory(layout, threads)
  const room = planRoom(plan)
  const module = await host.module(threads > 1)
  const memory = makeMemory(room.bytes, threads > 1)
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const kernel = instance.exports as unknown as Kernel
  const views = fieldViews(memory, plan)
  clearFields(views, 1)
  const tables = tableViews(memory, views[0]!, layout, room)
  fillTables(tables, subgridTables(layout, ground))
  const words = new Int32Array(memory.buffer, plan.control, 256)
  const numbers = new Float32Array(memory.buffer, plan.control, 256)
  const tiles = layout.tileColumns * layout.tileRows
  const active = new Uint8Array(memory.buffer, plan.tiles.active, tiles)
  const wake = new Uint8Array(memory.buffer, plan.tiles.wake, tiles)
  const field = (k: number) => new Float32Array(memory.buffer, room.fields[k]!, layout.length)
  const keeps = [field(10), field(11), field(12), field(13)] as const
  const courant = setup.courant ?? 0.5
  const all = setup.activeTiles === false
  // 0: largest c² / g, 1: cell updates
  const scalars = new Float64Array(2)
  let rule: TrackerRule | null = null
  let history: SubgridHistory | null = null
  let parity = 0
  words[CONTROL.mode] = MODE

  const configure = () => {
    for (let thread = 0; thread < threads; thread++) writeSetup(memory, plan, thread, null)
    writeRoom(memory, layout, room, rule)
    kernel.setup(plan.setups[0]!)
    kernel.subgridSetup(room.setup)
    if (parity) kernel.subgridTurn()
    words[CONTROL.setup]!++
  }
  configure()
  const setups = plan.setups
  const crew = await startCrew({ host, module, memory, setups, words, numbers, kernel, subgrid: room.setup })
  const view = (k: number) => views[k + 3 * parity]!

  function wakeTile(tile: number): void {
    const column = tile % layout.tileColumns
    wake[tile] = 1
    if (column > 0) wake[tile - 1] = 1
    if (column + 1 < layout.tileColumns) wake[tile + 1] = 1
    if (tile >= layout.tileColumns) wake[tile - layout.tileColumns] = 1
    if (tile + layout.tileColumns < tiles) wake[tile + layout.tileColumns] = 1
  }

  const engine: Engine = {
    scheme: 'inertial',
    backend: `wasm simd float32, subgrid, ${threads} thread${threads > 1 ? 's' : ''}`,
    layout,
    bed: views[0]!,
    friction: views[1]!,
    depth: () => view(2),
    across: () => view(3),
    down: () => view(4),
    stableStep: () => (courant * layout.cellM) / Math.sqrt(GRAVITY * scalars[0]!),
    touch(index) {
      const speed = kernel.subgridTouch(index - layout.guard)
      if (!(speed <= scalars[0]!)) scalars[0] = speed
      wakeTile(tileOf(layout, index))
    },
    refresh() {
      wake.fill(1)
      kernel.subgridLevels(0, layout.tileRows, true)
      scalars[0] = kernel.largestTile()
    },
    step(dt, time) {
      const count = kernel.activate(all, 0)
      shareBands(active, layout.tileColumns, layout.tileRows, count, words, threads)
      const start = Math.fround(time)
      numbers.set([dt, dt / layout.cellM, start, Math.fround(time + dt) - start], CONTROL.numbers)
      words[CONTROL.parity] = parity
      crew.run(PASS.step)
      if (kernel.anyFlag(0, layout.tileRows)) {
        crew.run(PASS.subgridLimit)
        crew.run(PASS.subgridScale)
      }
      kernel.keepFlags()
      kernel.subgridTurn()
      parity = 1 - parity
      words[CONTROL.parity] = parity
      crew.run(PASS.levels)
      scalars[0] = kernel.largestTile()
      scalars[1]! += count * TILE_COLUMNS * TILE_ROWS
    },
    look(time) {
      kernel.subgridTrackAll(time)
    },
    trackers: null,
    subgrid: {
      open: tables.open,
      span: tables.fullHeight,
      level: (i) => tables.bed[i]! + (view(2)[i]! > DRY_DEPTH ? heightAt(tables, i, view(2)[i]!) : 0),
      depthOf: (i, level) => volumeAt(tables, i, level - tables.bed[i]!),
      slope(i) {
        const [x, y] = [keeps[parity]!, keeps[2 + parity]!]
        const below = i + layout.width
        const [a, b] = [view(3), view(4)]
        return [0.5 * (a[i]! * x[i]! + a[i + 1]! * x[i + 1]!), 0.5 * (b[i]! * y[i]! + b[below]! * y[below]!)]
      },
      relay(cells) {
        const list = [...cells]
        layCells(tables, layout, ground, list)
        for (const i of list) engine.touch(i)
      },
      faces: () => [keeps[parity]!, keeps[2 + parity]!],
      get history() {
        return history
      },
    },
    track(wanted) {
      rule = wanted
      const place = (k: number, count: number) => new Float32Array(memory.buffer, room.history[k]!, count)
      const bins = layout.length * HISTORY_BINS
      history = {
        highest: place(0, layout.length),
        arrival: place(1, bins).fill(-1),
        dwell: place(2, bins),
        slopes: place(3, bins),
      }
      configure()
    },
    cellUpdates: () => scalars[1]!,
    dispose: () => crew.dispose(),
  }
  return engine
}
