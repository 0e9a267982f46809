/** Below ground in a real browser: buried pipes show only by x-ray, a trench of 0.6 m is 0.6 m at every zoom, and one finds back up. */

import type { Browser } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command } from '../app/state.ts'
import type { TidewallWindow } from '../main.tsx'
import { browserMissing, launchBrowser, openPage, type WatchedPage } from './browser.ts'
import { type CityServer, startCityServer } from './city-server.ts'
import { difference } from './picture.ts'

type Page = WatchedPage['page']
declare const window: { tidewall: TidewallWindow }

const [LNG, LAT] = [121.4365, 28.6519]
let server: CityServer
let browser: Browser

const drawn = async (page: Page): Promise<void> => {
  await page.waitForTimeout(400)
  await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 180_000, polling: 250 })
  await page.waitForTimeout(600)
}
const dispatch = (page: Page, command: Command): Promise<void> =>
  page.evaluate((given) => window.tidewall.app.dispatch(given), command)
const picture = (page: Page): Promise<Buffer> => page.locator('#globe canvas').first().screenshot()
const look = async (page: Page, height: number, pitch: number): Promise<void> => {
  const view = { lng: LNG, lat: LAT, height, heading: 0, pitch }
  await dispatch(page, { type: 'camera.fly', seconds: 0, view })
  await drawn(page)
}

/** Rows of the middle column where two pictures differ: first and last. */
function changedRows(a: Buffer, b: Buffer, column: number): [number, number] {
  const [left, right] = [PNG.sync.read(a), PNG.sync.read(b)]
  const rows: number[] = []
  for (let y = 0; y < left.height; y++) {
    const at = 4 * (y * left.width + column)
    const change = [0, 1, 2].reduce((sum, k) => sum + Math.abs(left.data[at + k]! - right.data[at + k]!), 0)
    if (change > 30) rows.push(y)
  }
  return [rows[0] ?? 0, rows.at(-1) ?? 0]
}

describe.skipIf(browserMissing !== null)(
  `below ground in a browser${browserMissing ? ` (skipped: ${browserMissing})` : ''}`,
  () => {
    let page: Page
    let errors: string[]
    let ground = 0

    beforeAll(async () => {
      server = await startCityServer()
      browser = await launchBrowser()
      const scene = `/#scene=jiaojiang/below-ground&camera=${LNG},${LAT},60,0,-89&lang=zh`
      const watched = await openPage(browser, server.url, scene, { width: 960, height: 600 })
      page = watched.page
      errors = watched.errors
      await drawn(page)
      await dispatch(page, { type: 'below.set', change: { labels: false } })
      ground = await page.evaluate(
        ([lng, lat]) => {
          const { scene } = window.tidewall.globe()!
          const { camera } = window.tidewall.app.store.getState()
          const place = scene.camera.positionCartographic.clone()
          return camera && lng && lat ? (scene.globe.getHeight(place) ?? 0) : 0
        },
        [LNG, LAT],
      )
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
    })

    test('pipes show through the ground by x-ray and not without', async () => {
      const { lng, lat } = await page.evaluate(async () => {
        const answer = await fetch('/collections/pipes/items?limit=1')
        const { features } = (await answer.json()) as { features: { geometry: { coordinates: number[][] } }[] }
        const [first] = features[0]!.geometry.coordinates
        return { lng: first![0]!, lat: first![1]! }
      })
      const view = { lng, lat, height: ground + 40, heading: 0, pitch: -89 }
      await dispatch(page, { type: 'camera.fly', seconds: 0, view })
      await drawn(page)
      const seen = await picture(page)
      await dispatch(page, { type: 'below.set', change: { xray: 0 } })
      await drawn(page)
      const hidden = await picture(page)
      expect(difference(seen, hidden)).toBeGreaterThan(0.004)
      await dispatch(page, { type: 'undo' })
      await drawn(page)
      expect(difference(seen, await picture(page))).toBeLessThan(0.01)
      await dispatch(page, { type: 'below.set', change: { xray: 0 } })
    })

    test('a trench 0.6 m wide is as wide at three zooms, to its edge lines', async () => {
      const half = 9 / 111_320 / Math.cos((LAT * Math.PI) / 180)
      const line: [number, number][] = [
        [LNG - half, LAT],
        [LNG + half, LAT],
      ]
      for (const above of [4, 14, 40]) {
        await look(page, ground + above, -89.9)
        const before = await picture(page)
        await dispatch(page, {
          type: 'mark.set',
          id: 'trench-1',
          mark: { type: 'trench', line, width: 0.6, depth: 1.5 },
        })
        await drawn(page)
        const after = await picture(page)
        const { width } = PNG.sync.read(after)
        const [first, last] = changedRows(before, after, Math.floor(width / 2) + 20)
        const metresPerPixel = await page.evaluate(() => window.tidewall.app.store.getState().metresPerPixel!)
        const pixels = 0.6 / metresPerPixel
        // its rim stands three centimetres nearer to the eye than the ground, and the picture's edge line is a pixel wide either side
        expect(Math.abs(last - first + 1 - pixels), `at ${above} m`).toBeLessThan(3 + 0.01 * pixels)
        await dispatch(page, { type: 'undo' })
      }
    })

    test('below the ground the camera knows its depth, and a button leads back up', async () => {
      await look(page, ground - 4, -5)
      await page.waitForFunction(() => window.tidewall.app.store.getState().depth !== null, null, { timeout: 60_000 })
      const depth = await page.evaluate(() => window.tidewall.app.store.getState().depth!.depth)
      expect(Math.abs(depth - 4)).toBeLessThan(1)
      await page.getByRole('button', { name: /返回地面/ }).click()
      await page.waitForFunction(() => window.tidewall.app.store.getState().depth === null, null, { timeout: 60_000 })
      await drawn(page)
      expect(errors).toEqual([])
    })
  },
)
