/** How far the making of the city is, from what the server counts; nothing is invented. */
import type { MakingProgress } from '../../app/state.ts'

/** A stage's share done, 0 … 1; a running stage that does not know its total has none. */
export function stageShare(stage: MakingProgress['stages'][number]): number | null {
  if (stage.state === 'done') return 1
  if (stage.state === 'waiting') return 0
  return stage.total > 0 ? Math.min(1, Math.max(0, stage.done / stage.total)) : null
}

/** Whole percent of all stages, each counting the same: the server does not promise how long one takes. */
export function percentDone(making: MakingProgress): number {
  if (making.state === 'ready') return 100
  if (making.stages.length === 0) return 0
  const sum = making.stages.reduce((total, stage) => total + (stageShare(stage) ?? 0), 0)
  return Math.min(99, Math.floor((100 * sum) / making.stages.length))
}

/** Seconds all stages took so far. */
export function secondsSpent(making: MakingProgress): number {
  return Math.round(making.stages.reduce((total, stage) => total + stage.seconds, 0))
}
