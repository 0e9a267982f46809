/** A solver on a graphics processor: takes a filled engine's state over, steps without the host, gives it back when asked. */
import { defaultCourant, type Engine, type TrackerRule, type Trackers } from '../engine.ts'
import type { DeviceCause, Forcing } from '../forcing/forcing.ts'
import { integral } from '../forcing/series.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import type { StepReport } from '../simulate.ts'
import { GPU_TILE } from './cell-shaders.ts'
import { type GpuKernel, type GpuProgram, gpuProgram } from './gpu-program.ts'
import { type Items, makeItems } from './items.ts'
import { GPU_FIELDS, ITEM_WORDS, STATE_WORDS } from './shaders.ts'

const PARAM_WORDS = 36 + 20
/** Places of the parameters, 32-bit words. */
const PARAM = {
  t: 2,
  base: 7,
  shortest: 9,
  longest: 10,
  rain: 13,
  current: 16,
  steps: 18,
  broken: 19,
} as const
/** Least and most steps handed over at once; the host looks in between. */
const LEAST_BATCH = 8
const MOST_BATCH = 256
const TRACKERS = ['maxDepth', 'maxSpeed', 'maxHazard', 'maxClass', 'arrival', 'duration'] as const

/** A solver on a graphics processor. */
export interface GpuSolver {
  readonly backend: string
  /**
   * Goes on; looks at the clock of the device once in up to 256 steps.
   *
   * @throws {Error} when the step collapses, or the signal's reason
   */
  advance(from: number, to: number, signal?: AbortSignal): Promise<StepReport>
  /** Brings depths and speeds (and trackers) back into the engine's arrays. */
  sync(time: number, trackers: boolean): Promise<void>
  /** water inside the grid, m³, summed on the device */
  storedVolume(): Promise<number>
  /** net volume each cause has brought, m³, in their order */
  volumes(): Promise<number[]>
  cellUpdates(): number
  dispose(): void
}

/** What a solver needs. */
export interface GpuSetup {
  device: GPUDevice
  /** filled, its sides laid; its arrays are written by `sync` only */
  engine: Engine
  forcings: readonly Forcing[]
  courant?: number
  maxStep: number
  /** history wanted */
  rule: TrackerRule | null
  activeTiles?: boolean
}

/**
 * Bytes of the largest buffer a grid needs.
 *
 * @throws {RangeError} when the device has no such buffer, with the size it has
 */
function checkRoom(device: GPUDevice, length: number): void {
  const most = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize)
  const bytes = length * 4 * GPU_FIELDS
  if (bytes > most) {
    throw new RangeError(
      `flood grid: ${length} cells do not fit the graphics processor; expected up to ${Math.floor(most / 4 / GPU_FIELDS)}`,
    )
  }
}

interface Shape {
  program: GpuProgram
  items: Items
  tileColumns: number
  tileRows: number
}

/** Puts the parameters and the state of an engine on the device. */
function load(setup: GpuSetup, { program, items, tileColumns, tileRows }: Shape): void {
  const { device, engine, rule, maxStep } = setup
  const { layout, scheme } = engine
  const { width, height, guard, length, columns, cellM } = layout
  const [fields, params, , , , stateBuffer] = program.buffers
  const inertial = scheme === 'inertial'
  const words = new ArrayBuffer(PARAM_WORDS * 4)
  const real = new Float32Array(words)
  const whole = new Uint32Array(words)
  real.set([0, 0, 0, 0, 0, maxStep, setup.courant ?? defaultCourant(scheme), 0, 0, 3e38, 0, cellM])
  real.set([rule?.thresholdM ?? 0, 0, 0, 1e-7], 12)
  whole.set([0, 0, 0, 0, width, height, guard, length, tileColumns, tileRows, items.count, items.rounds], 16)
  const all = setup.activeTiles === false ? 1 : 0
  whole.set([inertial ? 1 : 0, rule?.classes.length ?? 0, rule ? 1 : 0, all, columns], 28)
  for (const [k, limits] of (rule?.classes ?? []).entries()) real.set(limits, 36 + 4 * k)
  device.queue.writeBuffer(params!, 0, words)
  const put = (field: number, values: ArrayLike<number>) =>
    device.queue.writeBuffer(fields!, field * length * 4, Float32Array.from(values))
  put(0, engine.bed)
  put(1, engine.friction)
  for (const [k, values] of [engine.depth(), engine.across(), engine.down()].entries()) {
    put(2 + k, values)
    put(5 + k, values)
  }
  put(8, new Float32Array(length).fill(inertial ? 1 : 0))
  put(14, new Float32Array(length).fill(-1))
  const noState = new Float32Array(items.count * STATE_WORDS)
  for (let k = 0; k < items.count; k++) noState[k * STATE_WORDS + 3] = -1
  if (items.count > 0) device.queue.writeBuffer(stateBuffer!, 0, noState)
  program.submit(program.encode(['measure']))
}

