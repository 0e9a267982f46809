/** The history of the water in plain arithmetic, as the kernels keep it. */
import { DRY_DEPTH, type Engine, type Field, type TrackerRule, type Trackers, velocityAt, waterAt } from '../engine.ts'

/** Empty trackers of a length. */
export function emptyTrackers(make: () => Field): Trackers {
  return {
    maxDepth: make(),
    maxSpeed: make(),
    maxHazard: make(),
    maxClass: make(),
    arrival: make().fill(-1),
    duration: make(),
  }
}

/** Takes a state in that holds for `dt` seconds from `time`. */
export function trackStep(engine: Engine, trackers: Trackers, rule: TrackerRule, dt: number, time: number): void {
  const depth = engine.depth()
  const { guard, width, height } = engine.layout
  for (let i = guard; i < guard + width * height; i++) {
    if (!(depth[i]! > DRY_DEPTH)) continue
    const h = waterAt(engine, i)
    const [u, v] = velocityAt(engine, i)
    const speed = Math.sqrt(u * u + v * v)
    if (h > trackers.maxDepth[i]!) trackers.maxDepth[i] = h
    if (speed > trackers.maxSpeed[i]!) trackers.maxSpeed[i] = speed
    const hazard = h * (speed + 0.5)
    if (hazard > trackers.maxHazard[i]!) trackers.maxHazard[i] = hazard
    if (h < rule.thresholdM) continue
    let level = 1
    for (const [dv, d, s] of rule.classes) if (h * speed > dv || h > d || speed > s) level++
    if (level > trackers.maxClass[i]!) trackers.maxClass[i] = level
    if (trackers.arrival[i]! < 0) trackers.arrival[i] = time
    trackers.duration[i]! += dt
  }
}
