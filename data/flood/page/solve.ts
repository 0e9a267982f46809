/** A run from documents and files in memory to tables and frames in memory: the page's door; it runs in Node as well. */
import type { Engine, TrackerRule, Trackers } from '../engine.ts'
import type { Forcing } from '../forcing/forcing.ts'
import { type Backend, type Choice, chooseBackend, type Machine } from '../run/backends.ts'
import { causesOf } from '../run/causes.ts'
import { memoryFiles } from '../run/file-source.ts'
import { type Frame, type FrameRule, frameOf } from '../run/frames.ts'
import { makeEngine } from '../run/make-engine.ts'
import { type MassBalance, massBalance } from '../run/mass-balance.ts'
import { cellLimit, type Model, readModel } from '../run/model.ts'
import { isFrame, isMultiple, momentsOf } from '../run/moments.ts'
import { gaugeLines, sectionLines } from '../run/records.ts'
import { checkRun } from '../run/run-schema.ts'
import { readHazard, terrainTrackers, trackerRule } from '../run/terrain-trackers.ts'
import { simulate, storedVolume } from '../simulate.ts'
import { gpuSolver } from '../webgpu/gpu-solver.ts'
import { gpuLacks } from '../webgpu/items.ts'

/** Longest stretch without looking whether the run is to stop, milliseconds. */
const SLICE = 100

/** What is to be computed. */
export interface PageRun {
  /** `run.json`, parsed */
  run: unknown
  /** the files it names */
  files: Record<string, Uint8Array<ArrayBuffer>>
  backend?: Backend
  threads?: number
  frames?: FrameRule
  /** with the maps of the whole run */
  maps?: boolean
}

/** How far it is. */
export interface PageProgress {
  /** simulated, seconds */
  time: number
  end: number
  dt: number
  steps: number
  /** on the wall */
  seconds: number
  cellUpdates: number
}

/** What came of it. */
export interface PageResult {
  backend: string
  backendBecause: string
  /** lines as in `gauges.csv` and `sections.csv`, without heads */
  gauges: string[]
  sections: string[]
  steps: number
  wallSeconds: number
  cellUpdates: number
  massBalance: MassBalance
  /** the terrain's grid, and its history when `maps` was asked for: row-major from the north, float32 */
  grid: { columns: number; rows: number; west: number; north: number; cellM: number; datum: number }
  maps: Record<keyof Trackers, Float32Array<ArrayBuffer>> | null
  warnings: string[]
}

/** Where the run tells what it does. */
export interface PageListener {
  onProgress?: (progress: PageProgress) => void
  onFrame?: (frame: Frame) => void
  signal?: AbortSignal
}

/** The history without the rings. */
export function plainMaps(model: Model, trackers: Trackers): PageResult['maps'] {
  const { columns, rows, guard, width } = model.place.layout
  const cut = (field: ArrayLike<number>) => {
    const out = new Float32Array(columns * rows)
    for (let row = 0; row < rows; row++) {
      const start = guard + (row + 2) * width + 2
      for (let column = 0; column < columns; column++) out[row * columns + column] = field[start + column]!
    }
    return out
  }
  const { maxDepth, maxSpeed, maxHazard, maxClass, arrival, duration } = trackers
  return {
    maxDepth: cut(maxDepth),
    maxSpeed: cut(maxSpeed),
    maxHazard: cut(maxHazard),
    maxClass: cut(maxClass),
    arrival: cut(arrival),
    duration: cut(duration),
  }
}

/** Lets messages in. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

/** A machine, with its graphics processor when there is one. */
export interface PageMachine extends Machine {
  device?: GPUDevice
}

/** What makes the water go on, wherever it is computed. */
interface Solver {
  because: string
  backend: string
  engine: Engine
  forcings: Forcing[]
  advance(from: number, to: number): Promise<number>
  /** the engine's arrays hold this moment */
  sync(time: number, trackers: boolean): Promise<void>
  storedVolume(): Promise<number>
  volumes(): Promise<number[]>
  cellUpdates(): number
  dispose(): void
}

type Listen = (time: number, dt: number, steps: number) => void

async function cpuSolver(model: Model, choice: Choice, machine: PageMachine, listen: Listen, signal?: AbortSignal) {
  const kind = choice.backend === 'reference' ? 'reference' : 'wasm'
  const engine = await makeEngine(model, kind, choice.threads, machine.host)
  const forcings = await causesOf(model, engine)
  const { maxStep } = model.run.time
  let breathed = performance.now()
  const solver: Solver = {
    because: choice.because,
    backend: engine.backend,
    engine,
    forcings,
    async advance(from, to) {
      let [time, steps] = [from, 0]
      while (time < to) {
        const pause = new AbortController()
        try {
          simulate(engine, {
            from: time,
            to,
            forcings,
            maxStep,
            minStep: 1e-7,
            signal: pause.signal,
            onStep(now, dt) {
              time = now
              steps++
              listen(time, dt, steps)
              if (performance.now() - breathed > SLICE) pause.abort(pause)
            },
          })
          time = to
        } catch (error) {
          if (error !== pause) throw error
        }
        if (performance.now() - breathed > SLICE) {
          await breathe()
          breathed = performance.now()
        }
        signal?.throwIfAborted()
      }
      return steps
    },
    sync: async () => {},
    storedVolume: async () => storedVolume(engine),
    volumes: async () => forcings.map((forcing) => forcing.volume()),
    cellUpdates: () => engine.cellUpdates(),
    dispose: () => engine.dispose(),
  }
  return solver
}