/** What a stretch of time begins with. */
function begin(setup: GpuSetup, { program, items }: Shape, from: number, to: number): GpuKernel[] {
  const { device, maxStep, engine } = setup
  const [, params, , , itemBuffer] = program.buffers
  const [rainA, rainB] = items.rain(from, to)
  const raining = rainA !== 0 || rainB !== 0
  const put = (place: number, ...values: number[]) =>
    device.queue.writeBuffer(params!, place * 4, new Float32Array(values))
  put(PARAM.t, 0, 0, to - from, raining ? Math.min(maxStep, items.rainStep) : maxStep)
  put(PARAM.base, from)
  put(PARAM.shortest, 3e38, 0)
  put(PARAM.rain, rainA, rainB)
  put(PARAM.steps, 0)
  if (items.count > 0) {
    const list = new ArrayBuffer(items.count * ITEM_WORDS * 4)
    items.fill(list, from, to)
    device.queue.writeBuffer(itemBuffer!, 0, list)
  }
  const compute: GpuKernel[] = engine.scheme === 'inertial' ? ['flow', 'share', 'update'] : ['godunov']
  return ['prepare', 'activate', ...(raining ? (['rain'] as const) : []), ...compute, 'advance']
}

/** Steps of one stretch: batches of commands, with a look at the device's clock between them. */
async function stretch(
  setup: GpuSetup,
  shape: Shape,
  from: number,
  to: number,
  report: StepReport,
  signal?: AbortSignal,
): Promise<number> {
  const { program } = shape
  const kernels = begin(setup, shape, from, to)
  let batch = LEAST_BATCH
  for (;;) {
    signal?.throwIfAborted()
    program.submit(program.encode(kernels, batch))
    const told = await program.read(program.buffers[1]!, 0, PARAM_WORDS * 4, program.encode(['settle']))
    const [numbers, counts] = [new Float32Array(told), new Uint32Array(told)]
    const steps = counts[PARAM.steps]!
    const t = numbers[PARAM.t]!
    report.shortest = Math.min(report.shortest, numbers[PARAM.shortest]!)
    report.longest = Math.max(report.longest, numbers[PARAM.longest]!)
    if (counts[PARAM.broken]) {
      throw new Error(`flood: the time step fell below 1e-7 s at ${(from + t).toFixed(3)} s; expected longer steps`)
    }
    const left = to - from - t
    if (left <= 1e-6 * (to - from)) return steps
    batch = Math.max(LEAST_BATCH, Math.min(MOST_BATCH, Math.ceil((left / (t / Math.max(1, steps))) * 1.1) + 1))
  }
}

/** Cells with ground: rain falls on them. */
function groundCells(engine: Engine): number {
  const { layout, bed } = engine
  let count = 0
  for (let row = 0; row < layout.rows; row++) {
    const start = cellIndex(layout, 0, row)
    for (let i = start; i < start + layout.columns; i++) if (bed[i]! < VOID_BED / 2) count++
  }
  return count
}

/**
 * Puts an engine's state on the device.
 *
 * @throws {Error} when a cause cannot be done there (see `gpuLacks`), or the shaders do not compile
 */
