/** Runs a model to its end: steps, tables, maps, checkpoints, a summary. */
import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Engine } from '../engine.ts'
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
import { openRecord } from './record-file.ts'
import { gaugeLines, sectionLines } from './records.ts'
import { SEWER_HEAD, type SewerSummary, sewerLines, sewerSummary } from './sewer-run.ts'
import { readHazard, trackerRule } from './terrain-trackers.ts'

/** Changes with what the solvers compute. */
export const ENGINE_VERSION = 4

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

/** What `summary.json` says. */
export interface Summary {
  title: string | null
  solver: string
  backend: string
  /** why this backend */
  backendBecause: string
  engineVersion: number
  cells: number
  cellM: number
  datum: string | null
  terrainSha256: string
  simulatedSeconds: number
  steps: number
  shortestStepS: number
  longestStepS: number
  wallSeconds: number
  cellUpdates: number
  cellUpdatesPerSecond: number
  massBalance: {
    startM3: number
    endM3: number
    causesM3: { [name: string]: number }
    errorM3: number
    errorRelative: number
  }
  sewer?: SewerSummary
  hazard: string
  thresholdM: number
  resumedFromS: number | null
  warnings: string[]
  run: unknown
}

/**
 * Does a run, or goes on with it from its checkpoint.
 *
 * @throws {Error} of the step, the disk, or the signal (then with a checkpoint)
 */
