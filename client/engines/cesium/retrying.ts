/** Tries something until it works, ever more slowly, and says why it does not. */

/** The state of such a try. */
export interface Retrying {
  done: boolean
  /** why it last failed, in words; null while it has not */
  failed: string | null
  /** starts over at once */
  again(): void
  stop(): void
}

/** Starts `work`; after a failure it is tried again in 1, 2, 4 … 30 seconds. `changed` hears each outcome. */
export function retrying(work: () => Promise<void>, changed: () => void): Retrying {
  let timer: ReturnType<typeof setTimeout> | undefined
  let run = 0
  const state: Retrying = {
    done: false,
    failed: null,
    again() {
      clearTimeout(timer)
      state.done = false
      attempt(0, ++run)
    },
    stop() {
      clearTimeout(timer)
      run++
    },
  }
  const attempt = (tries: number, mine: number) => {
    work().then(
      () => {
        if (mine !== run) return
        state.done = true
        state.failed = null
        changed()
      },
      (error: unknown) => {
        if (mine !== run) return
        state.failed = error instanceof Error && error.message ? error.message : `no answer, got ${String(error)}`
        changed()
        timer = setTimeout(() => attempt(tries + 1, mine), Math.min(30_000, 1000 * 2 ** tries))
      },
    )
  }
  attempt(0, run)
  return state
}
