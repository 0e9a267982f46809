/** Keeps the address saying what the picture shows, and the picture showing what a person writes into the address. */
import type { StoreApi } from 'zustand/vanilla'
import type { AddressPort, TimerPort } from './ports.ts'
import type { AppState } from './state.ts'
import { type Link, readLink, writeLink } from './url.ts'

const LINKED = ['sceneId', 'camera', 'time', 'language', 'shadows', 'selection', 'diff'] as const

/** Browsers refuse more than about a hundred changes of the address in half a minute. */
export const ADDRESS_MS = 500

/**
 * Follows both ways until the answer is called.
 *
 * @param open opens what a changed address asks for
 */
export function followAddress(
  store: StoreApi<AppState>,
  address: AddressPort,
  timer: TimerPort,
  open: (link: Link, faults: readonly string[]) => Promise<void>,
): () => void {
  let cancel: (() => void) | null = null
  const write = (): void => {
    cancel = null
    const state = store.getState()
    if (state.document === null) return
    const link = writeLink(state)
    if (link !== address.read()) address.write(link)
  }
  const deaf = store.subscribe((state, before) => {
    if (cancel === null && state.document !== null && LINKED.some((key) => state[key] !== before[key]))
      cancel = timer.after(ADDRESS_MS, write)
  })
  const blind = address.listen(() => {
    const { link, reasons } = readLink(address.read())
    if (link.language !== undefined) store.setState({ language: link.language })
    store.setState({ shadows: link.shadows ?? true })
    cancel?.()
    cancel = null
    void open(link, reasons)
  })
  return () => {
    deaf()
    blind()
    cancel?.()
  }
}
