/** The page on a real server with the sample city, driven as a person would: layers, pick, colour, link, undo, losses. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TidewallWindow } from '../main.tsx'
import { browserMissing, launchBrowser, openPage, type WatchedPage } from './browser.ts'
import { type CityServer, made, startCityServer } from './city-server.ts'
import { colours, difference, differenceFromKept } from './picture.ts'

type Page = WatchedPage['page']
declare const window: { tidewall: TidewallWindow }
declare const document: { querySelector(selector: string): HTMLCanvasElement | null; title: string }

const SCENE = '/#scene=tiny/city&lang=zh'
let server: CityServer
let browser: Browser

const drawn = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 180_000, polling: 250 })
  await page.waitForTimeout(600)
}
const picture = (page: Page): Promise<Buffer> => page.locator('#globe canvas').first().screenshot()
const state = <T>(page: Page, read: string): Promise<T> =>
  page.evaluate((path) => {
    let value: unknown = window.tidewall.app.store.getState()
    for (const key of path.split('.')) value = (value as Record<string, unknown> | null)?.[key]
    return value
  }, read) as Promise<T>

/** Flies to before the first building of the collection, with nothing chosen. */
const toFirstHouse = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const answer = await fetch('/collections/buildings/items?limit=1')
    const { features } = (await answer.json()) as { features: { geometry: { coordinates: number[][][] } }[] }
    const [lng, lat] = features[0].geometry.coordinates[0][0]
    window.tidewall.app.dispatch({ type: 'select', selection: null })
    window.tidewall.app.dispatch({
      type: 'camera.fly',
      view: { lng, lat: lat - 0.0018, height: 190, heading: 0, pitch: -42 },
      seconds: 0,
    })
  })

