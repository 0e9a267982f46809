/** Where everything stands: globe in the middle, bars above and below, docks at the sides or, on a phone, a sheet. */
import { type Dispatch, type FocusEvent, type SetStateAction, useCallback, useEffect, useMemo, useState } from 'react'
import type { Command } from '../app/state.ts'
import { useApp, useCommands, useDispatch, useStoreApi, useText } from './app-context.tsx'
import { BelowPanel } from './below/below-panel.tsx'
import { SurfaceButton } from './below/surface-button.tsx'
import { FeatureCard } from './card/feature-card.tsx'
import { Dock, type PanelName, Rail } from './docks.tsx'
import { HoverLabel } from './hover-label.tsx'
import { credits } from './layers/catalogue.ts'
import { LayersPanel } from './layers/layers-panel.tsx'
import { Help } from './notices/help.tsx'
import { Making } from './notices/making.tsx'
import { Problems } from './notices/problems.tsx'
import { SectionSheet } from './section/section-sheet.tsx'
import { type Collection, readCollections } from './server.ts'
import { PictureTools } from './status/picture-tools.tsx'
import { StatusLine } from './status/status-line.tsx'
import { TimeBar } from './time/time-bar.tsx'
import { type Message, Toast } from './toast.tsx'
import { TopBar } from './top/top-bar.tsx'
import { useFetched } from './use-fetched.ts'
import { type PageActions, useKeyboard } from './use-keyboard.ts'
import { ViewsPanel } from './views/views-panel.tsx'

const NO_COLLECTIONS: readonly Collection[] = []

export function Frame({ phone }: { phone: boolean }) {
  const t = useText()
  const selection = useApp((state) => state.selection)
  const catalogue = useCatalogue()
  const collections = catalogue.data ?? NO_COLLECTIONS
  const panels = usePanels(phone)
  const { side, setPanel, featureOpen, setFeatureOpen } = panels
  const [timeOpen, setTimeOpen] = useState(!phone)
  const [searching, setSearching] = useState(false)
  const [message, setMessage] = useState<Message | null>(null)
  const [help, setHelp] = useState(false)
  useActions({ setPanel, setHelp, setSearching, setMessage })
  useCommands(toggleFullScreen)
  const gone = useCallback(() => setMessage(null), [])
  return (
    <div className="tw-page" data-phone={phone} data-dock={side ?? 'none'}>
      <a className="tw-skip" href="#globe">
        {t('app.skip')}
      </a>
      <main id="globe" className="tw-globe" tabIndex={-1} aria-label={t('app.globe')} onFocus={toCanvas} />
      <TopBar collections={collections} searching={searching} onSearching={setSearching} />
      <Rail
        phone={phone}
        panel={side}
        onPanel={setPanel}
        timeOpen={timeOpen}
        onTime={() => setTimeOpen(!timeOpen)}
        onHelp={() => setHelp(true)}
      />
      <Dock name={side} onClose={() => setPanel(null)}>
        {side === 'layers' && <LayersPanel catalogue={catalogue} />}
        {side === 'below' && <BelowPanel />}
        {side === 'views' && <ViewsPanel />}
        {side === 'feature' && <FeatureCard />}
      </Dock>
      {!phone && selection && featureOpen && (
        <Dock name="feature" right onClose={() => setFeatureOpen(false)}>
          <FeatureCard />
        </Dock>
      )}
      <PictureTools feature={!phone && selection !== null && !featureOpen} onFeature={() => setFeatureOpen(true)} />
      <HoverLabel />
      <SurfaceButton />
      <SectionSheet />
      <div className="tw-notices">
        <Problems />
        <Making />
      </div>
      <Credits collections={collections} />
      <div className="tw-bottom">
        {timeOpen && <TimeBar />}
        <StatusLine />
      </div>
      <Toast message={message} onGone={gone} />
      <Help open={help} onClose={() => setHelp(false)} />
    </div>
  )
}

/** The server's catalogue; asked once the scene is there and the server has said how the city's making goes: not for each of the two. */
function useCatalogue() {
  const sceneId = useApp((state) => state.sceneId)
  const making = useApp((state) => state.making.stages.filter((stage) => stage.state === 'done').length)
  const lost = useApp((state) => state.problems.some((problem) => problem.kind === 'server-lost'))
  const known = useApp((state) => state.making.state !== 'idle' || Object.keys(state.reports).length > 0)
  const url = sceneId !== '' && known ? '/collections' : null
  return useFetched(url, readCollections, `${sceneId}/${making}/${lost}`)
}

/** Which docks are open; what is chosen opens its own. */
function usePanels(phone: boolean) {
  const selection = useApp((state) => state.selection)
  const [panel, setPanel] = useState<PanelName | null>(phone ? null : 'layers')
  const [featureOpen, setFeatureOpen] = useState(true)
  useEffect(() => {
    if (!selection) return
    setFeatureOpen(true)
    if (phone) setPanel('feature')
  }, [selection, phone])
  const side = panel === 'feature' && !phone ? 'layers' : panel
  return { side, setPanel, featureOpen, setFeatureOpen }
}

interface Setters {
  setPanel: Dispatch<SetStateAction<PanelName | null>>
  setHelp: Dispatch<SetStateAction<boolean>>
  setSearching: Dispatch<SetStateAction<boolean>>
  setMessage: Dispatch<SetStateAction<Message | null>>
}

/** What keys do to the page itself. */
function useActions({ setPanel, setHelp, setSearching, setMessage }: Setters): void {
  const t = useText()
  const store = useStoreApi()
  const dispatch = useDispatch()
  const actions = useMemo<PageActions>(
    () => ({
      toggleHelp: () => setHelp((open) => !open),
      toggleLayers: () => setPanel((open) => (open === 'layers' ? null : 'layers')),
      toggleBelow: () => setPanel((open) => (open === 'below' ? null : 'below')),
      search: () => {
        setSearching(true)
        document.getElementById('tw-search')?.focus()
      },
      escape: () => {
        setSearching(false)
        if (store.getState().tool) dispatch({ type: 'tool.stop' })
        else if (store.getState().selection) dispatch({ type: 'select', selection: null })
      },
      bookmarked: (name) => setMessage({ text: t('views.added', { name }) }),
    }),
    [store, dispatch, t, setPanel, setHelp, setSearching, setMessage],
  )
  useKeyboard(actions)
}

/** "Skip to the picture" leads to the canvas, which hears the keys that move the camera. */
function toCanvas(event: FocusEvent<HTMLElement>): void {
  if (event.target === event.currentTarget) event.currentTarget.querySelector('canvas')?.focus()
}

/** Only the page can: the browser wants it within the key press or click. Refusals (an embedded page) change nothing. */
function toggleFullScreen(command: Command): void {
  if (command.type !== 'fullscreen') return
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()
  done?.catch(() => undefined)
}

/** Licences ask that credits stand in the picture. */
function Credits({ collections }: { collections: readonly Collection[] }) {
  const t = useText()
  const scene = useApp((state) => state.scene)
  // the badge of the top bar already says that data is generated
  const all = credits(scene, collections).map((credit) =>
    /^演示数据|synthetic$/i.test(credit) ? t('app.synthetic') : credit,
  )
  if (all.length === 0) return null
  return (
    <p className="tw-credits" title={all.join('\n')}>
      <span className="tw-hidden">{t('status.attribution')} </span>
      {all.join(' · ')}
    </p>
  )
}
