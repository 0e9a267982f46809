/** What a session changed: the smallest difference between a scene document and the scene on screen. */
import type { Below, Layer, Mark, SceneDocument, Source, Text, Time, View, Wall } from './scene.ts'

/** A change of some keys: the new value, or null for a key that is gone. */
export type Change<T> = { [Key in keyof T]?: T[Key] | null }

/** A change of some keys of a layer that the document has. */
export type LayerChange = Change<Omit<Layer, 'id' | 'type'>>

/**
 * The difference of a scene from a document. Absent = unchanged, null = removed.
 * - `layers` by id: some keys of a layer of the document, a whole layer (it has `type`) that is new or of another kind, or null
 * - `order`: all ids in drawing order, when it is not the document's order with new layers at the end
 * - `time`, `below`: changed keys, or the whole block where the document has none
 * - `camera`, `wall` and each source, view, group and mark: the whole value
 */
export interface SceneDiff {
  title?: Text
  time?: Change<Time> | null
  camera?: View | null
  sources?: Record<string, Source | null>
  groups?: Record<string, Text | null> | null
  layers?: Record<string, LayerChange | Layer | null>
  order?: string[]
  views?: Record<string, View | null>
  below?: Change<Below> | null
  marks?: Record<string, Mark | null> | null
  wall?: Wall | null
}

type Plain = Record<string, unknown>

/** Whether two JSON values are equal; the order of keys does not count, a key that is undefined is absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameJson(item, b[index]))
    )
  }
  const [left, right] = [a as Plain, b as Plain]
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  for (const key of keys) if (!sameJson(own(left, key), own(right, key))) return false
  return true
}

function own(object: object | null | undefined, key: string): unknown {
  return object && Object.hasOwn(object, key) ? (object as Plain)[key] : undefined
}

/** Changed keys of a flat object, null for those gone; null-free objects in, undefined out when nothing changed. */
function changedKeys(before: object, after: object): Plain | undefined {
  const changed: Plain = {}
  for (const key of Object.keys(after)) {
    const value = own(after, key)
    if (value !== undefined && !sameJson(own(before, key), value)) changed[key] = value
  }
  for (const key of Object.keys(before))
    if (own(before, key) !== undefined && own(after, key) === undefined) changed[key] = null
  return Object.keys(changed).length > 0 ? changed : undefined
}

/** The same for an object that may itself be absent. */
function changedBlock(before: object | undefined, after: object | undefined): Plain | null | undefined {
  if (after === undefined) return before === undefined ? undefined : null
  return before === undefined ? { ...after } : changedKeys(before, after)
}

/** A flat object with changes applied; what is null goes. */
function withChanges(before: object | undefined, change: object): Plain {
  const result: Plain = { ...before }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key]
    else result[key] = value
  }
  return result
}

/**
 * The smallest difference that leads from a document to a scene: `apply(document, diff(document, scene))` equals the scene.
 * `$schema` and `version` are the document's own and never differ.
 */
export function diff(document: SceneDocument, scene: SceneDocument): SceneDiff {
  const result: Plain = {}
  if (!sameJson(document.title, scene.title)) result.title = scene.title
  for (const key of ['time', 'groups', 'below', 'marks'] as const) result[key] = changedBlock(document[key], scene[key])
  for (const key of ['camera', 'wall'] as const) {
    if (!sameJson(document[key], scene[key])) result[key] = scene[key] ?? null
  }
  for (const key of ['sources', 'views'] as const) result[key] = changedKeys(document[key], scene[key])
  result.layers = changedLayers(document.layers, scene.layers)
  const ids = scene.layers.map(({ id }) => id)
  if (!sameJson(ids, naturalOrder(document.layers, result.layers as SceneDiff['layers']))) result.order = ids
  for (const key of Object.keys(result)) if (result[key] === undefined) delete result[key]
  return result as SceneDiff
}

function changedLayers(before: readonly Layer[], after: readonly Layer[]): Plain | undefined {
  const old = new Map(before.map((layer) => [layer.id, layer]))
  const changed: Plain = {}
  for (const layer of after) {
    const was = old.get(layer.id)
    old.delete(layer.id)
    const change = was?.type === layer.type ? changedKeys(was, layer) : layer
    if (change !== undefined) changed[layer.id] = change
  }
  for (const id of old.keys()) changed[id] = null
  return Object.keys(changed).length > 0 ? changed : undefined
}

/** The ids in order without an `order`: the document's that are still there, then the new ones. */
function naturalOrder(before: readonly Layer[], changes: SceneDiff['layers'] = {}): string[] {
  const ids = before.map(({ id }) => id).filter((id) => own(changes, id) !== null)
  const known = new Set(before.map(({ id }) => id))
  for (const [id, change] of Object.entries(changes))
    if (!known.has(id) && change !== null && 'type' in change) ids.push(id)
  return ids
}

/**
 * A document with a diff applied. Total: what no longer fits (a change to a layer that the document lost, an id in
 * `order` that is not there) is left out, so that an old link opens on a newer document. The document is not touched.
 * The result of a diff from outside must be checked with `parseScene`.
 */
export function apply(document: SceneDocument, changes: SceneDiff): SceneDocument {
  const scene: Plain = { ...document }
  for (const key of ['title', 'camera', 'wall'] as const) if (changes[key] !== undefined) scene[key] = changes[key]
  for (const key of ['time', 'groups', 'sources', 'views', 'below', 'marks'] as const) {
    const change = changes[key]
    if (change !== undefined) scene[key] = change === null ? null : withChanges(document[key], change)
  }
  for (const key of Object.keys(scene)) if (scene[key] === null) delete scene[key]
  scene.layers = appliedLayers(document.layers, changes)
  return scene as unknown as SceneDocument
}

function appliedLayers(before: readonly Layer[], changes: SceneDiff): Layer[] {
  const layers = new Map<string, Layer>()
  const old = new Map(before.map((layer) => [layer.id, layer]))
  for (const id of naturalOrder(before, changes.layers)) {
    const [was, change] = [old.get(id), own(changes.layers, id) as LayerChange | Layer | undefined]
    if (change === undefined) layers.set(id, was!)
    else layers.set(id, ('type' in change ? change : withChanges(was, change)) as Layer)
  }
  const order = new Set((changes.order ?? []).filter((id) => layers.has(id)))
  for (const id of layers.keys()) order.add(id)
  return [...order].map((id) => layers.get(id)!)
}

/** One diff that does what two do one after the other; the second is against the document with the first applied. */
export function compose(document: SceneDocument, first: SceneDiff, second: SceneDiff): SceneDiff {
  return diff(document, apply(apply(document, first), second))
}

/** The diff that takes another one back: against the document with `changes` applied, it leads to the document. */
export function revert(document: SceneDocument, changes: SceneDiff): SceneDiff {
  return diff(apply(document, changes), document)
}

/** Whether a diff changes nothing. */
export function isEmpty(changes: SceneDiff): boolean {
  return Object.keys(changes).length === 0
}
