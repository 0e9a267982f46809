/** What a coarse cell remembers of its water, and what that means on each pixel of the fine ground beneath it. */
import type { SubgridHistory, TrackerRule } from '../engine.ts'

/** Heights between a cell's lowest ground and the end of its table at which its history is kept. */
export const HISTORY_BINS = 16

/** Speed of the water on a pixel, m/s: from the root of the friction slope and its depth. */
export function pixelSpeed(slope: number, depth: number, manning: number): number {
  return (slope * Math.cbrt(depth * depth)) / Math.max(manning, 1e-3)
}

/** The history of one pixel. */
export interface PixelHistory {
  /** m; 0 = never wet */
  maxDepth: number
  maxSpeed: number
  maxHazard: number
  maxClass: number
  /** seconds, negative = never */
  arrival: number
  duration: number
}

/**
 * A pixel's history from its cell's.
 *
 * Depth is exact; arrival and duration are between two bins, class and speed those of the upper end of each bin (never too low).
 *
 * @param index of the cell
 * @param above height of the pixel above the cell's lowest ground, m
 * @param span height the bins cover, m
 */
export function pixelHistory(
  out: PixelHistory,
  history: SubgridHistory,
  rule: TrackerRule,
  index: number,
  above: number,
  span: number,
  manning: number,
): PixelHistory {
  const highest = history.highest[index]!
  out.maxDepth = Math.max(0, highest - above)
  out.maxSpeed = out.maxHazard = out.maxClass = out.duration = 0
  out.arrival = -1
  if (!(out.maxDepth >= rule.thresholdM)) return out
  const start = index * HISTORY_BINS
  const perBin = span / (HISTORY_BINS - 1)
  const place = Math.min(above / perBin, HISTORY_BINS - 1)
  const bin = Math.floor(place)
  const part = place - bin
  const first = history.arrival[start + bin]!
  const next = bin + 1 < HISTORY_BINS ? history.arrival[start + bin + 1]! : -1
  out.arrival = next >= 0 ? first + (next - first) * part : first
  for (let k = bin; k < HISTORY_BINS; k++) {
    const dwell = history.dwell[start + k]!
    if (dwell === 0 && history.slopes[start + k] === 0) continue
    out.duration += k === bin && k < HISTORY_BINS - 1 ? dwell * (1 - part) : dwell
    const top = k === HISTORY_BINS - 1 ? highest : Math.min(highest, (k + 1) * perBin + rule.thresholdM)
    const depth = top - above
    if (!(depth >= rule.thresholdM)) continue
    const speed = pixelSpeed(history.slopes[start + k]!, depth, manning)
    out.maxSpeed = Math.max(out.maxSpeed, speed)
    out.maxHazard = Math.max(out.maxHazard, depth * (speed + 0.5))
    let level = 1
    for (const [dv, d, v] of rule.classes) if (depth * speed > dv || depth > d || speed > v) level++
    out.maxClass = Math.max(out.maxClass, level)
  }
  return out
}
