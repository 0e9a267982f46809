/** A solver on a graphics processor: takes a filled engine's state over, steps without the host, gives it back when asked. */
import { defaultCourant, type Engine, type TrackerRule, type Trackers } from '../engine.ts'
import type { DeviceCause, Forcing } from '../forcing/forcing.ts'
import { integral } from '../forcing/series.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import type { StepReport } from '../simulate.ts'
import { makeItems } from './items.ts'
import { GPU_FIELDS, GPU_TILE, ITEM_WORDS, SHADERS, STATE_WORDS } from './shaders.ts'

/** Bits of `GPUBufferUsage`. */
const USAGE = { read: 1, copyFrom: 4, copyTo: 8, storage: 128 } as const
const PARAM_WORDS = 36 + 20
/** Places of the parameters, 32-bit words. */
const PARAM = {
  t: 2,
  tc: 3,
  length: 4,
  maxStep: 5,
  base: 7,
  shortest: 9,
  longest: 10,
  rain: 13,
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

/** A device for a solver: limits as large as the adapter has. */
export async function gpuDevice(gpu: GPU): Promise<{ device: GPUDevice; software: boolean; name: string } | null> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) return null
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } })
  const { vendor, architecture, isFallbackAdapter } = adapter.info
  const software = isFallbackAdapter || architecture === 'swiftshader'
  return { device, software, name: [vendor, architecture].filter(Boolean).join(' ') || 'unnamed' }
}

/**
 * Puts an engine's state on the device.
 *
 * @throws {Error} when a cause cannot be done there (see `gpuLacks`), or the shaders do not compile
 */
