/** Sewer cases with exact solutions: uniform flow, a swinging U-tube, a pond that empties, a fountain that comes to rest. */
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { cellIndex, layoutOf } from '../layout.ts'
import { buildNetwork } from '../sewer/build.ts'
import { conveyance, crossSection, normalDepth } from '../sewer/cross-section.ts'
import { dynamicWave } from '../sewer/dynamic-wave.ts'
import { type ExchangePlace, portionFor, sewerForcing } from '../sewer/sewer-forcing.ts'
import { outlineOf } from '../sewer/shapes.ts'
import { simulateSewer } from '../sewer/simulate-sewer.ts'
import { fillEngine, simulate, storedVolume } from '../simulate.ts'
import type { Make } from './run-case.ts'

const HEAD = '[OPTIONS]\nFLOW_UNITS CMS\nLINK_OFFSETS DEPTH\nROUTING_STEP 5\n'
const none = () => {}

/** A circular conduit of 1 km that carries a steady inflow to a free outfall: depth half way against Manning's. */
export function uniformFlow(slope: number, discharge: number, reach: number) {
  const [length, diameter, manning] = [1000, 1, 0.013]
  const text = `${HEAD}END_DATE 01/02/2004\n[JUNCTIONS]\nA ${slope * length} 3\n[OUTFALLS]\nO 0 NORMAL\n[CONDUITS]\nC A O ${length} ${manning} 0 0\n[XSECTIONS]\nC CIRCULAR ${diameter}\n[INFLOWS]\nA FLOW "" FLOW 1 1 ${discharge}\n`
  let depth = 0
  let flow = 0
  const result = simulateSewer(readSwmmInp(text), {
    reach,
    duration: 6 * 3600,
    onStep({ head, flow: flows, network: { reaches } }) {
      const middle = reaches.count >> 1
      depth =
        0.5 *
        (head[reaches.from[middle]!]! -
          reaches.fromInvert[middle]! +
          head[reaches.to[middle]!]! -
          reaches.toInvert[middle]!)
      flow = flows[middle]!
    },
  })
  const section = crossSection(outlineOf('CIRCULAR', [diameter, 0, 0, 0]))
  const exact = normalDepth(section, discharge, slope, manning)
  return {
    depth,
    exact,
    flow,
    wanted: discharge,
    mass: Math.abs(result.balance.error),
    check: conveyance(section, exact),
  }
}

/** Water that swings between two shafts through a full conduit without friction: first return against theory. */
export function uTube(dt: number) {
  const [length, diameter, area, lift] = [100, 1, 10, 0.5]
  const text = `${HEAD}[STORAGE]\nL 0 20 ${10 + lift} FUNCTIONAL 0 0 ${area}\nR 0 20 ${10 - lift} FUNCTIONAL 0 0 ${area}\n[CONDUITS]\nC L R ${length} 1e-6 0 0\n[XSECTIONS]\nC CIRCULAR ${diameter}\n`
  const network = buildNetwork(readSwmmInp(text), { reach: 1000 })
  const wave = dynamicWave(network)
  const flowArea = network.conduits[0]!.section.fullArea
  const exact = 2 * Math.PI * Math.sqrt((length * area) / (2 * 9.81 * flowArea))
  let [period, crest] = [0, -Infinity]
  for (let t = 0; t < 1.5 * exact; t += dt) {
    wave.step(dt, t)
    if (t > 0.6 * exact && wave.head[0]! > crest) {
      crest = wave.head[0]!
      period = t + dt
    }
  }
  return { period, exact, amplitude: (crest - 10) / lift }
}

