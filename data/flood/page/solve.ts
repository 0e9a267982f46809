/** A run from documents and files in memory to tables and frames in memory: the page's door; it runs in Node as well. */
import type { Engine, Trackers } from '../engine.ts'
import { type Backend, chooseBackend, type Machine } from '../run/backends.ts'
import { causesOf } from '../run/causes.ts'
import { memoryFiles } from '../run/file-source.ts'
import { type Frame, type FrameRule, frameOf } from '../run/frames.ts'
import { makeEngine } from '../run/make-engine.ts'
import { cellLimit, type Model, readModel } from '../run/model.ts'
import { isFrame, isMultiple, momentsOf } from '../run/moments.ts'
import { gaugeLines, sectionLines } from '../run/records.ts'
import { checkRun } from '../run/run-schema.ts'
import { readHazard, terrainTrackers, trackerRule } from '../run/terrain-trackers.ts'
import { simulate, storedVolume } from '../simulate.ts'

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
  massBalance: { startM3: number; endM3: number; causesM3: Record<string, number>; errorRelative: number }
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

/**
 * Does a run in memory.
 *
 * @throws {Error} of the document, a file, the machine, the step, or the signal
 */
export async function solve(wanted: PageRun, machine: Machine, listener: PageListener = {}): Promise<PageResult> {
  const { signal, onProgress, onFrame } = listener
  const run = checkRun(wanted.run)
  const memory = ((globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? 8) * 2 ** 30
  const model = await readModel(run, memoryFiles(new Map(Object.entries(wanted.files))), cellLimit(memory))
  const hazard = await readHazard(model.folder, run.output.hazard)
  const choice = chooseBackend(wanted.backend ?? 'auto', machine, model, null, wanted.threads)
  const kind = choice.backend === 'reference' ? 'reference' : 'wasm'
  const engine: Engine = await makeEngine(model, kind, choice.threads, machine.host)
  try {
    engine.track(trackerRule(model, hazard))
    const forcings = await causesOf(model, engine)
    const start = storedVolume(engine)
    const clock = performance.now()
    const gauges = gaugeLines(model, engine, 0)
    const sections = sectionLines(model, engine, 0)
    let [time, steps, told] = [0, 0, 0]
    if (wanted.frames) onFrame?.(frameOf(model, engine, 0, wanted.frames))
    for (const moment of momentsOf(model, wanted.frames)) {
      while (time < moment) {
        const pause = new AbortController()
        const begun = performance.now()
        try {
          simulate(engine, {
            from: time,
            to: moment,
            forcings,
            maxStep: run.time.maxStep,
            minStep: 1e-7,
            signal: pause.signal,
            onStep(now, dt) {
              time = now
              steps++
              const wall = performance.now()
              if (wall - begun > SLICE) pause.abort(pause)
              if (wall - told < 200) return
              told = wall
              const seconds = (wall - clock) / 1000
              onProgress?.({ time, end: run.time.end, dt, steps, seconds, cellUpdates: engine.cellUpdates() })
            },
          })
        } catch (error) {
          if (error !== pause) throw error
          await breathe()
        }
        signal?.throwIfAborted()
      }
      if (isMultiple(moment, run.output.gaugesEvery) || moment === run.time.end) {
        gauges.push(...gaugeLines(model, engine, moment))
        sections.push(...sectionLines(model, engine, moment))
      }
      if (wanted.frames && isFrame(wanted.frames, moment, run.time.end)) {
        onFrame?.(frameOf(model, engine, moment, wanted.frames))
      }
    }
    const end = storedVolume(engine)
    const causesM3: Record<string, number> = {}
    let [net, moved] = [0, start]
    for (const forcing of forcings) {
      const volume = forcing.volume()
      net += volume
      moved += Math.abs(volume)
      causesM3[forcing.name] = (causesM3[forcing.name] ?? 0) + volume
    }
    const { columns, rows, cellM } = model.place.layout
    const { west, north } = model.place
    return {
      backend: engine.backend,
      backendBecause: choice.because,
      gauges,
      sections,
      steps,
      wallSeconds: (performance.now() - clock) / 1000,
      cellUpdates: engine.cellUpdates(),
      massBalance: { startM3: start, endM3: end, causesM3, errorRelative: moved > 0 ? (end - start - net) / moved : 0 },
      grid: { columns, rows, west, north, cellM, datum: model.datum },
      maps: wanted.maps ? plainMaps(model, terrainTrackers(model, engine, hazard)) : null,
      warnings: model.warnings,
    }
  } finally {
    engine.dispose()
  }
}
