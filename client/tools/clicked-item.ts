/** Things of the city that tools ask the server for, and the report of one that failed. */
import type { ToolReport } from '../app/state.ts'
import type { ToolStage } from './tool.ts'

/** A thing of a collection, as far as tools read it. */
export interface Item {
  id?: string
  geometry: { type: string; coordinates: number[][] }
  properties: Record<string, unknown>
}

/** GETs JSON. @throws {Error} naming `what` when the server refuses */
export async function ask<T>(stage: ToolStage, url: string, what: string): Promise<T> {
  const answer = await stage.fetch(url, { signal: stage.signal })
  if (!answer.ok) throw new Error(`${what}: got HTTP ${answer.status}; expected 200`)
  return (await answer.json()) as T
}

/** One thing, with its style words; `what` names it in an error. */
export const itemOf = (
  stage: ToolStage,
  collection: string,
  id: string,
  what = id,
): Promise<Item & { style: Record<string, unknown> }> =>
  ask(stage, `/collections/${collection}/items/${encodeURIComponent(id)}`, what)

/** The report of a tool that failed. */
export const failed = (error: unknown): Partial<ToolReport> => ({
  status: 'failed',
  reason: error instanceof Error ? error.message : String(error),
})