/** A closed pond over one manhole or grate. */
async function pond(
  make: Make,
  cells: number,
  cellM: number,
  depth: number,
  text: string,
  place: Partial<ExchangePlace>,
) {
  const layout = layoutOf(cells, cells, cellM)
  const engine = await make({ layout, scheme: 'inertial' })
  fillEngine(engine, { bed: () => 0, depth: () => depth, manning: () => 0.01 })
  const network = buildNetwork(readSwmmInp(text), { reach: 20 })
  const cell = cellIndex(layout, cells >> 1, cells >> 1)
  const node = network.nodes.findIndex(({ name }) => name === 'G')
  const whole: ExchangePlace = {
    node,
    cell,
    crest: 0,
    openArea: 0.05,
    perimeter: 0.8,
    orifice: 0.6,
    weir: 1.7,
    ...place,
  }
  const sewer = sewerForcing(engine, {
    network,
    places: [whole],
    outfallCells: [],
    inflows: none,
    runoff: null,
    controls: null,
    fingerprint: 0,
    every: portionFor(cellM),
  })
  return { engine, sewer, network, water: () => storedVolume(engine) + sewer.wave.stored() }
}

/** A pond of 100 m² and 1 m that empties through a grate into a deep shaft, until 0.2 m are left: seconds. */
export async function emptyingPond(make: Make, cells = 5) {
  // the shaft takes all: its water never reaches the grate
  const text = `${HEAD}[STORAGE]\nG -20 20 0 FUNCTIONAL 0 0 1000\n`
  const { engine, sewer, water } = await pond(make, cells, 10 / cells, 1, text, {})
  const start = water()
  const [area, opening, end] = [100, 0.6 * 0.05, 0.2]
  const exact = (area / opening) * Math.sqrt(2 / 9.81) * (1 - Math.sqrt(end))
  let time = 0
  let worst = 0
  while (storedVolume(engine) > area * end && time < 2 * exact) {
    simulate(engine, { from: time, to: time + 1, forcings: [sewer], maxStep: 1, minStep: 1e-6 })
    time++
    const theory = Math.max(0, 1 - (time * opening * Math.sqrt(9.81 / 2)) / area) ** 2
    worst = Math.max(worst, Math.abs(storedVolume(engine) / area - theory))
  }
  const mass = Math.abs(water() - start) / start
  engine.dispose()
  return { time, exact, worst, mass }
}

/**
 * A tank beside a pond, joined by a conduit to a manhole in it. `up`: the tank stands 3 m above the ground and feeds a
 * fountain; otherwise the pond drains back into the empty tank. Both end at one level, known from the volumes.
 */
export async function fountain(make: Make, up: boolean) {
  const [tank, cells, cellM] = [40, 20, 1]
  const [bottom, filled] = [-2, up ? 5 : 0]
  const depth = up ? 0 : 0.4
  const text = `${HEAD}[JUNCTIONS]\nG -1.5 1.5\n[STORAGE]\nT ${bottom} 9 ${filled} FUNCTIONAL 0 0 ${tank}\n[CONDUITS]\nC T G 30 0.013 0.4 0\n[XSECTIONS]\nC CIRCULAR 0.5\n`
  const { engine, sewer, water } = await pond(make, cells, cellM, depth, text, { openArea: 0.4, perimeter: 2.2 })
  const start = water()
  const onGround = storedVolume(engine)
  simulate(engine, { from: 0, to: 2400, forcings: [sewer], maxStep: 1, minStep: 1e-6 })
  const mass = Math.abs(water() - start) / start
  const moved = Math.abs(storedVolume(engine) - onGround - sewer.volume()) / Math.abs(sewer.volume())
  // what tank, conduit and manhole hold up to the ground; above it pond, tank and manhole rise together
  const pipe = Math.PI * 0.25 * 0.25 * 30
  const manhole = sewer.network.manholeArea
  const toGround = tank * -bottom + pipe + manhole * 1.5
  const exact = (start - toGround) / (tank + cells * cells * cellM * cellM + manhole)
  const level = storedVolume(engine) / (cells * cellM) ** 2
  const head = sewer.wave.head[sewer.network.nodes.findIndex(({ name }) => name === 'T')]!
  const { up: rose, down: sank } = sewer.totals()
  engine.dispose()
  return { level, head, exact, mass, moved, rose, sank }
}
