/** The kernels' memory: what lies where, the same for all threads. */
import { type Crests, NO_CREST, type Pores, type TrackerRule, type Trackers } from '../engine.ts'
import { type Layout, TILE_COLUMNS, VOID_BED } from '../layout.ts'

/** WebAssembly addresses 4 GiB. */
const MOST_BYTES = 65536 * 65536
/** Lines of scratch of a thread: tile maxima, fluxes across and down, prepared rows of second order. */
const SCRATCH_LINES = 1 + 4 + 8 + 36
/** Fields of the state and of the trackers. */
const STATE_FIELDS = 9
const TRACKER_FIELDS = 6

/** Most cells that fit the kernels' 4 GiB. */
export const MOST_CELLS = Math.floor((MOST_BYTES * 0.98) / ((STATE_FIELDS + TRACKER_FIELDS) * 4))

/** Addresses, in bytes. */
export interface Plan {
  layout: Layout
  threads: number
  control: number
  setups: number[]
  scratch: number[]
  fields: number[]
  /** western and northern faces; none when not asked for */
  crests: number[]
  /** porous ground: 1 / open share of cells, open shares of western and northern faces; none when not asked for */
  pores: number[]
  trackers: number
  rule: number
  tiles: { active: number; needed: number; wake: number; flag: number; flagBefore: number; tileMax: number }
  bytes: number
}

/** Bytes of the scratch of a thread. */
export function scratchRoom(layout: Layout): number {
  return (layout.width + 16) * 4 * SCRATCH_LINES + TILE_COLUMNS * 64
}

/**
 * Lays out the memory of a grid.
 *
 * @throws {RangeError} when it does not fit, with the size that does
 */
export function planMemory(layout: Layout, threads: number, crested = false, porous = false): Plan {
  let at = 1024
  const take = (bytes: number) => {
    const start = at
    at = (at + bytes + 63) & ~63
    if (at < start) at = MOST_BYTES + 1
    return start
  }
  const tiles = layout.tileColumns * layout.tileRows
  const field = layout.length * 4
  if (field * (STATE_FIELDS + TRACKER_FIELDS + (crested ? 2 : 0) + (porous ? 3 : 0)) > MOST_BYTES * 0.98) {
    throw new RangeError(
      `flood grid: ${layout.columns} × ${layout.rows} cells do not fit the kernel's memory; expected up to ${MOST_CELLS} cells: make the cells larger or the area smaller`,
    )
  }
  const control = take(1024)
  const setups = Array.from({ length: threads }, () => take(128))
  const scratch = Array.from({ length: threads }, () => take(scratchRoom(layout)))
  const rule = take(64)
  const tileBytes = () => take(tiles + 64)
  const plan = {
    active: tileBytes(),
    needed: tileBytes(),
    wake: tileBytes(),
    flag: tileBytes(),
    flagBefore: tileBytes(),
    tileMax: take(tiles * 4 + 64),
  }
  // a cache line apart, so that rows of several fields do not fall on the same sets
  const fields = Array.from({ length: STATE_FIELDS }, (_, k) => take(field + 64 * (k + 1)))
  const crests = crested ? [take(field + 64), take(field + 128)] : []
  const pores = porous ? [take(field + 64), take(field + 128), take(field + 192)] : []
  const trackers = take(field * TRACKER_FIELDS + 1024)
  return {
    layout,
    threads,
    control,
    setups,
    scratch,
    fields,
    crests,
    pores,
    trackers,
    rule,
    tiles: plan,
    bytes: at + 65536,
  }
}

/** Views of the fields of a memory, in the order of `STATE_FIELDS`. */
export function fieldViews(memory: WebAssembly.Memory, plan: Plan): Float32Array[] {
  return plan.fields.map((at) => new Float32Array(memory.buffer, at, plan.layout.length))
}

/** Writes what `setup` of `state.as` reads for one thread. */
export function writeSetup(memory: WebAssembly.Memory, plan: Plan, thread: number, tracked: TrackerRule | null): void {
  const { layout, fields, tiles } = plan
  const first = layout.guard * 4
  const at = new Int32Array(memory.buffer, plan.setups[thread]!, 29)
  at.set([layout.width, layout.height, layout.tileColumns, layout.tileRows])
  const [bed, friction, h0, a0, b0, h1, a1, b1, share] = fields.map((place) => place + first)
  at.set([bed!, friction!, h0!, a0!, b0!, h1!, a1!, b1!, share!], 4)
  at.set(tracked ? [plan.trackers + first, layout.length * 4, plan.rule, tracked.classes.length] : [0, 0, 0, 0], 13)
  at.set([tiles.active, tiles.needed, tiles.wake, tiles.flag, tiles.flagBefore, tiles.tileMax], 17)
  at[23] = plan.scratch[thread]!
  at.set(plan.crests.length ? plan.crests.map((place) => place + first) : [0, 0], 24)
  at.set(plan.pores.length ? plan.pores.map((place) => place + first) : [0, 0, 0], 26)
}

/** Views of the crests, none yet; null when not asked for. */
export function crestViews(memory: WebAssembly.Memory, plan: Plan): Crests | null {
  if (plan.crests.length === 0) return null
  const [across, down] = plan.crests.map((at) => new Float32Array(memory.buffer, at, plan.layout.length).fill(NO_CREST))
  return { across: across!, down: down! }
}

/** A fresh grid: all void; `rest` of the last field is 1 (nothing limited) or 0 (nothing rounded off). */
export function clearFields(views: Float32Array[], rest: number): void {
  views[0]!.fill(VOID_BED)
  views[8]!.fill(rest)
}

/** Views of what is open of porous ground, all at first; null when not asked for. */
export function poreViews(memory: WebAssembly.Memory, plan: Plan): Pores | null {
  if (plan.pores.length === 0) return null
  const view = (at: number) => new Float32Array(memory.buffer, at, plan.layout.length).fill(1)
  const [inverse, across, down] = plan.pores.map(view)
  return { inverse: inverse!, across: across!, down: down! }
}

/**
 * Trackers over the kernel's memory, empty.
 *
 * @throws {RangeError} for more than five class limits
 */
export function trackerViews(memory: WebAssembly.Memory, plan: Plan, rule: TrackerRule): Trackers {
  if (rule.classes.length > 5) throw new RangeError(`flood trackers: ${rule.classes.length} class limits; expected ≤ 5`)
  new Float32Array(memory.buffer, plan.rule, 1 + rule.classes.length * 3).set([rule.thresholdM, ...rule.classes.flat()])
  const { length } = plan.layout
  const view = (k: number) => new Float32Array(memory.buffer, plan.trackers + k * length * 4, length)
  return {
    maxDepth: view(0),
    maxSpeed: view(1),
    maxHazard: view(2),
    maxClass: view(3),
    arrival: view(4).fill(-1),
    duration: view(5),
  }
}
