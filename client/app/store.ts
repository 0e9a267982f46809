/** The page's state: one store, one way in (commands), and a port for what engines report back. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { apply } from '../../scenes/schema/diff.ts'
import { openingView, parseScene } from '../../scenes/schema/scene.ts'
import type { Ports } from './ports.ts'
import type { AppState, Command, LayerReport, Problem } from './state.ts'

/** What an engine writes back; everything else changes by commands. */
export type Presence = Pick<AppState, 'camera' | 'metresPerPixel' | 'cursor' | 'hovered' | 'loading'>

/** The page's state and the ways in and out of it. */
export interface App {
  store: StoreApi<AppState>
  /** Changes the state, then tells the listeners. */
  dispatch(command: Command): void
  /**
   * Hears every command after the state has changed. `view.go`, `camera.home`, `bookmark.go` and an opened scene are
   * followed by the `camera.fly` they mean (seconds 0 = at once), so an engine needs only `camera.*`, `retry` and `screenshot`.
   */
  onCommand(listener: (command: Command) => void): () => void
  /** What an engine says about a layer of the scene. */
  report(layer: string, report: LayerReport): void
  /** What an engine or the pointer says about the present. */
  set(presence: Partial<Presence>): void
  /** Says that something is wrong; one problem per kind. */
  complain(problem: Problem): void
  /** Takes a problem back. */
  solved(kind: Problem['kind']): void
  /** Reads the link, fetches the scenes, opens one, follows the server. */
  start(): Promise<void>
  dispose(): void
}

const FIRST: AppState = {
  document: null,
  diff: {},
  scene: null,
  scenes: [],
  sceneId: '',
  camera: null,
  metresPerPixel: null,
  navigation: 'orbit',
  cursor: null,
  selection: null,
  hovered: null,
  reports: {},
  loading: 0,
  time: '2026-06-01T10:00:00+08:00',
  playing: false,
  rate: 1,
  language: 'zh',
  making: { state: 'idle', stages: [] },
  problems: [],
  bookmarks: [],
  canUndo: false,
  canRedo: false,
}

/** An app on its ports; nothing happens before `start`. */
export function createApp(ports: Ports): App {
  const store = createStore<AppState>()(() => ({ ...FIRST, language: ports.language ?? 'zh' }))
  const listeners = new Set<(command: Command) => void>()
  const tell = (command: Command) => {
    for (const listener of listeners) listener(command)
  }
  const solved = (kind: Problem['kind']) =>
    store.setState((state) => ({ problems: state.problems.filter((problem) => problem.kind !== kind) }))
  const complain = (problem: Problem) => {
    solved(problem.kind)
    store.setState((state) => ({ problems: [...state.problems, problem] }))
  }
  const open = async (id: string) => {
    try {
      const answer = await ports.fetch(`/scenes/${id}`)
      const document = parseScene(await answer.json())
      const camera = openingView(document)
      store.setState({ document, diff: {}, scene: apply(document, {}), sceneId: id, camera, reports: {} })
      solved('bad-scene')
      tell({ type: 'camera.fly', view: camera, seconds: 0 })
    } catch (error) {
      complain({ kind: 'bad-scene', reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return {
    store,
    dispatch: tell,
    onCommand(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    report: (layer, report) => store.setState((state) => ({ reports: { ...state.reports, [layer]: report } })),
    set: (presence) => store.setState(presence),
    complain,
    solved,
    async start() {
      const answer = await ports.fetch('/scenes')
      store.setState({ scenes: (await answer.json()) as AppState['scenes'] })
      const first = store.getState().scenes[0]
      if (first !== undefined) await open(first.id)
    },
    dispose: () => listeners.clear(),
  }
}
