/** One model alone: its tree, what is shown of it, the view in the middle, the properties of what was clicked. */
import { Button, ConfigProvider } from 'antd'
import enUS from 'antd/es/locale/en_US'
import zhCN from 'antd/es/locale/zh_CN'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Measured, ModelView, ModelViewEars } from '../../app/model-view.ts'
import { AppProvider, type PageApp, useApp, useText } from '../app-context.tsx'
import { type ModelFacts, readModels } from '../layers/model-facts.ts'
import { theme } from '../theme.ts'
import { useFetched } from '../use-fetched.ts'
import { useScreen } from '../use-screen.ts'
import { ALL, boxAround, type Elements, readElements, statesOf, type Wish } from './inspected.ts'
import { InspectorCard } from './inspector-card.tsx'
import { InspectorTools } from './inspector-tools.tsx'
import { InspectorTree } from './inspector-tree.tsx'
import type { Box } from './section-box.tsx'
import '../page.css'
import '../panels.css'
import '../layers.css'
import './models.css'
import './inspector.css'

/** Starts the engine's view in an element. */
export type StartView = (container: HTMLElement, ears: ModelViewEars) => ModelView

interface Props {
  model: string
  start: StartView
}

const browserFetch: typeof fetch = (input, init) => fetch(input, init)

/** The page of one model. */
export function Inspector({ app, ...props }: Props & { app: PageApp }) {
  return (
    <AppProvider app={app} fetcher={browserFetch}>
      <Themed {...props} />
    </AppProvider>
  )
}

