/** What the undoable commands do to a scene: each gives the next scene, and the store keeps the diff to it. */
import { brief, gotExpected } from '../../scenes/schema/closed.ts'
import { apply, diff, type SceneDiff } from '../../scenes/schema/diff.ts'
import { parseExpression } from '../../scenes/schema/expression.ts'
import { COLORED } from '../../scenes/schema/layer.ts'
import {
  type Layer,
  type Mark,
  openingView,
  parseScene,
  type SceneDocument,
  type View,
} from '../../scenes/schema/scene.ts'
import { instantIn, milliseconds, zoneOf } from '../../scenes/schema/time.ts'
import type { AppState, Command } from './state.ts'

/** A scene after an undoable command, and the gesture it belongs to. */
export interface Step {
  scene: SceneDocument
  gesture: string | null
}

/**
 * The scene after a command, null when the command changes no scene.
 *
 * @throws {RangeError} when the command names a layer that the scene has not
 * @throws {SceneError} when a colour is no colour expression
 */
export function changedScene(scene: SceneDocument, document: SceneDocument, command: Command): Step | null {
  switch (command.type) {
    case 'layer.visible':
      return { scene: withLayer(scene, document, command.layer, 'visible', command.visible), gesture: null }
    case 'layer.opacity': {
      const opacity = Math.round(Math.min(Math.max(command.opacity, 0), 1) * 100) / 100
      return {
        scene: withLayer(scene, document, command.layer, 'opacity', opacity),
        gesture: `layer.opacity ${command.layer}`,
      }
    }
    case 'layer.color': {
      const color = command.color ?? undefined
      const { type } = layerOf(scene, command.layer)
      if (!COLORED.includes(type))
        throw new RangeError(`layer.color: colour not settable, got a "${type}" layer; expected ${COLORED.join(' | ')}`)
      if (color !== undefined) parseExpression(color, 'color')
      return { scene: withLayer(scene, document, command.layer, 'color', color as Layer['color']), gesture: null }
    }
    case 'layer.models': {
      const before = layerOf(scene, command.layer)
      if (before.type !== 'models')
        throw new RangeError(`layer.models: got a "${before.type}" layer; expected "models"`)
      const after = Object.fromEntries(
        Object.entries({ ...before, ...command.change }).filter(([, value]) => value !== undefined && value !== 0),
      ) as typeof before
      const layers = scene.layers.map((layer) => (layer === before ? after : layer))
      const [key] = Object.keys(command.change)
      return { scene: { ...scene, layers }, gesture: key === 'only' ? null : `layer.models ${command.layer} ${key}` }
    }
    case 'layer.space': {
      const before = layerOf(scene, command.layer)
      const merged = Object.entries({ ...before, ...command.change }).filter(([, value]) => value !== undefined)
      const layers = scene.layers.map((layer) => (layer === before ? Object.fromEntries(merged) : layer))
      const [key] = Object.keys(command.change)
      const drawn = ['size', 'lift', 'error', 'explode', 'heights'].includes(key ?? '')
      return { scene: parseScene({ ...scene, layers }), gesture: drawn ? `layer.space ${command.layer} ${key}` : null }
    }
    case 'layer.move': {
      const moved = layerOf(scene, command.layer)
      const others = scene.layers.filter((layer) => layer !== moved)
      return { scene: { ...scene, layers: others.toSpliced(Math.max(0, command.to), 0, moved) }, gesture: null }
    }
    case 'time.day':
      return { scene: onDay(scene, document, command.date), gesture: 'time.day' }
    case 'below.set':
      return {
        scene: withBelow(scene, document, command.change),
        gesture: `below ${Object.keys(command.change).join()}`,
      }
    case 'mark.set':
      return { scene: withMark(scene, command.id, command.mark), gesture: null }
    case 'scene.revert':
      return { scene: document, gesture: null }
    default:
      return null
  }
}

/** What the document leaves out and is left out again makes no difference. */
function withBelow(scene: SceneDocument, document: SceneDocument, change: object): SceneDocument {
  const below: Record<string, unknown> = { ...scene.below }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete below[key]
    else below[key] = typeof value === 'number' ? Math.round(value * 100) / 100 : value
  }
  const { below: _, ...rest } = scene
  const empty = Object.keys(below).length === 0 && document.below === undefined
  return parseScene(empty ? rest : { ...rest, below })
}

