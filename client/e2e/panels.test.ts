/** What people do with the panels, on a real server with the sample city: search, bookmarks, colour, pictures, phone, no WebGL. */
import { readFile } from 'node:fs/promises'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TidewallWindow } from '../main.tsx'
import { browserMissing, CHROMIUM, launchBrowser, openPage, type WatchedPage } from './browser.ts'
import { type CityServer, startCityServer } from './city-server.ts'
import { colours, difference } from './picture.ts'

type Page = WatchedPage['page']
declare const window: { tidewall: TidewallWindow }
declare const document: { documentElement: { scrollWidth: number; clientWidth: number } }

const SCENE = '/#scene=tiny/city&lang=zh'

const drawn = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 180_000, polling: 250 })
  await page.waitForTimeout(500)
}
const picture = (page: Page): Promise<Buffer> => page.locator('#globe canvas').first().screenshot()
const fly = async (page: Page, view: { lng: number; lat: number; height: number; pitch: number }): Promise<void> => {
  await page.evaluate((to) => {
    window.tidewall.app.dispatch({ type: 'camera.fly', view: { ...to, heading: 0 }, seconds: 0 })
  }, view)
  await page.waitForTimeout(700)
  await drawn(page)
}

describe.skipIf(browserMissing !== null)(
  `the panels in a browser${browserMissing ? ` (skipped: ${browserMissing})` : ''}`,
  () => {
    let server: CityServer
    let browser: Browser
    let watched: WatchedPage
    let page: Page
    let house: { id: string; lng: number; lat: number }

    beforeAll(async () => {
      server = await startCityServer()
      browser = await launchBrowser()
      watched = await openPage(browser, server.url, SCENE, { width: 960, height: 600 })
      page = watched.page
      await drawn(page)
      const answer = await fetch(`${server.url}/collections/buildings/items?limit=1`)
      const { features } = (await answer.json()) as {
        features: { id: string; geometry: { coordinates: number[][][] } }[]
      }
      const [lng, lat] = features[0]!.geometry.coordinates[0]![0]!
      house = { id: features[0]!.id, lng: lng!, lat: lat! }
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
    })

    test('a search ends at the thing found, chosen, with its card open', async () => {
      await page.keyboard.press('/')
      await page.keyboard.type(house.id)
      await page.getByRole('option').first().waitFor()
      await page.keyboard.press('Enter')
      await page.waitForFunction((id) => window.tidewall.app.store.getState().selection?.id === id, house.id, {
        timeout: 30_000,
      })
      await page.getByText('来源属性').first().waitFor()
      await page.waitForTimeout(2500)
      await drawn(page)
      const camera = await page.evaluate(() => window.tidewall.app.store.getState().camera!)
      expect(Math.hypot(camera.lng - house.lng, camera.lat - house.lat)).toBeLessThan(0.02)
      await page.keyboard.press('Escape')
    })

    test('the colour control paints buildings by an attribute the tiles do not carry', async () => {
      await fly(page, { lng: house.lng, lat: house.lat - 0.0018, height: 190, pitch: -42 })
      const before = await picture(page)
      const asked = page.waitForResponse((response) => response.url().includes('/collections/buildings/values/roof'))
      const listed = page.waitForResponse((response) => response.url().includes('/collections/buildings/attributes'))
      await page.getByRole('combobox', { name: '着色依据' }).click()
      await listed
      await page.keyboard.type('roof')
      await page.locator('.ant-select-item-option').first().waitFor()
      await page.waitForTimeout(400)
      await page.keyboard.press('Enter')
      expect((await asked).status()).toBe(200)
      await drawn(page)
      await page.waitForTimeout(1500)
      expect(difference(before, await picture(page))).toBeGreaterThan(0.01)
      expect(await page.getByRole('figure', { name: '图例' }).count()).toBeGreaterThan(0)
      await page.keyboard.press('Escape')
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'scene.revert' }))
      await drawn(page)
      expect(difference(before, await picture(page))).toBeLessThan(0.01)
    })

    test('legal volumes show through the ground only by x-ray and are picked there; a unit is found by its code', async () => {
      const answer = await fetch(`${server.url}/collections/units/items?limit=9`)
      const { features } = (await answer.json()) as { features: { id: string; properties: Record<string, string> }[] }
      const unit = features.findLast(({ properties }) => properties.code)!
      const scene = '/#scene=jiaojiang/cadastre&camera=121.4382,28.6583,170,0,-89&lang=zh'
      const { page: rights, errors } = await openPage(browser, server.url, scene, { width: 960, height: 600 })
      await drawn(rights)
      const seen = await picture(rights)
      await rights.evaluate(() => window.tidewall.app.dispatch({ type: 'below.set', change: { xray: 0 } }))
      await rights.waitForTimeout(700)
      await drawn(rights)
      expect(difference(seen, await picture(rights))).toBeGreaterThan(0.1)
      await rights.evaluate(() => window.tidewall.app.dispatch({ type: 'undo' }))
      await rights.waitForTimeout(700)
      await drawn(rights)
      expect(difference(seen, await picture(rights))).toBeLessThan(0.02)
      await rights.mouse.click(560, 300)
      await rights.waitForFunction(() => window.tidewall.app.store.getState().selection?.collection === 'volumes')
      await rights.keyboard.press('Escape')
      await rights.keyboard.press('/')
      await rights.keyboard.type(unit.properties.code!)
      await rights.getByRole('option').first().waitFor()
      await rights.keyboard.press('Enter')
      await rights.waitForFunction((id) => window.tidewall.app.store.getState().selection?.id === id, unit.id)
      const card = rights.locator('.tw-feature')
      await card.locator('[data-key="code"]', { hasText: unit.properties.code! }).waitFor()
      expect(await card.innerText()).toContain('不动产单元代码')
      expect(errors).toEqual([])
      await rights.context().close()
    })

    test('half opacity lets the ground through, of buildings and of what is draped', async () => {
      // Pale streets on pale land would hardly differ: they are made red for this.
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'layer.color', layer: 'roads', color: '#c00000' }))
      await page.waitForTimeout(700)
      await drawn(page)
      for (const layer of ['buildings', 'roads']) {
        const before = await picture(page)
        await page.evaluate(
          (id) => window.tidewall.app.dispatch({ type: 'layer.opacity', layer: id, opacity: 0.2 }),
          layer,
        )
        await page.waitForTimeout(700)
        await drawn(page)
        expect([layer, difference(before, await picture(page)) > 0.003]).toEqual([layer, true])
        await page.evaluate(() => window.tidewall.app.dispatch({ type: 'undo' }))
        await page.waitForTimeout(700)
        await drawn(page)
      }
    })

    test('a bookmark brings the camera back, also after a reload', async () => {
      const before = await page.evaluate(() => window.tidewall.app.store.getState().camera!)
      await page.locator('#globe canvas').first().focus()
      await page.keyboard.press('b')
      await fly(page, { lng: house.lng, lat: house.lat - 0.01, height: 900, pitch: -50 })
      await page.reload()
      await drawn(page)
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'bookmark.go', index: 0 }))
      await page.waitForFunction(
        (height) => Math.abs((window.tidewall.app.store.getState().camera?.height ?? 0) - height) < 1,
        before.height,
        { timeout: 60_000 },
      )
    })

    test('a walker stands 1.7 m over the ground, and walks by keys at a walking pace', async () => {
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'navigation.set', mode: 'walk' }))
      await page.waitForTimeout(3000)
      await drawn(page)
      const over = () =>
        page.evaluate(() => {
          const { camera, globe } = window.tidewall.globe()!.scene
          return camera.positionCartographic.height - (globe.getHeight(camera.positionCartographic) ?? Number.NaN)
        })
      expect(Math.abs((await over()) - 1.7)).toBeLessThan(0.1)
      const place = () =>
        page.evaluate(() => {
          const { x, y, z } = window.tidewall.globe()!.scene.camera.positionWC
          return [x, y, z] as const
        })
      const from = await place()
      const begun = Date.now()
      await page.locator('#globe canvas').first().focus()
      await page.keyboard.down('w')
      await page.waitForFunction(
        ([x, y, z]) => {
          const at = window.tidewall.globe()!.scene.camera.positionWC
          return Math.hypot(at.x - x, at.y - y, at.z - z) > 1
        },
        from,
        { timeout: 60_000 },
      )
      await page.keyboard.up('w')
      const to = await place()
      const metres = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])
      expect(metres / ((Date.now() - begun) / 1000)).toBeLessThan(2)
      await page.waitForTimeout(500)
      expect(Math.abs((await over()) - 1.7)).toBeLessThan(0.1)
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'navigation.set', mode: 'orbit' }))
    })

    test('a screenshot is a PNG of the picture, named after scene and time', async () => {
      await fly(page, { lng: house.lng, lat: house.lat - 0.0018, height: 190, pitch: -42 })
      const coming = page.waitForEvent('download')
      await page.getByRole('button', { name: '截图' }).click()
      const download = await coming
      expect(download.suggestedFilename()).toMatch(/^tidewall-tiny-city-\d{4}-\d\d-\d\d-\d\d-\d\d\.png$/)
      expect(colours(await readFile(await download.path()))).toBeGreaterThan(60)
    })

    test('on a telephone nothing sticks out, and the layers open and close over the picture', async () => {
      await page.setViewportSize({ width: 390, height: 844 })
      await page.waitForTimeout(500)
      await drawn(page)
      const wide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement
        return scrollWidth - clientWidth
      })
      expect(wide).toBeLessThanOrEqual(0)
      const box = await page.locator('#globe canvas').first().boundingBox()
      expect([box?.width, (box?.height ?? 0) > 500]).toEqual([390, true])
      await page.setViewportSize({ width: 960, height: 600 })
      expect(watched.errors).toEqual([])
      expect(watched.outside).toEqual([])
    })

    test('without WebGL the page says so, and its panels work', async () => {
      const blind = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', '--disable-background-networking'],
      })
      try {
        const other = await openPage(blind, server.url, SCENE, { width: 960, height: 600 })
        await other.page.waitForFunction(
          () => window.tidewall?.app.store.getState().problems.some(({ kind }) => kind === 'webgl-missing'),
          null,
          { timeout: 60_000 },
        )
        await other.page.getByRole('button', { name: /^隐藏建筑/ }).click()
        await other.page.getByRole('button', { name: /^显示建筑/ }).waitFor()
      } finally {
        await blind.close()
      }
    })
  },
)
