/** Keeps the answers to the questions among a scene's marks: asked when a mark comes or changes, forgotten when it goes. */
import type { Mark } from '../../scenes/schema/scene.ts'
import { questionOf } from '../app/network-question.ts'
import { sectionAddress } from '../app/section-address.ts'
import type { Finding } from '../app/state.ts'
import type { App } from '../app/store.ts'

/** Where a mark's answer is asked for; null for a mark that asks nothing. */
const addressOf = (mark: Mark): string | null => questionOf(mark) ?? sectionAddress(mark)

const WORKING: Finding = { status: 'working', features: [], summary: {}, method: null }

/** Starts following; call the answer to stop. */
export function followQuestions(app: App, ask: typeof fetch = (...request) => fetch(...request)): () => void {
  const asked = new Map<string, { url: string; stop: AbortController }>()
  const set = (id: string, finding: Finding | null): void => {
    const findings = { ...app.store.getState().findings }
    if (finding) findings[id] = finding
    else delete findings[id]
    app.set({ findings })
  }
  const put = async (id: string, url: string, signal: AbortSignal): Promise<void> => {
    try {
      const answer = await ask(url, { signal })
      const json = (await answer.json()) as Partial<Finding> & { detail?: string }
      if (signal.aborted) return
      if (!answer.ok) set(id, { ...WORKING, status: 'failed', reason: json.detail ?? `HTTP ${answer.status}` })
      else
        set(id, {
          status: 'ready',
          features: Array.isArray(json.features) ? json.features : [],
          summary: json.summary ?? {},
          method: json.method ?? null,
          ...(Array.isArray(json.groups) && { groups: json.groups }),
          ...(json.limits && { limits: json.limits }),
        })
    } catch (error) {
      if (!signal.aborted)
        set(id, { ...WORKING, status: 'failed', reason: error instanceof Error ? error.message : String(error) })
    }
  }
  const follow = (marks: Readonly<Record<string, Mark>>): void => {
    for (const [id, { stop }] of asked) {
      const mark = marks[id]
      if (mark && addressOf(mark) === asked.get(id)?.url) continue
      stop.abort()
      asked.delete(id)
      set(id, null)
    }
    for (const [id, mark] of Object.entries(marks)) {
      const url = addressOf(mark)
      if (url === null || asked.has(id)) continue
      const stop = new AbortController()
      asked.set(id, { url, stop })
      set(id, WORKING)
      void put(id, url, stop.signal)
    }
  }
  follow(app.store.getState().scene?.marks ?? {})
  const unsubscribe = app.store.subscribe((state, before) => {
    if (state.scene?.marks !== before.scene?.marks) follow(state.scene?.marks ?? {})
  })
  return () => {
    unsubscribe()
    for (const { stop } of asked.values()) stop.abort()
  }
}
