/** The Godunov scheme in plain float64, first order and MUSCL-Hancock: the reference of the kernels. */
import {
  DRY_DEPTH,
  defaultCourant,
  type Engine,
  type EngineSetup,
  type Field,
  GRAVITY,
  NO_CREST,
  type Pores,
  type TrackerRule,
  type Trackers,
} from '../engine.ts'
import { type Layout, VOID_BED } from '../layout.ts'
import { hllc } from './hllc.ts'
import { type Faces, frictionFactor, makeFaces, reconstruct } from './muscl.ts'
import { emptyTrackers, trackStep } from './trackers.ts'

interface Flux {
  mass: Float64Array
  before: Float64Array
  after: Float64Array
  aside: Float64Array
}

interface State {
  h: Float64Array
  u: Float64Array
  v: Float64Array
}

function arrays(layout: Layout) {
  const make = () => new Float64Array(layout.length)
  const state = (): State => ({ h: make(), u: make(), v: make() })
  const flux = (): Flux => ({ mass: make(), before: make(), after: make(), aside: make() })
  return { state, flux, make }
}

/** Fluxes through the western faces (`side` 1, u normal) or the northern ones (`side` width, v normal). */
function firstOrderFlux(flux: Flux, layout: Layout, s: State, bed: Float64Array, side: number, crest?: Field): void {
  const { guard, width, height } = layout
  const normal = side === 1 ? s.u : s.v
  const aside = side === 1 ? s.v : s.u
  const { h } = s
  const out = new Float64Array(4)
  for (let i = guard + width; i < guard + width * height; i++) {
    const b = i - side
    hllc(out, h[b]!, normal[b]!, aside[b]!, bed[b]!, h[i]!, normal[i]!, aside[i]!, bed[i]!, crest?.[i])
    flux.mass[i] = out[0]!
    flux.before[i] = out[1]!
    flux.after[i] = out[2]!
    flux.aside[i] = out[3]!
  }
}

/** The same from reconstructed values at the faces. */
function secondOrderFlux(flux: Flux, layout: Layout, faces: Faces, side: number, crest?: Field): void {
  const { guard, width, height } = layout
  const { low, high } = side === 1 ? faces.x : faces.y
  const out = new Float64Array(4)
  for (let i = guard + width; i < guard + width * height; i++) {
    const b = i - side
    hllc(out, high.h[b]!, high.n[b]!, high.t[b]!, high.z[b]!, low.h[i]!, low.n[i]!, low.t[i]!, low.z[i]!, crest?.[i])
    flux.mass[i] = out[0]!
    flux.before[i] = out[1]!
    flux.after[i] = out[2]!
    flux.aside[i] = out[3]!
  }
}

/** Fluxes as far as faces are open; at rest all of their parts are zero, so a share of them is, too. */
function throughOpen(flux: Flux, open: Field): void {
  for (let i = 0; i < open.length; i++) {
    const share = open[i]!
    if (share === 1) continue
    flux.mass[i]! *= share
    flux.before[i]! *= share
    flux.after[i]! *= share
    flux.aside[i]! *= share
  }
}

/**
 * Shallow-water solver by finite volumes over the whole box.
 *
 * @see Audusse et al. 2004; Sanders et al. 2008 (porous ground); Toro 2001; Hancock's predictor in primitive variables (van Leer 2006, §3)
 */
