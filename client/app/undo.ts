/** Undo: the session's diffs one after the other, newest last. Pure values. */
import { type SceneDiff, sameJson } from '../../scenes/schema/diff.ts'

/** What undo can go back to and redo forward to. */
export interface History {
  past: readonly SceneDiff[]
  future: readonly SceneDiff[]
  /** the gesture of the newest step: steps of one gesture become one */
  gesture: string | null
  /** when that gesture last moved, milliseconds */
  at: number
}

/** Nothing to undo. */
export const NO_HISTORY: History = { past: [], future: [], gesture: null, at: 0 }

const STEPS = 200
const GESTURE_MS = 1000

/**
 * The history after a change away from `before`. A gesture that goes on (a slider dragged) within a second stays one step.
 *
 * @param gesture what is being changed (`layer.opacity roads`), null when each change is a step of its own
 * @param now milliseconds
 */
export function remembered(history: History, before: SceneDiff, gesture: string | null, now: number): History {
  const goesOn =
    gesture !== null && gesture === history.gesture && now - history.at < GESTURE_MS && history.past.length > 0
  const past = goesOn ? history.past : [...history.past, before].slice(-STEPS)
  return { past, future: [], gesture, at: now }
}

/** One step back from `current`: the diff to show and the history then; null when there is none. */
export function undone(history: History, current: SceneDiff): { diff: SceneDiff; history: History } | null {
  const past = trimmed(history.past, current)
  const diff = past.at(-1)
  if (diff === undefined) return null
  return { diff, history: { past: past.slice(0, -1), future: [current, ...history.future], gesture: null, at: 0 } }
}

/** One step forward from `current`; null when there is none. */
export function redone(history: History, current: SceneDiff): { diff: SceneDiff; history: History } | null {
  const [diff, ...future] = history.future
  if (diff === undefined) return null
  return { diff, history: { past: [...history.past, current], future, gesture: null, at: 0 } }
}

/** Steps that lead nowhere (a slider dragged and brought back) are left out. */
function trimmed(past: readonly SceneDiff[], current: SceneDiff): readonly SceneDiff[] {
  let end = past.length
  while (end > 0 && sameJson(past[end - 1], current)) end--
  return past.slice(0, end)
}
