/** A GET whose answer a component draws: loading, ready or failed, aborted when the component goes. */
import { useCallback, useEffect, useState } from 'react'
import { useFetcher } from './app-context.tsx'
import { AnswerError, answer } from './server.ts'

export type Fetched<T> =
  | { status: 'idle' | 'loading'; data: null }
  | { status: 'ready'; data: T }
  | { status: 'failed'; data: null; reason: string; httpStatus: number | null }

/**
 * GETs `url` (null: nothing to ask) and reads it with `read`, which must keep its identity.
 *
 * @param version change it to ask again without showing "loading" in between
 */
export function useFetched<T>(
  url: string | null,
  read: (json: unknown) => T,
  version: unknown = 0,
): Fetched<T> & { retry: () => void } {
  const fetcher = useFetcher()
  const [attempt, setAttempt] = useState(0)
  const [held, setHeld] = useState<{ url: string | null; fetched: Fetched<T> }>({
    url: null,
    fetched: { status: 'idle', data: null },
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: version and attempt only ask again
  useEffect(() => {
    if (url === null) return
    const abort = new AbortController()
    answer(fetcher, url, abort.signal).then(
      (json) => {
        if (!abort.signal.aborted) setHeld({ url, fetched: { status: 'ready', data: read(json) } })
      },
      (error: unknown) => {
        if (abort.signal.aborted) return
        const reason = error instanceof Error ? error.message : String(error)
        const httpStatus = error instanceof AnswerError ? error.status : null
        const failed = { url, fetched: { status: 'failed', data: null, reason, httpStatus } as const }
        // what was known stays known while the server is away: the demo badge must not vanish with it
        setHeld((before) => (before.url === url && before.fetched.status === 'ready' ? before : failed))
      },
    )
    return () => abort.abort()
  }, [fetcher, url, read, version, attempt])

  const retry = useCallback(() => setAttempt((count) => count + 1), [])
  if (url === null) return { status: 'idle', data: null, retry }
  return held.url === url ? { ...held.fetched, retry } : { status: 'loading', data: null, retry }
}
