/** Which elements of building models are shown: names of the document → numbers in the tiles, by each model's head. */

import { type Placement, placementMatrix } from '../../../data/geo/placement.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'

/** What a model's head says of its tiles. */
export interface ModelHead {
  id: string
  kinds: string[]
  storeys: { name: string }[]
  systems: string[]
  /** model metres → earth-centred, column-major; null while it stands nowhere */
  matrix: number[] | null
}

/** Numbers of an element in its tile: kind from 0; storey and system from 1, 0 = none. */
export interface ElementNumbers {
  storey: number
  kind: number
  system: number
}

/** Asks the server for the heads of the models; call the answer to stop listening. */
export function modelHeads(heard: (heads: ModelHead[]) => void): () => void {
  const stop = new AbortController()
  fetch('/models', { signal: stop.signal })
    .then(async (answer) => (answer.ok ? ((await answer.json()) as (ModelHead & { place: Placement | null })[]) : []))
    .then((heads) => heard(heads.map((head) => ({ ...head, matrix: head.place && placementMatrix(head.place) }))))
    .catch(() => {})
  return () => stop.abort()
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
    if (only.model !== undefined && head?.id !== only.model) return false
    if (!head) return true
    if (only.storey !== undefined && head.storeys[storey - 1]?.name !== only.storey) return false
    if (only.system !== undefined && head.systems[system - 1] !== only.system) return false
    if (only.kind !== undefined) return head.kinds[kind] === only.kind
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
