/** The formula of the ranking with its weights: moved, the ranking is made anew. */
import { useEffect, useState } from 'react'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { useDispatch, useText } from '../app-context.tsx'
import { Range } from '../range.tsx'

type Risk = Extract<Mark, { type: 'risk' }>
const WEIGHTS = ['age', 'material', 'size', 'demand'] as const
const EVEN = { age: 1, material: 1, size: 1, demand: 1 }
/** Milliseconds after the last movement before it is asked anew. */
const SETTLE = 350

export function RiskWeights({ id, mark, formula }: { id: string; mark: Risk; formula: string }) {
  const t = useText()
  const dispatch = useDispatch()
  const [weights, setWeights] = useState({ ...EVEN, ...mark.weights })
  useEffect(() => {
    const before = { ...EVEN, ...mark.weights }
    if (WEIGHTS.every((key) => before[key] === weights[key])) return
    const timer = setTimeout(() => {
      const { weights: _, ...rest } = mark
      const even = WEIGHTS.every((key) => weights[key] === 1)
      dispatch({ type: 'mark.set', id, mark: even ? rest : { ...rest, weights } })
    }, SETTLE)
    return () => clearTimeout(timer)
  }, [weights, mark, id, dispatch])
  return (
    <fieldset className="tw-weights">
      <legend>{t('networks.weights')}</legend>
      {WEIGHTS.map((key) => (
        <div key={key} className="tw-field">
          <span className="tw-field-name">{t(`networks.weight.${key}`)}</span>
          <Range
            label={t(`networks.weight.${key}`)}
            min={0}
            max={3}
            step={0.5}
            value={weights[key]}
            onChange={(value) => setWeights({ ...weights, [key]: value })}
          />
          <span className="tw-number">{weights[key].toFixed(1)}</span>
        </div>
      ))}
      <p className="tw-note">{formula}</p>
    </fieldset>
  )
}