function Themed(props: Props) {
  const { scale, calm } = useScreen()
  const language = useApp((state) => state.language)
  const config = useMemo(() => theme(scale, calm), [scale, calm])
  useEffect(() => {
    document.documentElement.style.fontSize = `${16 * scale}px`
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [scale, language])
  return (
    <ConfigProvider theme={config} locale={language === 'zh' ? zhCN : enUS} wave={{ disabled: true }}>
      <Loaded {...props} />
    </ConfigProvider>
  )
}

const readOne = (json: unknown): ModelFacts | null => readModels([json])[0] ?? null

function Loaded({ model, start }: Props) {
  const t = useText()
  const address = `/models/${encodeURIComponent(model)}`
  const head = useFetched(address, readOne)
  const elements = useFetched(`${address}/elements`, readElements)
  const failed = [head, elements].find(({ status }) => status === 'failed')
  const reason = failed?.status === 'failed' ? failed.reason : null
  if (head.status === 'failed' && head.httpStatus === 404) return <Notice words={t('inspect.none')} />
  if (reason !== null) return <Notice words={t('inspect.failed', { reason })} />
  if (!head.data || !elements.data) return <Notice words={t('app.loading')} />
  return <Inspecting model={head.data} elements={elements.data} start={start} />
}

function Notice({ words }: { words: string }) {
  const t = useText()
  return (
    <main className="tw-inspector-notice">
      <p role="status">{words}</p>
      <a href="/">{t('inspect.back')}</a>
    </main>
  )
}

function Inspecting({ model, elements, start }: { model: ModelFacts; elements: Elements; start: StartView }) {
  const t = useText()
  const [wish, setWish] = useState<Wish>(ALL)
  const [explode, setExplode] = useState(0)
  const [section, setSection] = useState<Box | undefined>(undefined)
  const [measuring, setMeasuring] = useState(false)
  const room = model.kinds.indexOf('IfcSpace')
  const states = useMemo(() => statesOf(elements, wish, room), [elements, wish, room])
  const change = useCallback((part: Partial<Wish>) => setWish((before) => ({ ...before, ...part })), [])
  const view = useView(model, elements, start, (selected) => change({ selected }))
  const { current } = view
  useEffect(() => current?.show(states), [current, states])
  useEffect(() => current?.explode(explode), [current, explode])
  useEffect(() => current?.section(section), [current, section])
  useEffect(() => current?.measure(measuring), [current, measuring])
  const look = useCallback(
    (box: readonly number[] | null) => {
      if (box) current?.fit(box)
    },
    [current],
  )
  const first = model.bounds
  useEffect(() => look(first), [look, first])
  const choose = (selected: number) => {
    change({ selected })
    look(elements.boxes[selected])
  }
  return (
    <div className="tw-inspector">
      <header className="tw-inspector-head">
        <a href="/">{t('inspect.back')}</a>
        <h1>{model.title}</h1>
        <span className="tw-mark">{model.schema}</span>
      </header>
      <aside className="tw-inspector-side" aria-label={t('inspect.tree')}>
        <InspectorTools
          model={model}
          wish={wish}
          onWish={change}
          explode={explode}
          onExplode={setExplode}
          section={section}
          onSection={setSection}
          onChoose={choose}
        />
        <InspectorTree model={model} elements={elements} wish={wish} onWish={change} onChoose={choose} />
      </aside>
      <main className="tw-inspector-view" ref={view.hole} aria-label={t('inspect.title')}>
        {view.problem !== null && (
          <p className="tw-note tw-failed" role="status">
            {view.problem}
          </p>
        )}
        {view.share < 1 && view.problem === null && (
          <p className="tw-inspector-loading" role="status">
            {t('inspect.loading', { percent: Math.round(view.share * 100) })}
          </p>
        )}
        <div className="tw-inspector-tools">
          <Button size="small" onClick={() => look(boxAround(elements, states))}>
            {t('inspect.fit')}
          </Button>
          <Button size="small" type={measuring ? 'primary' : 'default'} onClick={() => setMeasuring(!measuring)}>
            {t('inspect.measure')}
          </Button>
          <Button size="small" onClick={() => setWish({ ...ALL, ghost: wish.ghost })}>
            {t('inspect.showAll')}
          </Button>
          {measuring && <Distance measured={view.measured} />}
        </div>
      </main>
      <aside className="tw-inspector-card" aria-label={t('inspect.properties')}>
        <InspectorCard model={model} element={wish.selected} wish={wish} onWish={change} />
      </aside>
    </div>
  )
}

function Distance({ measured }: { measured: Measured | null }) {
  const t = useText()
  if (!measured?.to) return <span className="tw-note">{t('inspect.measureHint')}</span>
  const [dx, dy, dz] = measured.to.map((at, axis) => at - measured.from[axis])
  const flat = Math.hypot(dx, dy).toFixed(3)
  return (
    <span className="tw-number" role="status">
      {t('inspect.distance', { n: Math.hypot(dx, dy, dz).toFixed(3) })}{' '}
      <small>{t('inspect.offsets', { flat, up: dz.toFixed(3) })}</small>
    </span>
  )
}

/** The engine's view, as long as the component lives. */
function useView(model: ModelFacts, elements: Elements, start: StartView, chosen: (element: number | null) => void) {
  const t = useText()
  const hole = useRef<HTMLElement>(null)
  const ear = useRef(chosen)
  ear.current = chosen
  const [current, setCurrent] = useState<ModelView | null>(null)
  const [share, setShare] = useState(0)
  const [problem, setProblem] = useState<string | null>(null)
  const [measured, setMeasured] = useState<Measured | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of language draws nothing anew
  useEffect(() => {
    if (!hole.current) return
    const stop = new AbortController()
    let view: ModelView
    try {
      view = start(hole.current, { chosen: (element) => ear.current(element), measured: setMeasured })
    } catch {
      setProblem(t('inspect.webgl'))
      return
    }
    const ids = elements.ids.map((id) => `${model.id}:${id}`)
    view.load(`/models/${encodeURIComponent(model.id)}/tileset.json`, ids, setShare, stop.signal).then(
      () => {
        setShare(1)
        setCurrent(view)
        Object.assign(window, { tidewallModel: view })
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        if (!stop.signal.aborted) setProblem(t('inspect.failed', { reason }))
      },
    )
    return () => {
      stop.abort()
      setCurrent(null)
      view.dispose()
    }
  }, [model, elements, start])
  return { hole, current, share, problem, measured }
}
