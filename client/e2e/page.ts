/** What browser tests ask of the page with the globe: to be drawn, a picture, to look at a place. */
import { type Browser, chromium } from 'playwright-core'
import { inject } from 'vitest'
import type { TidewallWindow } from '../main.tsx'
import type { WatchedPage } from './browser.ts'

/** A page of the browser. */
export type Page = WatchedPage['page']
declare const window: { tidewall?: TidewallWindow }

/** The sample city's scene. */
export const SCENE = '/#scene=tiny/city&lang=zh'
/** A desk's page whose picture has a quarter of the pixels: the processor draws it, and pixels are what takes it the time. */
export const DESK = { width: 960, height: 600, scale: 0.5 }
/** Looks in a row, one per frame of the page, without anything left to draw or to load. */
const STILL = 5
/** Milliseconds after which what was just asked for is under way: drapes and labels gather requests for up to 200. */
const BEGUN_MS = 250

/** The server that all files share, and a browser of its own kind: closing it leaves the others theirs. */
export const sharedCity = (): string => inject('city')
export const sharedBrowser = (): Promise<Browser> => chromium.connect(inject('browser'))

/** Waits until all in view is drawn and stays so. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForTimeout(BEGUN_MS)
  await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 180_000, polling: 100 })
  await page.evaluate(
    (enough) =>
      new Promise<void>((resolve) => {
        let still = 0
        const look = (): void => {
          still = window.tidewall?.ready() ? still + 1 : 0
          if (still >= enough) resolve()
          else requestAnimationFrame(look)
        }
        look()
      }),
    STILL,
  )
}

/** The globe's part of the page, as PNG. */
export const picture = (page: Page): Promise<Buffer> => page.locator('#globe canvas').first().screenshot()

/** Looks north from a place, at once, and waits until that is drawn. */
export async function look(
  page: Page,
  view: { lng: number; lat: number; height: number; pitch: number },
): Promise<void> {
  await page.evaluate((to) => {
    window.tidewall?.app.dispatch({ type: 'camera.fly', view: { ...to, heading: 0 }, seconds: 0 })
  }, view)
  await drawn(page)
}

/** A corner of the first building of the collection. */
export async function firstHouse(city: string): Promise<{ id: string; lng: number; lat: number }> {
  const answer = await fetch(`${city}/collections/buildings/items?limit=1`)
  const { features } = (await answer.json()) as {
    features: { id: string; geometry: { coordinates: number[][][] } }[]
  }
  const [lng, lat] = features[0]!.geometry.coordinates[0]![0]!
  return { id: features[0]!.id, lng: lng!, lat: lat! }
}

/** Before a house, so near that its windows are seen. */
export const before = ({ lng, lat }: { lng: number; lat: number }) => ({
  lng,
  lat: lat - 0.0018,
  height: 190,
  pitch: -42,
})
