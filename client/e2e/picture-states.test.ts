/** What the picture goes through, on a real server with the sample city: being made, hovered over, shaded, flown over, cut off and back. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TidewallWindow } from '../main.tsx'
import { browserMissing, launchBrowser, openPage, type WatchedPage } from './browser.ts'
import { type CityServer, startCityServer } from './city-server.ts'
import { difference } from './picture.ts'

type Page = WatchedPage['page']
declare const window: { tidewall: TidewallWindow }

const SCENE = '/#scene=tiny/city&lang=zh'
const SIZE = { width: 800, height: 500 }

const drawn = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 180_000, polling: 250 })
  await page.waitForTimeout(400)
}
const picture = (page: Page): Promise<Buffer> => page.locator('#globe canvas').first().screenshot()

describe.skipIf(browserMissing !== null)(
  `states of the picture${browserMissing ? ` (skipped: ${browserMissing})` : ''}`,
  () => {
    let server: CityServer
    let browser: Browser
    let watched: WatchedPage
    let page: Page
    let house: { lng: number; lat: number }

    const fly = async (view: { lng: number; lat: number; height: number; pitch: number }): Promise<void> => {
      await page.evaluate((to) => {
        window.tidewall.app.dispatch({ type: 'camera.fly', view: { ...to, heading: 0 }, seconds: 0 })
      }, view)
      await page.waitForTimeout(500)
      await drawn(page)
    }
    const nearHouse = () => fly({ lng: house.lng, lat: house.lat - 0.0018, height: 190, pitch: -42 })

    beforeAll(async () => {
      server = await startCityServer()
      browser = await launchBrowser()
      watched = await openPage(browser, server.url, '/healthz', SIZE)
      page = watched.page
      page.setDefaultTimeout(90_000)
      const answer = await fetch(`${server.url}/collections/buildings/items?limit=1`)
      const { features } = (await answer.json()) as { features: { geometry: { coordinates: number[][][] } }[] }
      const [lng, lat] = features[0]!.geometry.coordinates[0]![0]!
      house = { lng: lng!, lat: lat! }
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
    })

    test('while the city is being made its stages stand over the picture, which goes on; then they are gone', async () => {
      let made = false
      await page.route('**/ingest', (route) =>
        made
          ? route.continue()
          : route.fulfill({
              json: {
                state: 'making',
                stages: [
                  { id: 'generate', done: 1, total: 1, seconds: 1, state: 'done' },
                  { id: 'terrain', done: 30, total: 100, seconds: 2, state: 'running' },
                  { id: 'buildings', done: 0, total: 0, seconds: 0, state: 'waiting' },
                ],
              },
            }),
      )
      await page.goto(server.url + SCENE)
      const overlay = page.getByRole('region', { name: '正在建城' })
      await overlay.waitFor({ timeout: 60_000 })
      expect(await overlay.getByText('切分地形').count()).toBe(1)
      const bar = overlay.getByRole('progressbar')
      expect(Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0)
      expect(Number(await bar.getAttribute('aria-valuenow'))).toBeLessThan(100)
      await page.waitForFunction(() => window.tidewall.frames() > 0, null, { timeout: 60_000 })
      await overlay.getByRole('button', { name: '收起进度' }).click()
      await page.getByRole('button', { name: /^建城进度 \d+%/ }).waitFor()
      made = true
      await page.getByRole('button', { name: /^建城进度/ }).waitFor({ state: 'detached', timeout: 60_000 })
      await page.unroute('**/ingest')
      await drawn(page)
    })

    test('a label beside the pointer names what it is over, and goes with it', async () => {
      await nearHouse()
      const box = (await page.locator('#globe canvas').first().boundingBox())!
      const label = page.locator('.tw-hover')
      for (let y = 0.55; y > 0.2 && (await label.count()) === 0; y -= 0.05) {
        await page.mouse.move(box.x + box.width * 0.55, box.y + box.height * y)
        await page.waitForTimeout(900)
      }
      expect(await label.innerText()).toMatch(/\d m/)
      const hovered = await page.evaluate(() => window.tidewall.app.store.getState().hovered!)
      expect(hovered.facts?.height).toBeGreaterThan(0)
      await page.mouse.move(box.x + 4, 4)
      await label.waitFor({ state: 'detached', timeout: 20_000 })
    })

    test('shadows fall with the sun and are gone by a switch that the link remembers', async () => {
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'time.set', time: '2026-06-01T07:30:00+08:00' }))
      await nearHouse()
      const morning = await picture(page)
      const flip = async () => {
        await page.getByRole('button', { name: /^地面上的建筑阴影/ }).click()
        // the button's own explanation would be in the picture
        await page.mouse.move(2, 2)
        await page.waitForTimeout(900)
        await drawn(page)
      }
      await flip()
      const without = await picture(page)
      expect(difference(morning, without)).toBeGreaterThan(0.004)
      await page.waitForFunction("location.hash.includes('shadows=0')", null, { timeout: 20_000 })
      await flip()
      expect(difference(morning, await picture(page))).toBeLessThan(0.004)
    })

    test('a flyer moves on by keys, as fast as it is high, and never under the ground', async () => {
      await page.getByRole('button', { name: '飞行' }).click()
      await page.locator('#globe canvas').first().focus()
      const place = () => page.evaluate(() => window.tidewall.app.store.getState().camera!)
      const from = await place()
      await page.keyboard.down('w')
      await page.waitForFunction(
        (lat) => Math.abs(window.tidewall.app.store.getState().camera!.lat - lat) > 0.0002,
        from.lat,
        { timeout: 60_000 },
      )
      await page.keyboard.up('w')
      await page.keyboard.down('q')
      await page.waitForTimeout(4000)
      await page.keyboard.up('q')
      const over = await page.evaluate(() => {
        const { camera, globe } = window.tidewall.globe()!.scene
        return camera.positionCartographic.height - (globe.getHeight(camera.positionCartographic) ?? Number.NaN)
      })
      expect(over).toBeGreaterThan(0)
      await page.getByRole('button', { name: '环绕' }).click()
    })

    test('a bookmark is renamed in place: Enter keeps, Escape leaves it', async () => {
      await page.locator('#globe canvas').first().focus()
      await page.keyboard.press('b')
      await page.getByRole('button', { name: '打开视角与书签' }).click()
      const names = () => page.evaluate(() => window.tidewall.app.store.getState().bookmarks.map(({ name }) => name))
      await page
        .getByRole('button', { name: /^重命名/ })
        .first()
        .click()
      await page.getByRole('textbox', { name: /^重命名/ }).fill('防汛视角')
      await page.keyboard.press('Enter')
      expect(await names()).toEqual(['防汛视角'])
      await page
        .getByRole('button', { name: /^重命名/ })
        .first()
        .click()
      await page.getByRole('textbox', { name: /^重命名/ }).fill('别的')
      await page.keyboard.press('Escape')
      expect(await names()).toEqual(['防汛视角'])
    })

    test('tiles that the server could not give come when it is back, without a reload', async () => {
      const tiles = /\/tiles\/(buildings|map)\/.+\.(glb|mvt)/
      // a page of its own: what another has in its memory never fails
      const context = await browser.newContext({ viewport: { width: 640, height: 400 } })
      const page = await context.newPage()
      await page.route(tiles, (route) => route.abort())
      await page.goto(server.url + SCENE)
      const all = (layers: string[], status: string) =>
        page.waitForFunction(
          ([ids, wanted]) => ids.every((id) => window.tidewall?.app.store.getState().reports[id]?.status === wanted),
          [layers, status] as const,
          { timeout: 90_000, polling: 250 },
        )
      await all(['buildings', 'roads', 'land'], 'failed')
      const reason = await page.evaluate(() => window.tidewall.app.store.getState().reports.roads?.reason)
      expect(reason).not.toBe('')
      await page.unroute(tiles)
      await all(['buildings', 'roads', 'land'], 'ready')
      await context.close()
      expect(watched.outside).toEqual([])
    })
  },
)
