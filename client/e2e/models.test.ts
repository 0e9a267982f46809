/** Building models, point clouds and tilesets of others in a real browser: a storey alone and cut open on the globe, then the same model alone. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeElement, writeIfc } from '../../data/formats/ifc-write.ts'
import { writeLas } from '../../data/formats/las-write.ts'
import { converter } from '../../data/geo/crs.ts'
import type { ModelView } from '../app/model-view.ts'
import type { Command } from '../app/state.ts'
import type { TidewallWindow } from '../main.tsx'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { type CityServer, startCityServer } from './city-server.ts'
import { packedTileset } from './packed-mesh.ts'
import { difference } from './picture.ts'

declare const window: { tidewall: TidewallWindow; tidewallModel?: ModelView }

const ROOT = new URL('../..', import.meta.url).pathname
const SIZE = { width: 640, height: 400 }
const CLOUD = { lng: 121.4396, lat: 28.6519 }
const MESH = { lng: 121.4426, lat: 28.6519 }
const VIEW = { lng: 121.4365, lat: 28.6513, height: 60, heading: 0, pitch: -33 }

/** Points half a metre apart, red ones of the ground and green ones of a building, 300 m east of the house. */
function cloud(): Uint8Array {
  const [east, north] = converter('EPSG:4326', 'EPSG:4549')(CLOUD.lng, CLOUD.lat)
  const points = Array.from({ length: 3600 }, (_, i) => {
    const [x, y] = [(i % 60) - 30, Math.floor(i / 60) - 30]
    const ground = x < 0
    const colour = ground ? ([65_535, 0, 0] as const) : ([0, 65_535, 0] as const)
    return { x: east! + x / 2, y: north! + y / 2, z: 5, class: ground ? 2 : 6, colour }
  })
  const wkt =
    'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",GEOGCS["CGCS2000"],PROJECTION["Transverse_Mercator"],AUTHORITY["EPSG","4549"]]'
  return writeLas(points, { offset: [east!, north!, 0], wkt })
}

/** Four walls and a slab in each of three storeys, each in a colour of its own. */
function house(): string {
  const storeys = [0, 1, 2].map((i) => ({ name: `${i + 1} 层`, elevation: i * 4 }))
  const elements = storeys.flatMap(({ elevation }, storey): MadeElement[] => {
    const colour: MadeElement['colour'] = [
      storey === 0 ? 0.9 : 0.2,
      storey === 1 ? 0.9 : 0.2,
      storey === 2 ? 0.9 : 0.2,
      0,
    ]
    const box = (x: number, y: number, dx: number, dy: number, dz: number): MadeElement => ({
      kind: dz > 1 ? 'IFCWALL' : 'IFCSLAB',
      name: `${dz > 1 ? '墙' : '板'} ${storey}`,
      storey,
      box: [x, y, elevation, dx, dy, dz],
      colour,
      properties: { 耐火: 'F90' },
    })
    return [
      box(-12, -8, 24, 16, 0.3),
      box(-12, -8, 24, 0.4, 3.9),
      box(-12, 7.6, 24, 0.4, 3.9),
      box(-12, -8, 0.4, 16, 3.9),
      box(11.6, -8, 0.4, 16, 3.9),
    ]
  })
  return writeIfc({ name: '演示楼', storeys, elements })
}

/** How many pixels of a picture are a strong red, and a strong green. */
function brightOf(picture: Buffer): { red: number; green: number } {
  const { data } = PNG.sync.read(picture)
  let [red, green] = [0, 0]
  for (let i = 0; i < data.length; i += 4) {
    if (data[i]! > data[i + 1]! + 90 && data[i]! > data[i + 2]! + 90) red++
    if (data[i + 1]! > data[i]! + 90 && data[i + 1]! > data[i + 2]! + 90) green++
  }
  return { red, green }
}

