/** What is shown of one model alone: its tree, and a state per element from what somebody asked for. Pure. */
import { SHOWN } from '../../app/model-view.ts'
import { boxOf } from './found-elements.ts'

/** A model's elements, a column each. */
export interface Elements {
  ids: string[]
  names: (string | null)[]
  kinds: number[]
  /** 0 = none */
  storeys: number[]
  systems: number[]
  boxes: (number[] | null)[]
}

/** What somebody wants to see. */
export interface Wish {
  /** numbers of the model's own lists: storeys and systems from 1; null = all */
  storey: number | null
  kind: number | null
  system: number | null
  /** only these; null = all */
  only: ReadonlySet<number> | null
  hidden: ReadonlySet<number>
  /** what is left out is seen as glass */
  ghost: boolean
  selected: number | null
}

/** Nothing asked for. */
export const ALL: Wish = {
  storey: null,
  kind: null,
  system: null,
  only: null,
  hidden: new Set(),
  ghost: false,
  selected: null,
}

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [])

/** Reads `/models/<id>/elements`. */
export function readElements(json: unknown): Elements {
  const { ids, names, kinds, storeys, systems, boxes } = (json ?? {}) as Record<string, unknown>
  const list = Array.isArray(ids) ? ids.map(String) : []
  return {
    ids: list,
    names: Array.isArray(names) ? names.map((name) => (typeof name === 'string' ? name : null)) : list.map(() => null),
    kinds: numbers(kinds),
    storeys: numbers(storeys),
    systems: numbers(systems),
    boxes: Array.isArray(boxes) ? boxes.map(boxOf) : list.map(() => null),
  }
}

/** Whether an element fits the wish, rooms only when asked for. */
function fits({ kinds, storeys, systems }: Elements, wish: Wish, room: number, i: number): boolean {
  if (wish.only && !wish.only.has(i)) return false
  if (wish.storey !== null && storeys[i] !== wish.storey) return false
  if (wish.system !== null && systems[i] !== wish.system) return false
  if (wish.kind !== null) return kinds[i] === wish.kind
  return kinds[i] !== room || wish.only !== null
}

/** One of `SHOWN` per element. @param room number of the kind of rooms, -1 = none */
export function statesOf(elements: Elements, wish: Wish, room: number): Uint8Array {
  const states = new Uint8Array(elements.ids.length)
  for (let i = 0; i < states.length; i++) {
    if (wish.hidden.has(i)) states[i] = SHOWN.hidden
    else if (i === wish.selected) states[i] = SHOWN.selected
    else if (fits(elements, wish, room, i)) states[i] = SHOWN.solid
    else states[i] = wish.ghost && elements.kinds[i] !== room ? SHOWN.ghost : SHOWN.hidden
  }
  return states
}

/** The box around all elements that are shown solid; null when none is. */
export function boxAround({ boxes }: Elements, states: Uint8Array): number[] | null {
  const around = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  for (const [i, box] of boxes.entries()) {
    if (!box || states[i] === SHOWN.hidden || states[i] === SHOWN.ghost) continue
    for (let axis = 0; axis < 3; axis++) {
      around[axis] = Math.min(around[axis], box[axis])
      around[axis + 3] = Math.max(around[axis + 3], box[axis + 3])
    }
  }
  return around[0] <= around[3] ? around : null
}

/** A storey of the tree: its kinds of element, and which elements are of each. */
export interface Branch {
  /** number of the storey, 0 = in none */
  storey: number
  count: number
  kinds: { kind: number; elements: number[] }[]
}

/** Storeys from the highest down, then what is in none. */
export function treeOf({ ids, kinds, storeys }: Elements): Branch[] {
  const branches = new Map<number, Map<number, number[]>>()
  for (let i = 0; i < ids.length; i++) {
    const branch = branches.get(storeys[i]) ?? new Map<number, number[]>()
    branches.set(storeys[i], branch)
    const list = branch.get(kinds[i])
    if (list) list.push(i)
    else branch.set(kinds[i], [i])
  }
  return [...branches]
    .sort(([a], [b]) => b - a)
    .map(([storey, found]) => ({
      storey,
      count: [...found.values()].reduce((sum, list) => sum + list.length, 0),
      kinds: [...found].sort((a, b) => b[1].length - a[1].length).map(([kind, elements]) => ({ kind, elements })),
    }))
}