/** The run on the graphics processor when that is chosen; its state is held by kernels that do not step. */
async function anySolver(
  model: Model,
  wanted: PageRun,
  machine: PageMachine,
  rule: TrackerRule,
  listener: PageListener,
  listen: Listen,
) {
  const { device } = machine
  const backend = wanted.backend ?? 'auto'
  const choose = (lacks: string | null) => chooseBackend(backend, machine, model, lacks, wanted.threads)
  if (!device || (backend !== 'auto' && backend !== 'webgpu')) {
    return cpuSolver(model, choose('there is none'), machine, listen, listener.signal)
  }
  const early = gpuLacks([], model)
  if (early) return cpuSolver(model, choose(early), machine, listen, listener.signal)
  const holder = await cpuSolver(model, { backend: 'wasm', threads: 1, because: '' }, machine, listen, listener.signal)
  const choice = choose(gpuLacks(holder.forcings, model))
  if (choice.backend !== 'webgpu') {
    holder.dispose()
    return cpuSolver(model, choice, machine, listen, listener.signal)
  }
  const { engine, forcings } = holder
  const { courant, maxStep } = model.run.time
  const setup = { device, engine, forcings, maxStep, rule, ...(courant ? { courant } : {}) }
  const gpu = await gpuSolver(setup)
  const solver: Solver = {
    ...gpu,
    because: choice.because,
    engine,
    forcings,
    async advance(from, to) {
      const { steps, longest } = await gpu.advance(from, to, listener.signal)
      listen(to, longest, steps)
      return steps
    },
    dispose() {
      gpu.dispose()
      engine.dispose()
    },
  }
  return solver
}

/**
 * Does a run in memory.
 *
 * @throws {Error} of the document, a file, the machine, the step, or the signal
 */
export async function solve(wanted: PageRun, machine: PageMachine, listener: PageListener = {}): Promise<PageResult> {
  const { onProgress, onFrame } = listener
  const run = checkRun(wanted.run)
  const memory = ((globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? 8) * 2 ** 30
  const model = await readModel(run, memoryFiles(new Map(Object.entries(wanted.files))), cellLimit(memory))
  const hazard = await readHazard(model.folder, run.output.hazard)
  const rule = trackerRule(model, hazard)
  let clock = performance.now()
  let [steps, told] = [0, 0]
  const listen: Listen = (time, dt, more) => {
    const wall = performance.now()
    if (wall - told < 200) return
    told = wall
    const seconds = (wall - clock) / 1000
    onProgress?.({ time, end: run.time.end, dt, steps: steps + more, seconds, cellUpdates: solver.cellUpdates() })
  }
  const solver = await anySolver(model, wanted, machine, rule, listener, listen)
  const { engine } = solver
  try {
    engine.track(rule)
    const start = await solver.storedVolume()
    clock = performance.now()
    const gauges = gaugeLines(model, engine, 0)
    const sections = sectionLines(model, engine, 0)
    let time = 0
    if (wanted.frames) onFrame?.(frameOf(model, engine, 0, wanted.frames))
    for (const moment of momentsOf(model, wanted.frames)) {
      steps += await solver.advance(time, moment)
      time = moment
      const measured = isMultiple(moment, run.output.gaugesEvery) || moment === run.time.end
      const shown = wanted.frames && isFrame(wanted.frames, moment, run.time.end)
      if (measured || shown) await solver.sync(moment, moment === run.time.end)
      if (measured) {
        gauges.push(...gaugeLines(model, engine, moment))
        sections.push(...sectionLines(model, engine, moment))
      }
      if (shown) onFrame?.(frameOf(model, engine, moment, wanted.frames))
    }
    const end = await solver.storedVolume()
    const volumes = await solver.volumes()
    const causes = solver.forcings.map(({ name }, k) => ({ name, volume: volumes[k]! }))
    const { columns, rows, cellM } = model.place.layout
    const { west, north } = model.place
    return {
      backend: solver.backend,
      backendBecause: solver.because,
      gauges,
      sections,
      steps,
      wallSeconds: (performance.now() - clock) / 1000,
      cellUpdates: solver.cellUpdates(),
      massBalance: massBalance(start, end, causes),
      grid: { columns, rows, west, north, cellM, datum: model.datum },
      maps: wanted.maps ? plainMaps(model, terrainTrackers(model, engine, hazard)) : null,
      warnings: model.warnings,
    }
  } finally {
    solver.dispose()
  }
}
