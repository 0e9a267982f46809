/** Runs the cases with exact solutions on any engine, and measures the errors. */
import { type Engine, type EngineSetup, type Scheme, velocityAt } from '../engine.ts'
import { dischargeSide } from '../forcing/discharge-side.ts'
import type { Forcing } from '../forcing/forcing.ts'
import { openSide, ringCells } from '../forcing/open-side.ts'
import { constant } from '../forcing/series.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import { ritter, stoker, stokerShock, thackerPeriod, thackerPlanar, thackerRadial } from './exact.ts'
import type { SteadyCase } from './steady.ts'

/** Makes an engine of some backend. */
export type Make = (setup: EngineSetup) => Engine | Promise<Engine>

const GOES_ON = { maxStep: 1e9, minStep: 1e-7 }

/** Σ|a - b| / Σ|b|. */
export function relativeL1(got: ArrayLike<number>, exact: ArrayLike<number>): number {
  let wrong = 0
  let all = 0
  for (let k = 0; k < exact.length; k++) {
    wrong += Math.abs(got[k]! - exact[k]!)
    all += Math.abs(exact[k]!)
  }
  return wrong / all
}

/** Depths along the middle row. */
export function middleRow(engine: Engine): Float64Array {
  const { columns, rows } = engine.layout
  const start = cellIndex(engine.layout, 0, rows >> 1)
  return Float64Array.from({ length: columns }, (_, k) => engine.depth()[start + k]!)
}

/** A dam break in a channel of 1000 m, dam in the middle, after 25 s. */
export async function damBreak(make: Make, scheme: Scheme, cells: number, right: number) {
  const dx = 1000 / cells
  const engine = await make({ layout: layoutOf(cells, 1, dx), scheme })
  fillEngine(engine, { bed: () => 0, depth: (c) => (c < cells / 2 ? 10 : right), manning: () => 0 })
  const before = storedVolume(engine)
  simulate(engine, { from: 0, to: 25, forcings: [], ...GOES_ON })
  const exact = Float64Array.from({ length: cells }, (_, k) => {
    const x = (k + 0.5) * dx - 500
    return (right > 0 ? stoker(10, right, x, 25) : ritter(10, x, 25))[0]
  })
  const got = middleRow(engine)
  let front = 0
  const above = right > 0 ? 0.5 * (right + 3.9) : 0.01
  got.forEach((h, k) => {
    if (h > above) front = (k + 1) * dx - 500
  })
  const exactFront =
    right > 0 ? stokerShock(10, right, 25) : 2 * Math.sqrt(98.1) * 25 - 0.01 ** 0.5 * 25 * 3 * Math.sqrt(9.81)
  const mass = Math.abs(storedVolume(engine) / before - 1)
  engine.dispose()
  return { error: relativeL1(got, exact), front, exactFront, mass }
}

/** Water at rest over three humps, one of them an island, and a step of 1 m; 2 605 steps in the long form. */
export async function lakeAtRest(make: Make, scheme: Scheme, dx: number, seconds: number) {
  const columns = Math.round(75 / dx)
  const rows = Math.round(30 / dx)
  const cone = (x: number, y: number, peak: number, slope: number, cx: number, cy: number) =>
    Math.max(0, peak - slope * Math.hypot(x - cx, y - cy))
  const engine = await make({ layout: layoutOf(columns, rows, dx), scheme })
  const bed = (c: number, r: number) => {
    const x = (c + 0.5) * dx
    const y = (r + 0.5) * dx
    const step = x > 65 && x < 70 && y > 10 && y < 20 ? 1 : 0
    const cones = [cone(x, y, 1, 0.125, 30, 6), cone(x, y, 1, 0.125, 30, 24), cone(x, y, 3, 0.3, 47.5, 15)]
    // the ground as the kernels keep it: the level is that of the lake, not of its rounding
    return Math.fround(Math.max(...cones, step))
  }
  fillEngine(engine, { bed, depth: (c, r) => 0.875 - bed(c, r), manning: () => 0.018 })
  const start = Float64Array.from(engine.depth())
  const { steps } = simulate(engine, { from: 0, to: seconds, forcings: [], ...GOES_ON })
  let level = 0
  let speed = 0
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = cellIndex(engine.layout, c, r)
      level = Math.max(level, Math.abs(engine.depth()[i]! - start[i]!))
      speed = Math.max(speed, Math.hypot(...velocityAt(engine, i)))
    }
  }
  engine.dispose()
  return { steps, level, speed }
}

