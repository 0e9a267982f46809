/** Below ground: how far one sees into it, digging, the way down and back up. */
import { Button } from 'antd'
import type { SceneDocument } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { SoilLegend } from '../geology/soil-legend.tsx'
import { StrataSheets } from '../geology/strata-sheets.tsx'
import { Hydraulics } from '../hydraulics/hydraulics-panel.tsx'
import { Range } from '../range.tsx'
import { Sections } from '../section/sections.tsx'
import { Digging } from './digging.tsx'
import { MiniSection } from './mini-section.tsx'
import { NetworkChecks } from './network-checks.tsx'
import { NetworkQuestions } from './network-questions.tsx'

export function BelowPanel() {
  const t = useText()
  const scene = useApp((state) => state.scene)
  if (!scene) return <p className="tw-note">{t('app.loading')}</p>
  return (
    <div className="tw-below">
      <Seeing scene={scene} />
      <StrataSheets scene={scene} />
      <Depth />
      <NetworkQuestions />
      <Hydraulics />
      <NetworkChecks />
      <Sections />
      <Digging />
      <SoilLegend scene={scene} />
    </div>
  )
}

function Seeing({ scene }: { scene: SceneDocument }) {
  const t = useText()
  const dispatch = useDispatch()
  const ground = scene.layers.find(({ type }) => type === 'ground')
  const below = scene.below ?? {}
  const glass = Math.round((1 - (ground?.opacity ?? 1)) * 100)
  const xray = Math.round((below.xray ?? 0) * 100)
  return (
    <section className="tw-group" aria-label={t('below.seeing')}>
      <h3>{t('below.seeing')}</h3>
      {ground && (
        <Slider
          name={t('below.glass')}
          value={glass}
          most={95}
          onChange={(value) => dispatch({ type: 'layer.opacity', layer: ground.id, opacity: 1 - value / 100 })}
        />
      )}
      <Slider
        name={t('below.xray')}
        value={xray}
        most={100}
        onChange={(value) => dispatch({ type: 'below.set', change: { xray: value === 0 ? null : value / 100 } })}
      />
      {(['flow', 'labels', 'grid'] as const).map((key) => (
        <label key={key} className="tw-below-check">
          <input
            type="checkbox"
            checked={below[key] ?? true}
            onChange={(event) =>
              dispatch({ type: 'below.set', change: { [key]: event.currentTarget.checked ? null : false } })
            }
          />
          {t(`below.${key}`)}
        </label>
      ))}
    </section>
  )
}

interface SliderProps {
  name: string
  value: number
  most: number
  onChange(value: number): void
}

function Slider({ name, value, most, onChange }: SliderProps) {
  return (
    <div className="tw-field">
      <span className="tw-field-name">{name}</span>
      <Range label={name} min={0} max={most} step={1} value={value} text={`${value}%`} onChange={onChange} />
      <span className="tw-number">{value}%</span>
    </div>
  )
}

function Depth() {
  const t = useText()
  const dispatch = useDispatch()
  const depth = useApp((state) => state.depth)
  return (
    <section className="tw-group" aria-label={t('below.camera')}>
      <h3>{t('below.camera')}</h3>
      {depth && <MiniSection depth={depth} />}
      <div className="tw-actions">
        {depth ? (
          <Button type="primary" size="small" onClick={() => dispatch({ type: 'camera.surface' })}>
            {t('below.surface')}
          </Button>
        ) : (
          <Button size="small" onClick={() => dispatch({ type: 'camera.dive' })}>
            {t('below.dive')}
          </Button>
        )}
      </div>
    </section>
  )
}
