/** What came of a run, as `summary.json` says it. */
import type { Engine } from '../engine.ts'
import type { Forcing } from '../forcing/forcing.ts'
import { isSewer } from '../sewer/sewer-forcing.ts'
import { storedVolume } from '../simulate.ts'
import type { Choice } from './backends.ts'
import type { Progress } from './keep.ts'
import { type MassBalance, massBalance } from './mass-balance.ts'
import type { Model } from './model.ts'
import { type SewerSummary, sewerSummary } from './sewer-run.ts'

/** Changes with what the solvers compute. */
export const ENGINE_VERSION = 4

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
  massBalance: MassBalance
  sewer?: SewerSummary
  hazard: string
  thresholdM: number
  resumedFromS: number | null
  warnings: string[]
  run: unknown
}

/** What a summary is gathered from. */
export interface Ended {
  model: Model
  engine: Engine
  forcings: readonly Forcing[]
  choice: Choice
  /** at the end, counts and seconds brought up to date */
  progress: Progress
  terrainSha256: string
  hazardName: string
  /** simulated seconds at which it went on from a checkpoint */
  resumedFromS: number | null
}

/** Gathers what came of a run that has ended. */
export function summaryOf(ended: Ended): Summary {
  const { model, engine, forcings, choice, progress } = ended
  const { run } = model
  const { cellUpdates, seconds } = progress
  const sewer = forcings.find(isSewer)
  const causes = forcings.map((forcing) => ({ name: forcing.name, volume: forcing.volume() }))
  return {
    title: run.title ?? null,
    solver: run.solver,
    backend: engine.backend,
    backendBecause: choice.because,
    engineVersion: ENGINE_VERSION,
    cells: engine.layout.columns * engine.layout.rows,
    cellM: engine.layout.cellM,
    datum: run.terrain.datum ?? null,
    terrainSha256: ended.terrainSha256,
    simulatedSeconds: run.time.end,
    steps: progress.steps,
    shortestStepS: progress.shortest,
    longestStepS: progress.longest,
    wallSeconds: seconds,
    cellUpdates,
    cellUpdatesPerSecond: cellUpdates / seconds,
    massBalance: massBalance(progress.volumeAtStart, storedVolume(engine), causes),
    ...(sewer ? { sewer: sewerSummary(model, sewer) } : {}),
    hazard: ended.hazardName,
    thresholdM: run.output.threshold,
    resumedFromS: ended.resumedFromS,
    warnings: model.warnings,
    run,
  }
}
