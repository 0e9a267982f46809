/** Where the page is put together: the app on the browser's ports, the panels, and the globe in the hole they leave for it. */
import { createRoot } from 'react-dom/client'
import { createApp } from './app/store.ts'
import type { KeptGlobe } from './engines/cesium/keep-globe.ts'
import { TOOLS } from './tools/all-tools.ts'
import { followHydraulics } from './tools/follow-hydraulics.ts'
import { followQuestions } from './tools/follow-questions.ts'
import { runTools } from './tools/run-tools.ts'
import { Page } from './ui/page.tsx'
import './page.css'

const app = createApp({
  fetch: (url, init) => fetch(url, init),
  address: {
    read: () => location.hash.slice(1),
    write: (hash) => history.replaceState(history.state, '', hash ? `#${hash}` : location.pathname + location.search),
    listen(changed) {
      window.addEventListener('hashchange', changed)
      return () => window.removeEventListener('hashchange', changed)
    },
  },
  storage: localStorageOrNone(),
  language: 'zh',
})

runTools(app, TOOLS)
followQuestions(app)
followHydraulics(app)

/**
 * The page's own state for browser tests and for the curious: `window.tidewall.ready()` = all in view is drawn;
 * `drawCalls()`, `frames()`, `requests()` count; `builds()` = how often the globe was (re)built; `app` is the store and its commands.
 */
export interface TidewallWindow {
  app: typeof app
  globe(): ReturnType<KeptGlobe['current']>
  ready(): boolean
  drawCalls(): number
  frames(): number
  builds(): number
  requests(): { count: number; bytes: number }
}

let kept: KeptGlobe | null = null
const state: TidewallWindow = {
  app,
  globe: () => kept?.current() ?? null,
  ready: () => kept?.current()?.ready() ?? false,
  drawCalls: () => kept?.current()?.drawCalls() ?? 0,
  frames: () => kept?.current()?.frames() ?? 0,
  builds: () => kept?.builds() ?? 0,
  requests() {
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    const bytes = entries.reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0)
    return { count: entries.length, bytes }
  },
}
Object.assign(window, { tidewall: state })

function localStorageOrNone(): Storage | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}

const page = document.getElementById('page')!
const alone = new URLSearchParams(location.search).get('model')
if (alone)
  import('./inspect.tsx').then(
    ({ inspect }) => inspect(page, app, alone),
    (error: unknown) => page.append(String(error)),
  )
else openCity()

function openCity(): void {
  createRoot(page).render(<Page app={app} />)
  void app.start()
  // The globe is most of the bundle: the panels are there before it.
  Promise.all([import('./engines/cesium/keep-globe.ts'), import('./layers.ts')]).then(
    ([{ keepGlobe }, { draws }]) => {
      const mount = () => {
        const hole = document.getElementById('globe')
        if (hole) kept = keepGlobe(hole, app, draws)
        else requestAnimationFrame(mount)
      }
      mount()
    },
    (error: unknown) =>
      app.complain({ kind: 'server-lost', reason: error instanceof Error ? error.message : String(error) }),
  )
}
