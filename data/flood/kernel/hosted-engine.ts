/** The WebAssembly backend on any host: the kernels over tiles with water, in one or several threads. */
import {
  DRY_DEPTH,
  defaultCourant,
  type Engine,
  type EngineSetup,
  GRAVITY,
  type TrackerRule,
  type Trackers,
} from '../engine.ts'
import { TILE_COLUMNS, TILE_ROWS, tileOf } from '../layout.ts'
import { CONTROL, type Kernel, PASS, startCrew } from './crew.ts'
import type { KernelHost } from './host.ts'
import {
  clearFields,
  crestViews,
  fieldViews,
  planMemory,
  poreViews,
  scratchRoom,
  trackerViews,
  writeSetup,
} from './memory.ts'
import { kernelPack } from './pack.ts'

const MODES = { inertial: 0, fv: 1, muscl: 2 } as const

/** Memory of the kernels, in bytes. */
export function makeMemory(bytes: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / 65536) + 1
  try {
    return new WebAssembly.Memory(shared ? { initial: pages, maximum: 65536, shared: true } : { initial: pages })
  } catch (cause) {
    const mega = Math.round(bytes / 1e6)
    throw new RangeError(
      `flood grid: this machine gives no ${mega} MB; expected larger cells or a smaller area (about 60 bytes a cell)`,
      { cause },
    )
  }
}

/** Splits the bands of tiles so that each thread has about as many to compute. */
export function shareBands(
  active: Uint8Array,
  tileColumns: number,
  tileRows: number,
  total: number,
  words: Int32Array,
  threads: number,
) {
  words[CONTROL.bands] = 0
  if (threads === 1) {
    words[CONTROL.bands + 1] = tileRows
    return
  }
  let thread = 1
  let count = 0
  for (let band = 0; band < tileRows && thread < threads; band++) {
    for (let c = 0; c < tileColumns; c++) count += active[band * tileColumns + c]!
    while (thread < threads && count * threads >= total * thread) words[CONTROL.bands + thread++] = band + 1
  }
  while (thread <= threads) words[CONTROL.bands + thread++] = tileRows
}

/** Threads an engine gets: no more than rows of tiles, one where the host has no shared memory. */
export function threadsOf(setup: EngineSetup, host: KernelHost): number {
  return host.single ? 1 : Math.max(1, Math.min(setup.threads ?? 1, setup.layout.tileRows, 64))
}

/**
 * A solver on the WebAssembly kernels, float32.
 *
 * @throws {RangeError} when the grid does not fit, with the size that does
 */
