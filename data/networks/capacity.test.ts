/** Manning against published tables, and storms through made networks: nothing is lost, peaks come when they should. */
import { expect, test } from 'vitest'
import { type CityFeature, SECTIONS } from '../geo/city-feature.ts'
import { type SewerLoad, sewerCapacity, sewerValues } from './capacity.ts'
import { DEPTHS, fillOf, fullFlow, partFull, sectionTable } from './capacity-section.ts'
import { type Network, networkFromFeatures } from './network.ts'
import { randomSewers } from './random-network.ts'

const index = (name: (typeof SECTIONS)[number]): number => SECTIONS.indexOf(name)

test('round pipes part full are those of the textbook', () => {
  // Chow 1959, appendix A; Camp 1946: depth, area, radius, velocity, discharge over those of the full pipe
  const published = [
    [0.1, 0.052, 0.2541, 0.4012, 0.0209],
    [0.2, 0.1424, 0.4824, 0.6151, 0.0876],
    [0.3, 0.2523, 0.6838, 0.7761, 0.1958],
    [0.5, 0.5, 1, 1, 0.5],
    [0.7, 0.7477, 1.1849, 1.1198, 0.8372],
    [0.8, 0.8576, 1.2168, 1.1397, 0.9775],
    [0.9, 0.948, 1.1921, 1.1243, 1.0658],
  ] as const
  const table = sectionTable(index('circular'))
  const full = partFull(table, 0.6, 1, 0.004, 0.013)
  for (const [depth, area, radius, velocity, flow] of published) {
    const part = partFull(table, 0.6, depth, 0.004, 0.013)
    expect(Math.abs(part.area / full.area - area), `area at ${depth}`).toBeLessThan(2e-4)
    expect(Math.abs(part.radius / full.radius - radius), `radius at ${depth}`).toBeLessThan(1e-3)
    expect(Math.abs(part.velocity / full.velocity - velocity), `velocity at ${depth}`).toBeLessThan(1e-3)
    expect(Math.abs(part.flow / full.flow - flow), `discharge at ${depth}`).toBeLessThan(1e-3)
  }
  // the most is carried at 0.94 of the depth: 1.076 of the full pipe
  expect(table.best / (DEPTHS - 1)).toBeCloseTo(0.94, 2)
  expect(table.conveyance[table.best]! / table.conveyance[DEPTHS - 1]!).toBeCloseTo(1.0757, 3)
})

test('full sections carry what Manning says', () => {
  // DN 300 at 1 %, n = 0.013: 96.7 L/s; DN 1000 at 1 ‰: 758 L/s
  expect(fullFlow(sectionTable(index('circular')), 0.3, 0.01, 0.013)).toBeCloseTo(0.0967, 4)
  expect(fullFlow(sectionTable(index('circular')), 1, 0.001, 0.013)).toBeCloseTo(0.7582, 3)
  // a box of 2 × 1.5 m: A = 3, P = 7
  const box = sectionTable(index('box'), 2 / 1.5)
  expect(fullFlow(box, 1.5, 0.001, 0.013)).toBeCloseTo((3 * (3 / 7) ** (2 / 3) * Math.sqrt(0.001)) / 0.013, 2)
  // half full it has no wet top: A = 1.5, P = 3.5
  expect(partFull(box, 1.5, 0.5, 0.001, 0.013).radius).toBeCloseTo(1.5 / 3.5, 3)
  // the standard egg, 3 : 2: 0.5105 h², R = 0.1931 h (SWMM Reference Manual II, table 5-2)
  const egg = sectionTable(index('egg'))
  expect(egg.area[DEPTHS - 1]).toBeCloseTo(0.5105, 3)
  expect(egg.area[DEPTHS - 1]! / egg.perimeter[DEPTHS - 1]!).toBeCloseTo(0.1931, 3)
  // an arch as wide as high: a square under half an ellipse
  const arch = sectionTable(index('arch'), 1)
  expect(arch.area[DEPTHS - 1]).toBeCloseTo(0.5 + (Math.PI * 0.5 * 0.5) / 2, 3)
})

