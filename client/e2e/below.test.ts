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

    test('a burst, a trace and a dig check: asked with tools, answered in the panel, on the map and on paper', async () => {
      const { water, storm } = await page.evaluate(async () => {
        const answer = await fetch('/collections/pipes/items?limit=1000')
        const { features } = (await answer.json()) as {
          features: { id: string; properties: { class: string }; geometry: { coordinates: [number, number][] } }[]
        }
        const of = (utility: string) => {
          const all = features.filter(({ properties }) => properties.class === utility)
          const { id, geometry } = all[all.length >> 1]!
          return { id, line: geometry.coordinates }
        }
        return { water: of('water'), storm: of('storm') }
      })
      const answered = (id: string) =>
        page.waitForFunction((mark) => window.tidewall.app.store.getState().findings[mark]?.status === 'ready', id, {
          timeout: 60_000,
        })
      const finding = (id: string) => page.evaluate((mark) => window.tidewall.app.store.getState().findings[mark]!, id)
      const at = (id: string) => ({
        lng: water.line[0]![0],
        lat: water.line[0]![1],
        ground,
        feature: { layer: 'pipes', collection: 'pipes', id, lng: water.line[0]![0], lat: water.line[0]![1] },
      })
      await page.getByRole('button', { name: /打开地下/ }).click()

      await dispatch(page, { type: 'tool.start', id: 'burst' })
      await dispatch(page, { type: 'tool.point', at: at(water.id) })
      await answered('burst-1')
      const burst = page.locator('article[data-kind="burst"]')
      await burst.getByRole('button', { name: '关不动' }).first().click()
      await page.waitForFunction(
        () =>
          window.tidewall.app.store
            .getState()
            .findings['burst-1']?.features.some(({ properties }) => properties.role === 'stuck'),
        null,
        { timeout: 60_000 },
      )
      expect(await burst.getByRole('button', { name: '能关' }).count()).toBe(1)

      await dispatch(page, { type: 'tool.start', id: 'trace-down' })
      await dispatch(page, { type: 'tool.point', at: at(storm.id) })
      await answered('trace-1')
      expect((await finding('trace-1')).summary.pipes).toBeGreaterThan(0)

      const [a, b] = [water.line[0]!, water.line[1]!]
      const middle: [number, number] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
      // across the pipe, some metres either side
      const across = [-(b[1] - a[1]), b[0] - a[0]]
      const far = 4e-5 / Math.hypot(across[0]!, across[1]!)
      await dispatch(page, { type: 'tool.start', id: 'dig-trench', params: { width: 1, depth: 3, check: true } })
      for (const side of [-far, far]) {
        const place = { lng: middle[0] + across[0]! * side, lat: middle[1] + across[1]! * side, ground, feature: null }
        await dispatch(page, { type: 'tool.point', at: place })
      }
      await dispatch(page, { type: 'tool.change', params: { done: true } })
      await dispatch(page, { type: 'tool.stop' })
      await answered('trench-1')
      const dug = await finding('trench-1')
      const hits = dug.features.filter(({ properties }) => properties.role === 'hit')
      expect(hits.map(({ id }) => id)).toContain(water.id)
      const trench = page.locator('article[data-kind="trench"]')
      await trench.locator('.tw-finding').first().click()
      const [lng] = hits[0]!.properties.at as number[]
      await page.waitForFunction(
        (wanted) => Math.abs(window.tidewall.app.store.getState().camera!.lng - wanted) < 1e-5,
        lng!,
        { timeout: 60_000 },
      )
      const link = await trench.getByRole('link', { name: '占掘路审批意见' }).getAttribute('href')
      const paper = await page.evaluate(async (url) => (await fetch(url)).text(), link!)
      expect(paper).toContain('占掘路管线核查意见')
      expect(paper).toContain(water.id)
      for (const id of ['burst-1', 'trace-1', 'trench-1']) await dispatch(page, { type: 'mark.set', id, mark: null })
      expect(await page.evaluate(() => window.tidewall.app.store.getState().findings)).toEqual({})
      await page
        .getByRole('button', { name: /收起地下/ })
        .first()
        .click()
      expect(errors).toEqual([])
    })

    test('sections: cut by two clicks on the map, a pipe chosen in the drawing, the water of a storm along a sewer, saved in three formats', async () => {
      const { id, line } = await page.evaluate(async () => {
        const answer = await fetch('/collections/pipes/items?limit=1000')
        const { features } = (await answer.json()) as {
          features: { id: string; properties: { class: string }; geometry: { coordinates: [number, number][] } }[]
        }
        const { id, geometry } = features.find(({ properties }) => properties.class === 'storm')!
        return { id, line: geometry.coordinates }
      })
      const [a, b] = [line[0]!, line[1]!]
      const view = { lng: (a[0] + b[0]) / 2, lat: (a[1] + b[1]) / 2, height: ground + 60, heading: 0, pitch: -89.9 }
      await dispatch(page, { type: 'camera.fly', seconds: 0, view })
      await drawn(page)
      await page.getByRole('button', { name: /打开地下/ }).click()
      await page.getByRole('button', { name: '画线横断面' }).click()
      // across the pipe, which runs through the middle of the picture
      const box = (await page.locator('#globe canvas').first().boundingBox())!
      const [east, north] = [(b[0] - a[0]) * Math.cos((LAT * Math.PI) / 180), b[1] - a[1]]
      const aside = 100 / Math.hypot(east, north)
      const click = (side: number): Promise<void> =>
        page.mouse.click(box.x + box.width / 2 - side * north * aside, box.y + box.height / 2 - side * east * aside)
      await click(-1)
      await page.waitForFunction(() => window.tidewall.app.store.getState().tool?.report.draft, null, {
        timeout: 60_000,
      })
      await click(1)
      const cut = page.locator('.tw-section-paper svg')
      await cut.waitFor({ timeout: 60_000 })
      await dispatch(page, { type: 'tool.stop' })
      const seen = cut.locator(`[data-layer="PIPE-STORM"] [data-id="${id}"]`).first()
      await seen.scrollIntoViewIfNeeded()
      const at = (await seen.boundingBox())!
      await page.mouse.click(at.x + at.width / 2, at.y + at.height / 2)
      await page.waitForFunction((one) => window.tidewall.app.store.getState().selection?.id === one, id)
      await page.locator('.tw-feature-id', { hasText: id }).waitFor({ timeout: 60_000 })
      expect(await seen.getAttribute('class')).toContain('is-chosen')
      // the words in the table choose it too, in the layer that shows it
      const chosen = () => page.evaluate(() => window.tidewall.app.store.getState().selection)
      expect((await chosen())!.layer).toBe('storm')
      await dispatch(page, { type: 'select', selection: null })
      await cut.locator(`[data-layer="TABLE"] [data-id="${id}"]`).first().click()
      expect((await chosen())!.layer).toBe('storm')

      await dispatch(page, { type: 'tool.start', id: 'section-along' })
      const feature = { layer: 'pipes', collection: 'pipes', id, lng: a[0], lat: a[1] }
      await dispatch(page, { type: 'tool.point', at: { lng: a[0], lat: a[1], ground, feature } })
      await page.locator('.tw-section-paper svg text', { hasText: '设计水位' }).first().waitFor({ timeout: 60_000 })
      await dispatch(page, { type: 'tool.stop' })
      const types: string[] = []
      for (const link of await page.locator('.tw-section-save a').all()) {
        const href = (await link.getAttribute('href'))!
        const [status, type] = await page.evaluate(async (url) => {
          const answer = await fetch(url)
          return [answer.status, answer.headers.get('content-type')!]
        }, href)
        expect(status, href).toBe(200)
        types.push(String(type).split(';')[0]!)
      }
      expect(types).toEqual(['image/svg+xml', 'application/pdf', 'image/vnd.dxf'])
      for (const mark of ['section-1', 'long-section-1'])
        await dispatch(page, { type: 'mark.set', id: mark, mark: null })
      await page.locator('.tw-section').waitFor({ state: 'detached' })
      await dispatch(page, { type: 'select', selection: null })
      expect(errors).toEqual([])
    })

    test('below the ground the camera knows its depth, and a button leads back up', async () => {
      // from where the last finding was flown to: the ground here is not in the memory any more, and known only coarsely
      const view = { lng: LNG, lat: LAT, height: ground - 4, heading: 0, pitch: -5 }
      await dispatch(page, { type: 'camera.fly', seconds: 0, view })
      await page.waitForFunction(
        () => Math.abs((window.tidewall.app.store.getState().depth?.depth ?? 0) - 4) < 1,
        null,
        { timeout: 150_000 },
      )
      await page.getByRole('button', { name: /返回地面.* m/ }).click()
      await page.waitForFunction(
        () => {
          const { depth, camera } = window.tidewall.app.store.getState()
          return depth === null && camera!.pitch < -50
        },
        null,
        { timeout: 60_000 },
      )
      expect(errors).toEqual([])
    })

    test('a network is solved at a word; a click shuts a valve, undo opens it', async () => {
      const solved = (): Promise<void> =>
        page
          .waitForFunction(() => window.tidewall.app.store.getState().hydraulics?.status === 'ready', null, {
            timeout: 60_000,
          })
          .then(() => {})
      const mark = { type: 'hydraulics', utility: 'water', show: 'pressure' } as const
      await dispatch(page, { type: 'mark.set', id: 'hydraulics-1', mark })
      await solved()
      const { moments, lowest, valve } = await page.evaluate(async () => {
        const { answer } = window.tidewall.app.store.getState().hydraulics!
        const found = await fetch('/collections/pipe-nodes/items?class=valve&utility=water&limit=1')
        const { features } = (await found.json()) as { features: { id: string }[] }
        return { moments: answer!.times.length, lowest: Number(answer!.summary.lowestM), valve: features[0]!.id }
      })
      expect(moments).toBe(25)
      expect(lowest).toBeGreaterThan(10)
      await dispatch(page, { type: 'tool.start', id: 'hydraulics' })
      const feature = { layer: 'water', collection: 'pipe-nodes', id: valve, lng: LNG, lat: LAT }
      await dispatch(page, { type: 'tool.point', at: { lng: LNG, lat: LAT, ground, feature } })
      await page.waitForFunction(
        (id) => JSON.stringify(window.tidewall.app.store.getState().scene?.marks?.['hydraulics-1']).includes(id),
        valve,
      )
      await solved()
      await dispatch(page, { type: 'tool.stop' })
      await dispatch(page, { type: 'undo' })
      expect(await page.evaluate(() => window.tidewall.app.store.getState().scene?.marks?.['hydraulics-1'])).toEqual(
        mark,
      )

      // a demand typed into the panel: the network is solved with it, and the node it is drawn from has less pressure
      await solved()
      const node = await page.evaluate(() => {
        const { ids, values } = window.tidewall.app.store.getState().hydraulics!.answer!.nodes
        const at = values[0]!.findIndex((value) => value !== null && value > 10)
        return { id: ids[at]!, pressure: values[0]![at]! }
      })
      const selection = { layer: 'water', collection: 'pipe-nodes', id: node.id, lng: LNG, lat: LAT }
      await dispatch(page, { type: 'select', selection })
      const closed = page.getByRole('button', { name: /打开地下/ })
      if ((await closed.count()) > 0) await closed.click()
      const demand = page.getByRole('spinbutton', { name: `${node.id} 用水量（升/秒）` })
      await demand.fill('150')
      await demand.press('Enter')
      await page.waitForFunction(
        ({ id, pressure }) => {
          const { answer } = window.tidewall.app.store.getState().hydraulics!
          const now = answer?.nodes.values[0]?.[answer.nodes.ids.indexOf(id)]
          return typeof now === 'number' && now < pressure - 0.01
        },
        node,
        { timeout: 60_000 },
      )
      expect(await page.getByText(`${node.id} 用水 150 升/秒`).count()).toBe(1)
      await dispatch(page, { type: 'select', selection: null })
      await dispatch(page, { type: 'mark.set', id: 'hydraulics-1', mark: null })
      expect(await page.evaluate(() => window.tidewall.app.store.getState().hydraulics)).toBeNull()
      expect(errors).toEqual([])
    })

    test('boreholes are there, and a chosen one draws its log with every layer', async () => {
      await page.waitForFunction(
        () => window.tidewall.app.store.getState().reports.boreholes?.status === 'ready',
        null,
        { timeout: 60_000 },
      )
      const { count } = await page.evaluate(() => window.tidewall.app.store.getState().reports.boreholes!)
      expect(count).toBe(12)
      const selection = { layer: 'boreholes', collection: 'boreholes', id: 'TINY-ZK7', lng: LNG, lat: LAT }
      await dispatch(page, { type: 'select', selection })
      await page.locator('.tw-log li').first().waitFor({ timeout: 60_000 })
      const layers = await page.evaluate(async () => {
        const item = await (await fetch('/collections/boreholes/items/TINY-ZK7')).json()
        return (item as { style: { layers: number } }).style.layers
      })
      expect(await page.locator('.tw-log li').count()).toBe(layers)
      expect(await page.locator('.tw-log-body svg > g > rect').count()).toBe(2 * layers)
      await dispatch(page, { type: 'select', selection: null })
      expect(errors).toEqual([])
    })
  },
)
