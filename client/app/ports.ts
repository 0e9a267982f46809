/** What the page's state needs from the world around it: given by main.tsx in the browser, by tests otherwise. */

/** Asks the server. */
export type Fetch = (
  url: string,
  init?: { signal?: AbortSignal; headers?: Record<string, string> },
) => Promise<Response>

/** The part of the address after `#`. */
export interface AddressPort {
  /** without the `#` */
  read(): string
  /** replaces it without a new entry in the history */
  write(hash: string): void
  /** hears changes made by a person (not by `write`); call the answer to stop */
  listen(changed: () => void): () => void
}

/** What stays on this machine; both may throw (private mode, full). */
export interface StoragePort {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** Time as the machine has it. */
export interface TimerPort {
  /** milliseconds since 1970 */
  now(): number
  /** calls back once after some milliseconds; call the answer to cancel */
  after(milliseconds: number, done: () => void): () => void
}

/** Everything together; what is absent is left out of the page's life (no link, no bookmarks kept). */
export interface Ports {
  fetch: Fetch
  address?: AddressPort
  storage?: StoragePort
  timer?: TimerPort
  /** the language to start in when the link names none; zh when absent */
  language?: 'zh' | 'en'
}

/** The machine's own clock. */
export const machineTimer: TimerPort = {
  now: () => Date.now(),
  after(milliseconds, done) {
    const handle = setTimeout(done, milliseconds)
    return () => clearTimeout(handle)
  },
}
