/** Keeps a globe running: says when there is no WebGL or when it was lost, and builds the globe anew from the app's state. */
import type { App } from '../../app/store.ts'
import { type Globe, startGlobe } from './globe.ts'
import type { Draws } from './stage.ts'

/** A globe that comes back. */
export interface KeptGlobe {
  /** the running globe; null while there is none */
  current(): Globe | null
  /** how many times it was built */
  builds(): number
  dispose(): void
}

/** Starts and keeps a globe in a container. A lost picture is rebuilt after half a second, then ever more slowly. */
export function keepGlobe(container: HTMLElement, app: App, draws: Draws): KeptGlobe {
  let globe: Globe | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let builds = 0
  let losses = 0
  let since = 0

  const build = () => {
    clearTimeout(timer)
    try {
      globe = startGlobe(container, app, draws, lose)
      builds++
      since = performance.now()
      app.solved('webgl-missing')
      app.solved('webgl-lost')
    } catch (error) {
      globe = null
      const reason = error instanceof Error ? error.message : String(error)
      app.complain({ kind: builds === 0 ? 'webgl-missing' : 'webgl-lost', reason })
      timer = setTimeout(build, Math.min(60_000, 2000 * 2 ** losses++))
    }
  }
  const lose = (reason: string) => {
    const gone = globe
    if (!gone) return
    globe = null
    app.complain({ kind: 'webgl-lost', reason })
    const camera = app.store.getState().camera
    // Not inside the engine's own frame, which would go on with what is taken away here.
    timer = setTimeout(() => {
      try {
        gone.dispose()
      } catch {
        container.replaceChildren()
      }
      if (performance.now() - since > 60_000) losses = 0
      app.set({ camera })
      timer = setTimeout(build, Math.min(30_000, 500 * 2 ** losses++))
    }, 0)
  }
  const stop = app.onCommand((command) => {
    if (command.type === 'retry' && !globe) build()
  })
  build()
  return {
    current: () => globe,
    builds: () => builds,
    dispose() {
      clearTimeout(timer)
      stop()
      globe?.dispose()
    },
  }
}
