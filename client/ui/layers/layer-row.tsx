/** One layer of the panel: shown or not, how it fares, and, opened, its opacity, legend, colours and source. */
import { Button } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import type { Layer, LayerOf, SceneDocument } from '../../../scenes/schema/scene.ts'
import type { LayerReport } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { Icon } from '../icons.tsx'
import { Range } from '../range.tsx'
import type { Collection, DataSource } from '../server.ts'
import { grouped as groupedNumber } from '../status/scale.ts'
import { inLanguage } from '../text/text.ts'
import { SpaceTools } from '../units/space-tools.tsx'
import { collectionOf, sourcesOf } from './catalogue.ts'
import { ColorBy } from './color-by.tsx'
import { layerTitle } from './layer-title.ts'
import { Legend } from './legend.tsx'
import { ModelTools } from './model-tools.tsx'

/** Layers whose engine counts features; the draped ones count tiles, which say nothing to a reader. */
const COUNTED: ReadonlySet<Layer['type']> = new Set(['buildings', 'trees', 'labels'])

/** What a scene is about: the kind whose layers stand open at first. */
const subject = ({ layers }: SceneDocument): Layer['type'] =>
  layers.some(({ type }) => type === 'volumes') ? 'volumes' : 'buildings'

export function LayerRow({ layer, collections }: { layer: Layer; collections: readonly Collection[] }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const report = useApp((state) => state.reports[layer.id])
  const credit = useApp((state) => state.scene?.sources[layer.source]?.attribution)
  const [open, setOpen] = useState(useApp(({ scene }) => scene !== null && layer.type === subject(scene)))
  const details = useId()
  const title = layerTitle(layer, language)
  const visible = layer.visible !== false
  const sources = sourcesOf(layer, collections)
  // when all is generated the badge of the top bar says it once; a mark on every row would only be noise
  const mixed = collections.some((collection) => collection.sources.some((source) => !source.synthetic))
  const features = collections.find((collection) => collection.id === collectionOf(layer))?.features ?? null
  return (
    <li className="tw-layer" data-visible={visible} data-status={report?.status ?? 'loading'} data-layer={layer.id}>
      <div className="tw-layer-head">
        <IconButton
          icon={visible ? 'eye' : 'eyeOff'}
          label={visible ? t('layers.hide', { layer: title }) : t('layers.show', { layer: title })}
          pressed={visible}
          placement="right"
          onClick={() => dispatch({ type: 'layer.visible', layer: layer.id, visible: !visible })}
        />
        <button
          type="button"
          className="tw-layer-name"
          aria-expanded={open}
          aria-controls={details}
          onClick={() => setOpen(!open)}
        >
          <span className="tw-layer-title">{title}</span>
          {mixed && sources.some((source) => source.synthetic) && <span className="tw-mark">{t('app.synthetic')}</span>}
          <span className="tw-layer-count tw-number">
            {features === null || layer.type === 'pipes' ? '' : groupedNumber(features, 0)}
          </span>
          <Status report={report} visible={visible} />
          <Icon name={open ? 'chevronDown' : 'chevronRight'} width="1rem" height="1rem" />
        </button>
      </div>
      {report?.status === 'failed' && (
        <p className="tw-note tw-failed" role="status">
          {t('layers.failed', { reason: report.reason ?? t('layers.unknown') })}{' '}
          <Button size="small" onClick={() => dispatch({ type: 'retry' })}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {open && (
        <div id={details} className="tw-layer-details">
          <Opacity layer={layer} title={title} />
          {layer.type === 'buildings' || layer.type === 'models' || layer.type === 'pipes' ? (
            <ColorBy layer={layer} />
          ) : null}
          {layer.type === 'models' ? <ModelTools layer={layer as LayerOf<'models'>} /> : null}
          <SpaceTools layer={layer} />
          <Legend layer={layer} />
          {COUNTED.has(layer.type) && report?.count !== undefined && report.status === 'ready' && (
            <p className="tw-note tw-number">{t('layers.inView', { n: groupedNumber(report.count, 0) })}</p>
          )}
          {sources.length === 0 && credit !== undefined && <p className="tw-note">{credit}</p>}
          {sources.map((source) => (
            <SourceFacts key={source.title.zh} source={source} />
          ))}
        </div>
      )}
    </li>
  )
}

function Status({ report, visible }: { report: LayerReport | undefined; visible: boolean }) {
  const t = useText()
  const status = visible ? (report?.status ?? 'loading') : 'hidden'
  return (
    <span
      className="tw-layer-status"
      data-status={status}
      role="img"
      aria-label={t(`layers.status.${status}`)}
      title={t(`layers.status.${status}`)}
    >
      {status === 'loading' && <span className="tw-spinner" />}
      {status === 'failed' && <Icon name="warning" width="1rem" height="1rem" />}
    </span>
  )
}

function Opacity({ layer, title }: { layer: Layer; title: string }) {
  const t = useText()
  const dispatch = useDispatch()
  const percent = Math.round((layer.opacity ?? 1) * 100)
  return (
    <div className="tw-field">
      <span className="tw-field-name">{t('layers.opacity')}</span>
      <Range
        label={t('layers.opacityOf', { layer: title })}
        min={0}
        max={100}
        step={5}
        value={percent}
        text={`${percent}%`}
        onChange={(value) => dispatch({ type: 'layer.opacity', layer: layer.id, opacity: value / 100 })}
      />
      <span className="tw-number tw-field-value">{percent}%</span>
    </div>
  )
}

/** Where data comes from, as small print: title, date, datum, coordinates, credit. */
export function SourceFacts({ source }: { source: DataSource }) {
  const t = useText()
  const language = useApp((state) => state.language)
  return (
    <dl className="tw-facts">
      <Fact name={t('layers.source')}>
        {inLanguage(language, source.title)}
        {source.synthetic && <span className="tw-mark">{t('layers.synthetic')}</span>}
      </Fact>
      <Fact name={t('layers.date')}>{source.dataDate ?? t('layers.unknown')}</Fact>
      {source.datum && <Fact name={t('layers.datum')}>{source.datum}</Fact>}
      {source.crs && <Fact name={t('layers.crs')}>{source.crs}</Fact>}
      {source.attribution !== '' && <Fact name={t('layers.licence')}>{source.attribution}</Fact>}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
