/** When a run pauses: for its tables, maps and frames. */
import type { FrameRule } from './frames.ts'
import type { Model } from './model.ts'

/** Most frames of a run. */
const MOST_FRAMES = 10_000

function frameMoments(frames: FrameRule, end: number): number[] {
  const { every, at = [] } = frames
  if (every !== undefined && !(every > 0 && end / every <= MOST_FRAMES)) {
    throw new Error(`frames.every: got ${every} s; expected > 0 and up to ${MOST_FRAMES} frames`)
  }
  const count = every ? Math.floor(end / every) : 0
  return [...Array.from({ length: count }, (_, k) => (k + 1) * every!), ...at.filter((t) => t > 0 && t <= end)]
}

/** Whether a frame is wanted at a moment. */
export function isFrame(frames: FrameRule, time: number, end: number): boolean {
  return time === end || isMultiple(time, frames.every) || (frames.at ?? []).includes(time)
}

/** Moments at which a stretch ends: gauges, maps and frames, rising, the end last. */
export function momentsOf(model: Model, frames?: FrameRule): number[] {
  const { output, time } = model.run
  const all = new Set<number>([...output.depthAt.filter((t) => t <= time.end), time.end])
  const count = Math.floor(time.end / output.gaugesEvery)
  if (count > 1e6) throw new Error(`output.gaugesEvery: ${count} rows a gauge; expected up to 1,000,000`)
  for (let k = 1; k <= count; k++) all.add(k * output.gaugesEvery)
  if (output.depthEvery) {
    const frames = Math.floor(time.end / output.depthEvery)
    if (frames > 10_000) throw new Error(`output.depthEvery: ${frames} maps; expected up to 10,000`)
    for (let k = 1; k <= frames; k++) all.add(k * output.depthEvery)
  }
  if (frames) for (const t of frameMoments(frames, time.end)) all.add(t)
  return [...all].sort((a, b) => a - b)
}

/** Whether a moment is a whole number of steps from the start. */
export function isMultiple(time: number, every: number | undefined): boolean {
  return every !== undefined && Math.abs(time / every - Math.round(time / every)) < 1e-9
}
