/** What the chosen node draws: a field that changes its mean demand, empty while the model's own stands. */
import { InputNumber } from 'antd'
import { useEffect, useState } from 'react'
import type { HydraulicsAnswer } from '../../../data/networks/hydraulics-answer.ts'
import { type HydraulicsMark, seriesOf, withDemand } from '../../app/hydraulics.ts'
import { useApp, useText } from '../app-context.tsx'
import { grouped } from '../status/scale.ts'

const MOST_LPS = 100_000

interface Props {
  mark: HydraulicsMark
  answer: HydraulicsAnswer | null
  set(next: HydraulicsMark): void
}

/** The mean of a day's course; a single moment says nothing of it. */
function meanOf(values: readonly (number | null)[] | null): string | null {
  const known = values?.filter((value) => value !== null) ?? []
  if (known.length < 2) return null
  return grouped(known.reduce((sum, value) => sum + value, 0) / known.length, 2)
}

export function Demand({ mark, answer, set }: Props) {
  const t = useText()
  const id = useApp(({ selection }) => (selection?.collection === 'pipe-nodes' ? selection.id : null))
  if (id === null) return <p className="tw-note">{t('hydraulics.demandHint')}</p>
  // answers that colour pipes only name no nodes
  const ids = answer?.nodes.ids ?? []
  if (ids.length > 0 && !ids.includes(id) && mark.demands?.[id] === undefined)
    return <p className="tw-note">{t('hydraulics.notInModel', { id })}</p>
  const own = answer?.show === 'demand' ? meanOf(seriesOf(answer, 'pipe-nodes', id)) : null
  return (
    <Field
      key={id}
      label={t('hydraulics.demandOf', { id })}
      value={mark.demands?.[id] ?? null}
      placeholder={own ?? t('hydraulics.asModel')}
      set={(lps) => set(withDemand(mark, id, lps))}
    />
  )
}

interface FieldProps {
  label: string
  value: number | null
  placeholder: string
  set(lps: number | null): void
}

/** Solves once a number is finished, not at every figure of it. */
function Field({ label, value, placeholder, set }: FieldProps) {
  const [draft, setDraft] = useState(value)
  // taken back elsewhere: in the list, or by undo
  useEffect(() => setDraft(value), [value])
  const finish = (lps: number | null): void => {
    if (lps !== value) set(lps)
  }
  return (
    <div className="tw-field">
      <span className="tw-field-name">{label}</span>
      <InputNumber<number>
        size="small"
        min={0}
        max={MOST_LPS}
        step={1}
        value={draft}
        placeholder={placeholder}
        aria-label={label}
        onChange={setDraft}
        onStep={(lps) => finish(lps)}
        onPressEnter={() => finish(draft)}
        onBlur={() => finish(draft)}
      />
    </div>
  )
}
