/** How far the making of the city is, from what the server counts; nothing is invented. */
import type { MakingProgress } from '../../app/state.ts'

export type Stage = MakingProgress['stages'][number]

/** Stages of one kind that the list shows as one: storing goes layer by layer. */
const TOGETHER = /^(store)-/

/** The stages as listed: `store-buildings`, `store-roads`, … become one `store` that counts all of them. */
export function listedStages(stages: readonly Stage[]): Stage[] {
  const listed = new Map<string, Stage[]>()
  for (const stage of stages) {
    const id = TOGETHER.exec(stage.id)?.[1] ?? stage.id
    const members = listed.get(id)
    if (members) members.push(stage)
    else listed.set(id, [stage])
  }
  return [...listed].map(([id, members]) => together(id, members))
}

function together(id: string, members: readonly Stage[]): Stage {
  const sum = (of: (stage: Stage) => number) => members.reduce((total, stage) => total + of(stage), 0)
  const all = (state: Stage['state']) => members.every((stage) => stage.state === state)
  const some = (state: Stage['state']) => members.some((stage) => stage.state === state)
  const state = some('failed') ? 'failed' : all('done') ? 'done' : all('waiting') ? 'waiting' : 'running'
  // a total is only said when every member knows its own
  const total = members.every((stage) => stage.total > 0) ? sum((stage) => stage.total) : 0
  return { id, state, total, done: sum((stage) => stage.done), seconds: sum((stage) => stage.seconds) }
}

/** A stage's share done, 0 … 1; null while it runs without knowing its total. */
export function stageShare(stage: Stage): number | null {
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
