/** A drawing asked of the server as SVG text. */
import { useEffect, useState } from 'react'
import { useFetcher } from '../app-context.tsx'

type Drawn = { status: 'loading' } | { status: 'ready'; svg: string } | { status: 'failed'; reason: string }

async function fetchDrawing(fetcher: typeof fetch, url: string, signal: AbortSignal): Promise<string> {
  const answer = await fetcher(url, { signal })
  const text = await answer.text()
  if (answer.ok) return text
  let detail: unknown
  try {
    detail = (JSON.parse(text) as { detail?: unknown }).detail
  } catch {
    detail = undefined
  }
  throw new Error(typeof detail === 'string' ? detail : `HTTP ${answer.status}`)
}

/** The drawing at an address. */
export function useDrawing(url: string): Drawn {
  const fetcher = useFetcher()
  const [held, setHeld] = useState<{ url: string; drawn: Drawn }>({ url: '', drawn: { status: 'loading' } })
  useEffect(() => {
    const abort = new AbortController()
    fetchDrawing(fetcher, url, abort.signal).then(
      (svg) => setHeld({ url, drawn: { status: 'ready', svg } }),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        if (!abort.signal.aborted) setHeld({ url, drawn: { status: 'failed', reason } })
      },
    )
    return () => abort.abort()
  }, [fetcher, url])
  return held.url === url ? held.drawn : { status: 'loading' }
}
