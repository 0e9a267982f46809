/** A long section: along the run of a clicked pipe, downstream of a clicked node, or between two. */
import type { Mark } from '../../scenes/schema/scene.ts'
import type { ToolPlace, ToolReport } from '../app/state.ts'
import { failed, itemOf } from './clicked-item.ts'
import { freeMark, type StartTool, type ToolStage } from './tool.ts'

type LongMark = Extract<Mark, { type: 'long-section' }>

interface Met {
  utility: string
  node: string | null
  pipe: string | null
}

/** What of a network was clicked. */
async function met(stage: ToolStage, { feature }: ToolPlace): Promise<Met | null> {
  if (feature?.collection !== 'pipes' && feature?.collection !== 'pipe-nodes') return null
  const { properties } = await itemOf(stage, feature.collection, feature.id)
  // nodes of models that several utilities share say none
  const utility = (word: unknown): string => (typeof word === 'string' ? word : 'all')
  if (feature.collection === 'pipe-nodes') return { utility: utility(properties.utility), node: feature.id, pipe: null }
  return {
    utility: utility(properties.class),
    node: typeof properties.from === 'string' ? properties.from : null,
    pipe: feature.id,
  }
}

/** The section that one click asks for. */
const whole = ({ utility, node, pipe }: Met): LongMark =>
  pipe ? { type: 'long-section', utility, pipe } : { type: 'long-section', utility, from: node ?? '' }

/** A long section: of the run that a clicked pipe is part of, or downstream of a clicked node; with `between`, from one click to the next. */
export const sectionAlong: StartTool = (stage, first) => {
  let params = first
  let report: ToolReport = { status: 'waiting', count: 0, draft: null }
  let start: { utility: string; node: string; at: ToolPlace } | null = null
  const say = (next: Partial<ToolReport>): void => {
    report = { status: 'waiting', count: report.count, draft: null, ...next }
    stage.changed()
  }
  const leave = (mark: LongMark): void => {
    stage.dispatch({ type: 'mark.set', id: freeMark(stage.state(), 'long-section'), mark })
    say({ status: 'ready', count: report.count + 1 })
  }
  const take = (at: ToolPlace, what: Met | null): void => {
    if (what && params.between !== true) leave(whole(what))
    else if (!what) say({})
    else if (!what.node) throw new Error(`${what.pipe}: a pipe without nodes at its ends`)
    else if (start && start.utility === what.utility && start.node !== what.node) {
      const from = start.node
      start = null
      leave({ type: 'long-section', utility: what.utility, from, to: what.node })
    } else {
      start = { utility: what.utility, node: what.node, at }
      say({ draft: { places: [[at.lng, at.lat]], closed: false } })
    }
  }
  return {
    point(at) {
      say({ status: 'working' })
      met(stage, at)
        .then((what) => {
          if (!stage.signal.aborted) take(at, what)
        })
        .catch((error: unknown) => {
          if (!stage.signal.aborted) say(failed(error))
        })
    },
    change(next) {
      params = { ...params, ...next }
      start = null
      say({})
    },
    report: () => report,
    dispose() {
      start = null
    },
  }
}
