/** Placing a building model: a click puts it there, its numbers turn, raise and scale it; saving is the panel's. */
import { movedTo, placingOf } from '../app/placing.ts'
import type { ToolReport } from '../app/state.ts'
import type { StartTool } from './tool.ts'

/** The model follows clicks and numbers until the tool is put away. */
export const placeModel: StartTool = (stage, first) => {
  let params = first
  return {
    point({ lng, lat, ground }) {
      const placing = placingOf(params)
      if (placing) stage.dispatch({ type: 'tool.change', params: movedTo(placing, lng, lat, ground) })
    },
    change(next) {
      params = { ...params, ...next }
      stage.changed()
    },
    report: (): ToolReport => ({ status: 'waiting', count: 1, draft: null }),
    dispose() {},
  }
}
