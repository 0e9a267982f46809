import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserMissing, launchBrowser, openPage } from '../../../client/e2e/browser.ts'
import { nodeHost } from '../kernel/node-host.ts'
import { riverTown, riverTownRun } from '../made/river-town.ts'
import { asEsriAscii, houses, town, valley } from '../made/terrains.ts'
import { townRun, valleyRun } from '../made/write-examples.ts'
import { buildCheck, serveCheck } from './check/serve-check.ts'
import { type PageResult, type PageRun, solve } from './solve.ts'

const CELLS = 90
const lake = { ...valley(CELLS, 10), height: (column: number) => ((column + 0.5) * 10 < 270 ? 113.92 : -100) }
const streets = town(60, 2)
const texts = {
  'valley.asc': asEsriAscii(valley(CELLS, 10)),
  'lake.asc': asEsriAscii(lake),
  'town.asc': asEsriAscii(streets),
  'houses.geojson': houses(streets),
  'river-town.asc': asEsriAscii(riverTown(200)),
}
const breach = { ...(valleyRun(CELLS, 10) as object), time: { end: 400 } }
const storm = { ...(townRun(60, 2) as object), time: { end: 600 } }
const subgrid = { ...riverTownRun(200, 300), subgrid: { cellM: 10 } }

type Wanted = Omit<PageRun, 'files'> & { texts: Record<string, string> }
type Told = Omit<PageResult, 'maps'> & { frames: { time: number; sum: number }[]; deepest: number | null }

let browser: Browser
let files: Map<string, string | Uint8Array>
const closing: (() => Promise<unknown>)[] = []

async function open(isolated: boolean): Promise<{ page: Page; errors: string[]; outside: string[] }> {
  const served = await serveCheck(files, isolated)
  closing.push(served.close)
  return openPage(browser, served.origin)
}

const ask = (page: Page, wanted: Wanted, stopAfter?: number): Promise<Told> =>
  page.evaluate(
    ([run, after]) => (globalThis as unknown as { check(...given: unknown[]): Promise<Told> }).check(run, after),
    [wanted, stopAfter] as const,
  )

function inNode(wanted: Wanted): Promise<PageResult> {
  const { texts: given, ...rest } = wanted
  const bytes = Object.entries(given).map(([name, text]) => [name, new TextEncoder().encode(text)] as const)
  return solve({ ...rest, files: Object.fromEntries(bytes) }, { host: nodeHost, noGpu: 'Node has no WebGPU' })
}

beforeAll(async () => {
  if (browserMissing) return
  files = await buildCheck()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  for (const close of closing) await close()
})

test.skipIf(browserMissing)('the page computes to the very same numbers as Node, in every scheme', async () => {
  const { page, errors, outside } = await open(false)
  for (const run of [breach, { ...breach, solver: 'fv' }, storm, subgrid]) {
    const wanted: Wanted = { run, texts, backend: 'wasm', maps: true }
    const [there, here] = [await ask(page, wanted), await inNode(wanted)]
    expect(there.gauges).toEqual(here.gauges)
    expect(there.sections).toEqual(here.sections)
    expect(there.massBalance).toEqual(here.massBalance)
    expect(there.steps).toBe(here.steps)
    expect(there.deepest).toBe(here.maps!.maxDepth.reduce((most, value) => Math.max(most, value), 0))
  }
  expect([errors, outside]).toEqual([[], []])
})

test.skipIf(browserMissing)('an isolated page has threads, another says why it has one, both agree', async () => {
  const isolated = await open(true)
  const plain = await open(false)
  const wanted: Wanted = { run: breach, texts, backend: 'threads', threads: 2 }
  const [two, one] = [await ask(isolated.page, wanted), await ask(plain.page, wanted)]
  expect(two.backend).toContain('2 threads')
  expect(one.backend).toContain('1 thread')
  expect(one.backendBecause).toContain('not isolated')
  expect(two.gauges).toEqual(one.gauges)
  expect(isolated.errors).toEqual([])
})

test.skipIf(browserMissing)('frames come while the run goes on, and a run can be stopped', async () => {
  const { page } = await open(false)
  const told = await ask(page, { run: breach, texts, frames: { every: 100 } })
  expect(told.frames.map(({ time }) => time)).toEqual([0, 100, 200, 300, 400])
  expect(told.frames[0]!.sum * 100).toBeCloseTo(told.massBalance.startM3, -3)
  const long = { ...breach, time: { end: 400_000 } }
  await expect(ask(page, { run: long, texts, frames: { every: 100 } }, 2)).rejects.toThrow('stopped')
})

test.skipIf(browserMissing)('what is wrong is said in the page as in Node', async () => {
  const { page } = await open(false)
  await expect(ask(page, { run: { ...breach, rian: 1 }, texts })).rejects.toThrow('unknown key "rian"')
  await expect(ask(page, { run: breach, texts: {} })).rejects.toThrow('valley.asc: cannot be opened')
  await expect(ask(page, { run: breach, texts, backend: 'webgpu' })).rejects.toThrow('backend webgpu')
})
