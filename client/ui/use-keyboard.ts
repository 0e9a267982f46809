/** Listens to the keyboard for the whole page and carries out what the keyboard map says. */
import { useEffect } from 'react'
import { useDispatch, useStoreApi, useText } from './app-context.tsx'
import { type KeyAction, keyAction } from './keyboard.ts'

/** What only the page itself can do. */
export interface PageActions {
  toggleHelp(): void
  toggleLayers(): void
  toggleBelow(): void
  search(): void
  escape(): void
  bookmarked(name: string): void
}

export function useKeyboard(actions: PageActions): void {
  const dispatch = useDispatch()
  const store = useStoreApi()
  const t = useText()
  useEffect(() => {
    const act = (action: KeyAction): void => {
      const state = store.getState()
      if (action.type === 'view') {
        const view = Object.keys(state.scene?.views ?? {})[action.index]
        if (view !== undefined) dispatch({ type: 'view.go', view })
      } else if (action.type === 'help') actions.toggleHelp()
      else if (action.type === 'layers') actions.toggleLayers()
      else if (action.type === 'below') actions.toggleBelow()
      else if (action.type === 'xray')
        dispatch({ type: 'below.set', change: { xray: (state.scene?.below?.xray ?? 0) > 0 ? null : 0.85 } })
      else if (action.type === 'dive') {
        if (state.depth) dispatch({ type: 'camera.surface' })
        else dispatch({ type: 'camera.dive' })
      } else if (action.type === 'search') actions.search()
      else if (action.type === 'escape') actions.escape()
      else if (action.type === 'bookmark') {
        const name = t('views.defaultName', { n: state.bookmarks.length + 1 })
        dispatch({ type: 'bookmark.add', name })
        actions.bookmarked(name)
      } else if (action.type === 'north') dispatch({ type: 'camera.north' })
      else if (action.type === 'home') dispatch({ type: 'camera.home' })
      else if (action.type === 'play') dispatch({ type: 'time.play', playing: !state.playing })
      else dispatch({ type: action.type })
    }
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return
      const focus = document.activeElement
      const action = keyAction({
        key: event.key,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        shiftKey: event.shiftKey,
        typing: isTyping(focus),
        pressing:
          focus?.closest('button, a, summary, [role=button], [role=option], [role=menuitem]') !== null &&
          focus !== null,
      })
      if (!action) return
      if (document.querySelector('[aria-modal=true]') && action.type !== 'help') return
      if (action.type !== 'escape') event.preventDefault()
      act(action)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [actions, dispatch, store, t])
}

function isTyping(element: Element | null): boolean {
  if (!element) return false
  if (element instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(element.type)
  return element instanceof HTMLTextAreaElement || element.closest('[contenteditable=true], [role=listbox]') !== null
}
