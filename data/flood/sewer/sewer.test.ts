import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { kernelEngine } from '../kernel/kernel-engine.ts'
import { compareExample, comparisonRows, SWMM_EXAMPLES } from '../proofs/published-sewers.ts'
import { emptyingPond, fountain, uniformFlow, uTube } from '../proofs/sewer.ts'
import { buildNetwork } from './build.ts'
import { areaAt, criticalDepth, crossSection, normalDepth, radiusAt } from './cross-section.ts'
import { elimination } from './elimination.ts'
import { outlineOf } from './shapes.ts'
import { simulateSewer } from './simulate-sewer.ts'

const make = (setup: Parameters<typeof kernelEngine>[0]) => kernelEngine(setup)
const HEAD = '[OPTIONS]\nFLOW_UNITS CMS\n'

test('sections have the areas and radii of the textbook', () => {
  const full: [string, number[], number, number][] = [
    ['CIRCULAR', [1, 0, 0, 0], Math.PI / 4, 0.25],
    ['EGG', [1, 0, 0, 0], 0.5105, 0.1931],
    ['HORSESHOE', [1, 0, 0, 0], 0.8293, 0.2538],
    ['GOTHIC', [1, 0, 0, 0], 0.6554, 0.2269],
    ['CATENARY', [1, 0, 0, 0], 0.7028, 0.2317],
    ['SEMIELLIPTICAL', [1, 0, 0, 0], 0.785, 0.242],
    ['BASKETHANDLE', [1, 0, 0, 0], 0.7862, 0.2464],
    ['SEMICIRCULAR', [1, 0, 0, 0], 1.2697, 0.2946],
    ['TRAPEZOIDAL', [1, 1, 2, 2], 3, 3 / (1 + 2 * Math.sqrt(5))],
    ['RECT_CLOSED', [1, 2, 0, 0], 2, 1 / 3],
  ]
  for (const [shape, geom, area, radius] of full) {
    const section = crossSection(outlineOf(shape, geom as [number, number, number, number]))
    expect(Math.abs(section.fullArea / area - 1), shape).toBeLessThan(0.01)
    expect(Math.abs(section.fullRadius / radius - 1), shape).toBeLessThan(0.012)
  }
  const round = crossSection(outlineOf('CIRCULAR', [1, 0, 0, 0]))
  expect(areaAt(round, 0.5)).toBeCloseTo(Math.PI / 8, 3)
  expect(radiusAt(round, 0.5)).toBeCloseTo(0.25, 3)
  expect(criticalDepth(round, 1)).toBeCloseTo(0.573, 2)
  expect(normalDepth(round, 1, 0.01, 0.013)).toBeCloseTo(0.4504, 3)
  expect(() => outlineOf('CIRCULAR', [-1, 0, 0, 0])).toThrow('Geom1 is -1; expected > 0')
  expect(() => outlineOf('BLOB', [1, 0, 0, 0])).toThrow('shape BLOB; expected CIRCULAR')
})

test('elimination solves networks with loops and double edges', () => {
  const edges: [number, number][] = [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
    [0, 2],
    [0, 1],
    [3, 4],
  ]
  const across = edges.map((_, k) => -1 - 0.1 * k)
  const diagonal = new Float64Array(5).fill(0.5)
  edges.forEach(([a, b], k) => {
    diagonal[a]! -= across[k]!
    diagonal[b]! -= across[k]!
  })
  const x = [1, -2, 3, 0.5, 7]
  const right = Float64Array.from(x, (value, i) => diagonal[i]! * value)
  edges.forEach(([a, b], k) => {
    right[a]! += across[k]! * x[b]!
    right[b]! += across[k]! * x[a]!
  })
  elimination(5, edges).solve(diagonal, across, right)
  x.forEach((value, i) => {
    expect(right[i]).toBeCloseTo(value, 10)
  })
})

test('a steady inflow runs at the depth of Manning, mild and steep, in one reach or many', () => {
  for (const [slope, discharge] of [
    [0.001, 0.5],
    [0.02, 1.5],
  ] as const) {
    for (const reach of [40, 1000]) {
      const { depth, exact, flow, mass } = uniformFlow(slope, discharge, reach)
      expect(Math.abs(depth / exact - 1)).toBeLessThan(2e-3)
      expect(flow).toBeCloseTo(discharge, 5)
      expect(mass).toBeLessThan(1e-12)
    }
  }
})

test('water swings between two shafts with the period of theory', () => {
  const { period, exact, amplitude } = uTube(0.1)
  expect(Math.abs(period / exact - 1)).toBeLessThan(0.01)
  expect(amplitude).toBeGreaterThan(0.95)
})

test('a pond empties through a grate in the time of the orifice formula', async () => {
  const alone = await emptyingPond(make, 1)
  expect(Math.abs(alone.time / alone.exact - 1)).toBeLessThan(2e-3)
  const { time, exact, worst, mass } = await emptyingPond(make)
  expect(Math.abs(time / exact - 1)).toBeLessThan(0.02)
  expect(worst).toBeLessThan(0.01)
  expect(mass).toBeLessThan(2e-6)
})

