/** The views of the bench of a million pipes: opened, a flight along a street, down from 20 km; what each costs the page's thread. */
import type { Cesium3DTileset } from '@cesium/engine'
import type { CDPSession, Page } from 'playwright-core'
import type { View } from '../../scenes/schema/view.ts'
import type { TidewallWindow } from '../main.tsx'
import { launchBrowser } from './browser.ts'
import { type CpuProfile, nameDriver, stretchesOf } from './page-stretches.ts'

declare const window: { tidewall?: TidewallWindow }

/** What one view cost. */
export interface Seen {
  view: string
  /** milliseconds of the longest stretch of own code; the graphics driver apart */
  longestMs: number
  /** seconds of all own code, and of the driver */
  ownS: number
  driverS: number
  bytes: number
  requests: number
  calls: number
  triangles: number
  /** in the pipes' tiles in memory */
  features: number
  memoryMb: number
}

const [LNG, LAT] = [121.42, 28.66]
const STREET = { lat: LAT - 0.0035, height: 74, heading: 90, pitch: -25 }
/** What is flown to, in seconds; the first is what the scene opens with. */
const FLIGHTS: { view: string; to: View | null; seconds: number }[] = [
  { view: 'opening view', to: null, seconds: 0 },
  { view: 'down to a street', to: { ...STREET, lng: LNG - 0.005 }, seconds: 0 },
  { view: 'a kilometre along it at 60 m', to: { ...STREET, lng: LNG + 0.005 }, seconds: 15 },
  { view: 'up to 20 km', to: { lng: LNG, lat: LAT - 0.06, height: 20_000, heading: 0, pitch: -70 }, seconds: 0 },
  { view: 'down to 50 m', to: { lng: LNG, lat: LAT, height: 64, heading: 0, pitch: -40 }, seconds: 10 },
]

interface Counts {
  frames: number
  calls: number
  bytes: number
  requests: number
  triangles: number
  features: number
  memoryMb: number
}

function countsOf(page: Page): Promise<Counts> {
  return page.evaluate(() => {
    const { tidewall } = window
    const { scene } = tidewall!.globe()!
    const { bytes, count } = tidewall!.requests()
    const sum = { triangles: 0, features: 0, memoryMb: 0 }
    for (let i = 0; i < scene.primitives.length; i++) {
      const { statistics, totalMemoryUsageInBytes } = scene.primitives.get(i) as Cesium3DTileset & {
        statistics?: { numberOfTrianglesSelected: number; numberOfFeaturesLoaded: number }
      }
      if (!statistics) continue
      sum.triangles += statistics.numberOfTrianglesSelected
      sum.features += statistics.numberOfFeaturesLoaded
      sum.memoryMb += totalMemoryUsageInBytes / 2 ** 20
    }
    return { ...sum, frames: tidewall!.frames(), calls: tidewall!.drawCalls(), bytes, requests: count }
  })
}

/** Flies, waits until all in view is drawn, and counts. */
async function look(
  page: Page,
  session: CDPSession,
  { view, to, seconds }: (typeof FLIGHTS)[number],
  url: string,
): Promise<Seen> {
  const before = to ? await countsOf(page) : { frames: 0, bytes: 0, requests: 0 }
  await session.send('Profiler.start')
  if (!to) await page.goto(`${url}/#scene=towns/pipes`)
  else
    await page.evaluate(([view, seconds]) => window.tidewall!.app.dispatch({ type: 'camera.fly', view, seconds }), [
      to,
      seconds,
    ] as const)
  await page.waitForTimeout(seconds * 1000)
  await page.waitForFunction((drawn) => (window.tidewall?.frames() ?? 0) > drawn + 1, before.frames)
  await page.waitForFunction(() => window.tidewall?.ready(), null, { polling: 250 })
  const { profile } = (await session.send('Profiler.stop')) as { profile: CpuProfile }
  const stretches = stretchesOf(profile)
  const after = await countsOf(page)
  const sum = (of: 'ownMs' | 'driverMs') => stretches.reduce((total, stretch) => total + stretch[of], 0) / 1000
  return {
    ...after,
    view,
    longestMs: Math.max(0, ...stretches.map(({ ownMs }) => ownMs)),
    ownS: sum('ownMs'),
    driverS: sum('driverMs'),
    bytes: after.bytes - before.bytes,
    requests: after.requests - before.requests,
  }
}

/** Opens the towns' scene as a new visitor and goes through the views. */
export async function flyThrough(url: string): Promise<Seen[]> {
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
    const page = await context.newPage()
    page.setDefaultTimeout(600_000)
    await page.addInitScript(nameDriver)
    const session = await context.newCDPSession(page)
    await session.send('Profiler.enable')
    await session.send('Profiler.setSamplingInterval', { interval: 1000 })
    const seen: Seen[] = []
    for (const flight of FLIGHTS) seen.push(await look(page, session, flight, url))
    return seen
  } finally {
    await browser.close()
  }
}
