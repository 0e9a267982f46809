/** Changing a solved network by clicks: a valve or pipe is shut or opened, a pump stopped or started, a hydrant put to use. */
import { type HydraulicsMark, hydraulicsMark } from '../app/hydraulics.ts'
import { atClick } from './at-click.ts'
import { itemOf } from './clicked-item.ts'

/** Litres per second of a fire in a town's street (GB 50974: 15 … 40). */
const FIRE_LPS = 25

/** A list with a word put in, or taken out when it is there; absent when empty. */
function toggled(list: readonly string[] | undefined, id: string): string[] | undefined {
  const next = list?.includes(id) ? list.filter((one) => one !== id) : [...(list ?? []), id]
  return next.length > 0 ? next : undefined
}

/** What a click on something does to the mark; null: nothing can be changed there. */
export function changedMark(
  mark: HydraulicsMark,
  collection: string,
  id: string,
  style: Readonly<Record<string, unknown>>,
): HydraulicsMark | null {
  const kind = collection === 'pipes' ? (style.fitting ?? 'pipe') : style.class
  const without = (next: HydraulicsMark): HydraulicsMark =>
    Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)) as HydraulicsMark
  if (kind === 'pump') return without({ ...mark, pumpsOff: toggled(mark.pumpsOff, id) })
  if (kind === 'valve' || kind === 'pipe') return without({ ...mark, closed: toggled(mark.closed, id) })
  if (collection !== 'pipe-nodes' || kind === 'reservoir' || kind === 'tank') return null
  const fire = mark.fire?.node === id ? undefined : { ...mark.fire, node: id, lps: mark.fire?.lps ?? FIRE_LPS }
  return without({ ...mark, fire })
}

/** Changes the scene's hydraulics at each click. */
export const changeHydraulics = atClick((stage) => async ({ feature }, _params, count) => {
  const found = hydraulicsMark(stage.state().scene?.marks)
  if (!found || (feature?.collection !== 'pipes' && feature?.collection !== 'pipe-nodes')) return null
  const { style } = await itemOf(stage, feature.collection, feature.id)
  const [id, mark] = hydraulicsMark(stage.state().scene?.marks) ?? found
  const next = changedMark(mark, feature.collection, feature.id, style)
  if (!next) return null
  stage.dispatch({ type: 'mark.set', id, mark: next })
  return count + 1
})