test('a fountain and a drain come to rest at the level of their volumes', async () => {
  for (const up of [true, false]) {
    const { level, head, exact, moved, rose, sank } = await fountain(make, up)
    expect(Math.abs(level - exact)).toBeLessThan(1e-3)
    expect(Math.abs(head - exact)).toBeLessThan(1e-3)
    expect(moved).toBeLessThan(1e-6)
    expect(up ? rose : sank).toBeGreaterThan(80)
  }
})

test.skipIf(!existsSync(SWMM_EXAMPLES))(
  'Example1 runs whole, as its published report says (needs ../shared/data)',
  () => {
    const compared = compareExample('Example1', 200)!
    const rows = new Map(comparisonRows(compared).map(([what, theirs, ours]) => [what, ours / theirs - 1]))
    const within = (what: string, share: number) => expect(Math.abs(rows.get(what)!), what).toBeLessThan(share)
    within('rain, acre-ft', 1e-3)
    within('infiltration, acre-ft', 1e-3)
    // the report closes its own balance to -0.27 %
    within('runoff, acre-ft', 0.01)
    for (const k of [1, 2, 3, 4, 5, 6, 7, 8]) within(`peak runoff ${k}, CFS`, 0.01)
    // kinematic there: only where nothing is pressed
    for (const link of [1, 4, 5, 11, 12, 13, 14]) within(`flow ${link}, CFS`, 0.02)
    for (const node of [13, 15, 16, 19, 23, 24]) within(`depth ${node}, ft`, 0.05)
    expect(Math.abs(compared.result.balance.error)).toBeLessThan(1e-12)
    expect(compared.result.unsolved).toBeLessThan(0.01)
  },
)

test('pumps, orifices, weirs, outlets and storage keep all water', () => {
  const text = `${HEAD}ROUTING_STEP 2
[JUNCTIONS]\nA 10 3\nB 9 3\nC 8 4\nD 12 3
[STORAGE]\nS 7 5 0 FUNCTIONAL 20 1 100\nW 6 6 0 TABULAR Pond
[OUTFALLS]\nO 4 FIXED 4.5\nP 3 FREE
[CONDUITS]\nC1 A B 80 0.013 0 0\nC2 B S 60 0.013 0 0.5\nC3 D O 50 0.013 0 0\nM1 C P 300 0.013 0 0
[PUMPS]\nPU S D Curve ON 1 0.2\nPX W C * ON
[ORIFICES]\nOR S W SIDE 0.3 0.65 NO\nOB A S BOTTOM 0 0.6 YES
[WEIRS]\nWE B W TRANSVERSE 0.1 1.84 NO
[OUTLETS]\nOL C P 0.5 FUNCTIONAL/DEPTH 0.2 0.5
[XSECTIONS]\nC1 CIRCULAR 0.6\nC2 EGG 0.9\nC3 RECT_CLOSED 0.5 0.8\nM1 FORCE_MAIN 0.4 130\nOR RECT_CLOSED 0.3 0.4\nOB CIRCULAR 0.2\nWE RECT_OPEN 1 2
[CURVES]\nCurve PUMP2 1 0.05 3 0.3\nPond STORAGE 0 50 3 200
[INFLOWS]\nA FLOW TS FLOW 1 1 0.05
[TIMESERIES]\nTS 0 0\nTS 0.5 0.6\nTS 1 0
`
  const { balance, links, unsolved, nodes } = simulateSewer(readSwmmInp(text), { duration: 3 * 3600 })
  expect(Math.abs(balance.error)).toBeLessThan(1e-12)
  expect(unsolved).toBeLessThan(0.01)
  expect(balance.inflow).toBeCloseTo(0.05 * 10800 + 1080, 0)
  for (const { name, flow } of links) expect(flow, name).toBeGreaterThan(0.001)
  for (const { depth, name } of nodes) expect(Number.isFinite(depth), name).toBe(true)
})

