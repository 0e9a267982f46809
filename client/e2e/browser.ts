/** Debian's Chromium with software WebGL, driven by playwright-core; any request that leaves the machine fails the test. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where the browser is. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why browser tests cannot run here, or null. */
export const browserMissing: string | null = existsSync(CHROMIUM)
  ? null
  : `no Chromium at ${CHROMIUM}: install Debian's chromium, or set CHROMIUM`

/** @returns a browser without background traffic */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
    ],
  })
}

/** A page and what went wrong in it. */
export interface WatchedPage {
  page: Page
  /** console errors and page errors */
  errors: string[]
  /** requests that tried to leave `origin` (they were blocked) */
  outside: string[]
  /** bytes received and requests made so far, from the browser's own counters */
  traffic(): Promise<{ bytes: number; requests: number }>
}

/** Opens a page that may talk to `origin` only. */
export async function openPage(
  browser: Browser,
  origin: string,
  path = '/',
  { width = 1280, height = 720 }: { width?: number; height?: number } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  const page = await context.newPage()
  const errors: string[] = []
  const outside: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.route('**/*', (route) => {
    const url = route.request().url()
    if (url.startsWith(origin) || url.startsWith('data:') || url.startsWith('blob:')) return route.continue()
    outside.push(url)
    return route.abort()
  })
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  let bytes = 0
  let requests = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
    requests++
  })
  await page.goto(origin + path)
  return { page, errors, outside, traffic: async () => ({ bytes, requests }) }
}
