/** Buildings that something more exact stands in for: while their units are drawn, their shells are not. */

import type { Scene } from '@cesium/engine'

/** The stand-ins of one scene. */
export interface ReplacedBuildings {
  /** Ids of buildings that a layer stands in for; an empty set gives them back. */
  set(layer: string, ids: ReadonlySet<string>): void
  has(id: string): boolean
  any(): boolean
  /** Hears each change; call the answer to stop. */
  listen(changed: () => void): () => void
}

const known = new WeakMap<Scene, ReplacedBuildings>()

/** The stand-ins of a scene, always the same ones. */
export function replacedBuildings(scene: Scene): ReplacedBuildings {
  const old = known.get(scene)
  if (old) return old
  const byLayer = new Map<string, ReadonlySet<string>>()
  const listeners = new Set<() => void>()
  const made: ReplacedBuildings = {
    set(layer, ids) {
      const before = byLayer.get(layer)
      if ((before?.size ?? 0) === ids.size && [...ids].every((id) => before?.has(id))) return
      if (ids.size > 0) byLayer.set(layer, ids)
      else byLayer.delete(layer)
      for (const changed of listeners) changed()
    },
    has: (id) => [...byLayer.values()].some((ids) => ids.has(id)),
    any: () => byLayer.size > 0,
    listen(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
  known.set(scene, made)
  return made
}
