/** How far the making of the city is: one value that the page polls or follows. */

/** One stage; `total` may grow while it runs. */
export interface MakingStage {
  id: string
  done: number
  total: number
  seconds: number
  state: 'waiting' | 'running' | 'done' | 'failed'
}

/** The whole making, as sent by GET /ingest. */
export interface MakingProgress {
  state: 'idle' | 'making' | 'ready' | 'failed'
  stages: MakingStage[]
  reason?: string
  /** when failed: seconds from the failure until it is tried again */
  retrySeconds?: number
}

/** The writer's and the reader's side of the progress. */
export interface Making {
  current(): MakingProgress
  /** Calls `heard` at most five times a second while something changes; the result stops it. */
  subscribe(heard: (progress: MakingProgress) => void): () => void
  /** Starts anew with these stages waiting. */
  begin(ids: readonly string[]): void
  /** Runs one stage and times it; its error is kept as the reason and thrown on. */
  stage<T>(id: string, work: (report: (done: number, total: number) => void) => Promise<T>): Promise<T>
  /** Ends well, or for a reason, to be tried again after so many seconds. */
  end(reason?: string, retrySeconds?: number): void
}

/**
 * A making in the state `idle`.
 * @param now seconds, monotonic
 */
export function createMaking(now: () => number = () => performance.now() / 1000): Making {
  let progress: MakingProgress = { state: 'idle', stages: [] }
  const heard = new Set<(progress: MakingProgress) => void>()
  let waiting: NodeJS.Timeout | null = null
  const tell = (): void => {
    waiting = null
    for (const listener of heard) listener(progress)
  }
  const changed = (): void => {
    if (heard.size > 0 && !waiting) {
      waiting = setTimeout(tell, 200)
      waiting.unref()
    }
  }
  const update = (id: string, change: Partial<MakingStage>): void => {
    progress = {
      ...progress,
      stages: progress.stages.map((stage) => (stage.id === id ? { ...stage, ...change } : stage)),
    }
    changed()
  }
  return {
    current: () => progress,
    subscribe(listener) {
      heard.add(listener)
      return () => heard.delete(listener)
    },
    begin(ids) {
      progress = {
        state: 'making',
        stages: ids.map((id) => ({ id, done: 0, total: 0, seconds: 0, state: 'waiting' })),
      }
      changed()
    },
    async stage(id, work) {
      const start = now()
      const seconds = (): number => Math.round((now() - start) * 10) / 10
      update(id, { state: 'running' })
      try {
        const value = await work((done, total) => update(id, { done, total, seconds: seconds() }))
        update(id, { state: 'done', seconds: seconds() })
        return value
      } catch (error) {
        update(id, { state: 'failed', seconds: seconds() })
        throw error
      }
    },
    end(reason, retrySeconds) {
      if (reason === undefined) progress = { ...progress, state: 'ready' }
      else progress = { ...progress, state: 'failed', reason, ...(retrySeconds === undefined ? {} : { retrySeconds }) }
      if (waiting) clearTimeout(waiting)
      tell()
    },
  }
}
