/** Keeps the answer to the scene's hydraulics mark: asked when it comes or changes, forgotten when it goes. */
import type { HydraulicsAnswer } from '../../data/networks/hydraulics-answer.ts'
import { type HydraulicsRequest, hydraulicsMark, hydraulicsRequest } from '../app/hydraulics.ts'
import type { App } from '../app/store.ts'

/** Starts following; call the answer to stop. */
export function followHydraulics(app: App, ask: typeof fetch = (...request) => fetch(...request)): () => void {
  let asked: { mark: string; key: string; stop: AbortController } | null = null

  const put = async (mark: string, { url, body }: HydraulicsRequest, signal: AbortSignal): Promise<void> => {
    const fail = (reason: string): void => {
      if (!signal.aborted) app.set({ hydraulics: { mark, status: 'failed', reason, answer: null } })
    }
    try {
      const sent = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }
      const response = await ask(url, { ...sent, signal })
      const json = (await response.json()) as HydraulicsAnswer & { detail?: string }
      if (!response.ok) fail(json.detail ?? `HTTP ${response.status}`)
      else if (!signal.aborted) app.set({ hydraulics: { mark, status: 'ready', answer: json } })
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error))
    }
  }
  const follow = (): void => {
    const { scene, hydraulics } = app.store.getState()
    const found = hydraulicsMark(scene?.marks)
    const request = found && hydraulicsRequest(found[1])
    const key = JSON.stringify(request)
    if (found && asked && asked.mark === found[0] && asked.key === key) return
    asked?.stop.abort()
    asked = null
    if (!found || request === null) {
      if (hydraulics !== null) app.set({ hydraulics: null })
      return
    }
    const stop = new AbortController()
    asked = { mark: found[0], key, stop }
    const answer = hydraulics?.mark === found[0] ? hydraulics.answer : null
    app.set({ hydraulics: { mark: found[0], status: 'working', answer } })
    void put(found[0], request, stop.signal)
  }
  follow()
  const unsubscribe = app.store.subscribe((state, before) => {
    if (state.scene?.marks !== before.scene?.marks) follow()
  })
  return () => {
    unsubscribe()
    asked?.stop.abort()
  }
}