export async function gpuSolver(setup: GpuSetup): Promise<GpuSolver> {
  const { device, engine, forcings } = setup
  const { layout, scheme } = engine
  const { length, columns, rows, cellM } = layout
  checkRoom(device, length)
  const causes = forcings.map(({ device: cause, name }): DeviceCause => {
    if (!cause) throw new Error(`webgpu: ${name} is done by the kernels only; expected another backend`)
    return cause
  })
  const items = makeItems(causes, layout)
  const tileColumns = Math.ceil(layout.width / GPU_TILE)
  const tileRows = Math.ceil(layout.height / GPU_TILE)
  const tiles = tileColumns * tileRows
  const sizes = [length * GPU_FIELDS, PARAM_WORDS, 2 * tiles, 2 * tiles]
  const program = await gpuProgram(
    device,
    [...sizes, items.count * ITEM_WORDS, items.count * STATE_WORDS],
    tileColumns,
    tileRows,
  )
  const shape = { program, items, tileColumns, tileRows }
  const [fields, params, , sums, , stateBuffer] = program.buffers as [
    GPUBuffer,
    GPUBuffer,
    GPUBuffer,
    GPUBuffer,
    GPUBuffer,
    GPUBuffer,
  ]
  load(setup, shape)
  const brought = new Float64Array(causes.length)
  const ground = groundCells(engine)
  let updates = 0

  return {
    backend: `webgpu float32, ${scheme}`,
    async advance(from, to, signal) {
      const report: StepReport = { steps: 0, shortest: Infinity, longest: 0 }
      let time = from
      while (time < to) {
        const end = items.stretchEnd(time, to)
        const steps = await stretch(setup, shape, time, end, report, signal)
        report.steps += steps
        updates += steps * columns * rows
        causes.forEach((cause, k) => {
          if (cause.type === 'inflow') brought[k]! += integral(cause.discharge, time, end)
          else if (cause.type === 'rain') {
            brought[k]! += integral(cause.rate, time - cause.start, end - cause.start) * ground * cellM * cellM
          }
        })
        time = end
      }
      return report
    },
    async sync(time, trackers) {
      device.queue.writeBuffer(params, PARAM.t * 4, new Float32Array([0, 0]))
      device.queue.writeBuffer(params, PARAM.base * 4, new Float32Array([time]))
      const last = program.encode(trackers ? ['settle', 'look'] : ['settle'])
      const head = new Uint32Array(await program.read(params, 0, PARAM_WORDS * 4, last))
      const first = 2 + 3 * head[PARAM.current]!
      engine.bed.set(new Float32Array(await program.read(fields, 0, length * 4)))
      const now = new Float32Array(await program.read(fields, first * length * 4, 3 * length * 4))
      for (const [k, field] of [engine.depth(), engine.across(), engine.down()].entries()) {
        field.set(now.subarray(k * length, (k + 1) * length))
      }
      if (!trackers || !engine.trackers) return
      const history = new Float32Array(await program.read(fields, 10 * length * 4, 6 * length * 4))
      const into: Trackers = engine.trackers
      for (const [k, name] of TRACKERS.entries()) into[name].set(history.subarray(k * length, (k + 1) * length))
    },
    async storedVolume() {
      const told = await program.read(sums, tiles * 4, tiles * 4, program.encode(['settle', 'total']))
      let sum = 0
      for (const part of new Float32Array(told)) sum += part
      return sum * cellM * cellM
    },
    async volumes() {
      const out = Array.from(brought)
      if (items.count === 0) return out
      const bytes = items.count * STATE_WORDS * 4
      const states = new Float32Array(await program.read(stateBuffer, 0, bytes, program.encode(['settle'])))
      for (let k = 0; k < items.count; k++) {
        const cause = items.causes[k]!
        if (causes[cause]!.type === 'side') out[cause]! += states[k * STATE_WORDS + 1]! * cellM * cellM
      }
      return out
    },
    cellUpdates: () => updates,
    dispose: () => program.dispose(),
  }
}
