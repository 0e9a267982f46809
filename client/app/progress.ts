/** Reading what the server says about the making of the city: unknown words are refused, missing numbers are 0. */
import type { MakingProgress } from './state.ts'

type Stage = MakingProgress['stages'][number]

const STATES: readonly unknown[] = ['idle', 'making', 'ready', 'failed'] satisfies MakingProgress['state'][]
const STAGE_STATES: readonly unknown[] = ['waiting', 'running', 'done', 'failed'] satisfies Stage['state'][]

/** A progress report from JSON text, null when it is none. */
export function asProgress(text: string): MakingProgress | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { state, stages, reason } = value as { state?: unknown; stages?: unknown; reason?: unknown }
  if (!STATES.includes(state)) return null
  const progress: MakingProgress = {
    state: state as MakingProgress['state'],
    stages: (Array.isArray(stages) ? stages.slice(0, 100) : []).flatMap(asStage),
  }
  if (typeof reason === 'string') progress.reason = reason.slice(0, 2000)
  return progress
}

function asStage(value: unknown): Stage[] {
  if (typeof value !== 'object' || value === null) return []
  const { id, done, total, seconds, state } = value as Record<string, unknown>
  if (typeof id !== 'string' || !STAGE_STATES.includes(state)) return []
  return [{ id, done: count(done), total: count(total), seconds: count(seconds), state: state as Stage['state'] }]
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0
}