describe.skipIf(browserMissing !== null)(
  `building models in a browser${browserMissing ? ` (skipped: ${browserMissing})` : ''}`,
  () => {
    let folder: string
    let server: CityServer
    let browser: Browser

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tidewall-models-'))
      const file = join(folder, 'house.ifc')
      const points = join(folder, 'cloud.las')
      await writeFile(file, house())
      await writeFile(points, cloud())
      const photo = join(folder, 'photo')
      await mkdir(photo)
      for (const [name, bytes] of Object.entries(await packedTileset(MESH.lng, MESH.lat, 25)))
        await writeFile(join(photo, name), bytes)
      const into = ['--data', join(folder, 'data')]
      for (const words of [[file, '--anchor', '121.4365,28.6519,15'], [points], [photo]])
        await promisify(execFile)(process.execPath, ['data/ingest/main.ts', ...words, ...into], { cwd: ROOT })
      const dataDir = join(folder, 'data')
      ;[server, browser] = await Promise.all([
        startCityServer({ dataDir, arguments: ['--city', 'none'] }),
        launchBrowser(),
      ])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
      await rm(folder, { recursive: true, force: true })
    })

    test('a storey is shown alone and cut open on the globe, and comes back', async () => {
      const { page, errors } = await openPage(browser, server.url, '/#scene=house/city&lang=zh', SIZE)
      const dispatch = (command: Command): Promise<void> =>
        page.evaluate((given) => window.tidewall.app.dispatch(given), command)
      const seen = async (): Promise<Buffer> => {
        await page.waitForTimeout(300)
        await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 200_000, polling: 250 })
        return page.locator('#globe canvas').first().screenshot()
      }
      await page.waitForFunction(() => window.tidewall?.globe() && window.tidewall.app.store.getState().scene)
      await dispatch({ type: 'camera.fly', seconds: 0, view: VIEW })
      await page.waitForFunction(() => window.tidewall.app.store.getState().reports.models?.status === 'ready', null, {
        timeout: 200_000,
        polling: 250,
      })
      const whole = await seen()
      await dispatch({ type: 'layer.models', layer: 'models', change: { only: { model: 'house', storey: '1 层' } } })
      const storey = await seen()
      expect(difference(whole, storey)).toBeGreaterThan(0.01)
      await dispatch({ type: 'layer.models', layer: 'models', change: { section: { model: 'house', x: [-20, 0] } } })
      const cut = await seen()
      expect(difference(storey, cut)).toBeGreaterThan(0.003)
      await dispatch({ type: 'undo' })
      expect(difference(storey, await seen())).toBeLessThan(0.002)
      await dispatch({ type: 'undo' })
      expect(difference(whole, await seen())).toBeLessThan(0.002)
      expect(errors.filter((text) => !/404|Failed to load resource/.test(text))).toEqual([])
      await page.context().close()
    })

    test('a point cloud is drawn in its own colours, and without a class that is not asked for', async () => {
      const { page, errors } = await openPage(browser, server.url, '/#scene=cloud/city&lang=zh', SIZE)
      const dispatch = (command: Command): Promise<void> =>
        page.evaluate((given) => window.tidewall.app.dispatch(given), command)
      const seen = async (): Promise<{ red: number; green: number }> => {
        await page.waitForTimeout(300)
        await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 200_000, polling: 250 })
        return brightOf(await page.locator('#globe canvas').first().screenshot())
      }
      await page.waitForFunction(() => window.tidewall?.globe() && window.tidewall.app.store.getState().scene)
      await dispatch({ type: 'camera.fly', seconds: 0, view: { ...CLOUD, height: 70, heading: 0, pitch: -89 } })
      await page.waitForFunction(() => window.tidewall.app.store.getState().reports.points?.status === 'ready', null, {
        timeout: 200_000,
        polling: 250,
      })
      const whole = await seen()
      expect(Math.min(whole.red, whole.green)).toBeGreaterThan(500)
      await dispatch({ type: 'layer.space', layer: 'points', change: { classes: [6] } })
      const building = await seen()
      expect(building.red).toBeLessThan(whole.red / 10)
      expect(building.green).toBeGreaterThan(whole.green / 2)
      expect(errors.filter((text) => !/404|Failed to load resource/.test(text))).toEqual([])
      await page.context().close()
    })

    test('a tileset packed with Draco and KTX2 is drawn in its colours', async () => {
      const { page, errors } = await openPage(browser, server.url, '/#scene=photo/city&lang=zh', SIZE)
      await page.waitForFunction(() => window.tidewall?.globe() && window.tidewall.app.store.getState().scene)
      const view = { ...MESH, height: 90, heading: 0, pitch: -89 }
      await page.evaluate(
        (given) => window.tidewall.app.dispatch({ type: 'camera.fly', seconds: 0, view: given }),
        view,
      )
      let seen = { red: 0, green: 0 }
      await expect
        .poll(
          async () => {
            await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 200_000, polling: 250 })
            seen = brightOf(await page.locator('#globe canvas').first().screenshot())
            return Math.min(seen.red, seen.green)
          },
          { timeout: 120_000, interval: 1000 },
        )
        .toBeGreaterThan(500)
      expect(Math.abs(seen.red - seen.green)).toBeLessThan(0.2 * seen.red)
      expect(errors.filter((text) => !/404|Failed to load resource/.test(text))).toEqual([])
      await page.context().close()
    })

    test('the model alone: its tree shows a storey alone, its search an element, a click its properties', async () => {
      const { page, errors, outside } = await openPage(browser, server.url, '/?model=house', SIZE)
      const seen = async (): Promise<Buffer> => {
        await page.waitForTimeout(200)
        await page.waitForFunction(() => window.tidewallModel?.ready(), null, { timeout: 120_000 })
        return page.locator('.tw-inspector-view canvas').screenshot()
      }
      await page.setViewportSize({ width: 1100, height: 500 })
      const whole = await seen()
      await page.getByRole('button', { name: '单独显示' }).first().click()
      expect(difference(whole, await seen())).toBeGreaterThan(0.02)
      await page.getByRole('button', { name: '显示全部' }).click()
      await page.getByRole('searchbox').first().fill('板 2')
      await page.locator('.tw-found button').first().click()
      await page.locator('.tw-inspector-card h2', { hasText: '板 2' }).waitFor()
      expect(await page.locator('.tw-inspector-card').innerText()).toContain('F90')
      expect(errors).toEqual([])
      expect(outside).toEqual([])
      await page.context().close()
    })
  },
)
