/** Questions put by a click: a burst at a pipe, a trace from a node or from a pipe's end. What they leave is a mark; others find the answer. */
import type { Mark } from '../../scenes/schema/scene.ts'
import type { ToolPlace, ToolReport } from '../app/state.ts'
import { atClick } from './at-click.ts'
import { itemOf } from './clicked-item.ts'
import { freeMark, type StartTool, type ToolStage } from './tool.ts'

type Ask = (stage: ToolStage, at: ToolPlace) => Promise<{ word: string; mark: Mark } | null>

/** A tool that asks once for each click on something of a network. */
const asker = (ask: Ask): StartTool =>
  atClick((stage) => async (at, _params, count) => {
    const asked = await ask(stage, at)
    if (!asked || stage.signal.aborted) return null
    stage.dispatch({ type: 'mark.set', id: freeMark(stage.state(), asked.word), mark: asked.mark })
    return count + 1
  })

/** A burst at the clicked pipe. */
export const askBurst = asker(async (stage, { feature }) => {
  if (feature?.collection !== 'pipes') return null
  const { style } = await itemOf(stage, 'pipes', feature.id)
  return { word: 'burst', mark: { type: 'burst', utility: String(style.class), pipe: feature.id } }
})

/** A trace from the clicked node, or from the end of the clicked pipe that lies in its way. */
function tracer(sense: 'upstream' | 'downstream' | 'both'): StartTool {
  return asker(async (stage, { feature }) => {
    if (feature?.collection !== 'pipes' && feature?.collection !== 'pipe-nodes') return null
    const { style } = await itemOf(stage, feature.collection, feature.id)
    const onPipe = feature.collection === 'pipes'
    const node = onPipe ? (sense === 'upstream' ? style.to : style.from) : feature.id
    if (typeof node !== 'string') throw new Error(`${feature.id}: a pipe without nodes at its ends`)
    const utility = String(onPipe ? style.class : style.utility)
    return { word: 'trace', mark: { type: 'trace', utility, node, sense } }
  })
}

/** Where it comes from. */
export const traceUp = tracer('upstream')
/** Where it goes. */
export const traceDown = tracer('downstream')
/** What hangs together. */
export const traceBoth = tracer('both')

/** Nodes where pollution was found, click by click, and with `clean: true` those where it was not; each click asks anew. */
export const askPollution = atClick((stage) => {
  let id: string | null = null
  return async ({ feature }, params) => {
    if (feature?.collection !== 'pipes' && feature?.collection !== 'pipe-nodes') return null
    const { style } = await itemOf(stage, feature.collection, feature.id)
    if (stage.signal.aborted) return null
    const onPipe = feature.collection === 'pipes'
    const node = onPipe ? style.to : feature.id
    if (typeof node !== 'string') throw new Error(`${feature.id}: a pipe without nodes at its ends`)
    const utility = String(onPipe ? style.class : style.utility)
    const before = id === null ? undefined : stage.state().scene?.marks?.[id]
    const known = before?.type === 'pollution' && before.utility === utility ? before : null
    const others = (nodes: readonly string[] = []) => nodes.filter((one) => one !== node)
    const [polluted, clean] = [others(known?.polluted), others(known?.clean)]
    const asClean = params().clean === true && polluted.length > 0
    ;(asClean ? clean : polluted).push(node)
    if (known === null) id = freeMark(stage.state(), 'pollution')
    const mark: Mark = { type: 'pollution', utility, polluted, ...(clean.length > 0 && { clean }) }
    stage.dispatch({ type: 'mark.set', id: id!, mark })
    return polluted.length + clean.length
  }
})

/** Clearance in a box between two clicked corners, at most some kilometres. */
export const askClearance: StartTool = (stage, first) => {
  let params = first
  let corner: [number, number] | null = null
  let asked = 0
  return {
    point({ lng, lat }) {
      if (corner === null) corner = [lng, lat]
      else if (corner[0] !== lng && corner[1] !== lat) {
        const box: [number, number, number, number] = [
          Math.min(corner[0], lng),
          Math.min(corner[1], lat),
          Math.max(corner[0], lng),
          Math.max(corner[1], lat),
        ]
        const utility = typeof params.utility === 'string' ? params.utility : 'all'
        stage.dispatch({
          type: 'mark.set',
          id: freeMark(stage.state(), 'clearance'),
          mark: { type: 'clearance', utility, box },
        })
        corner = null
        asked++
      }
      stage.changed()
    },
    change(next) {
      params = { ...params, ...next }
      stage.changed()
    },
    report: (): ToolReport => ({
      status: asked > 0 && corner === null ? 'ready' : 'waiting',
      count: corner === null ? 0 : 1,
      draft: corner === null ? null : { places: [corner], closed: true },
    }),
    dispose() {
      corner = null
    },
  }
}