export function referenceFv(setup: EngineSetup): Engine {
  const { layout, scheme } = setup
  const { width, height, guard, cellM } = layout
  const courant = setup.courant ?? defaultCourant(scheme)
  const { state, flux, make } = arrays(layout)
  const bed = make().fill(VOID_BED)
  const friction = make()
  let now = state()
  let next = state()
  const fx = flux()
  const fy = flux()
  const faces = scheme === 'muscl' ? makeFaces(make) : null
  const crests = setup.crests ? { across: make().fill(NO_CREST), down: make().fill(NO_CREST) } : undefined
  const pores: Pores | undefined = setup.porous
    ? { inverse: make().fill(1), across: make().fill(1), down: make().fill(1) }
    : undefined
  const scalars = new Float64Array(1)
  let updates = 0
  let rule: TrackerRule | null = null
  let trackers: Trackers | null = null
  const from = guard + width
  const to = guard + width * (height - 1)

  function waveSpeed(i: number): number {
    const h = now.h[i]!
    if (!(h > DRY_DEPTH)) return 0
    return Math.max(Math.abs(now.u[i]!), Math.abs(now.v[i]!)) + Math.sqrt(GRAVITY * h * (pores ? pores.inverse[i]! : 1))
  }

  function update(dt: number): void {
    const ratio = dt / cellM
    let fastest = 0
    for (let i = from; i < to; i++) {
      const h0 = now.h[i]!
      const s = i + width
      const h = h0 - ratio * (fx.mass[i + 1]! - fx.mass[i]! + fy.mass[s]! - fy.mass[i]!)
      let hu = h0 * now.u[i]! - ratio * (fx.before[i + 1]! - fx.after[i]! + fy.aside[s]! - fy.aside[i]!)
      let hv = h0 * now.v[i]! - ratio * (fx.aside[i + 1]! - fx.aside[i]! + fy.before[s]! - fy.after[i]!)
      if (faces) {
        hu -= ratio * faces.sourceX[i]!
        hv -= ratio * faces.sourceY[i]!
      }
      next.h[i] = Math.max(h, 0)
      if (!(h > DRY_DEPTH)) {
        next.u[i] = next.v[i] = 0
        continue
      }
      const u = hu / h
      const v = hv / h
      const inner = pores ? h * pores.inverse[i]! : h
      const factor = frictionFactor(dt, friction[i]!, inner, Math.sqrt(u * u + v * v))
      next.u[i] = u * factor
      next.v[i] = v * factor
      const speed = Math.max(Math.abs(u * factor), Math.abs(v * factor)) + Math.sqrt(GRAVITY * inner)
      if (speed > fastest) fastest = speed
    }
    scalars[0] = fastest
  }

  const engine: Engine = {
    scheme,
    backend: 'typescript float64',
    layout,
    bed,
    friction,
    depth: () => now.h,
    across: () => now.u,
    down: () => now.v,
    ...(crests ? { crests } : {}),
    ...(pores ? { pores } : {}),
    stableStep: () => (courant * cellM) / scalars[0]!,
    touch(index) {
      scalars[0] = Math.max(scalars[0]!, waveSpeed(index))
    },
    refresh() {
      scalars[0] = 0
      for (let i = from; i < to; i++) scalars[0] = Math.max(scalars[0]!, waveSpeed(i))
    },
    step(dt, time) {
      if (trackers && rule) trackStep(engine, trackers, rule, dt, time)
      if (faces) {
        reconstruct(faces, layout, now.h, now.u, now.v, bed, friction, dt, crests, pores?.inverse)
        secondOrderFlux(fx, layout, faces, 1, crests?.across)
        secondOrderFlux(fy, layout, faces, width, crests?.down)
      } else {
        // depths where the water stands
        const seen = pores ? { ...now, h: now.h.map((h, i) => h * pores.inverse[i]!) } : now
        firstOrderFlux(fx, layout, seen, bed, 1, crests?.across)
        firstOrderFlux(fy, layout, seen, bed, width, crests?.down)
      }
      if (pores) {
        throughOpen(fx, pores.across)
        throughOpen(fy, pores.down)
      }
      update(dt)
      ;[now, next] = [next, now]
      updates += (height - 2) * width
    },
    look(time) {
      if (trackers && rule) trackStep(engine, trackers, rule, 0, time)
    },
    get trackers() {
      return trackers
    },
    track(wanted) {
      rule = wanted
      trackers = emptyTrackers(make)
    },
    cellUpdates: () => updates,
    dispose() {},
  }
  return engine
}
