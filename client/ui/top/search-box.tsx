/** The search box of the top bar: names, buildings, roads and ids in one place; a result is flown to and selected. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useApp, useDispatch, useFetcher, useText } from '../app-context.tsx'
import { viewOf } from '../fly-to.ts'
import { Icon } from '../icons.tsx'
import { layerOfCollection } from '../layers/catalogue.ts'
import type { Found } from '../server.ts'
import { valueWord } from '../text/text.ts'
import { type SearchState, startSearcher } from './search.ts'

/** What was typed, what the server found for it, and which line of that is active. */
function useSearch() {
  const fetcher = useFetcher()
  const [text, setText] = useState('')
  const [state, setState] = useState<SearchState>({ status: 'idle' })
  const [active, setActive] = useState(0)
  const searcher = useRef<ReturnType<typeof startSearcher>>(null)
  useEffect(() => {
    const started = startSearcher(fetcher, (next) => {
      setState(next)
      setActive(0)
    })
    searcher.current = started
    return () => started.dispose()
  }, [fetcher])
  const found = state.status === 'ready' ? state.found : []
  return {
    text,
    state,
    found,
    active,
    setActive,
    type(value: string) {
      setText(value)
      searcher.current?.type(value)
    },
    /** To the next line, or the one before, round the ends. */
    step(by: 1 | -1) {
      if (found.length > 0) setActive((active + by + found.length) % found.length)
    },
  }
}

export function SearchBox({ autoFocus, onDone }: { autoFocus?: boolean; onDone?: () => void }) {
  const t = useText()
  const choose = useChoose()
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const search = useSearch()
  const { text, state, found, active } = search
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (autoFocus) input.current?.focus()
  }, [autoFocus])

  const leave = () => {
    input.current?.blur()
    onDone?.()
  }
  const change = (value: string) => {
    setOpen(true)
    search.type(value)
  }
  const take = (result: Found | undefined) => {
    if (!result) return
    choose(result)
    setOpen(false)
    leave()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      search.step(event.key === 'ArrowDown' ? 1 : -1)
      setOpen(true)
    } else if (event.key === 'Enter') take(found[active])
    else if (event.key === 'Escape') {
      event.stopPropagation()
      if (open && text !== '') setOpen(false)
      else leave()
    }
  }

  const shown = open && state.status !== 'idle'
  return (
    <search className="tw-search">
      <Icon name="search" className="tw-search-icon" />
      <input
        ref={input}
        id="tw-search"
        role="combobox"
        aria-label={t('search.label')}
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && found.length > 0 ? `${listId}-${active}` : undefined}
        aria-keyshortcuts="/"
        placeholder={t('search.placeholder')}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {text === '' ? (
        <kbd className="tw-kbd tw-search-key">/</kbd>
      ) : (
        <button type="button" className="tw-search-clear" aria-label={t('search.clear')} onClick={() => change('')}>
          <Icon name="close" width="1rem" height="1rem" />
        </button>
      )}
      {shown && <Results id={listId} state={state} active={active} onTake={take} onActive={search.setActive} />}
    </search>
  )
}

interface ResultsProps {
  id: string
  state: SearchState
  active: number
  onTake: (found: Found) => void
  onActive: (index: number) => void
}

function Results({ id, state, active, onTake, onActive }: ResultsProps) {
  const t = useText()
  const language = useApp((app) => app.language)
  const note =
    state.status === 'waiting'
      ? t('search.searching')
      : state.status === 'failed'
        ? t('search.failed', { reason: state.reason })
        : state.status === 'ready' && state.found.length === 0
          ? t('search.none', { query: state.query })
          : null
  return (
    <div className="tw-search-results">
      {note && (
        <p className="tw-note" role="status">
          {note}
        </p>
      )}
      {state.status === 'ready' && (
        <div id={id} role="listbox" aria-label={t('search.results')} tabIndex={-1}>
          {state.found.map((found, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keyboard
            // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points here
            <div
              key={`${found.layer}/${found.id}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className="tw-result"
              onMouseDown={(event) => event.preventDefault()}
              onMouseMove={() => onActive(index)}
              onClick={() => onTake(found)}
            >
              <span className="tw-result-name">
                {(language === 'en' && found.nameEn) || found.name || found.nameEn || found.id}
              </span>
              <span className="tw-result-kind">
                {valueWord(language, 'class', found.class, found.layer) || t(`kind.${kindOf(found.layer)}`)}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

const KINDS = [
  'land',
  'water',
  'roads',
  'rail',
  'boundaries',
  'places',
  'buildings',
  'trees',
  'points',
  'mesh',
  'units',
  'volumes',
] as const

function kindOf(layer: string): (typeof KINDS)[number] {
  return KINDS.find((kind) => kind === layer) ?? 'places'
}

function useChoose(): (found: Found) => void {
  const dispatch = useDispatch()
  const scene = useApp((state) => state.scene)
  return (found) => {
    dispatch({ type: 'camera.fly', view: viewOf(found, found.bbox) })
    const layer = layerOfCollection(scene, found.layer)
    const { id, lng, lat } = found
    dispatch({ type: 'select', selection: { layer, collection: found.layer, id, lng, lat } })
  }
}
