/** What is seen of building models: one model, a storey, a kind or a system alone; storeys apart; a horizontal section. */
import { Select } from 'antd'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { Range } from '../range.tsx'
import { grouped } from '../status/scale.ts'
import { useFetched } from '../use-fetched.ts'
import { kindWord, type ModelFacts, readModels } from './model-facts.ts'

type Spec = LayerOf<'models'>
type Only = NonNullable<Spec['only']>

export function ModelTools({ layer }: { layer: Spec }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const fetched = useFetched('/models', readModels)
  const dispatch = useDispatch()
  const models = fetched.data ?? []
  if (fetched.status === 'ready' && models.length === 0) return <p className="tw-note">{t('models.none')}</p>
  const only = layer.only ?? {}
  const chosen = models.filter(({ id }) => only.model === undefined || id === only.model)
  const sole = chosen.length === 1 ? chosen[0] : undefined
  const want = (key: keyof Only, value: string | null) => {
    const next: Only = { ...only, [key]: value ?? undefined }
    if (key === 'model') for (const other of ['storey', 'kind', 'system'] as const) delete next[other]
    const kept = Object.fromEntries(Object.entries(next).filter(([, word]) => word !== undefined)) as Only
    const empty = Object.keys(kept).length === 0
    dispatch({ type: 'layer.models', layer: layer.id, change: { only: empty ? undefined : kept } })
  }
  const words = (list: readonly string[]) => [...new Set(list)].map((word) => ({ value: word, label: word }))
  return (
    <div className="tw-models">
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
      {sole && <SectionHeight layer={layer} model={sole} />}
      {chosen.map(({ id, elements, schema, placed }) => (
        <p className="tw-note tw-number" key={id}>
          {placed ? t('models.elements', { n: grouped(elements, 0), schema }) : t('models.unplaced')}
        </p>
      ))}
    </div>
  )
}

interface ChoiceProps {
  name: string
  value: string | undefined
  options: { value: string; label: string }[]
  onChange: (value: string | null) => void
}

function Choice({ name, value, options, onChange }: ChoiceProps) {
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

/** Two planes, above and below, over the model's own height. */
function SectionHeight({ layer, model }: { layer: Spec; model: ModelFacts }) {
  const t = useText()
  const dispatch = useDispatch()
  const [low, high] = model.heights
  if (!(high > low)) return null
  const known = layer.section?.model === model.id ? layer.section : undefined
  const [from, to] = known?.z ?? [low, high]
  const set = (next: [number, number]) => {
    const whole = next[0] <= low && next[1] >= high
    const section = whole ? undefined : { ...known, model: model.id, z: next }
    dispatch({ type: 'layer.models', layer: layer.id, change: { section } })
  }
  const step = Math.max(0.05, Math.round((high - low) / 2) / 100)
  return (
    <>
      {(['upper', 'lower'] as const).map((side) => {
        const value = side === 'upper' ? to : from
        return (
          <div className="tw-field" key={side}>
            <span className="tw-field-name">{t('models.sectionOf', { side: t(`models.${side}`) })}</span>
            <Range
              label={t('models.sectionOf', { side: t(`models.${side}`) })}
              min={low}
              max={high}
              step={step}
              value={value}
              text={t('models.metres', { n: value.toFixed(1) })}
              onChange={(next) => set(side === 'upper' ? [Math.min(from, next), next] : [next, Math.max(to, next)])}
            />
            <span className="tw-number tw-field-value">{t('models.metres', { n: value.toFixed(1) })}</span>
          </div>
        )
      })}
    </>
  )
}
