/** A slider on the browser's own range input: the keyboard, touch and screen readers come with it. */
import type { CSSProperties } from 'react'

interface Props {
  label: string
  min: number
  max: number
  step: number
  value: number
  /** the value in words, for screen readers */
  text?: string
  onChange: (value: number) => void
  className?: string
  disabled?: boolean
}

export function Range({ label, min, max, step, value, text, onChange, className, disabled }: Props) {
  const share = max > min ? ((value - min) / (max - min)) * 100 : 0
  return (
    <input
      type="range"
      className={`tw-range ${className ?? ''}`}
      aria-label={label}
      aria-valuetext={text}
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={disabled}
      style={{ '--share': `${share}%` } as CSSProperties}
      onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
    />
  )
}
