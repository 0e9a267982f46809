/** Wind and air pressure of a typhoon along its track, acting on the water. */
import { type Engine, GRAVITY, waterAt } from '../engine.ts'
import { cellIndex, cellOf, VOID_BED } from '../layout.ts'
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

/** Nodes of the lattice on which the field is computed: this share of the radius of the strongest wind apart. */
const LATTICE = 0.1

/** Accelerations of water by wind (times depth) and by the slope of the pressure, on a lattice over the grid. */
function makeLattice(typhoon: Typhoon, engine: Engine, corner: { west: number; north: number }) {
  const { columns, rows, cellM } = engine.layout
  const least = Math.min(...typhoon.track.map(({ radiusM }) => radiusM))
  const every = Math.max(1, Math.floor((LATTICE * least) / cellM))
  const width = Math.ceil(columns / every) + 2
  const height = Math.ceil(rows / every) + 2
  // wind east, wind south, pressure east, pressure south
  const field = new Float64Array(4 * width * height)
  return {
    every,
    width,
    field,
    fill(time: number) {
      const at = trackAt(typhoon.track, time)
      const step = 0.01 * least
      for (let r = 0, k = 0; r < height; r++) {
        const y = corner.north - (r * every + 0.5) * cellM
        for (let c = 0; c < width; c++, k += 4) {
          const x = corner.west + (c * every + 0.5) * cellM
          const [p, east, north] = hollandWind(typhoon, at, x, y)
          const speed = Math.hypot(east, north)
          const stress = (AIR * windDrag(speed) * speed) / WATER
          field[k] = stress * east
          field[k + 1] = -stress * north
          field[k + 2] = -(hollandWind(typhoon, at, x + step, y)[0] - p) / (WATER * step)
          field[k + 3] = (hollandWind(typhoon, at, x, y + step)[0] - p) / (WATER * step)
        }
      }
    },
  }
}

/** Wind and pressure as a forcing; acts every `every` seconds for the time that comes. */
export function typhoonForcing(engine: Engine, typhoon: Typhoon, corner: { west: number; north: number }): Forcing {
  const { layout } = engine
  const due = new Float64Array(1)
  const inertial = engine.scheme === 'inertial'
  const lattice = makeLattice(typhoon, engine, corner)
  const { every, width, field } = lattice
  const now = new Float64Array(4)

  /** The field at a cell, into `now`. */
  function blend(column: number, row: number): void {
    const c = Math.floor(column / every)
    const r = Math.floor(row / every)
    const u = column / every - c
    const v = row / every - r
    const k = 4 * (r * width + c)
    const below = k + 4 * width
    for (let f = 0; f < 4; f++) {
      const upper = field[k + f]! * (1 - u) + field[k + 4 + f]! * u
      const lower = field[below + f]! * (1 - u) + field[below + 4 + f]! * u
      now[f] = upper * (1 - v) + lower * v
    }
  }

  function push(time: number, dt: number): void {
    lattice.fill(time + 0.5 * dt)
    const { pores } = engine
    const depth = engine.depth()
    const across = engine.across()
    const down = engine.down()
    for (let row = 0; row < layout.rows; row++) {
      for (let column = 0; column < layout.columns; column++) {
        const i = cellIndex(layout, column, row)
        const h = pores ? waterAt(engine, i) : depth[i]!
        if (h < LEAST_DEPTH || engine.bed[i]! >= VOID_BED / 2) continue
        blend(column, row)
        const east = dt * (now[0]! + h * now[2]!)
        const south = dt * (now[1]! + h * now[3]!)
        if (!inertial) {
          across[i]! += east / h
          down[i]! += south / h
          continue
        }
        if (depth[i - 1]! >= LEAST_DEPTH) across[i]! += pores ? east * pores.across[i]! : east
        if (depth[i - layout.width]! >= LEAST_DEPTH) down[i]! += pores ? south * pores.down[i]! : south
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

/**
 * How far low pressure lifts the sea at cells of the ring, for sides with a level: the pressure inside only moves water
 * that the sea beyond lets in.
 */
export function barometerLift(
  engine: Engine,
  typhoon: Typhoon,
  corner: { west: number; north: number },
): (cell: { ring: number }, time: number) => number {
  const { cellM } = engine.layout
  let at = trackAt(typhoon.track, 0)
  return ({ ring }, time) => {
    if (at.time !== time) at = trackAt(typhoon.track, time)
    const [column, row] = cellOf(engine.layout, ring)
    const x = corner.west + (column + 0.5) * cellM
    const y = corner.north - (row + 0.5) * cellM
    return inverseBarometer(hollandWind(typhoon, at, x, y)[0], typhoon.ambientHpa)
  }
}

/** Level that still water under a pressure stands above the mean, metres (inverse barometer). */
export function inverseBarometer(pressurePa: number, ambientHpa: number): number {
  return (ambientHpa * 100 - pressurePa) / (WATER * GRAVITY)
}
