/** What the opening view costs a new visitor of the default city: bytes, requests, and draw calls per visible tile and layer. */
import type { Cesium3DTileset, Globe } from '@cesium/engine'
import type { Browser } from 'playwright-core'
import { printRow } from '../../data/bench/interleave.ts'
import type { TidewallWindow } from '../main.tsx'
import { browserMissing, launchBrowser } from './browser.ts'
import { startCityServer } from './city-server.ts'

declare const window: { tidewall: TidewallWindow }

const MOST_BYTES = 3_000_000
const MOST_REQUESTS = 60

interface Opening {
  bytes: number
  requests: number
  calls: number
  /** tiles in the picture: of ground, and of each tileset */
  tiles: number
}

/** Opens the page in a fresh context and waits until all in view is drawn. */
async function opening(browser: Browser, url: string, width: number, height: number): Promise<Opening> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  const sizes: Promise<number>[] = []
  context.on('requestfinished', (request) =>
    sizes.push(
      request.sizes().then(
        (size) => size.responseBodySize + size.responseHeadersSize,
        () => 0,
      ),
    ),
  )
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction(() => window.tidewall?.ready(), null, { timeout: 300_000, polling: 250 })
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  const drawn = await page.evaluate(() => {
    const scene = window.tidewall.globe()!.scene
    const { _surface } = scene.globe as Globe & { _surface: { _tilesToRender: unknown[] } }
    let tiles = _surface._tilesToRender.length
    for (let i = 0; i < scene.primitives.length; i++) {
      const { statistics } = scene.primitives.get(i) as Cesium3DTileset & { statistics?: { selected?: number } }
      tiles += statistics?.selected ?? 0
    }
    return { tiles, calls: window.tidewall.drawCalls() }
  })
  const requests = sizes.length
  await context.close()
  return { bytes, requests, ...drawn }
}

if (browserMissing !== null) console.error(browserMissing)
else {
  const server = await startCityServer({ arguments: ['--city', 'jiaojiang', '--buildings', '42000'] })
  const browser = await launchBrowser()
  try {
    for (const [width, height] of [
      [1366, 768],
      [1920, 1080],
    ] as const) {
      await opening(browser, server.url, width, height)
      const { bytes, requests, calls, tiles } = await opening(browser, server.url, width, height)
      const note = `${width} × ${height}, new visitor, warm server`
      const row = (figure: string, ours: string, peer: string, ratio: number, reach: string) =>
        printRow({ figure: `opening view: ${figure}`, ours, peer, ratio, reach, note })
      row('bytes', `${(bytes / 1e6).toFixed(2)} MB`, '3 MB', bytes / MOST_BYTES, '≤ 1')
      row('requests', String(requests), String(MOST_REQUESTS), requests / MOST_REQUESTS, '≤ 1')
      // Besides tiles the engine draws the sky (two), the sun and all names (one each).
      row('draw calls per visible tile', `${calls} for ${tiles}`, '1 and 4 more', calls / (tiles + 4), '≤ 1')
    }
  } finally {
    await browser.close()
    await server.dispose()
  }
}