export async function gpuSolver(setup: GpuSetup): Promise<GpuSolver> {
  const { device, engine, forcings, rule, maxStep } = setup
  const { layout, scheme } = engine
  const inertial = scheme === 'inertial'
  const { width, height, guard, length, columns, rows, cellM } = layout
  checkRoom(device, length)
  const causes = forcings.map(({ device: cause, name }): DeviceCause => {
    if (!cause) throw new Error(`webgpu: ${name} is done by the kernels only; expected another backend`)
    return cause
  })
  const items = makeItems(causes, layout)
  const tileColumns = Math.ceil(width / GPU_TILE)
  const tileRows = Math.ceil(height / GPU_TILE)
  const tiles = tileColumns * tileRows
  const storage = USAGE.storage | USAGE.copyFrom | USAGE.copyTo
  const buffer = (words: number) => device.createBuffer({ size: Math.max(64, words * 4), usage: storage })
  const fields = buffer(length * GPU_FIELDS)
  const params = buffer(PARAM_WORDS)
  const awake = buffer(2 * tiles)
  const sums = buffer(2 * tiles)
  const itemBuffer = buffer(items.count * ITEM_WORDS)
  const stateBuffer = buffer(items.count * STATE_WORDS)
  const buffers = [fields, params, awake, sums, itemBuffer, stateBuffer]

  const module = device.createShaderModule({ code: SHADERS })
  const { messages } = await module.getCompilationInfo()
  const wrong = messages.find(({ type }) => type === 'error')
  if (wrong)
    throw new Error(`webgpu: the shaders do not compile: ${wrong.message} at ${wrong.lineNum}:${wrong.linePos}`)
  const bindings = device.createBindGroupLayout({
    entries: buffers.map((_, binding) => ({
      binding,
      visibility: 4,
      buffer: { type: binding === 4 ? ('read-only-storage' as const) : ('storage' as const) },
    })),
  })
  const group = device.createBindGroup({
    layout: bindings,
    entries: buffers.map((one, binding) => ({ binding, resource: { buffer: one } })),
  })
  const shape = device.createPipelineLayout({ bindGroupLayouts: [bindings] })
  const names = [
    'prepare',
    'advance',
    'settle',
    'activate',
    'rain',
    'flow',
    'share',
    'update',
    'godunov',
    'measure',
    'look',
    'total',
  ] as const
  const made = await Promise.all(
    names.map((entryPoint) => device.createComputePipelineAsync({ layout: shape, compute: { module, entryPoint } })),
  )
  const pipelines = Object.fromEntries(names.map((name, k) => [name, made[k]!])) as Record<
    (typeof names)[number],
    GPUComputePipeline
  >

  const words = new ArrayBuffer(PARAM_WORDS * 4)
  const real = new Float32Array(words)
  const whole = new Uint32Array(words)
  real.set([0, 0, 0, 0, 0, maxStep, setup.courant ?? defaultCourant(scheme), 0, 3e38, 3e38, 0, cellM])
  real.set([rule?.thresholdM ?? 0, 0, 0, 1e-7], 12)
  whole.set([0, 0, 0, 0, width, height, guard, length, tileColumns, tileRows, items.count, items.rounds], 16)
  whole.set(
    [inertial ? 1 : 0, rule?.classes.length ?? 0, rule ? 1 : 0, setup.activeTiles === false ? 1 : 0, columns],
    28,
  )
  for (const [k, limits] of (rule?.classes ?? []).entries()) real.set(limits, 36 + 4 * k)
  device.queue.writeBuffer(params, 0, words)
  const put = (field: number, values: ArrayLike<number>) =>
    device.queue.writeBuffer(fields, field * length * 4, Float32Array.from(values))
  const state = [engine.depth(), engine.across(), engine.down()]
  put(0, engine.bed)
  put(1, engine.friction)
  for (const [k, values] of state.entries()) {
    put(2 + k, values)
    put(5 + k, values)
  }
  put(8, new Float32Array(length).fill(inertial ? 1 : 0))
  put(14, new Float32Array(length).fill(-1))
  const noState = new Float32Array(items.count * STATE_WORDS)
  for (let k = 0; k < items.count; k++) noState[k * STATE_WORDS + 3] = -1
  if (items.count > 0) device.queue.writeBuffer(stateBuffer, 0, noState)

  const brought = new Float64Array(causes.length)
  let updates = 0
  let lost: string | null = null
  void device.lost.then(({ message }) => {
    lost = message || 'no reason given'
  })

  const ground = (() => {
    let count = 0
    for (let row = 0; row < rows; row++)
      for (let i = cellIndex(layout, 0, row), end = i + columns; i < end; i++)
        if (engine.bed[i]! < VOID_BED / 2) count++
    return count
  })()

  /** Runs kernels in order. */
  function encode(steps: readonly (typeof names)[number][], repeat = 1): GPUCommandEncoder {
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setBindGroup(0, group)
    for (let k = 0; k < repeat; k++) {
      for (const name of steps) {
        pass.setPipeline(pipelines[name])
        if (name === 'prepare' || name === 'advance' || name === 'settle') pass.dispatchWorkgroups(1)
        else if (name === 'activate') pass.dispatchWorkgroups(Math.ceil(tiles / 256))
        else pass.dispatchWorkgroups(tileColumns, tileRows)
      }
    }
    pass.end()
    return encoder
  }

  async function readBack(source: GPUBuffer, offset: number, bytes: number, encoder = device.createCommandEncoder()) {
    if (lost !== null) throw new Error(`webgpu: the device was lost: ${lost}`)
    const target = device.createBuffer({ size: bytes, usage: USAGE.read | USAGE.copyTo })
    encoder.copyBufferToBuffer(source, offset, target, 0, bytes)
    device.queue.submit([encoder.finish()])
    await target.mapAsync(1)
    const copy = target.getMappedRange().slice(0)
    target.destroy()
    return copy
  }

  device.queue.submit([encode(['measure']).finish()])

  const step: (typeof names)[number][] = ['prepare', 'activate']
  const compute: (typeof names)[number][] = inertial ? ['flow', 'share', 'update', 'advance'] : ['godunov', 'advance']

  return {
    backend: `webgpu float32, ${inertial ? 'inertial' : 'fv'}`,
    async advance(from, to, signal) {
      const report: StepReport = { steps: 0, shortest: Infinity, longest: 0 }
      let time = from
      let guess = LEAST_BATCH
      while (time < to) {
        const end = items.stretchEnd(time, to)
        const span = end - time
        const [rainA, rainB] = items.rain(time, end)
        const raining = rainA !== 0 || rainB !== 0
        device.queue.writeBuffer(params, PARAM.t * 4, new Float32Array([0, 0, span]))
        const longest = raining ? Math.min(maxStep, items.rainStep) : maxStep
        device.queue.writeBuffer(params, PARAM.maxStep * 4, new Float32Array([longest]))
        device.queue.writeBuffer(params, PARAM.base * 4, new Float32Array([time]))
        device.queue.writeBuffer(params, PARAM.shortest * 4, new Float32Array([3e38, 0]))
        device.queue.writeBuffer(params, PARAM.rain * 4, new Float32Array([rainA, rainB]))
        device.queue.writeBuffer(params, PARAM.steps * 4, new Uint32Array([0]))
        if (items.count > 0) {
          const list = new ArrayBuffer(items.count * ITEM_WORDS * 4)
          items.fill(list, time, end)
          device.queue.writeBuffer(itemBuffer, 0, list)
        }
        const kernels = [...step, ...(raining ? (['rain'] as const) : []), ...compute]
        let done = 0
        for (;;) {
          signal?.throwIfAborted()
          const batch = encode(kernels, guess)
          device.queue.submit([batch.finish()])
          const told = await readBack(params, 0, PARAM_WORDS * 4, encode(['settle']))
          const [numbers, counts] = [new Float32Array(told), new Uint32Array(told)]
          const steps = counts[PARAM.steps]!
          report.shortest = Math.min(report.shortest, numbers[PARAM.shortest]!)
          report.longest = Math.max(report.longest, numbers[PARAM.longest]!)
          updates += (steps - done) * columns * rows
          const t = numbers[PARAM.t]!
          if (counts[PARAM.broken]) {
            throw new Error(
              `flood: the time step fell below 1e-7 s at ${(time + t).toFixed(3)} s; expected longer steps`,
            )
          }
          const left = span - t
          const mean = t / Math.max(1, steps)
          done = steps
          if (left <= 0) break
          guess = Math.max(LEAST_BATCH, Math.min(MOST_BATCH, Math.ceil((left / mean) * 1.1) + 1))
        }
        report.steps += done
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
      const head = new Uint32Array(
        await readBack(params, 0, PARAM_WORDS * 4, encode(trackers ? ['settle', 'look'] : ['settle'])),
      )
      const first = 2 + 3 * head[16]!
      const bed = new Float32Array(await readBack(fields, 0, length * 4))
      engine.bed.set(bed)
      const now = new Float32Array(await readBack(fields, first * length * 4, 3 * length * 4))
      for (const [k, field] of [engine.depth(), engine.across(), engine.down()].entries()) {
        field.set(now.subarray(k * length, (k + 1) * length))
      }
      if (!trackers || !engine.trackers) return
      const history = new Float32Array(await readBack(fields, 10 * length * 4, 6 * length * 4))
      const into: Trackers = engine.trackers
      for (const [k, name] of TRACKERS.entries()) into[name].set(history.subarray(k * length, (k + 1) * length))
    },
    async storedVolume() {
      const parts = new Float32Array(await readBack(sums, tiles * 4, tiles * 4, encode(['settle', 'total'])))
      let sum = 0
      for (const part of parts) sum += part
      return sum * cellM * cellM
    },
    async volumes() {
      const out = Array.from(brought)
      if (items.count === 0) return out
      const states = new Float32Array(await readBack(stateBuffer, 0, items.count * STATE_WORDS * 4, encode(['settle'])))
      for (let k = 0; k < items.count; k++) {
        const cause = items.causes[k]!
        if (causes[cause]!.type === 'side') out[cause]! += states[k * STATE_WORDS + 1]! * cellM * cellM
      }
      return out
    },
    cellUpdates: () => updates,
    dispose() {
      for (const one of buffers) one.destroy()
    },
  }
}
