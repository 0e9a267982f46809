/** Runs a model to its end: steps, tables, maps, checkpoints, a summary. */
import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Engine } from '../engine.ts'
import type { Forcing } from '../forcing/forcing.ts'
import { nodeHost } from '../kernel/node-host.ts'
import { isSewer } from '../sewer/sewer-forcing.ts'
import { simulate, storedVolume } from '../simulate.ts'
import { type Backend, chooseBackend } from './backends.ts'
import { readBands } from './bands.ts'
import { causesOf } from './causes.ts'
import { type Frame, type FrameRule, frameOf } from './frames.ts'
import { type Progress, readCheckpoint, writeCheckpoint, writeWhole } from './keep.ts'
import { makeEngine } from './make-engine.ts'
import type { Model } from './model.ts'
import { isFrame, isMultiple, momentsOf } from './moments.ts'
import { writeFrame, writeMaxima } from './products.ts'
import { ENGINE_VERSION, type Summary, summaryOf } from './summary.ts'
import { openTables, type Tables } from './tables.ts'
import { readHazard, trackerRule } from './terrain-trackers.ts'

/** How a run is done. */
export interface ExecuteOptions {
  out: string
  /** `auto` by default */
  backend?: Backend
  /** at most; all cores when not said */
  threads?: number
  /** frames wanted while the run goes on; they are not written */
  frames?: FrameRule
  /** takes a frame; its buffers are its own */
  onFrame?: (frame: Frame) => void
  /** takes no checkpoint up */
  fresh?: boolean
  signal?: AbortSignal
  /** called a few times a second */
  onProgress?: (state: {
    time: number
    end: number
    dt: number
    steps: number
    seconds: number
    engine: Engine
  }) => void
}

/** A run on its way. */
interface UnderWay {
  model: Model
  engine: Engine
  forcings: Forcing[]
  options: ExecuteOptions
  progress: Progress
  tables: Tables
  /** simulated seconds of the checkpoint from which it goes on */
  resumedFromS: number | null
  /** brings the counts in `progress` up to now */
  count(): void
  /** starts a checkpoint of this moment once the one before is whole */
  keep(): Promise<void>
  /** the last checkpoint is whole; throws when it could not be written */
  kept(): Promise<void>
}

/**
 * Does a run, or goes on with it from its checkpoint.
 *
 * @throws {Error} of the step, the disk, or the signal (then with a checkpoint)
 */