test('the depth found for a discharge carries it, in all sections', () => {
  for (const name of SECTIONS) {
    const table = sectionTable(index(name), 1.4)
    for (let load = 0.02; load < 1; load += 0.07) {
      const fill = fillOf(table, load)
      const carried = partFull(table, 1, fill, 0.01, 0.013).flow / fullFlow(table, 1, 0.01, 0.013)
      expect(Math.abs(carried - load), `${name} ${load}`).toBeLessThan(2e-3)
    }
    expect(fillOf(table, 0)).toBe(0)
    expect(fillOf(table, 1)).toBe(1)
    expect(fillOf(table, 9)).toBe(1)
  }
})

const STEP = 0.001

/** Manholes in a row, each 1 m lower than the one before, and the pipes between; the last is an outfall. */
function row(count: number, style: Record<string, unknown> = {}): Network {
  const place = (i: number): number[] => [121.4 + i * STEP, 28.6, 20 - i]
  const nodes = Array.from(
    { length: count },
    (_, i): CityFeature => ({
      id: `m${i}`,
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: place(i) },
      style: { class: i === count - 1 ? 'outfall' : 'manhole', utility: 'storm', top: 20 - i, bottom: 17 - i },
      attributes: {},
    }),
  )
  const pipes = Array.from({ length: count - 1 }, (_, i): CityFeature => {
    const [a, b] = [place(i), place(i + 1)].map(([x = 0, y = 0, z = 0]) => [x, y, z - 2.7])
    return {
      id: `p${i}`,
      layer: 'pipes',
      geometry: { type: 'LineString', coordinates: [a!, b!] },
      style: {
        class: 'storm',
        from: `m${i}`,
        to: `m${i + 1}`,
        diameter: 0.6,
        flow: 'gravity',
        material: '混凝土',
        ...style,
      },
      attributes: {},
    }
  })
  return networkFromFeatures(pipes, nodes)
}

/** Rain of half an hour on the first manhole. */
function storm(network: Network, mmPerHour: number, area: number): SewerLoad {
  const catchmentM2 = new Float64Array(network.nodes.count)
  catchmentM2[0] = area
  return {
    utility: 'storm',
    stepS: 60,
    steps: 181,
    rainMmPerHour: Array.from({ length: 30 }, () => mmPerHour),
    catchmentM2,
    runoff: 0.7,
    inletS: 600,
    dryM3s: new Float64Array(network.nodes.count),
  }
}

test('a storm on one manhole: the rational peak, later at each pipe by the time of travel, and all of it comes out', () => {
  const network = row(12)
  const found = sewerCapacity(network, storm(network, 60, 8000))
  const count = found.route.pipes.length
  // C i A = 0.7 · 60 mm/h · 8000 m²
  const peak = (0.7 * 60 * 8000) / 3.6e6
  const series = (i: number) => Array.from({ length: found.steps }, (_, s) => found.flow[s * count + i]!)
  expect(Math.max(...series(0))).toBeCloseTo(peak, 5)
  expect(Math.max(...series(10))).toBeCloseTo(peak, 4)
  const middle = (list: number[]) => list.reduce((sum, q, s) => sum + q * s, 0) / list.reduce((sum, q) => sum + q, 0)
  const v = partFull(
    sectionTable(0),
    0.6,
    fillOf(sectionTable(0), peak / found.route.full[0]!),
    1 / network.pipes.length[0]!,
    0.013,
  ).velocity
  const travel = (10 * network.pipes.length[0]!) / v / 60
  expect(middle(series(10)) - middle(series(0))).toBeCloseTo(travel, 0)
  const { balance } = found
  expect(balance.rainMm).toBeCloseTo(30, 6)
  expect(balance.overflow).toBe(0)
  expect(balance.inflow).toBeCloseTo((0.7 * 30 * 8000) / 1000, 3)
  expect(Math.abs(balance.inflow - balance.outflow - balance.underway)).toBeLessThan(1e-3 * balance.inflow)
  expect(Math.max(...sewerValues(found, 'load').filter(Number.isFinite))).toBeCloseTo(peak / found.route.full[0]!, 3)
})

