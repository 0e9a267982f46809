/** Placing a model by hand: dragged on the globe, finished by numbers, saved with the edit key. */
import { Button } from 'antd'
import { useState } from 'react'
import type { View } from '../../../scenes/schema/scene.ts'
import { PLACE_MODEL, type Placing, placingOf } from '../../app/placing.ts'
import type { ToolParams } from '../../app/state.ts'
import { useApp, useDispatch, useFetcher, useText } from '../app-context.tsx'
import type { ModelFacts } from '../layers/model-facts.ts'
import { Range } from '../range.tsx'
import { AnswerError } from '../server.ts'
import { keepKey, keptKey, write } from './edit-key.ts'

const METRES_PER_DEGREE = 111_320

/** A place on the ground ahead of the camera, where a model without one begins. */
export function ahead({ lng, lat, height, heading, pitch }: View): { lng: number; lat: number } {
  const down = Math.max(5, Math.min(89, -pitch)) * (Math.PI / 180)
  const away = Math.min(5000, Math.max(0, height) / Math.tan(down))
  const turn = heading * (Math.PI / 180)
  const perLng = METRES_PER_DEGREE * Math.max(0.01, Math.cos(lat * (Math.PI / 180)))
  return { lng: lng + (away * Math.sin(turn)) / perLng, lat: lat + (away * Math.cos(turn)) / METRES_PER_DEGREE }
}

export function PlaceModel({ model, onSaved }: { model: ModelFacts; onSaved: () => void }) {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const camera = useApp((state) => state.camera)
  const placing = tool?.id === PLACE_MODEL ? placingOf(tool.params) : null
  if (placing?.model === model.id) return <Placed model={model} placing={placing} onSaved={onSaved} />
  const start = () => {
    const there = model.place ?? {
      ...(camera ? ahead(camera) : { lng: 0, lat: 0 }),
      height: 0,
      headingDeg: 0,
      scale: 1,
    }
    const { lng, lat, height, headingDeg, scale } = there
    const params: ToolParams = { model: model.id, lng, lat, height, headingDeg, scale, fresh: model.place === null }
    dispatch({ type: 'tool.start', id: PLACE_MODEL, params })
  }
  return (
    <div className="tw-actions">
      <Button size="small" onClick={start}>
        {t('place.start')}
      </Button>
      {model.placedAt !== null && (
        <span className="tw-note tw-number">{t('place.byHand', { date: model.placedAt.slice(0, 10) })}</span>
      )}
    </div>
  )
}

interface PlacedProps {
  model: ModelFacts
  placing: Placing
  onSaved: () => void
}

function Placed({ model, placing, onSaved }: PlacedProps) {
  const t = useText()
  const dispatch = useDispatch()
  const set = (params: ToolParams) => dispatch({ type: 'tool.change', params })
  const { lng, lat, height, headingDeg, scale, ground } = placing
  const above = ground === null ? null : height - ground
  return (
    <section className="tw-place" aria-label={t('place.title')}>
      <p className="tw-note">{t('place.hint')}</p>
      <Field name={t('place.lng')} value={lng} digits={7} onChange={(value) => set({ lng: value })} />
      <Field name={t('place.lat')} value={lat} digits={7} onChange={(value) => set({ lat: value })} />
      <Field name={t('place.height')} value={height} digits={2} onChange={(value) => set({ height: value })} />
      {above !== null && ground !== null && (
        <Slider
          name={t('place.above')}
          range={[-30, 120, 0.1]}
          value={above}
          text={t('models.metres', { n: above.toFixed(1) })}
          onChange={(value) => set({ height: ground + value })}
        />
      )}
      <Slider
        name={t('place.heading')}
        range={[0, 360, 0.5]}
        value={headingDeg}
        text={`${headingDeg.toFixed(1)}°`}
        onChange={(value) => set({ headingDeg: value })}
      />
      <Field name={t('place.scale')} value={scale} digits={4} onChange={(value) => set({ scale: value })} />
      <Saving model={model} placing={placing} onSaved={onSaved} />
    </section>
  )
}

interface FieldProps {
  name: string
  value: number
  digits: number
  onChange: (value: number) => void
}

/** A number that is taken over when it is left or confirmed. */
function Field({ name, value, digits, onChange }: FieldProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const done = () => {
    const next = Number(draft)
    if (draft !== null && draft.trim() !== '' && Number.isFinite(next)) onChange(next)
    setDraft(null)
  }
  return (
    <label className="tw-field">
      <span className="tw-field-name">{name}</span>
      <input
        className="tw-input tw-number"
        inputMode="decimal"
        value={draft ?? value.toFixed(digits)}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === 'Enter') done()
        }}
      />
    </label>
  )
}

interface SliderProps {
  name: string
  range: readonly [number, number, number]
  value: number
  text: string
  onChange: (value: number) => void
}

function Slider({ name, range: [min, max, step], value, text, onChange }: SliderProps) {
  return (
    <div className="tw-field">
      <span className="tw-field-name">{name}</span>
      <Range label={name} min={min} max={max} step={step} value={value} text={text} onChange={onChange} />
      <span className="tw-number tw-field-value">{text}</span>
    </div>
  )
}

function Saving({ model, placing, onSaved }: PlacedProps) {
  const t = useText()
  const dispatch = useDispatch()
  const fetcher = useFetcher()
  const [key, setKey] = useState(keptKey())
  const [asking, setAsking] = useState(key === '')
  const [state, setState] = useState<{ busy: boolean; reason: string | null }>({ busy: false, reason: null })
  const url = `/models/${encodeURIComponent(model.id)}/placement`
  const send = (method: 'PUT' | 'DELETE') => {
    keepKey(key.trim())
    setState({ busy: true, reason: null })
    const { lng, lat, height, headingDeg, scale } = placing
    const body = method === 'PUT' ? { lng, lat, height, headingDeg, scale } : undefined
    write(fetcher, url, method, body).then(
      () => {
        dispatch({ type: 'tool.stop' })
        onSaved()
      },
      (error: unknown) => {
        const refused = error instanceof AnswerError && error.status === 401
        if (refused) setAsking(true)
        const reason = error instanceof Error ? error.message : String(error)
        setState({ busy: false, reason: refused ? t('place.wrongKey') : t('place.failed', { reason }) })
      },
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send('PUT')
      }}
    >
      {asking && (
        <>
          <label className="tw-field">
            <span className="tw-field-name">{t('place.key')}</span>
            <input
              className="tw-input"
              type="password"
              autoComplete="off"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
          </label>
          <p className="tw-note">{t('place.keyHint')}</p>
        </>
      )}
      <div className="tw-actions">
        <Button size="small" type="primary" htmlType="submit" disabled={state.busy || key.trim() === ''}>
          {state.busy ? t('place.saving') : t('place.save')}
        </Button>
        <Button size="small" onClick={() => dispatch({ type: 'tool.stop' })}>
          {t('place.cancel')}
        </Button>
        {model.placedAt !== null && model.given && (
          <Button size="small" disabled={state.busy || key.trim() === ''} onClick={() => send('DELETE')}>
            {t('place.reset')}
          </Button>
        )}
      </div>
      {state.reason !== null && (
        <p className="tw-note tw-failed" role="status">
          {state.reason}
        </p>
      )}
    </form>
  )
}
