/** The undoable half of the page's state: the scene on screen as a diff against its document, with undo and bookmarks. */
import type { StoreApi } from 'zustand/vanilla'
import { brief, gotExpected } from '../../scenes/schema/closed.ts'
import { apply, diff, type SceneDiff, sameJson } from '../../scenes/schema/diff.ts'
import { openingView, type SceneDocument, type View } from '../../scenes/schema/scene.ts'
import { instantIn, milliseconds, zoneAt, zoneOf } from '../../scenes/schema/time.ts'
import { keepBookmarks, keptBookmarks, renamedBookmark, withBookmark } from './bookmarks.ts'
import { changedScene, clampTime, openedSession, sessionDiff } from './commands.ts'
import type { StoragePort, TimerPort } from './ports.ts'
import type { AppState, Command, Problem } from './state.ts'
import { type History, NO_HISTORY, redone, remembered, undone } from './undo.ts'
import type { Link } from './url.ts'

type BookmarkChange = Extract<Command, { type: 'bookmark.add' | 'bookmark.rename' | 'bookmark.remove' }>
const isBookmark = (command: Command): command is BookmarkChange =>
  command.type.startsWith('bookmark.') && command.type !== 'bookmark.go'

/** The bookmarks after a change of them. */
function changedBookmarks(command: BookmarkChange, state: AppState): AppState['bookmarks'] {
  const { bookmarks } = state
  if (command.type === 'bookmark.add') return withBookmark(bookmarks, command.name, sessionDiff(state))
  if (command.type === 'bookmark.rename') return renamedBookmark(bookmarks, command.index, command.name)
  return bookmarks.filter((_, index) => index !== command.index)
}

/** The ways into a session. */
export interface Session {
  /** Shows a document as a link asks for it. @returns why the link's diff does not fit, or null */
  show(sceneId: string, document: SceneDocument, link: Link): string | null
  /** Does what a command asks of scene, camera and bookmarks; commands of others are left alone. */
  obey(command: Command): void
}

/**
 * A session on a store.
 *
 * @param fly tells the engines where to go
 */
export function createSession(
  store: StoreApi<AppState>,
  ports: { storage?: StoragePort; timer: TimerPort; complain(problem: Problem): void },
  fly: (view: View, seconds?: number) => void,
): Session {
  let history: History = NO_HISTORY

  function put(scene: SceneDocument, changes: SceneDiff, next: History): void {
    history = next
    const time = timeOfDay(store.getState(), scene)
    store.setState({
      scene,
      diff: changes,
      time,
      canUndo: undone(next, changes) !== null,
      canRedo: next.future.length > 0,
    })
  }

  function show(sceneId: string, document: SceneDocument, link: Link): string | null {
    const before = store.getState()
    const { opened, reason } = openedOr(document, link.diff)
    const camera = link.camera ?? opened.camera
    const time = clampTime(opened.scene, link.time ?? opened.time ?? instantIn(zoneAt(camera.lng), ports.timer.now()))
    const another = before.sceneId !== sceneId || before.document !== document
    store.setState({
      document,
      sceneId,
      camera,
      selection: link.selection ?? null,
      hovered: null,
      playing: false,
      bookmarks: keptBookmarks(ports.storage, sceneId),
      ...(another && { reports: {}, loading: 0 }),
    })
    put(opened.scene, opened.diff, another ? NO_HISTORY : remembered(history, before.diff, null, ports.timer.now()))
    store.setState({ time })
    fly(camera, 0)
    return reason
  }

  function change(document: SceneDocument, scene: SceneDocument, gesture: string | null): void {
    const before = store.getState().diff
    const changes = diff(document, scene)
    if (!sameJson(before, changes)) put(scene, changes, remembered(history, before, gesture, ports.timer.now()))
  }

  function goToBookmark(document: SceneDocument, changes: SceneDiff | undefined): void {
    if (changes === undefined) return
    try {
      const { scene, camera, time } = openedSession(document, changes)
      change(document, scene, null)
      if (time !== null) store.setState({ time })
      fly(camera)
    } catch (error) {
      ports.complain({ kind: 'bad-link', reason: error instanceof Error ? error.message : String(error) })
    }
  }

  function travel(document: SceneDocument, there: { diff: SceneDiff; history: History } | null): void {
    if (there !== null) put(apply(document, there.diff), there.diff, there.history)
  }

  function obey(command: Command): void {
    const state = store.getState()
    const { document, scene } = state
    if (document === null || scene === null) return
    const step = changedScene(scene, document, command)
    if (step !== null) change(document, step.scene, step.gesture)
    else if (command.type === 'view.go') fly(viewOf(scene, command.view))
    else if (command.type === 'camera.home') fly(openingView(scene))
    else if (command.type === 'time.set') store.setState({ time: clampTime(scene, soundTime(command.time)) })
    else if (command.type === 'bookmark.go') goToBookmark(document, state.bookmarks[command.index]?.diff)
    else if (isBookmark(command)) {
      const bookmarks = changedBookmarks(command, state)
      keepBookmarks(ports.storage, state.sceneId, bookmarks)
      store.setState({ bookmarks })
    } else if (command.type === 'undo') travel(document, undone(history, state.diff))
    else if (command.type === 'redo') travel(document, redone(history, state.diff))
  }

  return { show, obey }
}

/** A document with a link's changes; without them, and why, when they do not fit it. */
function openedOr(document: SceneDocument, changes: SceneDiff | undefined) {
  try {
    return { opened: openedSession(document, changes ?? {}), reason: null }
  } catch (error) {
    return { opened: openedSession(document, {}), reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The clock after the scene's stretch of time may have moved to another day: the same hour there. */
function timeOfDay({ scene: before, time }: AppState, scene: SceneDocument): string {
  if (before?.time === undefined || scene.time === undefined || before.time.start === scene.time.start)
    return clampTime(scene, time)
  return clampTime(
    scene,
    instantIn(
      zoneOf(scene.time.start),
      milliseconds(time) + milliseconds(scene.time.start) - milliseconds(before.time.start),
    ),
  )
}

function soundTime(time: string): string {
  if (Number.isNaN(milliseconds(time)))
    throw new RangeError(`time.set: bad time, got ${brief(time)}; expected ISO 8601 with zone`)
  return time
}

function viewOf(scene: SceneDocument, id: string): View {
  const view = Object.hasOwn(scene.views, id) ? scene.views[id] : undefined
  if (view === undefined)
    throw new RangeError(`view.go: no such view in this scene, ${gotExpected(id, Object.keys(scene.views))}`)
  return view
}