export async function executeRun(model: Model, options: ExecuteOptions): Promise<Summary> {
  const { run } = model
  const { out, signal } = options
  await mkdir(out, { recursive: true }).catch((cause) => {
    throw new Error(`${out}: cannot be made: ${cause.code}; expected a folder that may be written`, { cause })
  })
  const machine = { host: nodeHost, noGpu: 'Node has no WebGPU' }
  const choice = chooseBackend(options.backend ?? 'auto', machine, model, null, options.threads)
  const terrain = createHash('sha256')
    .update(await model.folder.bytes(run.terrain.file))
    .digest('hex')
  const key = createHash('sha256')
    .update(JSON.stringify([run, terrain, ENGINE_VERSION, choice.backend]))
    .digest('hex')
  const hazard = await readHazard(model.folder, run.output.hazard)
  const bands = await readBands(model.folder, run.output.bands)
  const engine = await makeEngine(
    model,
    choice.backend === 'reference' ? 'reference' : 'wasm',
    choice.threads,
    nodeHost,
  )
  engine.track(trackerRule(model, hazard))
  const forcings = await causesOf(model, engine)
  const checkpoint = resolve(out, 'checkpoint.bin')
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
  const updatesBefore = progress.cellUpdates
  const secondsBefore = progress.seconds
  const clock = performance.now()
  const gauges = await openRecord(
    resolve(out, 'gauges.csv'),
    'time_s,name,depth_m,level_m,u_ms,v_ms',
    progress.gaugeBytes,
  )
  const sections = model.sections.length
    ? await openRecord(resolve(out, 'sections.csv'), 'time_s,name,discharge_m3s', progress.sectionBytes)
    : null
  const sewer = forcings.find(isSewer)
  const sewers = sewer ? await openRecord(resolve(out, 'sewer.csv'), SEWER_HEAD, progress.sewerBytes) : null
  const record = (time: number) => {
    for (const line of gaugeLines(model, engine, time)) gauges.add(line)
    for (const line of sectionLines(model, engine, time)) sections?.add(line)
    if (sewer) for (const line of sewerLines(model, sewer, time)) sewers?.add(line)
  }
  let keeping: Promise<void> = Promise.resolve()
  /** Starts a checkpoint of this moment once the one before is whole. */
  const keep = async () => {
    await keeping
    progress.gaugeBytes = gauges.size()
    progress.sectionBytes = sections?.size() ?? 0
    progress.sewerBytes = sewers?.size() ?? 0
    progress.cellUpdates = updatesBefore + engine.cellUpdates()
    progress.seconds = secondsBefore + (performance.now() - clock) / 1000
    const tables = Promise.all([gauges.flush(), sections?.flush(), sewers?.flush()])
    keeping = writeCheckpoint(checkpoint, engine, forcings, progress, tables)
    // a failure is told when it is waited for
    keeping.catch(() => {})
  }
  if (!found) record(0)
  let kept = performance.now()
  let told = 0

  /** Steps until a moment, with pauses for the checkpoint and for the event loop. */
  const advance = async (to: number) => {
    while (progress.time < to) {
      const pause = new AbortController()
      const begun = performance.now()
      try {
        simulate(engine, {
          from: progress.time,
          to,
          forcings,
          maxStep: run.time.maxStep,
          minStep: 1e-7,
          signal: pause.signal,
          onStep(time, dt) {
            progress.time = time
            progress.steps++
            progress.shortest = Math.min(progress.shortest, dt)
            progress.longest = Math.max(progress.longest, dt)
            const now = performance.now()
            if (now - begun > 250) pause.abort(pause)
            if (now - told < 300) return
            told = now
            const seconds = secondsBefore + (now - clock) / 1000
            options.onProgress?.({ time, end: run.time.end, dt, steps: progress.steps, seconds, engine })
          },
        })
      } catch (error) {
        if (error !== pause) throw error
      }
      await new Promise((done) => setImmediate(done))
      if (signal?.aborted) {
        await keep()
        await keeping
        signal.throwIfAborted()
      }
      if (performance.now() - kept > run.checkpointEvery * 1000) {
        await keep()
        kept = performance.now()
      }
    }
  }

  try {
    if (!found && run.output.depthAt.includes(0)) await writeFrame(model, engine, out, 0)
    const frames = options.onFrame ? options.frames : undefined
    const show = (time: number) => options.onFrame?.(frameOf(model, engine, time, frames))
    if (frames && !found) show(0)
    for (const moment of momentsOf(model, frames)) {
      if (moment <= progress.recorded) continue
      await advance(moment)
      if (isMultiple(moment, run.output.gaugesEvery) || moment === run.time.end) record(moment)
      if (run.output.depthAt.includes(moment) || isMultiple(moment, run.output.depthEvery)) {
        await writeFrame(model, engine, out, moment)
      }
      if (frames && isFrame(frames, moment, run.time.end)) show(moment)
      progress.recorded = moment
    }
    await keeping
    await gauges.flush()
    await sections?.flush()
    await sewers?.flush()
    await writeMaxima(model, engine, out, hazard, bands)
    const end = storedVolume(engine)
    const causes: { [name: string]: number } = {}
    let net = 0
    let moved = progress.volumeAtStart
    for (const forcing of forcings) {
      const volume = forcing.volume()
      net += volume
      moved += Math.abs(volume)
      causes[forcing.name] = (causes[forcing.name] ?? 0) + volume
    }
    const error = end - progress.volumeAtStart - net
    const seconds = secondsBefore + (performance.now() - clock) / 1000
    const updates = updatesBefore + engine.cellUpdates()
    const summary: Summary = {
      title: run.title ?? null,
      solver: run.solver,
      backend: engine.backend,
      backendBecause: choice.because,
      engineVersion: ENGINE_VERSION,
      cells: engine.layout.columns * engine.layout.rows,
      cellM: engine.layout.cellM,
      datum: run.terrain.datum ?? null,
      terrainSha256: terrain,
      simulatedSeconds: run.time.end,
      steps: progress.steps,
      shortestStepS: progress.shortest,
      longestStepS: progress.longest,
      wallSeconds: seconds,
      cellUpdates: updates,
      cellUpdatesPerSecond: updates / seconds,
      massBalance: {
        startM3: progress.volumeAtStart,
        endM3: end,
        causesM3: causes,
        errorM3: error,
        errorRelative: moved > 0 ? error / moved : 0,
      },
      ...(sewer ? { sewer: sewerSummary(model, sewer) } : {}),
      hazard: hazard.name,
      thresholdM: run.output.threshold,
      resumedFromS: found ? found.time : null,
      warnings: model.warnings,
      run,
    }
    await writeWhole(resolve(out, 'summary.json'), [`${JSON.stringify(summary, null, 2)}\n`])
    await rm(checkpoint, { force: true })
    return summary
  } finally {
    engine.dispose()
  }
}