/** @throws {SceneError} when the mark is none that the contract knows */
function withMark(scene: SceneDocument, id: string, mark: Mark | null): SceneDocument {
  const marks = { ...scene.marks }
  if (mark === null) delete marks[id]
  else marks[id] = mark
  const { marks: _, ...rest } = scene
  return parseScene(Object.keys(marks).length === 0 ? rest : { ...rest, marks })
}

function layerOf(scene: SceneDocument, id: string): Layer {
  const layer = scene.layers.find((candidate) => candidate.id === id)
  if (layer !== undefined) return layer
  throw new RangeError(
    `layer: no such layer in this scene, ${gotExpected(
      id,
      scene.layers.map((candidate) => candidate.id),
    )}`,
  )
}

const DEFAULTS = { visible: true, opacity: 1, color: undefined } as const

/** A key of a layer set. What the document leaves out and is set to its default is left out again, so that the diff is empty. */
function withLayer<Key extends keyof typeof DEFAULTS>(
  scene: SceneDocument,
  document: SceneDocument,
  id: string,
  key: Key,
  value: Layer[Key],
): SceneDocument {
  const before = layerOf(scene, id)
  const after: Layer = { ...before, [key]: value }
  const original = document.layers.find((layer) => layer.id === id)
  if (value === undefined || (value === DEFAULTS[key] && original?.[key] === undefined)) delete after[key]
  return { ...scene, layers: scene.layers.map((layer) => (layer === before ? after : layer)) }
}

/** A scene with its stretch of time moved by whole days, so that it begins on a date of its own zone. */
function onDay(scene: SceneDocument, document: SceneDocument, date: string): SceneDocument {
  if (scene.time === undefined) return scene
  const { start, end } = scene.time
  const zone = zoneOf(start)
  const from = milliseconds(`${date}${instantIn(zone, milliseconds(start)).slice(10)}`)
  if (Number.isNaN(from)) throw new RangeError(`time.day: bad date, got ${brief(date)}; expected such as 2026-12-21`)
  const time = {
    ...scene.time,
    start: instantIn(zone, from),
    end: instantIn(zoneOf(end), milliseconds(end) + from - milliseconds(start)),
  }
  const moved = { ...scene, time }
  if (document.time?.at !== undefined) time.at = clampTime(moved, document.time.at)
  return moved
}

/** The session as one diff, camera and clock included: what a bookmark and a shared link hold. Empty without a scene. */
export function sessionDiff(state: Pick<AppState, 'document' | 'scene' | 'camera' | 'time'>): SceneDiff {
  const { document, scene, camera, time } = state
  if (document === null || scene === null) return {}
  const session: SceneDocument = { ...scene }
  if (camera !== null) session.camera = roundedView(camera)
  if (scene.time !== undefined) session.time = { ...scene.time, at: clampTime(scene, time) }
  return diff(document, session)
}

/** A diff from a link or a bookmark taken apart: what undo knows (`diff`), and what is only of the moment (camera, time). */
export interface Session {
  scene: SceneDocument
  diff: SceneDiff
  camera: View
  time: string | null
}

/**
 * A document with a session's diff.
 *
 * @throws {SceneError} when the diff does not fit the document
 */
export function openedSession(document: SceneDocument, changes: SceneDiff): Session {
  const whole = parseScene(apply(document, changes))
  const scene: SceneDocument = { ...whole }
  delete scene.camera
  if (document.camera !== undefined) scene.camera = document.camera
  if (whole.time !== undefined) {
    scene.time = { ...whole.time }
    delete scene.time.at
    if (document.time?.at !== undefined) scene.time.at = clampTime(whole, document.time.at)
  }
  return {
    scene,
    diff: diff(document, scene),
    camera: openingView(whole),
    time: whole.time === undefined ? null : (whole.time.at ?? whole.time.start),
  }
}

/** An instant inside the scene's stretch of time and written in its zone; what is no instant becomes the start. */
export function clampTime(scene: SceneDocument, time: string): string {
  const at = milliseconds(time)
  if (scene.time === undefined) return time
  const [start, end] = [milliseconds(scene.time.start), milliseconds(scene.time.end)]
  return instantIn(zoneOf(scene.time.start), Number.isNaN(at) ? start : Math.min(Math.max(at, start), end))
}

/** A view as a link writes it: a tenth of a metre, a hundredth of a degree. */
export function roundedView(view: View): View {
  const to = (value: number, digits: number) => Number(value.toFixed(digits))
  const { lng, lat, height, heading, pitch } = view
  return { lng: to(lng, 6), lat: to(lat, 6), height: to(height, 1), heading: to(heading, 2), pitch: to(pitch, 2) }
}
