/** Colours buildings by any attribute the server stores: numbers by a ramp, words by categories. */
import { Button, Select } from 'antd'
import { useState } from 'react'
import { cssColor } from '../../../scenes/schema/color.ts'
import { RAMPS, type RampName, rampColor } from '../../../scenes/schema/ramps.ts'
import type { Layer } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { type Attribute, readAttributes } from '../server.ts'
import { grouped } from '../status/scale.ts'
import { attributeWord } from '../text/text.ts'
import { useFetched } from '../use-fetched.ts'
import { collectionOf } from './catalogue.ts'
import { type ColorChoice, choiceOf, expressionOf, firstChoice } from './color-choice.ts'

const SCENE = ' scene'

export function ColorBy({ layer }: { layer: Layer }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const original = useApp((state) => state.document?.layers.find(({ id }) => id === layer.id)?.color)
  const changed = JSON.stringify(original) !== JSON.stringify(layer.color)
  const choice = changed ? choiceOf(layer.color) : null
  // The list is long and most people never open it.
  const [wanted, setWanted] = useState(false)
  const url = wanted || choice ? `/collections/${collectionOf(layer)}/attributes` : null
  const fetched = useFetched(url, readAttributes)
  const attributes = fetched.data ?? []
  const choose = (next: ColorChoice | null) =>
    dispatch({ type: 'layer.color', layer: layer.id, color: next ? expressionOf(next) : (original ?? null) })
  const chooseAttribute = (name: string) => {
    const attribute = attributes.find((candidate) => candidate.name === name)
    choose(attribute ? firstChoice(attribute) : null)
  }
  return (
    <div className="tw-color-by">
      <div className="tw-field">
        <span className="tw-field-name">{t('color.by')}</span>
        <Select
          size="small"
          showSearch={{ optionFilterProp: 'search' }}
          aria-label={t('color.by')}
          value={choice?.attribute ?? SCENE}
          loading={fetched.status === 'loading'}
          labelRender={({ value, label }) => (value === SCENE ? label : attributeWord(language, String(value)))}
          notFoundContent={t('card.noMatch')}
          onFocus={() => setWanted(true)}
          onOpenChange={(open) => open && setWanted(true)}
          onChange={chooseAttribute}
          options={[
            { value: SCENE, label: t('color.asScene'), search: t('color.asScene') },
            ...attributes.map((attribute) =>
              option(attribute, attributeWord(language, attribute.name), t(`color.${attribute.type}`)),
            ),
          ]}
        />
        {changed && (
          <Button size="small" type="text" onClick={() => choose(null)}>
            {t('layers.reset')}
          </Button>
        )}
      </div>
      {fetched.status === 'failed' && (
        <p className="tw-note tw-failed" role="status">
          {t('color.failed', { reason: fetched.reason })}{' '}
          <Button size="small" onClick={fetched.retry}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {fetched.status === 'ready' && attributes.length === 0 && <p className="tw-note">{t('color.none')}</p>}
      {choice?.kind === 'ramp' && <RampControls choice={choice} onChange={choose} />}
      {choice && <Coverage attribute={attributes.find(({ name }) => name === choice.attribute)} choice={choice} />}
    </div>
  )
}

function option(attribute: Attribute, word: string, type: string) {
  return {
    value: attribute.name,
    search: `${word} ${attribute.name}`,
    label: (
      <span className="tw-option">
        <span>{word}</span>
        <small>{type}</small>
      </span>
    ),
  }
}

function RampControls({
  choice,
  onChange,
}: {
  choice: ColorChoice & { kind: 'ramp' }
  onChange: (choice: ColorChoice) => void
}) {
  const t = useText()
  const range = (from: number, to: number) => {
    const fits = from < to
    if (fits) onChange({ ...choice, from, to })
    return fits
  }
  return (
    <>
      <div className="tw-palettes" role="radiogroup" aria-label={t('color.palette')}>
        {RAMPS.map((name) => (
          <label key={name} className="tw-palette" title={t(`color.palettes.${name}`)}>
            <input
              type="radio"
              name="palette"
              checked={choice.ramp === name}
              aria-label={t(`color.palettes.${name}`)}
              onChange={() => onChange({ ...choice, ramp: name })}
            />
            <span style={{ background: gradient(name) }} />
          </label>
        ))}
      </div>
      <div className="tw-field tw-range-field">
        <span className="tw-field-name">{t('color.range')}</span>
        <RangeEnd label={t('color.from')} value={choice.from} onChange={(from) => range(from, choice.to)} />
        <span aria-hidden="true">–</span>
        <RangeEnd label={t('color.to')} value={choice.to} onChange={(to) => range(choice.from, to)} />
      </div>
    </>
  )
}

/** One end of the range; what makes no range is kept in the field, marked, and not sent. */
function RangeEnd({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => boolean }) {
  const t = useText()
  const [text, setText] = useState<string | null>(null)
  const bad = text !== null
  return (
    <input
      type="number"
      step="any"
      className="tw-input"
      aria-label={label}
      aria-invalid={bad}
      title={bad ? t('color.badRange') : undefined}
      value={text ?? value}
      onChange={({ currentTarget }) => {
        const number = currentTarget.valueAsNumber
        setText(Number.isFinite(number) && onChange(number) ? null : currentTarget.value)
      }}
      onBlur={() => setText(null)}
    />
  )
}

function Coverage({ attribute, choice }: { attribute: Attribute | undefined; choice: ColorChoice }) {
  const t = useText()
  if (!attribute) return null
  const rest = choice.kind === 'match' ? attribute.top.length - choice.values.length : 0
  return (
    <p className="tw-note">
      {t('color.values', { n: grouped(attribute.count, 0) })}
      {rest > 0 && ` · ${t('color.truncated', { n: rest })}`}
    </p>
  )
}

/** A ramp as a CSS gradient. */
export function gradient(name: RampName, steps = 8): string {
  const colors = Array.from({ length: steps + 1 }, (_, index) => cssColor(rampColor(name, index / steps)))
  return `linear-gradient(to right, ${colors.join(', ')})`
}
