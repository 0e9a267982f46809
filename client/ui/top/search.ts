/** Asking while somebody types: waits for a pause, aborts what is no longer wanted, never shows an older answer. */
import { answer, type Found, readFound } from '../server.ts'

/** What the box shows under itself. */
export type SearchState =
  | { status: 'idle' }
  | { status: 'waiting'; query: string }
  | { status: 'ready'; query: string; found: Found[] }
  | { status: 'failed'; query: string; reason: string }

export interface Searcher {
  /** A new text in the box; an empty one stops asking. */
  type(text: string): void
  dispose(): void
}

/** Starts a searcher; `tell` hears every state; `delayMs` is the pause that counts as "stopped typing". */
export function startSearcher(
  fetcher: typeof fetch,
  tell: (state: SearchState) => void,
  delayMs = 180,
  limit = 12,
): Searcher {
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort: AbortController | undefined
  const stop = () => {
    clearTimeout(timer)
    abort?.abort()
  }
  const ask = async (query: string) => {
    const mine = new AbortController()
    abort = mine
    try {
      const url = `/search?q=${encodeURIComponent(query)}&limit=${limit}`
      const found = readFound(await answer(fetcher, url, mine.signal))
      if (!mine.signal.aborted) tell({ status: 'ready', query, found })
    } catch (error) {
      if (mine.signal.aborted) return
      tell({ status: 'failed', query, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return {
    type(text) {
      stop()
      const query = text.trim().slice(0, 100)
      if (query === '') return tell({ status: 'idle' })
      tell({ status: 'waiting', query })
      timer = setTimeout(() => void ask(query), delayMs)
    },
    dispose: stop,
  }
}
