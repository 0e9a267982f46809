/** Which elements of building models are shown: names of the document → numbers in the tiles, by each model's head. */

import { type Placement, placementMatrix } from '../../../data/geo/placement.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { type Retrying, retrying } from './retrying.ts'

/** What a model's head says of its tiles. */
export interface ModelHead {
  id: string
  kinds: string[]
  storeys: { name: string }[]
  systems: string[]
  /** model metres → earth-centred, column-major; null while it stands nowhere */
  matrix: number[] | null
  /** metres of the model: lowest x, y, z, then highest; null without shapes */
  bounds?: number[] | null
}

/** Numbers of an element in its tile: kind from 0; storey and system from 1, 0 = none. */
export interface ElementNumbers {
  storey: number
  kind: number
  system: number
}

/**
 * Asks the server for the heads of the models, until it answers; `again` asks anew, `failed` says why there is no answer.
 * @param changed hears when that changes
 */
export function modelHeads(heard: (heads: ModelHead[]) => void, changed: () => void): Retrying {
  return retrying(async () => {
    const answer = await fetch('/models', { headers: { accept: 'application/json' } })
    if (!answer.ok) throw new Error(`models: got HTTP ${answer.status}; expected 200`)
    const found = (await answer.json()) as (ModelHead & { place: Placement | null })[]
    heard(found.map((head) => ({ ...head, matrix: head.place && placementMatrix(head.place) })))
  }, changed)
}

/**
 * A test for elements by what a layer wants to see only.
 * @returns true for all without a wish; a storey, kind or system that a model has not shows nothing of it
 */
export function shownBy(
  only: LayerOf<'models'>['only'],
  heads: readonly ModelHead[],
): (id: string, numbers: ElementNumbers) => boolean {
  if (!only) return (id, { kind }) => !hiddenKind(heads, id, kind)
  return (id, { storey, kind, system }) => {
    const head = headOf(heads, id)
    if (only.elements !== undefined && !only.elements.includes(id)) return false
    if (only.model !== undefined && head?.id !== only.model) return false
    if (!head) return true
    if (only.storey !== undefined && head.storeys[storey - 1]?.name !== only.storey) return false
    if (only.system !== undefined && head.systems[system - 1] !== only.system) return false
    if (only.kind !== undefined) return head.kinds[kind] === only.kind
    if (only.elements !== undefined) return true
    return !hiddenKind(heads, id, kind)
  }
}

/** Rooms are air: they are drawn only when asked for. */
const hiddenKind = (heads: readonly ModelHead[], id: string, kind: number): boolean =>
  headOf(heads, id)?.kinds[kind] === 'IfcSpace'

/** The model an element belongs to: ids are `<model>:<GlobalId>`. */
function headOf(heads: readonly ModelHead[], id: string): ModelHead | undefined {
  const colon = id.lastIndexOf(':')
  const model = id.slice(0, colon)
  return heads.find((head) => head.id === model)
}