test('more than the head up to the cover drives through comes out of the cover, and is counted', () => {
  const network = row(6)
  const found = sewerCapacity(network, storm(network, 120, 60_000))
  const { balance } = found
  expect(balance.overflow).toBeGreaterThan(100)
  expect(Math.abs(balance.inflow - balance.outflow - balance.overflow - balance.underway)).toBeLessThan(
    1e-3 * balance.inflow,
  )
  expect(Math.max(...sewerValues(found, 'fill'))).toBe(1)
  expect(Math.max(...sewerValues(found, 'load'))).toBeGreaterThan(1)
  const covers = Array.from({ length: 6 }, (_, n) =>
    Math.max(...Array.from({ length: found.steps }, (_v, s) => found.overflow[s * 6 + n]!)),
  )
  expect(covers[0]).toBeGreaterThan(0.1)
  expect(covers.slice(1).every((q) => q < 1e-6)).toBe(true)
})

/** The same by the book: double precision, node by node, each arrival interpolated where it falls. */
function plainly(network: Network, load: SewerLoad): { flow: Float64Array[]; spilled: Float64Array[] } {
  const { steps, stepS, inletS, rainMmPerHour, runoff } = load
  const { route } = sewerCapacity(network, { ...load, steps: 1 })
  const nodes = network.nodes.count
  const into = Array.from({ length: nodes }, () => new Float64Array(steps))
  const spilled = Array.from({ length: nodes }, () => new Float64Array(steps))
  const flow = Array.from(route.pipes, () => new Float64Array(steps))
  const rain = (s: number): number => (s < 0 ? 0 : (rainMmPerHour[s] ?? 0))
  for (const n of route.order) {
    const own = into[n]!
    const outs = [...route.up.keys()].filter((i) => route.up[i] === n)
    for (let s = 0; s < steps; s++) {
      let fallen = 0
      for (let back = 0; back < inletS / stepS; back++) fallen += rain(s - back)
      own[s]! += (load.catchmentM2[n]! * runoff * fallen * stepS) / inletS / 3.6e6 + load.dryM3s[n]!
    }
    const pumps = outs.filter((i) => route.pressure[i] === 1)
    const sum = outs.reduce((total, i) => total + route.full[i]!, 0)
    for (const i of outs) {
      const share = pumps.length > 0 ? (pumps.includes(i) ? 1 / pumps.length : 0) : route.full[i]! / sum
      const q = flow[i]!.map((_, s) => Math.min(own[s]! * share, route.most[i]!))
      flow[i] = q
      for (let s = 0; s < steps; s++) spilled[n]![s]! += own[s]! * share - q[s]!
      const peak = q.reduce((most, one) => Math.max(most, one), 0)
      const [table, height] = [route.tables[route.table[i]!]!, route.height[i]!]
      const fill = route.pressure[i] === 1 ? 1 : fillOf(table, peak / route.full[i]!)
      const { area } = partFull(table, height, fill, 0.01, 0.013)
      const speed = Math.max(route.pressure[i] === 1 ? 1 : 0.15, area > 0 ? peak / area : 0)
      const travel = route.length[i]! / speed / stepS
      for (let s = 0; s < steps; s++) {
        const at = s - travel
        const before = Math.floor(at)
        const part = at - before
        into[route.down[i]!]![s]! += (q[before] ?? 0) * (1 - part) + (q[before + 1] ?? 0) * (before + 1 >= 0 ? part : 0)
      }
    }
  }
  return { flow, spilled }
}

test('random sewers carry what a plain computation by the book says, pipe by pipe and step by step', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const network = randomSewers({ seed, side: 4 + seed })
    const nodes = network.nodes.count
    const load: SewerLoad = {
      utility: 'storm',
      stepS: 60,
      steps: 97,
      every: 1,
      rainMmPerHour: Array.from({ length: 40 }, (_, s) => 10 + 8 * ((s * seed) % 11)),
      catchmentM2: new Float64Array(nodes).map((_, n) => ((7 * n + seed) % 5) * 900),
      runoff: 0.6,
      inletS: 600,
      dryM3s: new Float64Array(nodes).map((_, n) => (n % 3) * 1e-4),
    }
    const found = sewerCapacity(network, load)
    const { flow, spilled } = plainly(network, load)
    const count = found.route.pipes.length
    const most = found.flow.reduce((top, q) => Math.max(top, q), 0)
    let [apart, over] = [0, 0]
    for (let s = 0; s < load.steps; s++) {
      for (let i = 0; i < count; i++) apart = Math.max(apart, Math.abs(found.flow[s * count + i]! - flow[i]![s]!))
      for (let n = 0; n < nodes; n++) over = Math.max(over, Math.abs(found.overflow[s * nodes + n]! - spilled[n]![s]!))
    }
    expect(most).toBeGreaterThan(0.1)
    // single precision, carried through two dozen pipes
    expect(apart / most, `seed ${seed}`).toBeLessThan(2e-5)
    expect(over / most, `seed ${seed}`).toBeLessThan(2e-5)
    const { inflow, outflow, overflow, underway } = found.balance
    expect(Math.abs(inflow - outflow - overflow - underway)).toBeLessThan(1e-4 * inflow)
  }
})

