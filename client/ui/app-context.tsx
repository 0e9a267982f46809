/** How panels read the application's state and send it commands. */
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { AppState, Command } from '../app/state.ts'
import { textOf } from './text/text.ts'

/** What the page needs of the application: its store and its ear. */
export interface PageApp {
  store: StoreApi<AppState>
  dispatch(command: Command): void
  /** hears every command after the state has changed; call the answer to stop */
  onCommand(listener: (command: Command) => void): () => void
}

interface Surroundings {
  app: PageApp
  fetcher: typeof fetch
}

const Context = createContext<Surroundings | null>(null)

export function AppProvider({ app, fetcher, children }: Surroundings & { children: ReactNode }) {
  return <Context value={{ app, fetcher }}>{children}</Context>
}

function useSurroundings(): Surroundings {
  const surroundings = useContext(Context)
  if (!surroundings) throw new Error('useSurroundings: no <AppProvider> above; expected <Page app>')
  return surroundings
}

/** A slice of the state; the component draws again when the slice changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useSurroundings().app.store, select)
}

export function useDispatch(): (command: Command) => void {
  return useSurroundings().app.dispatch
}

/** Hears commands for as long as the component lives; `listener` must keep its identity. */
export function useCommands(listener: (command: Command) => void): void {
  const { app } = useSurroundings()
  useEffect(() => app.onCommand(listener), [app, listener])
}

export function useStoreApi(): StoreApi<AppState> {
  return useSurroundings().app.store
}

export function useFetcher(): typeof fetch {
  return useSurroundings().fetcher
}

/** The words of the page in the chosen language. */
export function useText() {
  return textOf(useApp((state) => state.language))
}