export async function executeRun(model: Model, options: ExecuteOptions): Promise<Summary> {
  const { run, folder } = model
  const { out } = options
  await mkdir(out, { recursive: true }).catch((cause) => {
    throw new Error(`${out}: cannot be made: ${cause.code}; expected a folder that may be written`, { cause })
  })
  const machine = { host: nodeHost, noGpu: 'Node has no WebGPU' }
  const choice = chooseBackend(options.backend ?? 'auto', machine, model, null, options.threads)
  const terrainSha256 = sha256(await folder.bytes(run.terrain.file))
  const key = sha256(JSON.stringify([run, terrainSha256, ENGINE_VERSION, choice.backend]))
  const hazard = await readHazard(folder, run.output.hazard)
  const bands = await readBands(folder, run.output.bands)
  const kind = choice.backend === 'reference' ? 'reference' : 'wasm'
  const engine = await makeEngine(model, kind, choice.threads, nodeHost)
  try {
    engine.track(trackerRule(model, hazard))
    const checkpoint = resolve(out, 'checkpoint.bin')
    const way = await setOut(model, engine, checkpoint, key, options)
    await follow(way)
    await way.kept()
    await way.tables.flush()
    await writeMaxima(model, engine, out, hazard, bands)
    way.count()
    const { forcings, progress, resumedFromS } = way
    const ended = { model, engine, forcings, choice, progress, terrainSha256, hazardName: hazard.name, resumedFromS }
    const summary = summaryOf(ended)
    await writeWhole(resolve(out, 'summary.json'), [`${JSON.stringify(summary, null, 2)}\n`])
    await rm(checkpoint, { force: true })
    return summary
  } finally {
    engine.dispose()
  }
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Takes a run up where its checkpoint left it, or begins it. */
async function setOut(
  model: Model,
  engine: Engine,
  checkpoint: string,
  key: string,
  options: ExecuteOptions,
): Promise<UnderWay> {
  const forcings = await causesOf(model, engine)
  const found = options.fresh ? null : await readCheckpoint(checkpoint, engine, forcings, key)
  const progress: Progress = found ?? {
    key,
    time: 0,
    recorded: -1,
    steps: 0,
    shortest: 1e300,
    longest: 0,
    cellUpdates: 0,
    seconds: 0,
    volumeAtStart: storedVolume(engine),
    gaugeBytes: 0,
    sectionBytes: 0,
    sewerBytes: 0,
  }
  const { cellUpdates, seconds } = progress
  const clock = performance.now()
  const tables = await openTables(model, engine, forcings.find(isSewer), options.out, progress)
  if (!found) tables.record(0)
  let keeping: Promise<void> = Promise.resolve()
  const count = () => {
    progress.cellUpdates = cellUpdates + engine.cellUpdates()
    progress.seconds = seconds + (performance.now() - clock) / 1000
  }
  return {
    model,
    engine,
    forcings,
    options,
    progress,
    tables,
    resumedFromS: found ? found.time : null,
    count,
    async keep() {
      await keeping
      Object.assign(progress, tables.sizes())
      count()
      keeping = writeCheckpoint(checkpoint, engine, forcings, progress, tables.flush())
      // a failure is told when it is waited for
      keeping.catch(() => {})
    },
    kept: () => keeping,
  }
}

/** Goes from moment to moment, and writes what each wants. */
async function follow(way: UnderWay): Promise<void> {
  const { model, engine, options, progress, tables } = way
  const { out } = options
  const { output, time } = model.run
  const begins = way.resumedFromS === null
  if (begins && output.depthAt.includes(0)) await writeFrame(model, engine, out, 0)
  const frames = options.onFrame ? options.frames : undefined
  const show = (moment: number) => options.onFrame?.(frameOf(model, engine, moment, frames))
  if (frames && begins) show(0)
  const advance = stepper(way)
  for (const moment of momentsOf(model, frames)) {
    if (moment <= progress.recorded) continue
    await advance(moment)
    if (isMultiple(moment, output.gaugesEvery) || moment === time.end) tables.record(moment)
    if (output.depthAt.includes(moment) || isMultiple(moment, output.depthEvery)) {
      await writeFrame(model, engine, out, moment)
    }
    if (frames && isFrame(frames, moment, time.end)) show(moment)
    progress.recorded = moment
  }
}

/** What steps until a moment, with pauses for the checkpoint and for the event loop. */
function stepper(way: UnderWay): (to: number) => Promise<void> {
  const { engine, forcings, options, progress } = way
  const { signal, onProgress } = options
  const { checkpointEvery, time: span } = way.model.run
  let kept = performance.now()
  let told = 0
  const note = (time: number, dt: number, now: number) => {
    progress.time = time
    progress.steps++
    progress.shortest = Math.min(progress.shortest, dt)
    progress.longest = Math.max(progress.longest, dt)
    if (now - told < 300) return
    told = now
    way.count()
    onProgress?.({ time, end: span.end, dt, steps: progress.steps, seconds: progress.seconds, engine })
  }
  return async (to) => {
    while (progress.time < to) {
      const pause = new AbortController()
      const begun = performance.now()
      try {
        simulate(engine, {
          from: progress.time,
          to,
          forcings,
          maxStep: span.maxStep,
          minStep: 1e-7,
          signal: pause.signal,
          onStep(time, dt) {
            const now = performance.now()
            if (now - begun > 250) pause.abort(pause)
            note(time, dt, now)
          },
        })
      } catch (error) {
        if (error !== pause) throw error
      }
      await new Promise((done) => setImmediate(done))
      if (signal?.aborted) {
        await way.keep()
        await way.kept()
        signal.throwIfAborted()
      }
      if (performance.now() - kept > checkpointEvery * 1000) {
        await way.keep()
        kept = performance.now()
      }
    }
  }
}
