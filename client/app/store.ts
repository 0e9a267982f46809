/** The page's state: one store, one way in (commands), and a port for what engines report back. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { followAddress } from './address.ts'
import { type Clock, createClock } from './clock.ts'
import { createOpening, type Opening } from './opening.ts'
import { machineTimer, type Ports } from './ports.ts'
import { createSession, type Session } from './session.ts'
import type { AppState, Command, LayerReport, Problem } from './state.ts'
import { readLink } from './url.ts'

/** What an engine writes back; everything else changes by commands. */
export type Presence = Pick<
  AppState,
  'camera' | 'metresPerPixel' | 'cursor' | 'hovered' | 'loading' | 'tool' | 'depth' | 'findings' | 'hydraulics'
>

/** The page's state and the ways in and out of it. */
export interface App {
  store: StoreApi<AppState>
  /**
   * Changes the state, then tells the listeners.
   *
   * @throws {RangeError} when the command names a layer or view that the scene has not
   * @throws {SceneError} when a colour is no colour expression
   */
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
  /** Reads the link, fetches the scenes, opens one, follows the server. Done when the first scene is open or has failed. */
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
  tool: null,
  findings: {},
  hydraulics: null,
  depth: null,
  selection: null,
  hovered: null,
  reports: {},
  loading: 0,
  time: '2026-06-01T10:00:00+08:00',
  playing: false,
  rate: 60,
  language: 'zh',
  shadows: true,
  making: { state: 'idle', stages: [] },
  problems: [],
  bookmarks: [],
  canUndo: false,
  canRedo: false,
}

function validRate(rate: number | undefined): boolean {
  return rate !== undefined && Number.isFinite(rate) && rate !== 0
}

/** Does what a command asks of the state. */
function obeying(store: StoreApi<AppState>, session: Session, opening: Opening, clock: Clock) {
  return (command: Command): void => {
    session.obey(command)
    if (command.type === 'scene.open') void opening.open({ sceneId: command.id })
    else if (command.type === 'retry') opening.retry()
    else if (command.type === 'select') store.setState({ selection: command.selection })
    else if (command.type === 'navigation.set') store.setState({ navigation: command.mode })
    else if (command.type === 'language.set') store.setState({ language: command.language })
    else if (command.type === 'shadows.set') store.setState({ shadows: command.shadows })
    else if (command.type === 'time.play') {
      store.setState({ playing: command.playing, ...(validRate(command.rate) && { rate: command.rate }) })
      if (command.playing) clock.start()
      else clock.stop()
    }
  }
}

/** An app on its ports; nothing happens before `start`. */
export function createApp(ports: Ports): App {
  const timer = ports.timer ?? machineTimer
  const store = createStore<AppState>()(() => ({ ...FIRST, language: ports.language ?? 'zh' }))
  const listeners = new Set<(command: Command) => void>()
  const ends: (() => void)[] = []

  const tell = (command: Command): void => {
    for (const listener of [...listeners]) listener(command)
  }
  const solved = (kind: Problem['kind']): void => {
    const { problems } = store.getState()
    if (problems.some((problem) => problem.kind === kind))
      store.setState({ problems: problems.filter((problem) => problem.kind !== kind) })
  }
  const complain = (problem: Problem): void => {
    store.setState((state) => ({ problems: [...state.problems.filter(({ kind }) => kind !== problem.kind), problem] }))
  }
  /** while a command is being obeyed, the flights it means wait until the command itself has been heard */
  let flights: Command[] | null = null
  const session = createSession(
    store,
    { timer, complain, ...(ports.storage && { storage: ports.storage }) },
    (view, seconds) => {
      const flight: Command = { type: 'camera.fly', view, ...(seconds !== undefined && { seconds }) }
      if (flights === null) tell(flight)
      else flights.push(flight)
    },
  )
  const clock = createClock(timer, { read: store.getState, write: store.setState })
  const opening = createOpening(store, ports.fetch, timer, { show: session.show, complain, solved })

  const obey = obeying(store, session, opening, clock)

  return {
    store,
    dispatch(command) {
      const late: Command[] = []
      flights = late
      try {
        obey(command)
      } finally {
        flights = null
      }
      tell(command)
      for (const flight of late) tell(flight)
    },
    onCommand(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    report: (layer, report) => store.setState((state) => ({ reports: { ...state.reports, [layer]: report } })),
    set: (presence) => store.setState(presence),
    complain,
    solved,
    async start() {
      if (ports.address !== undefined) ends.push(followAddress(store, ports.address, timer, opening.open))
      opening.follow()
      const { link, reasons } = readLink(ports.address?.read() ?? '')
      if (link.language !== undefined) store.setState({ language: link.language })
      store.setState({ shadows: link.shadows ?? true })
      await opening.open(link, reasons)
    },
    dispose() {
      for (const end of ends) end()
      clock.stop()
      opening.dispose()
      listeners.clear()
    },
  }
}