export async function hostedEngine(setup: EngineSetup, host: KernelHost): Promise<Engine> {
  const { layout, scheme } = setup
  const threads = threadsOf(setup, host)
  const shared = threads > 1
  const plan = planMemory(layout, threads, setup.crests, setup.porous)
  const module = await host.module(shared)
  const memory = makeMemory(plan.bytes, shared)
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const kernel = instance.exports as unknown as Kernel
  const views = fieldViews(memory, plan)
  const crests = crestViews(memory, plan)
  const pores = poreViews(memory, plan)
  clearFields(views, scheme === 'inertial' ? 1 : 0)
  const words = new Int32Array(memory.buffer, plan.control, 256)
  const numbers = new Float32Array(memory.buffer, plan.control, 256)
  const tiles = layout.tileColumns * layout.tileRows
  const active = new Uint8Array(memory.buffer, plan.tiles.active, tiles)
  const wake = new Uint8Array(memory.buffer, plan.tiles.wake, tiles)
  const tileMax = new Float32Array(memory.buffer, plan.tiles.tileMax, tiles)
  const mode = MODES[scheme]
  const courant = setup.courant ?? defaultCourant(scheme)
  const all = setup.activeTiles === false
  const scalars = new Float64Array(2)
  let rule: TrackerRule | null = null
  let trackers: Trackers | null = null
  let parity = 0
  words[CONTROL.mode] = mode

  const configure = () => {
    for (let thread = 0; thread < threads; thread++) writeSetup(memory, plan, thread, rule)
    kernel.setup(plan.setups[0]!)
    if (parity) kernel.turn()
    words[CONTROL.setup]!++
  }
  configure()
  const crew = await startCrew({ host, module, memory, setups: plan.setups, words, numbers, kernel })
  const view = (k: number) => views[k + 3 * parity]!

  // rounded as the kernel rounds, so that a run that was stopped goes on with the very same steps
  function speedOf(i: number): number {
    const volume = view(2)[i]!
    const h = pores ? Math.fround(volume * pores.inverse[i]!) : volume
    if (mode === 0) return h
    if (!(volume > DRY_DEPTH)) return 0
    const wave = Math.fround(Math.sqrt(Math.fround(Math.fround(GRAVITY) * h)))
    return Math.fround(wave + Math.max(Math.abs(view(3)[i]!), Math.abs(view(4)[i]!)))
  }

  function wakeTile(tile: number): void {
    const column = tile % layout.tileColumns
    wake[tile] = 1
    if (column > 0) wake[tile - 1] = 1
    if (column + 1 < layout.tileColumns) wake[tile + 1] = 1
    if (tile >= layout.tileColumns) wake[tile - layout.tileColumns] = 1
    if (tile + layout.tileColumns < tiles) wake[tile + layout.tileColumns] = 1
  }

  return {
    scheme,
    backend: `wasm simd float32, ${threads} thread${threads > 1 ? 's' : ''}`,
    layout,
    bed: views[0]!,
    friction: views[1]!,
    depth: () => view(2),
    across: () => view(3),
    down: () => view(4),
    ...(scheme === 'inertial' ? {} : { residue: views[8]! }),
    ...(crests ? { crests } : {}),
    ...(pores ? { pores } : {}),
    pack: kernelPack(kernel, memory, {
      columns: layout.columns,
      inertial: mode === 0,
      room: scratchRoom(layout),
      stepped: () => scalars[1]! > 0,
    }),
    stableStep: () => (courant * layout.cellM) / (mode === 0 ? Math.sqrt(GRAVITY * scalars[0]!) : scalars[0]!),
    touch(index) {
      const speed = speedOf(index)
      if (!(speed <= scalars[0]!)) scalars[0] = speed
      wakeTile(tileOf(layout, index))
    },
    refresh() {
      const { guard, width, height } = layout
      tileMax.fill(0)
      wake.fill(1)
      for (let i = guard; i < guard + width * height; i++) {
        const speed = speedOf(i)
        if (speed === 0) continue
        const row = Math.floor((i - guard) / width)
        const tile =
          Math.floor(row / TILE_ROWS) * layout.tileColumns + Math.floor((i - guard - row * width) / TILE_COLUMNS)
        if (!(speed <= tileMax[tile]!)) tileMax[tile] = speed
      }
      scalars[0] = kernel.largestTile()
    },
    step(dt, time) {
      const count = kernel.activate(all, mode)
      shareBands(active, layout.tileColumns, layout.tileRows, count, words, threads)
      const start = Math.fround(time)
      numbers.set([dt, dt / layout.cellM, start, Math.fround(time + dt) - start], CONTROL.numbers)
      words[CONTROL.parity] = parity
      crew.run(PASS.step)
      if (mode === 0) {
        if (kernel.anyFlag(0, layout.tileRows)) {
          crew.run(PASS.limit)
          crew.run(PASS.scale)
        }
        kernel.keepFlags()
      }
      kernel.turn()
      parity = 1 - parity
      scalars[0] = kernel.largestTile()
      scalars[1]! += count * TILE_COLUMNS * TILE_ROWS
    },
    look(time) {
      kernel.trackAll(mode, time)
    },
    get trackers() {
      return trackers
    },
    track(wanted) {
      rule = wanted
      trackers = trackerViews(memory, plan, wanted)
      configure()
    },
    cellUpdates: () => scalars[1]!,
    dispose: () => crew.dispose(),
  }
}
