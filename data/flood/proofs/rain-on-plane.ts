/** Rain on a plane against the kinematic wave. */
import type { Scheme } from '../engine.ts'
import { openSide, ringCells } from '../forcing/open-side.ts'
import { rainForcing } from '../forcing/rain.ts'
import { series } from '../forcing/series.ts'
import { layoutOf } from '../layout.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import { kinematicOutflow } from './exact.ts'
import type { Make } from './run-case.ts'

/**
 * 50 mm/h for 30 minutes on 100 m that fall 1 : 50.
 *
 * @returns the largest difference of unit discharge at the foot over an hour, m²/s, and the relative error of the balance
 */
export async function rainOnPlane(make: Make, scheme: Scheme, cells: number) {
  const plane = { length: 100, slope: 0.02, manning: 0.05, rain: 50 / 3.6e6, stop: 1800 }
  const dx = plane.length / cells
  const layout = layoutOf(cells, 1, dx)
  const engine = await make({ layout, scheme })
  fillEngine(engine, { bed: (c) => -c * dx * plane.slope, depth: () => 0, manning: () => plane.manning })
  const rate = series('rain', [
    [0, plane.rain],
    [plane.stop, plane.rain],
    [plane.stop + 1e-3, 0],
  ])
  const rain = rainForcing(engine, { rate, grids: [], start: 0, every: 2, infiltration: null })
  const foot = openSide(engine, {
    name: 'foot',
    cells: ringCells(layout, 'east', 0, 1),
    level: null,
    slope: plane.slope,
  })
  let worst = 0
  let left = 0
  for (let time = 60; time <= 3600; time += 60) {
    simulate(engine, { from: time - 60, to: time, forcings: [rain, foot], maxStep: 2, minStep: 1e-6 })
    const q = (left - foot.volume()) / 60 / dx
    left = foot.volume()
    worst = Math.max(worst, Math.abs(q - kinematicOutflow(plane, time - 30)))
  }
  const mass = Math.abs(storedVolume(engine) - rain.volume() - foot.volume()) / rain.volume()
  engine.dispose()
  return { worst, mass, plane }
}
