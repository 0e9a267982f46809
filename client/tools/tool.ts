/** What a tool is: five verbs over the page's state. It knows no engine and no panel; what it leaves behind is a mark of the scene. */
import type { AppState, Command, ToolParams, ToolPlace, ToolReport } from '../app/state.ts'

/** What a tool may use. */
export interface ToolStage {
  state(): AppState
  dispatch(command: Command): void
  /** its report has changed */
  changed(): void
  fetch: typeof fetch
  /** ends when the tool is put away */
  signal: AbortSignal
}

/** A tool at work. */
export interface Tool {
  /** A place was clicked. */
  point(at: ToolPlace): void
  /** Told something: its own numbers, and `done: true` when the line or area is finished (double click, Enter). */
  change(params: ToolParams): void
  report(): ToolReport
  dispose(): void
}

/** Begins work. */
export type StartTool = (stage: ToolStage, params: ToolParams) => Tool

/** A mark's id that the scene does not have yet: `pit-1`, `pit-2` … */
export function freeMark(state: AppState, word: string): string {
  const marks = state.scene?.marks ?? {}
  for (let n = 1; ; n++) if (!Object.hasOwn(marks, `${word}-${n}`)) return `${word}-${n}`
}
