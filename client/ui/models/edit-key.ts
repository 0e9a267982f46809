/** The key that allows writing: asked for once, kept while the browser's tab is open, sent with each change. */
import { AnswerError, answer } from '../server.ts'

const NAME = 'tidewall.edit-key'

/** The key of this tab, empty when none was given. */
export function keptKey(): string {
  try {
    return sessionStorage.getItem(NAME) ?? ''
  } catch {
    return ''
  }
}

/** Keeps a key until the tab is closed; an empty one is forgotten. */
export function keepKey(key: string): void {
  try {
    if (key === '') sessionStorage.removeItem(NAME)
    else sessionStorage.setItem(NAME, key)
  } catch {
    // a tab that keeps nothing asks again
  }
}

/**
 * Sends a change with the key.
 * @returns what the server answers
 * @throws {AnswerError} with status 401 when the key is not the server's: it is forgotten
 */
export async function write(
  fetcher: typeof fetch,
  url: string,
  method: 'PUT' | 'DELETE',
  body?: object,
): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${keptKey()}` }
  const send: typeof fetch = (address, init) =>
    fetcher(address, { ...init, method, headers, body: body && JSON.stringify(body) })
  try {
    return await answer(send, url)
  } catch (error) {
    if (error instanceof AnswerError && error.status === 401) keepKey('')
    throw error
  }
}
