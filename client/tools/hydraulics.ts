/** Changing a solved network by clicks: a valve or pipe is shut or opened, a pump stopped or started, a hydrant put to use. */
import { type HydraulicsMark, hydraulicsMark } from '../app/hydraulics.ts'
import type { ToolPlace, ToolReport } from '../app/state.ts'
import type { StartTool, ToolStage } from './tool.ts'

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

async function change(stage: ToolStage, { feature }: ToolPlace): Promise<boolean> {
  const found = hydraulicsMark(stage.state().scene?.marks)
  if (!found || (feature?.collection !== 'pipes' && feature?.collection !== 'pipe-nodes')) return false
  const url = `/collections/${feature.collection}/items/${encodeURIComponent(feature.id)}`
  const answer = await stage.fetch(url, { signal: stage.signal })
  if (!answer.ok) throw new Error(`${feature.id}: got HTTP ${answer.status}; expected 200`)
  const { style } = (await answer.json()) as { style: Record<string, unknown> }
  const [id, mark] = hydraulicsMark(stage.state().scene?.marks) ?? found
  const next = changedMark(mark, feature.collection, feature.id, style)
  if (!next) return false
  stage.dispatch({ type: 'mark.set', id, mark: next })
  return true
}

/** Changes the scene's hydraulics at each click. */
export const changeHydraulics: StartTool = (stage) => {
  let report: ToolReport = { status: 'waiting', count: 0, draft: null }
  const say = (next: Partial<ToolReport>): void => {
    report = { status: 'waiting', count: report.count, draft: null, ...next }
    stage.changed()
  }
  return {
    point(at) {
      say({ status: 'working' })
      change(stage, at).then(
        (done) => {
          if (!stage.signal.aborted) say({ status: done ? 'ready' : 'waiting', count: report.count + (done ? 1 : 0) })
        },
        (error: unknown) => {
          if (!stage.signal.aborted)
            say({ status: 'failed', reason: error instanceof Error ? error.message : String(error) })
        },
      )
    },
    change: () => stage.changed(),
    report: () => report,
    dispose() {},
  }
}
