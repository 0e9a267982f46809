/** What is seen of building models: one model, a storey, a kind or a system alone; storeys apart; a horizontal section. */
import { Button, Select } from 'antd'
import { useState } from 'react'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { FindElements } from '../models/find-elements.tsx'
import { PlaceModel } from '../models/place-model.tsx'
import { SectionBox } from '../models/section-box.tsx'
import { Range } from '../range.tsx'
import '../models/models.css'
import { grouped } from '../status/scale.ts'
import { useFetched } from '../use-fetched.ts'
import { kindWord, type ModelFacts, readModels } from './model-facts.ts'

type Spec = LayerOf<'models'>
/** Models listed each by itself; of more, one is chosen first. */
const MOST_LISTED = 12

type Only = NonNullable<Spec['only']>

export function ModelTools({ layer }: { layer: Spec }) {
  const t = useText()
  const [version, setVersion] = useState(0)
  const fetched = useFetched('/models', readModels, version)
  const dispatch = useDispatch()
  const models = fetched.data ?? []
  if (fetched.status === 'ready' && models.length === 0) return <p className="tw-note">{t('models.none')}</p>
  if (fetched.status === 'failed')
    return (
      <p className="tw-note tw-failed" role="status">
        {t('models.failed', { reason: fetched.reason })}{' '}
        <Button size="small" onClick={fetched.retry}>
          {t('app.retry')}
        </Button>
      </p>
    )
  const only = layer.only ?? {}
  const chosen = models.filter(({ id }) => only.model === undefined || id === only.model)
  const sole = chosen.length === 1 ? chosen[0] : undefined
  return (
    <div className="tw-models">
      <Choices layer={layer} models={models} chosen={chosen} />
      <div className="tw-field">
        <span className="tw-field-name">{t('models.explode')}</span>
        <Range
          label={t('models.explode')}
          min={0}
          max={20}
          step={0.5}
          value={layer.explode ?? 0}
          text={t('models.metres', { n: layer.explode ?? 0 })}
          onChange={(explode) => dispatch({ type: 'layer.models', layer: layer.id, change: { explode } })}
        />
        <span className="tw-number tw-field-value">{t('models.metres', { n: layer.explode ?? 0 })}</span>
      </div>
      {only.elements !== undefined && (
        <p className="tw-note tw-number">
          {t('models.singles', { n: only.elements.length })}{' '}
          <Button
            size="small"
            onClick={() => dispatch({ type: 'layer.models', layer: layer.id, change: { only: undefined } })}
          >
            {t('models.showAll')}
          </Button>
        </p>
      )}
      {sole?.bounds && (
        <SectionBox
          bounds={sole.bounds}
          value={layer.section?.model === sole.id ? layer.section : undefined}
          onChange={(box) => {
            const section = box && { model: sole.id, ...box }
            dispatch({ type: 'layer.models', layer: layer.id, change: { section } })
          }}
        />
      )}
      {sole && <FindElements key={sole.id} layer={layer} model={sole} />}
      {chosen.slice(0, MOST_LISTED).map((model) => (
        <section className="tw-model" key={model.id} aria-label={model.title}>
          <p className="tw-note tw-number">
            {models.length > 1 && <strong>{`${model.title} `}</strong>}
            {model.place
              ? t('models.elements', { n: grouped(model.elements, 0), schema: model.schema })
              : t('models.unplaced')}{' '}
            <a href={`/?model=${encodeURIComponent(model.id)}`}>{t('models.alone')}</a>
          </p>
          <PlaceModel model={model} onSaved={() => setVersion((count) => count + 1)} />
        </section>
      ))}
    </div>
  )
}

interface ChoicesProps {
  layer: Spec
  models: readonly ModelFacts[]
  /** those of which storeys, kinds and systems are offered */
  chosen: readonly ModelFacts[]
}

/** One model, storey, kind or system alone. */
function Choices({ layer, models, chosen }: ChoicesProps) {
  const t = useText()
  const language = useApp((state) => state.language)
  const dispatch = useDispatch()
  const only = layer.only ?? {}
  const want = (key: keyof Only, value: string | null) => {
    const { elements: _, ...rest } = only
    const next: Only = { ...rest, [key]: value ?? undefined }
    if (key === 'model') for (const other of ['storey', 'kind', 'system'] as const) delete next[other]
    const kept = Object.fromEntries(Object.entries(next).filter(([, word]) => word !== undefined)) as Only
    const empty = Object.keys(kept).length === 0
    dispatch({ type: 'layer.models', layer: layer.id, change: { only: empty ? undefined : kept } })
  }
  const words = (list: readonly string[]) => [...new Set(list)].map((word) => ({ value: word, label: word }))
  return (
    <>
      <Choice
        name={t('models.model')}
        value={only.model}
        onChange={(value) => want('model', value)}
        options={models.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <Choice
        name={t('models.storey')}
        value={only.storey}
        onChange={(value) => want('storey', value)}
        options={words(chosen.flatMap(({ storeys }) => storeys))}
      />
      <Choice
        name={t('models.kind')}
        value={only.kind}
        onChange={(value) => want('kind', value)}
        options={words(chosen.flatMap(({ kinds }) => kinds)).map(({ value }) => ({
          value,
          label: kindWord(language, value),
        }))}
      />
      <Choice
        name={t('models.system')}
        value={only.system}
        onChange={(value) => want('system', value)}
        options={words(chosen.flatMap(({ systems }) => systems))}
      />
    </>
  )
}

interface ChoiceProps {
  name: string
  value: string | undefined
  options: { value: string; label: string }[]
  onChange: (value: string | null) => void
}

export function Choice({ name, value, options, onChange }: ChoiceProps) {
  const t = useText()
  if (options.length === 0) return null
  return (
    <div className="tw-field">
      <span className="tw-field-name">{name}</span>
      <Select
        size="small"
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={name}
        allowClear
        placeholder={t('models.all')}
        value={value ?? null}
        onChange={(next: string | undefined) => onChange(next ?? null)}
        options={options}
      />
    </div>
  )
}
