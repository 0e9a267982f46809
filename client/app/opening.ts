/** Getting a scene onto the page: the list, the document, a second try when the server is away, and following the making. */
import type { StoreApi } from 'zustand/vanilla'
import { brief } from '../../scenes/schema/closed.ts'
import type { SceneDocument } from '../../scenes/schema/scene.ts'
import type { Fetch, TimerPort } from './ports.ts'
import { type Following, fetchScene, fetchScenes, followMaking, PAUSES, ServerLost } from './server.ts'
import type { AppState, Problem } from './state.ts'
import { type Link, SCENE_ID } from './url.ts'

/** What opening tells the rest of the app. */
export interface OpeningListener {
  /** a document has come; the answer is why the link's diff does not fit, or null */
  show(sceneId: string, document: SceneDocument, link: Link): string | null
  complain(problem: Problem): void
  solved(kind: Problem['kind']): void
}

/** The ways to open scenes. */
export interface Opening {
  /** Opens what a link names, or the first scene there is; `faults` are what is wrong with the link itself. */
  open(link: Link, faults?: readonly string[]): Promise<void>
  /** Tries again what failed, at once. */
  retry(): void
  /** Starts following the making of the city. */
  follow(): void
  dispose(): void
}

/** What the steps of opening share. */
interface Attempt {
  store: StoreApi<AppState>
  fetch: Fetch
  listener: OpeningListener
}

/** Opening for a store. */
export function createOpening(
  store: StoreApi<AppState>,
  fetch: Fetch,
  timer: TimerPort,
  listener: OpeningListener,
): Opening {
  const attempt: Attempt = { store, fetch, listener }
  let controller = new AbortController()
  let following: Following | null = null
  let wanted: { link: Link; faults: readonly string[] } | null = null
  let cancelRetry: (() => void) | null = null
  let failures = 0

  async function open(link: Link, faults: readonly string[] = []): Promise<void> {
    controller.abort()
    cancelRetry?.()
    controller = new AbortController()
    const { signal } = controller
    wanted = { link, faults }
    try {
      if ((await openLinked(attempt, link, faults, signal)) === 'shown') wanted = null
      failures = 0
      listener.solved('server-lost')
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ServerLost) waitForServer(error)
      else listener.complain({ kind: 'bad-scene', reason: `${link.sceneId ?? ''}\n${reasonOf(error)}`.trim() })
    }
  }

  function waitForServer(error: ServerLost): void {
    failures++
    listener.complain({ kind: 'server-lost', reason: error.message })
    cancelRetry = timer.after(PAUSES.retries[Math.min(failures, PAUSES.retries.length) - 1]!, retryOpening)
  }

  function retryOpening(): void {
    if (wanted !== null) void open(wanted.link, wanted.faults)
  }

  return {
    open,
    retry() {
      failures = 0
      listener.solved('bad-link')
      following?.retry()
      retryOpening()
    },
    follow() {
      following = followCity(attempt, timer, retryOpening)
    },
    dispose() {
      controller.abort()
      cancelRetry?.()
      following?.stop()
    },
  }
}

/** Opens the scene a link names, or the first there is; says so when there is none. */
async function openLinked(
  attempt: Attempt,
  link: Link,
  faults: readonly string[],
  signal: AbortSignal,
): Promise<'shown' | 'none'> {
  const { store, fetch, listener } = attempt
  if (store.getState().scenes.length === 0) store.setState({ scenes: await fetchScenes(fetch, signal) })
  const id = link.sceneId ?? store.getState().sceneId
  const sceneId = id === '' ? firstScene(store.getState().scenes) : id
  if (sceneId === undefined) {
    const reason = '/scenes: the server has no scene; expected scenes/<place>/<theme>.json'
    listener.complain({ kind: 'no-scene', reason })
    return 'none'
  }
  await openScene(attempt, sceneId, link, faults, signal)
  return 'shown'
}

/** Who asks for nothing in particular sees a city as a whole, not one of its themes. */
function firstScene(scenes: AppState['scenes']): string | undefined {
  return (scenes.find(({ id }) => id.endsWith('/city')) ?? scenes[0])?.id
}

async function openScene(
  { store, fetch, listener }: Attempt,
  sceneId: string,
  link: Link,
  faults: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (!SCENE_ID.test(sceneId)) throw new RangeError(`scene: bad id, got ${brief(sceneId)}; expected <place>/<theme>`)
  const { document, sceneId: shown } = store.getState()
  const fetched = document !== null && shown === sceneId ? document : await fetchScene(fetch, sceneId, signal)
  signal.throwIfAborted()
  listener.solved('bad-scene')
  listener.solved('bad-link')
  listener.solved('no-scene')
  const misfit = listener.show(sceneId, fetched, link)
  const reasons = misfit === null ? faults : [...faults, misfit]
  if (reasons.length > 0) listener.complain({ kind: 'bad-link', reason: reasons.join('\n') })
}

/** Follows the making of the city; `again` is called when a scene that could not be opened may now be there. */
function followCity({ store, fetch, listener }: Attempt, timer: TimerPort, again: () => void): Following {
  async function refreshScenes(): Promise<void> {
    try {
      store.setState({ scenes: await fetchScenes(fetch) })
      if (store.getState().document === null) again()
    } catch {
      // The list on the page stays; a lost server is reported by following the making.
    }
  }
  return followMaking(fetch, timer, {
    progress(making) {
      const before = store.getState().making.state
      store.setState({ making })
      if (before === 'making' && making.state === 'ready') void refreshScenes()
    },
    lost: (reason) => listener.complain({ kind: 'server-lost', reason }),
    back() {
      listener.solved('server-lost')
      again()
    },
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
