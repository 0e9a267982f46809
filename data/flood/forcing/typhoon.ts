/** Wind and air pressure of a typhoon along its track, acting on the water. */
import { type Engine, GRAVITY } from '../engine.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import type { Forcing } from './forcing.ts'

const WATER = 1025
const AIR = 1.15
/** Water shallower than this feels no wind: roughness elements stand out of it. */
const LEAST_DEPTH = 0.1

/** A moment of the track, in the plane. */
export interface TrackPoint {
  time: number
  x: number
  y: number
  pressureHpa: number
  radiusM: number
}

/** A typhoon by Holland's profile. */
export interface Typhoon {
  track: readonly TrackPoint[]
  ambientHpa: number
  /** Holland's B */
  shape: number
  latitudeDeg: number
  every: number
}

/** The track between its points. */
export function trackAt(track: readonly TrackPoint[], time: number): TrackPoint & { east: number; north: number } {
  let k = 1
  while (k < track.length - 1 && track[k]!.time < time) k++
  const a = track[k - 1]!
  const b = track[k]!
  const span = b.time - a.time
  const t = Math.min(1, Math.max(0, (time - a.time) / span))
  const mix = (p: number, q: number) => p + (q - p) * t
  return {
    time,
    x: mix(a.x, b.x),
    y: mix(a.y, b.y),
    pressureHpa: mix(a.pressureHpa, b.pressureHpa),
    radiusM: mix(a.radiusM, b.radiusM),
    east: (b.x - a.x) / span,
    north: (b.y - a.y) / span,
  }
}

/**
 * Pressure and wind 10 m above the water at a place.
 *
 * @returns pressure Pa, wind m/s east and north (10-minute mean: 0.8 of the gradient wind, turned 20° inward, half of the track's motion added with distance)
 * @see Holland 1980
 */
export function hollandWind(
  typhoon: Typhoon,
  at: ReturnType<typeof trackAt>,
  x: number,
  y: number,
): [p: number, east: number, north: number] {
  const dx = x - at.x
  const dy = y - at.y
  const r = Math.max(1, Math.hypot(dx, dy))
  const drop = (typhoon.ambientHpa - at.pressureHpa) * 100
  const ratio = (at.radiusM / r) ** typhoon.shape
  const decay = Math.exp(-ratio)
  const pressure = at.pressureHpa * 100 + drop * decay
  const f = 2 * 7.292e-5 * Math.sin((typhoon.latitudeDeg * Math.PI) / 180)
  const half = 0.5 * r * Math.abs(f)
  const speed = 0.8 * (Math.sqrt((typhoon.shape * drop * ratio * decay) / AIR + half * half) - half)
  const turn = f >= 0 ? 1 : -1
  // counter-clockwise in the north, 20° inward
  const angle = Math.atan2(dy, dx) + turn * (Math.PI / 2 + (20 * Math.PI) / 180)
  const carried = 0.5 * Math.exp(-r / (10 * at.radiusM))
  return [pressure, speed * Math.cos(angle) + carried * at.east, speed * Math.sin(angle) + carried * at.north]
}

/** Drag coefficient of wind over water (Garratt 1977, held above 2.8e-3). */
function windDrag(speed: number): number {
  return Math.min(2.8e-3, (0.75 + 0.067 * speed) * 1e-3)
}

/** Wind and pressure as a forcing; acts every `every` seconds for the time that comes. */
export function typhoonForcing(engine: Engine, typhoon: Typhoon, corner: { west: number; north: number }): Forcing {
  const { layout } = engine
  const due = new Float64Array(1)
  const inertial = engine.scheme === 'inertial'

  function push(time: number, dt: number): void {
    const at = trackAt(typhoon.track, time)
    const depth = engine.depth()
    const across = engine.across()
    const down = engine.down()
    const { cellM } = layout
    for (let row = 0; row < layout.rows; row++) {
      const y = corner.north - (row + 0.5) * cellM
      for (let column = 0; column < layout.columns; column++) {
        const i = cellIndex(layout, column, row)
        const h = depth[i]!
        if (h < LEAST_DEPTH || engine.bed[i]! >= VOID_BED / 2) continue
        const x = corner.west + (column + 0.5) * cellM
        const [p, east, north] = hollandWind(typhoon, at, x, y)
        const [px] = hollandWind(typhoon, at, x + cellM, y)
        const [py] = hollandWind(typhoon, at, x, y + cellM)
        const speed = Math.hypot(east, north)
        const stress = (AIR * windDrag(speed) * speed) / (WATER * h)
        const gainEast = dt * (stress * east - (px - p) / (WATER * cellM))
        const gainSouth = -dt * (stress * north - (py - p) / (WATER * cellM))
        if (!inertial) {
          across[i]! += gainEast
          down[i]! += gainSouth
          continue
        }
        if (depth[i - 1]! >= LEAST_DEPTH) across[i]! += gainEast * h
        if (depth[i - layout.width]! >= LEAST_DEPTH) down[i]! += gainSouth * h
      }
    }
    engine.refresh()
  }

  return {
    name: 'typhoon',
    before(_, time) {
      if (time < due[0]! - 1e-9) return
      push(time, typhoon.every)
      due[0] = time + typhoon.every
    },
    volume: () => 0,
    next: (time) => (due[0]! > time ? due[0]! : time + typhoon.every),
    save: () => [due[0]!],
    restore(saved) {
      due[0] = saved[0]!
    },
  }
}

/** Level that still water under a pressure stands above the mean, metres (inverse barometer). */
export function inverseBarometer(pressurePa: number, ambientHpa: number): number {
  return (ambientHpa * 100 - pressurePa) / (WATER * GRAVITY)
}