/** Water swinging in a parabolic basin of 400 m, after some periods. */
export async function thacker(make: Make, scheme: Scheme, cells: number, periods: number, planar = false) {
  const [a, h0, r0, size] = [100, 10, 80, 400]
  const dx = size / cells
  const at = (k: number) => (k + 0.5) * dx - size / 2
  const swing = 20
  const omega = Math.sqrt(2 * 9.81 * h0) / a
  const depthAt = (c: number, r: number, t: number) =>
    planar ? thackerPlanar(a, h0, swing, at(c), at(r), t) : thackerRadial(a, h0, r0, Math.hypot(at(c), at(r)), t)
  const engine = await make({ layout: layoutOf(cells, cells, dx), scheme })
  fillEngine(engine, {
    bed: (c, r) => h0 * ((at(c) ** 2 + at(r) ** 2) / (a * a) - 1),
    depth: (c, r) => depthAt(c, r, 0),
    manning: () => 0,
    speed: (c, r) => [0, planar && depthAt(c, r, 0) > 0 ? swing * omega : 0],
  })
  const before = storedVolume(engine)
  const end = periods * (planar ? (2 * Math.PI) / omega : thackerPeriod(a, h0))
  simulate(engine, { from: 0, to: end, forcings: [], ...GOES_ON })
  const got: number[] = []
  const exact: number[] = []
  for (let r = 0; r < cells; r++) {
    for (let c = 0; c < cells; c++) {
      got.push(engine.depth()[cellIndex(engine.layout, c, r)]!)
      exact.push(depthAt(c, r, end))
    }
  }
  const mass = Math.abs(storedVolume(engine) / before - 1)
  engine.dispose()
  return { error: relativeL1(got, exact), mass }
}

/** A steady channel flow reached from the exact one, held for `seconds`. */
export async function steady(make: Make, scheme: Scheme, one: SteadyCase, cells: number, seconds: number) {
  const dx = one.length / cells
  const layout = layoutOf(cells, 1, dx)
  const engine = await make({ layout, scheme })
  const x = (c: number) => (c + 0.5) * dx
  fillEngine(engine, {
    bed: (c) => one.bed(x(c)),
    depth: (c) => one.depth(x(c)),
    manning: () => one.manning,
    speed: (c) => [one.discharge / one.depth(x(c)), 0],
  })
  const forcings: Forcing[] = [
    dischargeSide(engine, {
      name: 'upper end',
      cells: ringCells(layout, 'west', 0, 1),
      discharge: constant(one.discharge * dx),
    }),
    openSide(engine, {
      name: 'lower end',
      cells: ringCells(layout, 'east', 0, 1),
      level: one.lowerLevel === null ? null : constant(one.lowerLevel + one.bed(one.length)),
      slope: null,
    }),
  ]
  simulate(engine, { from: 0, to: seconds, forcings, ...GOES_ON })
  const depths = middleRow(engine)
  const exact = Float64Array.from({ length: cells }, (_, c) => one.depth(x(c)))
  const now = Array.from(depths, (h, c) => (velocityAt(engine, cellIndex(layout, c, 0))[0] * h) / one.discharge - 1)
  // a jump lies in one or two cells, whose h · u is that of no face
  const at = one.jump === null ? -1 : one.jump / dx
  const calm = (c: number) => at < 0 || Math.abs(c + 0.5 - at) > 6
  let off = 0
  let spike = 0
  for (let c = 1; c < cells; c++) {
    if (calm(c)) off = Math.max(off, Math.abs(now[c]!))
    else spike = Math.max(spike, Math.abs(now[c]!))
  }
  const through = await faceDischarge(engine, forcings, seconds, one)
  engine.dispose()
  return { error: relativeL1(depths, exact), off, spike, through, depths, exact }
}

/** How far the discharge through any face is off the given one, from what gathers above it in a tenth of the time before. */
async function faceDischarge(engine: Engine, forcings: Forcing[], from: number, one: SteadyCase): Promise<number> {
  const before = middleRow(engine)
  const span = 0.1 * from
  simulate(engine, { from, to: from + span, forcings, ...GOES_ON })
  let gathered = 0
  let worst = 0
  middleRow(engine).forEach((h, c) => {
    gathered += (h - before[c]!) * engine.layout.cellM
    worst = Math.max(worst, Math.abs(gathered / span / one.discharge))
  })
  return worst
}
