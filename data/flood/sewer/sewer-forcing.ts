/** A sewer network under the water on the ground: two-way exchange at manholes, inlets and outfalls. */
import { type Engine, levelOf, openShare } from '../engine.ts'
import { addDepth, type Forcing } from '../forcing/forcing.ts'
import { conduitFlow, conduitSpeed, type DynamicWave, dynamicWave } from './dynamic-wave.ts'
import type { ExchangePoints } from './exchange-law.ts'
import type { Network } from './network.ts'
import type { Runoff } from './runoff.ts'

/** A place where the network meets the ground. */
export interface ExchangePlace {
  node: number
  /** cell of the engine */
  cell: number
  /** ground there, m above the datum */
  crest: number
  /** open area, m²; length of its edge, m */
  openArea: number
  perimeter: number
  orifice: number
  weir: number
}

/** Portions so short that a grate takes little of what stands in its cell, s: whole parts of a second. */
export function portionFor(cellM: number): number {
  return 1 / Math.min(10, Math.ceil(4 / cellM))
}

/** What is put together. */
export interface SewerSetup {
  network: Network
  places: readonly ExchangePlace[]
  /** cells that outfalls pour onto, by node; -1: water leaves as the file says */
  outfallCells: readonly { node: number; cell: number; crest: number }[]
  inflows: (time: number, into: Float64Array) => void
  runoff: Runoff | null
  controls: ((wave: DynamicWave, time: number) => void) | null
  /** seconds of a portion of exchange */
  every: number
  /** a number that changes with the files: a checkpoint of others is refused */
  fingerprint: number
}

/** Columns kept for each node and for each link. */
const NODE_FACTS = ['level', 'levelAt', 'up', 'down', 'peakUp', 'peakDown', 'firstUp', 'upFor', 'inflow'] as const
const LINK_FACTS = ['flow', 'flowAt', 'speed'] as const
type Facts<K extends string> = { [name in K]: Float64Array }

/** The coupled network. */
export interface SewerForcing extends Forcing {
  readonly network: Network
  readonly wave: DynamicWave
  readonly runoff: Runoff | null
  readonly places: readonly ExchangePlace[]
  /** largest values so far, over the nodes of the file: m, s, m³, m³/s */
  readonly nodeFacts: Facts<(typeof NODE_FACTS)[number]>
  /** over conduits, then regulators */
  readonly linkFacts: Facts<(typeof LINK_FACTS)[number]>
  /** m³/s up through each node in the last portion */
  readonly exchange: Float64Array
  /** m³ so far: up to the ground, down from it, out of outfalls onto it (net), and in the network at the start */
  totals(): { up: number; down: number; outfalls: number; start: number }
}

function pointsOf(places: readonly ExchangePlace[]): ExchangePoints {
  const list = (value: (one: ExchangePlace) => number) => Float64Array.from(places, value)
  return {
    node: Int32Array.from(places, ({ node }) => node),
    crest: list(({ crest }) => crest),
    depth: new Float64Array(places.length),
    cellArea: new Float64Array(places.length).fill(1),
    openArea: list(({ openArea }) => openArea),
    perimeter: list(({ perimeter }) => perimeter),
    orifice: list(({ orifice }) => orifice),
    weir: list(({ weir }) => weir),
    moved: new Float64Array(places.length),
  }
}

/** Whether a forcing is a sewer network. */
export function isSewer(forcing: Forcing): forcing is SewerForcing {
  return 'wave' in forcing && 'network' in forcing
}

/** Cuts a buffer into named columns. */
function columns<K extends string>(names: readonly K[], count: number): [Float64Array, Facts<K>] {
  const buffer = new Float64Array(names.length * count)
  const facts = {} as Facts<K>
  names.forEach((name, k) => {
    facts[name] = buffer.subarray(k * count, (k + 1) * count)
  })
  return [buffer, facts]
}

/**
 * Couples a network to the water of an engine, in portions of `every` seconds: what comes up or goes down is moved at the
 * start of each, to the last digit the same on both sides.
 */
