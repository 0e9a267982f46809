import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserMissing, CHROMIUM, openPage } from '../../../client/e2e/browser.ts'
import { nodeHost } from '../kernel/node-host.ts'
import { asEsriAscii, town, valley } from '../made/terrains.ts'
import { townRun, valleyRun } from '../made/write-examples.ts'
import { buildCheck, serveCheck } from '../page/check/serve-check.ts'
import { type PageResult, type PageRun, solve } from '../page/solve.ts'

const CELLS = 60
const lake = { ...valley(CELLS, 10), height: (column: number) => ((column + 0.5) * 10 < 180 ? 114.28 : -100) }
const texts = {
  'valley.asc': asEsriAscii(valley(CELLS, 10)),
  'lake.asc': asEsriAscii(lake),
  'town.asc': asEsriAscii(town(60, 2)),
  'basin.asc': asEsriAscii({
    ...town(70, 5),
    rows: 50,
    height: (c, r) => 0.3 * Math.sin(c / 9) * Math.cos(r / 7) - c / 200,
  }),
}
const TIDE = [
  [0, 0.1],
  [60, 0.7],
  [120, 0.2],
]
const FLOW = [
  [0, 0],
  [40, 8],
  [120, 2],
]
const STREAM = [
  [2.5, 100],
  [2.5, 150],
]
const output = { gaugesEvery: 30 }
const dam = valleyRun(CELLS, 10) as { breaches: object[]; gauges: object[] }
const breach = {
  ...dam,
  time: { end: 60 },
  breaches: dam.breaches.map((one) => ({ ...one, start: 3, duration: 200 })),
  gauges: [...dam.gauges, { name: 'lake', x: 160, y: 120 }, { name: 'below', x: 200, y: 110 }],
  output,
}
const { buildings: _, infiltration: __, links: ___, ...open } = townRun(60, 2) as Record<string, unknown>
const storm = { ...open, rain: { mmPerHour: 400, every: 1 }, time: { end: 120 }, output }
const basin = {
  version: 1,
  terrain: { file: 'basin.asc' },
  time: { end: 60 },
  manning: 0.03,
  initial: { level: 0.1 },
  boundaries: [
    { side: 'east', type: 'level', level: TIDE },
    { side: 'south', type: 'free', slope: 0.001 },
  ],
  inflows: [{ name: 'stream', direction: 90, line: STREAM, discharge: FLOW }],
  gauges: [20, 100, 200, 300].map((x) => ({ name: `x ${x}`, x, y: 125 })),
  output,
}

type Wanted = Omit<PageRun, 'files'> & { texts: Record<string, string> }
type Told = Omit<PageResult, 'maps'> & { deepest: number | null }

let browser: Browser | null = null
let page: Page
let errors: string[] = []
let missing = browserMissing
let close = async () => {}

/** Chromium with WebGPU in software (SwiftShader); a real adapter where the machine has one. */
beforeAll(async () => {
  if (missing) return
  const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--disable-background-networking']
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--no-first-run', ...flags] })
  const served = await serveCheck(await buildCheck(), false)
  close = served.close
  ;({ page, errors } = await openPage(browser, served.origin))
  const adapter = await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) !== null)
  if (!adapter) missing = 'this Chromium gives no WebGPU adapter'
})
afterAll(async () => {
  await browser?.close()
  await close()
})

function onGpu(wanted: Wanted): Promise<Told> {
  return page.evaluate((run) => (globalThis as unknown as { check(given: unknown): Promise<Told> }).check(run), {
    ...wanted,
    backend: 'webgpu',
  } as Wanted)
}

function inReference(wanted: Wanted): Promise<PageResult> {
  const { texts: given, ...rest } = wanted
  const bytes = Object.entries(given).map(([name, text]) => [name, new TextEncoder().encode(text)] as const)
  const machine = { host: nodeHost, noGpu: 'Node has no WebGPU' }
  return solve({ ...rest, backend: 'reference', files: Object.fromEntries(bytes) }, machine)
}

/** Largest difference of the depths of the gauges, and the largest depth. */
function apart(a: readonly string[], b: readonly string[]): { depth: number; most: number } {
  expect(a.length).toBe(b.length)
  let [depth, most] = [0, 0]
  a.forEach((line, k) => {
    const [here, there] = [line.split(','), b[k]!.split(',')]
    expect(here.slice(0, 2)).toEqual(there.slice(0, 2))
    depth = Math.max(depth, Math.abs(Number(here[2]) - Number(there[2])))
    most = Math.max(most, Number(there[2]))
  })
  return { depth, most }
}

test.each([
  ['a breach, fv', { ...breach, solver: 'fv' }],
  ['a breach, inertial', { ...breach, solver: 'inertial' }],
  ['a storm, inertial', storm],
  ['a storm, fv', { ...storm, solver: 'fv' }],
  ['tide and inflow, inertial', { ...basin, solver: 'inertial' }],
  ['tide and inflow, fv', { ...basin, solver: 'fv' }],
])(
  'WebGPU agrees with float64: %s',
  async (name, run) => {
    if (missing) return console.log(`skipped: ${missing}`)
    const wanted: Wanted = { run, texts, maps: true }
    const [there, here] = [await onGpu(wanted), await inReference(wanted)]
    expect(there.backend).toContain('webgpu')
    const { depth, most } = apart(there.gauges, here.gauges)
    const error = there.massBalance.errorRelative
    console.log(
      `${name}: ${depth.toExponential(1)} m apart of ${most.toFixed(2)} m, mass ${error.toExponential(1)}, ${there.steps} and ${here.steps} steps`,
    )
    expect(most).toBeGreaterThan(0.01)
    expect(depth).toBeLessThan(1e-3)
    expect(Math.abs(error)).toBeLessThan(1e-5)
    expect(Math.abs(there.deepest! - here.maps!.maxDepth.reduce((a, b) => Math.max(a, b), 0))).toBeLessThan(1e-2)
    expect(errors).toEqual([])
  },
  240_000,
)

test('what the graphics processor cannot do is named', async () => {
  if (missing) return console.log(`skipped: ${missing}`)
  await expect(onGpu({ run: breach, texts })).rejects.toThrow('muscl is computed by the kernels only')
  const dry = { ...basin, solver: 'fv', infiltration: { method: 'constant', mmPerHour: 5 } }
  await expect(onGpu({ run: dry, texts })).rejects.toThrow('rain is done by the kernels only')
})