describe.skipIf(browserMissing !== null)(
  `the page in a browser${browserMissing ? ` (skipped: ${browserMissing})` : ''}`,
  () => {
    let watched: WatchedPage
    let page: Page

    beforeAll(async () => {
      server = await startCityServer()
      browser = await launchBrowser()
      watched = await openPage(browser, server.url, SCENE, { width: 960, height: 600 })
      page = watched.page
      await drawn(page)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
    })

    test('draws every layer, asks nobody outside, and looks as it did', async () => {
      const reports = await state<Record<string, { status: string; reason?: string }>>(page, 'reports')
      expect(Object.keys(reports).length).toBeGreaterThanOrEqual(8)
      for (const [layer, report] of Object.entries(reports)) expect([layer, report.status]).toEqual([layer, 'ready'])
      expect(watched.outside).toEqual([])
      expect(watched.errors).toEqual([])
      const png = await picture(page)
      expect(colours(png)).toBeGreaterThan(60)
      expect(differenceFromKept('tiny-day', png)).toBeLessThan(0.03)
    })

    test('hides a layer from the panel, and undo brings it back', async () => {
      const before = await picture(page)
      await page.getByRole('button', { name: /^隐藏建筑/ }).click()
      await drawn(page)
      expect(await state(page, 'reports.buildings.status')).toBe('hidden')
      expect(difference(before, await picture(page))).toBeGreaterThan(0.005)
      await page.keyboard.press('Control+z')
      await drawn(page)
      expect(await state(page, 'reports.buildings.status')).toBe('ready')
      expect(difference(before, await picture(page))).toBeLessThan(0.01)
    })

    test('shows all attributes of a clicked building', async () => {
      const found = await page.evaluate(async () => {
        const answer = await fetch('/collections/buildings/items?limit=50')
        const { features } = (await answer.json()) as {
          features: { id: string; geometry: { coordinates: number[][][] }; properties: Record<string, unknown> }[]
        }
        const tall = features.sort((a, b) => Number(b.properties.height ?? 0) - Number(a.properties.height ?? 0))[0]
        const [lng, lat] = tall.geometry.coordinates[0][0]
        return { id: tall.id, lng, lat }
      })
      await page.evaluate(({ lng, lat }) => {
        window.tidewall.app.dispatch({
          type: 'camera.fly',
          view: { lng, lat: lat - 0.0022, height: 220, heading: 0, pitch: -40 },
          seconds: 0,
        })
      }, found)
      await drawn(page)
      const box = await page.locator('#globe canvas').first().boundingBox()
      if (!box) throw new Error('no canvas')
      let selected: string | undefined
      for (let y = 0.5; y > 0.1 && selected === undefined; y -= 0.08) {
        await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * y)
        await page.waitForTimeout(700)
        selected = await state<string | undefined>(page, 'selection.id')
      }
      expect(selected).toBeTruthy()
      const item = await (
        await fetch(`${server.url}/collections/buildings/items/${encodeURIComponent(selected ?? '')}`)
      ).json()
      await page
        .getByText(selected ?? '', { exact: false })
        .first()
        .waitFor({ timeout: 20_000 })
      expect((item as { id: string }).id).toBe(selected)
      expect(page.url()).toContain(encodeURIComponent(selected ?? '?'))
    })

    test('colours buildings by an attribute, and the link brings the same picture up elsewhere', async () => {
      await toFirstHouse(page)
      await page.waitForTimeout(1000)
      await drawn(page)
      const plain = await picture(page)
      await page.evaluate(() =>
        window.tidewall.app.dispatch({
          type: 'layer.color',
          layer: 'buildings',
          color: ['ramp', ['get', 'levels'], 'blues', 0, 30],
        }),
      )
      await drawn(page)
      const coloured = await picture(page)
      expect(difference(plain, coloured)).toBeGreaterThan(0.002)
      await page.waitForTimeout(1500)
      const link = new URL(page.url())
      const second = await openPage(browser, server.url, `/${link.hash}`, { width: 960, height: 600 })
      await drawn(second.page)
      expect(await state(second.page, 'diff')).toEqual(await state(page, 'diff'))
      expect(difference(coloured, await picture(second.page))).toBeLessThan(0.01)
      await second.page.context().close()
      await page.keyboard.press('Control+z')
      await drawn(page)
      expect(difference(plain, await picture(page))).toBeLessThan(0.01)
    })

    test('lights windows at night, and speaks English', async () => {
      await toFirstHouse(page)
      await page.waitForTimeout(700)
      await drawn(page)
      const day = await picture(page)
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'time.set', time: '2026-06-01T22:00:00+08:00' }))
      await drawn(page)
      const night = await picture(page)
      expect(difference(day, night)).toBeGreaterThan(0.3)
      expect(differenceFromKept('tiny-night', night)).toBeLessThan(0.03)
      await page.evaluate(() => window.tidewall.app.dispatch({ type: 'language.set', language: 'en' }))
      await page.getByRole('button', { name: /^Hide Buildings/i }).waitFor()
      await page.evaluate(() => {
        window.tidewall.app.dispatch({ type: 'language.set', language: 'zh' })
        window.tidewall.app.dispatch({ type: 'time.set', time: '2026-06-01T10:00:00+08:00' })
      })
      await drawn(page)
    })

    test('keeps the walker on the ground', async () => {
      await page.evaluate(() => {
        window.tidewall.app.dispatch({ type: 'navigation.set', mode: 'walk' })
      })
      await page.waitForTimeout(4000)
      const below = await page.evaluate(() => {
        const camera = window.tidewall.app.store.getState().camera
        return camera?.height ?? -1e9
      })
      expect(below).toBeGreaterThan(-60)
      await page.evaluate(() => {
        window.tidewall.app.dispatch({ type: 'navigation.set', mode: 'orbit' })
        window.tidewall.app.dispatch({ type: 'camera.home' })
      })
      await page.waitForTimeout(2500)
      await drawn(page)
    })

    test('comes back after the picture is lost', async () => {
      const before = await picture(page)
      await page.evaluate(() => {
        const canvas = document.querySelector('#globe canvas')
        canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
      })
      await page.waitForFunction(() => window.tidewall.builds() >= 2, null, { timeout: 60_000 })
      await drawn(page)
      expect(await state<unknown[]>(page, 'problems')).toEqual([])
      expect(difference(before, await picture(page))).toBeLessThan(0.02)
    })

    test('says so when the server is gone, and goes on when it is back', async () => {
      const port = Number(new URL(server.url).port)
      await server.stop()
      await page.waitForFunction(
        () => window.tidewall.app.store.getState().problems.some(({ kind }) => kind === 'server-lost'),
        null,
        { timeout: 60_000 },
      )
      const again = await startCityServer({ dataDir: server.dataDir, port })
      const first = server
      const dispose = async (): Promise<void> => {
        await again.dispose()
        await first.dispose()
      }
      server = { ...again, dispose }
      await page.waitForFunction(() => window.tidewall.app.store.getState().problems.length === 0, null, {
        timeout: 60_000,
      })
      await made(server.url)
    })

    test('names the place and the allowed words of a bad scene, and can open another', async () => {
      const other = await openPage(browser, server.url, '/healthz')
      await other.page.route('**/scenes/tiny/city', (route) =>
        route.fulfill({
          json: { version: 1, title: { zh: '坏', en: 'Bad' }, sources: {}, layers: [], views: {}, colour: 1 },
        }),
      )
      await other.page.goto(server.url + SCENE)
      await other.page.waitForFunction(
        () => window.tidewall?.app.store.getState().problems.some(({ kind }) => kind === 'bad-scene'),
        null,
        { timeout: 60_000 },
      )
      const [problem] = await state<{ reason: string }[]>(other.page, 'problems')
      expect(problem.reason).toContain('colour')
      await other.page.unroute('**/scenes/tiny/city')
      await other.page.evaluate(() => window.tidewall.app.dispatch({ type: 'scene.open', id: 'tiny/city' }))
      await drawn(other.page)
      expect(await state<unknown[]>(other.page, 'problems')).toEqual([])
      await other.page.context().close()
    })
  },
)