export function sewerForcing(engine: Engine, setup: SewerSetup): SewerForcing {
  const { network, places, outfallCells, every } = setup
  const points = pointsOf(places)
  const beyond = new Float64Array(network.nodes.length).fill(Number.NaN)
  const wave = dynamicWave(network, { exchanges: points, beyond })
  const cells = [...new Set([...places, ...outfallCells].map(({ cell }) => cell))]
  const slotOf = new Map(cells.map((cell, k) => [cell, k]))
  const placeSlot = Int32Array.from(places, ({ cell }) => slotOf.get(cell)!)
  const outfallSlot = Int32Array.from(outfallCells, ({ cell }) => slotOf.get(cell)!)
  const sharing = new Float64Array(cells.length)
  for (const slot of placeSlot) sharing[slot]!++
  const carry = new Float64Array(cells.length)
  const gain = new Float64Array(cells.length)
  const had = new Float64Array(places.length)
  // 0 portions done, 1 up, 2 down, 3 out of outfalls
  const sums = new Float64Array(4)
  const [nodeBuffer, nodeFacts] = columns(NODE_FACTS, network.nodes.length)
  const [linkBuffer, linkFacts] = columns(LINK_FACTS, network.conduits.length + network.regulators.length)
  const exchange = new Float64Array(network.nodes.length)
  const discharged = new Float64Array(outfallCells.length)
  const start = wave.stored()
  nodeFacts.firstUp.fill(-1)
  nodeFacts.level.fill(-Infinity)

  /** Water above a point and the ground that goes with it. */
  function look(): void {
    const whole = engine.layout.cellM ** 2
    for (let p = 0; p < places.length; p++) {
      const { cell, crest } = places[p]!
      const level = levelOf(engine, cell)
      const depth = engine.depth()[cell]! > 0 ? Math.max(0, level - crest) : 0
      let area = whole * openShare(engine, cell)
      if (engine.subgrid && depth > 0) {
        area = ((engine.subgrid.depthOf(cell, level) - engine.subgrid.depthOf(cell, crest)) * whole) / depth
      } else if (engine.subgrid) area = whole * engine.subgrid.open[cell]!
      points.depth[p] = depth
      points.cellArea[p] = Math.max(1e-3, area) / sharing[placeSlot[p]!]!
    }
    for (const { node, cell, crest } of outfallCells) {
      beyond[node] = engine.depth()[cell]! > 0 ? Math.max(crest, levelOf(engine, cell)) : Number.NaN
    }
  }

  function remember(time: number, dt: number): void {
    const { nodes, conduits } = network
    for (let i = 0; i < nodes.length; i++) {
      const head = wave.head[i]!
      if (head > nodeFacts.level[i]!) {
        nodeFacts.level[i] = head
        nodeFacts.levelAt[i] = time
      }
      nodeFacts.inflow[i] = Math.max(nodeFacts.inflow[i]!, wave.inflow[i]!)
    }
    for (let k = 0; k < linkFacts.flow.length; k++) {
      const conduit = conduits[k]
      const flow = Math.abs(conduit ? conduitFlow(wave, conduit) : wave.regulatorFlow[k - conduits.length]!)
      if (flow > linkFacts.flow[k]!) {
        linkFacts.flow[k] = flow
        linkFacts.flowAt[k] = time
      }
      if (conduit) linkFacts.speed[k] = Math.max(linkFacts.speed[k]!, Math.abs(conduitSpeed(wave, conduit)))
    }
    for (let i = 0; i < nodes.length; i++) {
      const q = exchange[i]!
      if (q > 1e-9) {
        nodeFacts.up[i]! += q * dt
        nodeFacts.upFor[i]! += dt
        if (nodeFacts.firstUp[i]! < 0) nodeFacts.firstUp[i] = time
      } else nodeFacts.down[i]! -= q * dt
      nodeFacts.peakUp[i] = Math.max(nodeFacts.peakUp[i]!, q)
      nodeFacts.peakDown[i] = Math.max(nodeFacts.peakDown[i]!, -q)
    }
  }

  function advance(time: number): void {
    look()
    had.set(points.moved)
    outfallCells.forEach(({ node }, k) => {
      discharged[k] = wave.discharged[node]!
    })
    for (let at = time; at < time + every - 1e-9; ) {
      const left = time + every - at
      const dt = left / Math.max(1, Math.ceil(left / wave.stableStep() - 1e-9))
      wave.lateral.fill(0)
      setup.runoff?.advance(at, dt, wave.lateral)
      setup.inflows(at + 0.5 * dt, wave.lateral)
      setup.controls?.(wave, at)
      wave.step(dt, at)
      at += dt
    }
    gain.fill(0)
    exchange.fill(0)
    for (let p = 0; p < places.length; p++) {
      const volume = points.moved[p]! - had[p]!
      gain[placeSlot[p]!]! += volume
      exchange[places[p]!.node]! += volume / every
      if (volume > 0) sums[1]! += volume
      else sums[2]! -= volume
    }
    outfallCells.forEach(({ node }, k) => {
      const volume = wave.discharged[node]! - discharged[k]!
      gain[outfallSlot[k]!]! += volume
      sums[3]! += volume
    })
    pour()
    remember(time + every, every)
  }

  /** Puts what came up onto the cells, and takes what went down; new water comes without momentum. */
  function pour(): void {
    const whole = engine.layout.cellM ** 2
    for (let k = 0; k < cells.length; k++) {
      if (gain[k] === 0) continue
      const cell = cells[k]!
      const before = engine.depth()[cell]!
      const has = addDepth(engine, cell, gain[k]! / whole, carry, k)
      if (has > before && engine.scheme !== 'inertial') {
        const kept = before / has
        engine.across()[cell]! *= kept
        engine.down()[cell]! *= kept
      }
    }
  }

  const runoffState = setup.runoff?.state ?? new Float64Array(0)
  const buffers = [sums, wave.state, runoffState, carry, points.moved, nodeBuffer, linkBuffer, exchange]
  return {
    name: 'sewer',
    network,
    wave,
    runoff: setup.runoff,
    places,
    nodeFacts,
    linkFacts,
    exchange,
    totals: () => ({ up: sums[1]!, down: sums[2]!, outfalls: sums[3]!, start }),
    before(_, time) {
      const begins = sums[0]! * every
      if (time < begins - 1e-6) return
      advance(begins)
      sums[0]!++
    },
    // what rounding still owes the cells counts as moved: it will be put there
    volume: () => {
      let owed = 0
      for (const metres of carry) owed += metres
      return sums[1]! - sums[2]! + sums[3]! - owed * engine.layout.cellM ** 2
    },
    next: (time) => (sums[0]! * every > time + 1e-6 ? sums[0]! : sums[0]! + 1) * every,
    save: () => [setup.fingerprint, ...buffers.flatMap((buffer) => Array.from(buffer))],
    restore(saved) {
      if (saved[0] !== setup.fingerprint) {
        throw new Error('sewer: its files have changed since the checkpoint; expected the same, or --fresh')
      }
      let at = 1
      for (const buffer of buffers) {
        buffer.set(saved.subarray(at, at + buffer.length))
        at += buffer.length
      }
    },
  }
}
