/** Below ground: how far one sees into it, digging, the way down and back up. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Mark, SceneDocument } from '../../../scenes/schema/scene.ts'
import type { ToolParams } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { Hydraulics } from '../hydraulics/hydraulics-panel.tsx'
import { IconButton } from '../icon-button.tsx'
import { Range } from '../range.tsx'
import { Sections } from '../section/sections.tsx'
import { inLanguage } from '../text/text.ts'
import { MiniSection } from './mini-section.tsx'
import { NetworkQuestions } from './network-questions.tsx'

const DIGGERS = ['dig-pipe', 'dig-trench', 'dig-box', 'dig-pit'] as const

export function BelowPanel() {
  const t = useText()
  const scene = useApp((state) => state.scene)
  if (!scene) return <p className="tw-note">{t('app.loading')}</p>
  return (
    <div className="tw-below">
      <Seeing scene={scene} />
      <Depth />
      <NetworkQuestions />
      <Hydraulics />
      <Sections />
      <Digging />
      <Marks marks={scene.marks ?? {}} />
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

function Digging() {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const [width, setWidth] = useState(0.6)
  const digging = DIGGERS.find((id) => id === tool?.id)
  const start = (id: (typeof DIGGERS)[number]) => {
    const params: ToolParams = id === 'dig-trench' ? { width } : {}
    dispatch(digging === id ? { type: 'tool.stop' } : { type: 'tool.start', id, params })
  }
  return (
    <section className="tw-group" aria-label={t('below.digging')}>
      <h3>{t('below.digging')}</h3>
      <div className="tw-actions">
        {DIGGERS.map((id) => (
          <Button key={id} size="small" type={digging === id ? 'primary' : 'default'} onClick={() => start(id)}>
            {t(`below.tool.${id}`)}
          </Button>
        ))}
      </div>
      {digging === 'dig-trench' && (
        <div className="tw-field">
          <span className="tw-field-name">{t('below.width')}</span>
          <Range
            label={t('below.width')}
            min={0.3}
            max={4}
            step={0.1}
            value={width}
            text={`${width} m`}
            onChange={(value) => {
              setWidth(value)
              dispatch({ type: 'tool.change', params: { width: value } })
            }}
          />
          <span className="tw-number">{width.toFixed(1)} m</span>
        </div>
      )}
      {digging && (
        <p className="tw-note" role="status">
          {tool?.report.status === 'failed' ? tool.report.reason : t(`below.hint.${digging}`)}
        </p>
      )}
    </section>
  )
}

type Dug = Extract<Mark, { type: 'pit' | 'trench' }>

function Marks({ marks }: { marks: Readonly<Record<string, Mark>> }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const dug = Object.entries(marks).filter((entry): entry is [string, Dug] => /^(pit|trench)$/.test(entry[1].type))
  if (dug.length === 0) return null
  return (
    <section className="tw-group" aria-label={t('below.dug')}>
      <h3>{t('below.dug')}</h3>
      <ul>
        {dug.map(([id, mark]) => {
          const name = inLanguage(language, mark.title) || `${t(`below.mark.${mark.type}`)} ${id.replace(/^\D+/, '')}`
          const size = mark.type === 'trench' ? `${mark.width.toFixed(2)} × ` : ''
          return (
            <li key={id} className="tw-below-mark">
              <span>{name}</span>
              <span className="tw-number">{`${size}${mark.depth.toFixed(2)} m`}</span>
              <IconButton
                icon="trash"
                label={t('below.fill', { name })}
                placement="left"
                onClick={() => dispatch({ type: 'mark.set', id, mark: null })}
              />
            </li>
          )
        })}
      </ul>
    </section>
  )
}
