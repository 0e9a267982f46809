/** A round dam break: a cylinder of water collapses, held against the same in one dimension along the radius. */
import type { Scheme } from '../engine.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { hllc } from '../reference/hllc.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import { type Make, relativeL1 } from './run-case.ts'

const [RADIUS, HIGH, LOW, SIZE, END] = [11, 10, 1, 50, 0.69]

/** Depths along the radius, on shells of equal thickness up to `reach`. */
function alongRadius(shells: number, reach: number): Float64Array {
  const dr = reach / shells
  let h = Float64Array.from({ length: shells }, (_, k) => ((k + 0.5) * dr < RADIUS ? HIGH : LOW))
  let q = new Float64Array(shells)
  const mass = new Float64Array(shells + 1)
  const before = new Float64Array(shells + 1)
  const after = new Float64Array(shells + 1)
  const out = new Float64Array(4)
  let time = 0
  while (time < END) {
    let fastest = 0
    for (let k = 0; k < shells; k++) fastest = Math.max(fastest, Math.abs(q[k]! / h[k]!) + Math.sqrt(9.81 * h[k]!))
    const dt = Math.min((0.9 * dr) / fastest, END - time)
    for (let k = 1; k < shells; k++) {
      hllc(out, h[k - 1]!, q[k - 1]! / h[k - 1]!, 0, 0, h[k]!, q[k]! / h[k]!, 0, 0)
      mass[k] = out[0]!
      before[k] = out[1]!
      after[k] = out[2]!
    }
    const [h1, q1] = [h.slice(), q.slice()]
    for (let k = 0; k < shells; k++) {
      const [r0, r1] = [k * dr, (k + 1) * dr]
      const share = dt / (0.5 * (r1 * r1 - r0 * r0))
      h1[k]! += share * (r0 * mass[k]! - r1 * mass[k + 1]!)
      // fluxes are less the shell's own pressure: what widening adds is in that
      q1[k]! += share * (r0 * after[k]! - r1 * before[k + 1]!)
    }
    h = h1
    q = q1
    time += dt
  }
  return h
}

/**
 * Water 10 m high within 11 m in a basin of 50 × 50 m with 1 m of water, after 0.69 s.
 *
 * @returns error of the depths against the solution along the radius, its largest difference between the axis and the
 * diagonal, and the error of the balance
 * @see Alcrudo & García-Navarro 1993
 */
export async function radialDamBreak(make: Make, scheme: Scheme, cells: number) {
  const dx = SIZE / cells
  const layout = layoutOf(cells, cells, dx)
  const engine = await make({ layout, scheme })
  const away = (c: number, r: number) => Math.hypot((c + 0.5) * dx - SIZE / 2, (r + 0.5) * dx - SIZE / 2)
  fillEngine(engine, { bed: () => 0, depth: (c, r) => (away(c, r) < RADIUS ? HIGH : LOW), manning: () => 0 })
  const volume = storedVolume(engine)
  simulate(engine, { from: 0, to: END, forcings: [], maxStep: 1, minStep: 1e-9 })
  const shells = 4000
  const reach = SIZE / 2
  const exact = alongRadius(shells, reach)
  const got: number[] = []
  const want: number[] = []
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const r = away(column, row)
      if (r >= reach) continue
      got.push(engine.depth()[cellIndex(layout, column, row)]!)
      want.push(exact[Math.floor((r / reach) * shells)]!)
    }
  }
  const mass = Math.abs(storedVolume(engine) / volume - 1)
  engine.dispose()
  return { error: relativeL1(got, want), mass }
}