test('what does not fit together is named, all of it at once', () => {
  const message = (text: string) => {
    try {
      buildNetwork(readSwmmInp(`${HEAD}${text}`, 'net.inp'), { name: 'net.inp' })
    } catch (error) {
      return String(error)
    }
    return 'built'
  }
  const ends = '[JUNCTIONS]\nA 1 2\nB 0 2\n'
  expect(message('')).toContain('net.inp: no nodes')
  expect(message(`${ends}[CONDUITS]\nC A X 10 0.013`)).toContain('conduit C (line 7): node X is missing')
  expect(message(`${ends}[CONDUITS]\nC A A 10 0.013\n[XSECTIONS]\nC CIRCULAR 1`)).toContain('begins and ends in A')
  expect(message(`${ends}[CONDUITS]\nC A B -10 0.013\n[XSECTIONS]\nC CIRCULAR 1`)).toContain('length -10; expected > 0')
  expect(message(`${ends}[CONDUITS]\nC A B 10 0.013\n[XSECTIONS]\nC CIRCULAR -1`)).toContain('Geom1 is -1')
  expect(message(`${ends}[CONDUITS]\nC A B 10 0.013`)).toContain('has no cross section')
  expect(message(`${ends}[CONDUITS]\nC A B 10 0.013\n[XSECTIONS]\nC CIRCULAR 300`)).toContain(
    'in another unit than FLOW_UNITS CMS',
  )
  expect(message('[JUNCTIONS]\nA 1\na 2\n')).toContain('node a (line 5): there already')
  expect(message(`${ends}[PUMPS]\nP A B None`)).toContain('curve None is missing')
  expect(message(`[JUNCTIONS]\nA x\nB 1 -2\n`)).toMatch(/elevation is "x"[\s\S]*node B \(line 5\): a negative depth/)
  const series = `${ends}[INFLOWS]\nA FLOW T\n[TIMESERIES]\nT 1 2\nT 0 3\n`
  expect(() => simulateSewer(readSwmmInp(`${HEAD}${series}`), { duration: 60 })).toThrow(
    'unsorted, 0 s comes after 3600 s',
  )
  const missing = `${ends}[INFLOWS]\nA FLOW T\n[TIMESERIES]\nT FILE "gone.dat"\n`
  expect(() => simulateSewer(readSwmmInp(`${HEAD}${missing}`), { duration: 60 })).toThrow('file gone.dat is missing')
})

test('rules switch pumps and set orifices; a rule that cannot be followed is named', () => {
  const text = (rules: string) =>
    `${HEAD}START_DATE 06/01/2026\nSTART_TIME 08:00\n[STORAGE]\nS 0 5 0.5 FUNCTIONAL 0 0 50\n[OUTFALLS]\nO -2 FREE\nP -2 FREE\n[PUMPS]\nPU S O Q OFF\n[ORIFICES]\nOR S P BOTTOM 0 0.6 NO\n[XSECTIONS]\nOR CIRCULAR 0.1\n[CURVES]\nQ PUMP4 0 0.1 5 0.1\n[INFLOWS]\nS FLOW "" FLOW 1 1 0.05\n[CONTROLS]\n${rules}`
  const depths: number[] = []
  const result = simulateSewer(
    readSwmmInp(
      text(
        'RULE on\nIF NODE S DEPTH > 2\nTHEN PUMP PU STATUS = ON\nRULE off\nIF NODE S DEPTH < 1\nAND PUMP PU STATUS = ON\nTHEN PUMP PU STATUS = OFF\nRULE shut\nIF SIMULATION CLOCKTIME < 20:00\nTHEN ORIFICE OR SETTING = 0\nELSE ORIFICE OR SETTING = 1\nPRIORITY 2',
      ),
    ),
    {
      duration: 4 * 3600,
      onStep(wave, time) {
        if (time > 3600) depths.push(wave.head[0]!)
      },
    },
  )
  expect(Math.min(...depths)).toBeGreaterThan(0.9)
  expect(Math.max(...depths)).toBeLessThan(2.1)
  expect(Math.max(...depths)).toBeGreaterThan(1.9)
  expect(result.links.find(({ name }) => name === 'OR')!.flow).toBeLessThan(1e-6)
  expect(() => simulateSewer(readSwmmInp(text('RULE bad\nIF NODE X DEPTH > 2\nTHEN PUMP PU STATUS = ON')))).toThrow(
    '[CONTROLS] rule bad: node X is missing',
  )
  expect(() =>
    simulateSewer(readSwmmInp(text('RULE pid\nIF NODE S DEPTH > 2\nTHEN ORIFICE OR SETTING = PID 1 2 3'))),
  ).toThrow('SETTING = PID 1 2 3; expected ON | OFF')
})

test('water over a rim is lost, or ponds where the file lets it', () => {
  const text = (ponding: string) =>
    `${HEAD}ALLOW_PONDING ${ponding}\n[JUNCTIONS]\nA 0 1 0 0 100\n[OUTFALLS]\nO -1 FREE\n[CONDUITS]\nC A O 100 0.013\n[XSECTIONS]\nC CIRCULAR 0.2\n[INFLOWS]\nA FLOW T FLOW 1 1\n[TIMESERIES]\nT 0 0.5\nT 0.25 0.5\nT 0.26 0\n`
  const lost = simulateSewer(readSwmmInp(text('NO')), { duration: 3600 })
  expect(lost.balance.flooding).toBeGreaterThan(300)
  expect(lost.nodes[0]!.depth).toBeLessThan(1.01)
  const kept = simulateSewer(readSwmmInp(text('YES')), { duration: 3600 })
  expect(kept.balance.flooding).toBe(0)
  expect(kept.nodes[0]!.depth).toBeGreaterThan(3)
  for (const { balance } of [lost, kept]) expect(Math.abs(balance.error)).toBeLessThan(1e-12)
})
