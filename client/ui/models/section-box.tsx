/** The section box of a model: two sliders along each of its axes. */
import { Button } from 'antd'
import { useText } from '../app-context.tsx'
import { Range } from '../range.tsx'

/** Metres along the axes of the model; an absent axis is whole. */
export type Box = Partial<Record<'x' | 'y' | 'z', [number, number]>>

interface Props {
  /** lowest x, y, z, then highest */
  bounds: readonly number[]
  value: Box | undefined
  onChange: (next: Box | undefined) => void
}

const AXES = ['z', 'x', 'y'] as const

/** Metres of one step of a slider: two hundred and some over the model. */
const stepOf = (low: number, high: number): number => Math.max(0.01, Math.round((high - low) / 2) / 200)

/** A box after one of its ends was moved; undefined when all of the model is in it. A slider stops a part of a step before its end: there it is at the end. */
export function movedBox(
  bounds: readonly number[],
  box: Box | undefined,
  axis: 'x' | 'y' | 'z',
  side: 0 | 1,
  to: number,
): Box | undefined {
  const at = { x: 0, y: 1, z: 2 }[axis]
  const [low, high] = [bounds[at], bounds[at + 3]]
  const [from, until] = box?.[axis] ?? [low, high]
  const end = side === 1 && to > high - stepOf(low, high) ? high : to
  const next: [number, number] = side === 0 ? [end, Math.max(end, until)] : [Math.min(from, end), end]
  const rest: Box = Object.fromEntries(AXES.filter((one) => one !== axis && box?.[one]).map((one) => [one, box?.[one]]))
  const all: Box = next[0] <= low && next[1] >= high ? rest : { ...rest, [axis]: next }
  return Object.keys(all).length === 0 ? undefined : all
}

export function SectionBox({ bounds, value, onChange }: Props) {
  const t = useText()
  return (
    <details className="tw-model-box" open={value !== undefined}>
      <summary>{t('models.section')}</summary>
      {AXES.map((axis) => {
        const at = { x: 0, y: 1, z: 2 }[axis]
        const [low, high] = [bounds[at], bounds[at + 3]]
        if (!(high > low)) return null
        const ends = value?.[axis] ?? [low, high]
        const word = t(`models.side.${axis}`)
        return ([0, 1] as const).map((side) => {
          const name = side === 0 ? t('models.from', { axis: word }) : t('models.to', { axis: word })
          return (
            <div className="tw-field" key={`${axis}${side}`}>
              <span className="tw-field-name">{name}</span>
              <Range
                label={name}
                min={low}
                max={high}
                step={stepOf(low, high)}
                value={ends[side]}
                text={t('models.metres', { n: ends[side].toFixed(1) })}
                onChange={(to) => onChange(movedBox(bounds, value, axis, side, to))}
              />
              <span className="tw-number tw-field-value">{t('models.metres', { n: ends[side].toFixed(1) })}</span>
            </div>
          )
        })
      })}
      {value !== undefined && (
        <Button size="small" type="text" onClick={() => onChange(undefined)}>
          {t('models.wholeSection')}
        </Button>
      )}
    </details>
  )
}
