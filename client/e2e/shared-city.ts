/** One city and one browser for all browser tests: vitest starts them before the first file and ends them after the last. */
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { BROWSER_OPTIONS, browserMissing } from './browser.ts'
import { startCityServer } from './city-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** address of the server with the sample city; nobody may stop it or write to it */
    city: string
    /** where the browser is controlled */
    browser: string
  }
}

/** @returns what ends both */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (browserMissing) {
    project.provide('city', '')
    project.provide('browser', '')
    return async () => {}
  }
  const [server, browser] = await Promise.all([startCityServer(), chromium.launchServer(BROWSER_OPTIONS)])
  project.provide('city', server.url)
  project.provide('browser', browser.wsEndpoint())
  return async () => {
    await browser.close()
    await server.dispose()
  }
}
