/** The local inertial scheme in plain float64: what the kernels are held against, and the loop they are timed against. */
import {
  CREST_FLOW,
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
import { VOID_BED } from '../layout.ts'
import { emptyTrackers, trackStep } from './trackers.ts'

/** Weight of the face's own discharge against its two neighbours along the flow. */
export const INERTIAL_THETA = 0.9

/** Unit discharge at the speed of the wave: this × depth^1.5. */
const WAVE = Math.sqrt(GRAVITY)

/** New unit discharge through all faces of one direction; `side` is the distance to the neighbour before. */
function faceFlow(
  flow: Float64Array,
  next: Float64Array,
  depth: Float64Array,
  bed: Float64Array,
  friction: Float64Array,
  from: number,
  to: number,
  side: number,
  ratio: number,
  dt: number,
  crest?: Field,
): void {
  for (let i = from; i < to; i++) {
    const before = i - side
    const zl = bed[before]!
    const zr = bed[i]!
    const el = zl + depth[before]!
    const er = zr + depth[i]!
    let z = Math.max(zl, zr)
    let fastest = WAVE
    if (crest !== undefined && crest[i]! > z) {
      z = crest[i]!
      fastest = CREST_FLOW
    }
    const hf = Math.max(el, er) - z
    if (hf <= DRY_DEPTH) {
      next[i] = 0
      continue
    }
    const mean = INERTIAL_THETA * flow[i]! + 0.5 * (1 - INERTIAL_THETA) * (flow[before]! + flow[i + side]!)
    const push = mean - GRAVITY * hf * ratio * (er - el)
    // implicit in the new discharge: with the old one thin water on a slope jumps to and fro
    const drag = (0.5 * (friction[before]! + friction[i]!) * Math.abs(push) * dt) / (hf * hf * Math.cbrt(hf))
    const free = push / (0.5 + Math.sqrt(0.25 + drag))
    const limit = fastest * hf * Math.sqrt(hf)
    next[i] = free > limit ? limit : Math.max(free, -limit)
  }
}

/**
 * The same on porous ground: depths are volumes over whole cells, discharges those of whole faces. By itself, as the plain
 * loop is what the kernels are timed against.
 */
function porousFlow(
  flow: Float64Array,
  next: Float64Array,
  depth: Float64Array,
  bed: Float64Array,
  friction: Float64Array,
  from: number,
  to: number,
  side: number,
  ratio: number,
  dt: number,
  crest: Field | undefined,
  inverse: Field,
  open: Field,
): void {
  for (let i = from; i < to; i++) {
    const before = i - side
    const el = bed[before]! + depth[before]! * inverse[before]!
    const er = bed[i]! + depth[i]! * inverse[i]!
    const ground = Math.max(bed[before]!, bed[i]!)
    const over = crest !== undefined && crest[i]! > ground
    const hf = Math.max(el, er) - (over ? crest[i]! : ground)
    next[i] = 0
    if (hf <= DRY_DEPTH) continue
    const share = open[i]!
    const mean = INERTIAL_THETA * flow[i]! + 0.5 * (1 - INERTIAL_THETA) * (flow[before]! + flow[i + side]!)
    const push = mean - share * GRAVITY * hf * ratio * (er - el)
    const thin = hf * hf * Math.cbrt(hf) * Math.max(1e-6, share)
    const drag = (0.5 * (friction[before]! + friction[i]!) * Math.abs(push) * dt) / thin
    const free = push / (0.5 + Math.sqrt(0.25 + drag))
    const limit = share * (over ? CREST_FLOW : WAVE) * hf * Math.sqrt(hf)
    next[i] = free > limit ? limit : Math.max(free, -limit)
  }
}

/**
 * Local inertial solver over the whole box.
 *
 * @see Bates et al. 2010; de Almeida et al. 2012 (q-centred); outflow limiter so that no cell gives more than it holds
 */
export function referenceInertial(setup: EngineSetup): Engine {
  const { layout } = setup
  const { width, height, guard, length, cellM } = layout
  const courant = setup.courant ?? defaultCourant('inertial')
  const bed = new Float64Array(length).fill(VOID_BED)
  const friction = new Float64Array(length)
  const depth = new Float64Array(length)
  const share = new Float64Array(length).fill(1)
  let qx = new Float64Array(length)
  let qy = new Float64Array(length)
  let qxNext = new Float64Array(length)
  let qyNext = new Float64Array(length)
  const crestField = () => new Float64Array(length).fill(NO_CREST)
  const crests = setup.crests ? { across: crestField(), down: crestField() } : undefined
  const poreField = () => new Float64Array(length).fill(1)
  const pores: Pores | undefined = setup.porous
    ? { inverse: poreField(), across: poreField(), down: poreField() }
    : undefined
  const scalars = new Float64Array(1)
  let updates = 0
  let rule: TrackerRule | null = null
  let trackers: Trackers | null = null
  const from = guard + width
  const to = guard + width * (height - 1)

  function limitOutflow(ratio: number): boolean {
    let limited = false
    for (let i = from; i < to; i++) {
      const w = qxNext[i]!
      const e = qxNext[i + 1]!
      const n = qyNext[i]!
      const s = qyNext[i + width]!
      const out = ratio * (Math.max(e, 0) + (w < 0 ? -w : 0) + Math.max(s, 0) + (n < 0 ? -n : 0))
      const h = depth[i]!
      share[i] = 1
      if (out > h) {
        share[i] = h / out
        limited = true
      }
    }
    return limited
  }

  function scaleFlows(): void {
    for (let i = from; i < to + width; i++) {
      qxNext[i]! *= qxNext[i]! > 0 ? share[i - 1]! : share[i]!
      qyNext[i]! *= qyNext[i]! > 0 ? share[i - width]! : share[i]!
    }
  }

  const engine: Engine = {
    scheme: 'inertial',
    backend: 'typescript float64',
    layout,
    bed,
    friction,
    depth: () => depth,
    across: () => qx,
    down: () => qy,
    ...(crests ? { crests } : {}),
    ...(pores ? { pores } : {}),
    stableStep: () => (courant * cellM) / Math.sqrt(GRAVITY * scalars[0]!),
    touch(index) {
      scalars[0] = Math.max(scalars[0]!, depth[index]! * (pores ? pores.inverse[index]! : 1))
    },
    refresh() {
      scalars[0] = 0
      for (let i = 0; i < length; i++) engine.touch(i)
    },
    step(dt, time) {
      if (trackers && rule) trackStep(engine, trackers, rule, dt, time)
      const ratio = dt / cellM
      for (let row = 1; row < height; row++) {
        const start = guard + row * width
        const to = start + width
        if (pores) {
          const { inverse, across, down } = pores
          porousFlow(qx, qxNext, depth, bed, friction, start, to, 1, ratio, dt, crests?.across, inverse, across)
          porousFlow(qy, qyNext, depth, bed, friction, start, to, width, ratio, dt, crests?.down, inverse, down)
          continue
        }
        faceFlow(qx, qxNext, depth, bed, friction, start, to, 1, ratio, dt, crests?.across)
        faceFlow(qy, qyNext, depth, bed, friction, start, to, width, ratio, dt, crests?.down)
      }
      if (limitOutflow(ratio)) scaleFlows()
      let largest = 0
      for (let i = from; i < to; i++) {
        const h = depth[i]! + ratio * (qxNext[i]! - qxNext[i + 1]! + qyNext[i]! - qyNext[i + width]!)
        depth[i] = Math.max(h, 0)
        if (h > largest) largest = h
      }
      scalars[0] = largest
      if (pores) for (let i = from; i < to; i++) engine.touch(i)
      ;[qx, qxNext, qy, qyNext] = [qxNext, qx, qyNext, qy]
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
      trackers = emptyTrackers(() => new Float64Array(length))
    },
    cellUpdates: () => updates,
    dispose() {},
  }
  return engine
}