test('fewer results are the highest of the steps between', () => {
  const network = randomSewers({ seed: 3, side: 9 })
  const load = { ...storm(network, 90, 0), catchmentM2: new Float64Array(network.nodes.count).fill(700) }
  const [each, thin] = [sewerCapacity(network, load), sewerCapacity(network, { ...load, every: 5 })]
  const count = each.route.pipes.length
  for (let i = 0; i < count; i++) {
    for (let s = 0; s < thin.steps; s++) {
      const between = Array.from({ length: s === 0 ? 1 : 5 }, (_, k) => each.flow[(s * 5 - k) * count + i]!)
      expect(thin.flow[s * count + i]).toBe(Math.max(...between))
    }
    expect(each.peak[i]).toBe(Math.max(...Array.from({ length: each.steps }, (_, s) => each.flow[s * count + i]!)))
  }
  const values = (['fill', 'load', 'velocity'] as const).map((word) => sewerValues(each, word))
  for (let at = 0; at < each.flow.length; at += 37) {
    const i = at % count
    const { route } = each
    const table = route.tables[route.table[i]!]!
    const load = route.pressure[i] === 1 ? Number.NaN : each.flow[at]! / route.full[i]!
    expect(values[1]![at]).toBe(Math.fround(load))
    expect(values[0]![at]).toBe(Math.fround(route.pressure[i] === 1 ? Number.NaN : fillOf(table, load)))
    expect(values[2]![at]).toBeGreaterThanOrEqual(0)
  }
})

test('pipes uphill flow down, loops end, pumps lift what they can, unknown heights are taken for flat', () => {
  const network = row(5)
  network.pipes.zFrom[1] = network.pipes.zTo[1]! - 2
  expect(sewerCapacity(network, storm(network, 30, 2000)).balance.outflow).toBeGreaterThan(0)
  const loop = row(5)
  loop.pipes.to[3] = 0
  const found = sewerCapacity(loop, storm(loop, 30, 2000))
  expect(found.route.looped).toBeGreaterThan(0)
  const lifted = row(4, { flow: 'pressure' })
  const pumpM3s = new Float64Array(4).fill(Number.NaN)
  pumpM3s[0] = 0.01
  const pumped = sewerCapacity(lifted, { ...storm(lifted, 30, 20_000), pumpM3s })
  expect(Math.max(...pumped.flow)).toBeCloseTo(0.01, 6)
  expect(pumped.balance.overflow).toBeGreaterThan(0)
  expect(sewerValues(pumped, 'fill').every(Number.isNaN)).toBe(true)
  const blind = row(4)
  blind.pipes.zFrom.fill(Number.NaN)
  blind.nodes.top.fill(Number.NaN)
  const guessed = sewerCapacity(blind, storm(blind, 30, 2000))
  expect(guessed.route.flat).toBe(3)
  expect(guessed.flow.every(Number.isFinite)).toBe(true)
})

test('a network without such pipes, too many steps and a stop are refused', () => {
  const network = row(3)
  expect(() => sewerCapacity(network, { ...storm(network, 1, 1), utility: 'foul' })).toThrow(
    'no pipe of the utility, got foul',
  )
  expect(() => sewerCapacity(network, { ...storm(network, 1, 1), steps: 1e9 })).toThrow('expected less than 1 GB')
  const signal = AbortSignal.abort(new Error('enough'))
  expect(() => sewerCapacity(network, { ...storm(network, 1, 1), signal })).toThrow('enough')
})
