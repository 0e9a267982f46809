/** Tools that do one piece of work at each click. */
import type { ToolParams, ToolPlace, ToolReport } from '../app/state.ts'
import { failed } from './clicked-item.ts'
import type { StartTool, ToolStage } from './tool.ts'

/** The work of one click: how much has been done with it, null when there was nothing to do. */
export type ClickWork = (at: ToolPlace, params: () => ToolParams, count: number) => Promise<number | null>

/** A tool whose clicks each begin work; its report says how the last one ended. */
export function atClick(begin: (stage: ToolStage) => ClickWork): StartTool {
  return (stage, first) => {
    const work = begin(stage)
    let params = first
    let report: ToolReport = { status: 'waiting', count: 0, draft: null }
    const say = (next: Partial<ToolReport>): void => {
      report = { status: 'waiting', count: report.count, draft: null, ...next }
      stage.changed()
    }
    return {
      point(at) {
        say({ status: 'working' })
        work(at, () => params, report.count).then(
          (count) => {
            if (!stage.signal.aborted) say(count === null ? {} : { status: 'ready', count })
          },
          (error: unknown) => {
            if (!stage.signal.aborted) say(failed(error))
          },
        )
      },
      change(next) {
        params = { ...params, ...next }
        stage.changed()
      },
      report: () => report,
      dispose() {},
    }
  }
}
