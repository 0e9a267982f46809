/** What the panel asks of layers of scanned and registered space: colouring of points, floors of units, state of rights. */
import { Select } from 'antd'
import { pointClass } from '../../../data/formats/las-classes.ts'
import { STATUS_COLORS } from '../../../data/geo/right-colors.ts'
import type { Layer, LayerOf } from '../../../scenes/schema/scene.ts'
import { POINT_COLORING, RIGHT_STATUSES } from '../../../scenes/schema/space-layers.ts'
import type { SpaceChange } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { ColorBy } from '../layers/color-by.tsx'
import { Range } from '../range.tsx'
import { type Attribute, readAttributes } from '../server.ts'
import { valueWord } from '../text/text.ts'
import { useFetched } from '../use-fetched.ts'
import { readClouds } from './clouds.ts'

/** The tools of a layer, when it is of one of these kinds. */
export function SpaceTools({ layer }: { layer: Layer }) {
  if (layer.type === 'points') return <PointTools layer={layer as LayerOf<'points'>} />
  if (layer.type === 'mesh') return <MeshTools layer={layer as LayerOf<'mesh'>} />
  if (layer.type === 'units') return <UnitTools layer={layer as LayerOf<'units'>} />
  return layer.type === 'volumes' ? <VolumeTools layer={layer as LayerOf<'volumes'>} /> : null
}

function useChange(layer: Layer): (change: SpaceChange) => void {
  const dispatch = useDispatch()
  return (change) => dispatch({ type: 'layer.space', layer: layer.id, change })
}

function PointTools({ layer }: { layer: LayerOf<'points'> }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const change = useChange(layer)
  const clouds = useFetched('/collections/points/items?limit=1000', readClouds).data
  if (clouds?.clouds === 0) return <p className="tw-note">{t('space.noClouds')}</p>
  const classes = (clouds?.classes ?? []).map(({ word, code, points }) => ({
    value: code,
    label: `${valueWord(language, 'class', word, 'points')} · ${points.toLocaleString('en')}`,
  }))
  return (
    <div className="tw-models">
      <Choice
        name={t('space.by')}
        none={t('space.coloring.auto')}
        value={layer.by}
        options={POINT_COLORING.map((value) => ({ value, label: t(`space.coloring.${value}`) }))}
        onChange={(by) => change({ by })}
      />
      <div className="tw-field">
        <span className="tw-field-name">{t('space.classes')}</span>
        <Select
          size="small"
          mode="multiple"
          allowClear
          aria-label={t('space.classes')}
          placeholder={t('space.allClasses')}
          value={layer.classes ?? []}
          options={classes}
          onChange={(codes: number[]) => change({ classes: codes.length > 0 ? codes : undefined })}
        />
      </div>
      <Slide
        name={t('space.size')}
        unit="pixels"
        span={[1, 12, 1]}
        value={layer.size ?? 4}
        onChange={(size) => change({ size })}
      />
      <label className="tw-below-check">
        <input
          type="checkbox"
          checked={layer.shade ?? true}
          onChange={(event) => change({ shade: event.currentTarget.checked ? undefined : false })}
        />
        {t('space.shade')}
      </label>
      {layer.by === 'class' && (
        <ul className="tw-legend">
          {(clouds?.classes ?? []).map(({ code, word }) => (
            <li className="tw-swatch" key={code}>
              <span style={{ background: pointClass(code).color }} />
              {valueWord(language, 'class', word, 'points')}
            </li>
          ))}
        </ul>
      )}
      {clouds && <p className="tw-note tw-number">{t('space.points', { n: clouds.points.toLocaleString('en') })}</p>}
    </div>
  )
}

function MeshTools({ layer }: { layer: LayerOf<'mesh'> }) {
  const t = useText()
  const change = useChange(layer)
  return (
    <div className="tw-models">
      <Slide
        name={t('space.lift')}
        unit="metres"
        span={[-50, 50, 0.5]}
        value={layer.lift ?? 0}
        onChange={(lift) => change({ lift })}
      />
      <Slide
        name={t('space.error')}
        unit="pixels"
        span={[2, 32, 1]}
        value={layer.error ?? 12}
        onChange={(error) => change({ error })}
      />
    </div>
  )
}

/** The values of an attribute, most frequent first. */
function valuesOf(attributes: readonly Attribute[] | null, name: string): (string | number | boolean)[] {
  return (attributes?.find((one) => one.name === name)?.top ?? []).map(([value]) => value)
}

function UnitTools({ layer }: { layer: LayerOf<'units'> }) {
  const t = useText()
  const change = useChange(layer)
  const attributes = useFetched('/collections/units/attributes', readAttributes).data
  const floor = attributes?.find(({ name }) => name === 'floor')
  const [low, high] = [Number(floor?.min ?? 1), Number(floor?.max ?? 0)]
  const floors = high >= low ? Array.from({ length: Math.min(320, high - low + 1) }, (_, i) => high - i) : []
  return (
    <div className="tw-models">
      <Choice
        name={t('space.building')}
        none={t('space.allBuildings')}
        value={layer.building}
        options={valuesOf(attributes, 'building').map((id) => ({ value: String(id), label: String(id) }))}
        onChange={(building) => change({ building })}
      />
      <Choice
        name={t('space.floor')}
        none={t('space.allFloors')}
        value={layer.floor}
        options={floors.filter((n) => n !== 0).map((n) => ({ value: n, label: t('space.floorOf', { n }) }))}
        onChange={(chosen) => change({ floor: chosen })}
      />
      <Slide
        name={t('space.explode')}
        unit="metres"
        span={[0, 20, 0.5]}
        value={layer.explode ?? 0}
        onChange={(explode) => change({ explode })}
      />
      <ByStatus layer={layer} />
      <ColorBy layer={layer} />
    </div>
  )
}

function VolumeTools({ layer }: { layer: LayerOf<'volumes'> }) {
  const t = useText()
  const change = useChange(layer)
  return (
    <div className="tw-models">
      <div className="tw-field">
        <span className="tw-field-name">{t('space.status')}</span>
        <Select
          size="small"
          mode="multiple"
          allowClear
          aria-label={t('space.status')}
          placeholder={t('space.allStatus')}
          value={layer.status ?? []}
          options={RIGHT_STATUSES.map((value) => ({ value, label: t(`space.statuses.${value}`) }))}
          onChange={(status: NonNullable<SpaceChange['status']>) =>
            change({ status: status.length > 0 ? status : undefined })
          }
        />
      </div>
      <ByStatus layer={layer} />
      <ColorBy layer={layer} />
    </div>
  )
}

/** The colours of what is registered, as any scene could say them. */
const BY_STATUS = ['match', ['get', 'status'], ...Object.entries(STATUS_COLORS).flat(), '#aab2bb']

function ByStatus({ layer }: { layer: LayerOf<'units'> | LayerOf<'volumes'> }) {
  const t = useText()
  const dispatch = useDispatch()
  const by = JSON.stringify(layer.color) === JSON.stringify(BY_STATUS) ? 'status' : 'use'
  return (
    <label className="tw-below-check">
      <input
        type="checkbox"
        checked={by === 'status'}
        onChange={() => dispatch({ type: 'layer.color', layer: layer.id, color: by === 'status' ? null : BY_STATUS })}
      />
      {t('space.byStatus')}
    </label>
  )
}

interface ChoiceProps<Value> {
  name: string
  none: string
  value: Value | undefined
  options: { value: Value; label: string }[]
  onChange(value: Value | undefined): void
}

function Choice<Value extends string | number>({ name, none, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <div className="tw-field">
      <span className="tw-field-name">{name}</span>
      <Select
        size="small"
        allowClear
        aria-label={name}
        placeholder={none}
        value={value ?? null}
        options={options}
        onChange={(next: Value | null | undefined) => onChange(next ?? undefined)}
      />
    </div>
  )
}

interface SlideProps {
  name: string
  unit: 'metres' | 'pixels'
  span: [low: number, high: number, step: number]
  value: number
  onChange(value: number): void
}

function Slide({ name, unit, span: [min, max, step], value, onChange }: SlideProps) {
  const t = useText()
  const text = t(`space.${unit}`, { n: value })
  return (
    <div className="tw-field">
      <span className="tw-field-name">{name}</span>
      <Range label={name} min={min} max={max} step={step} value={value} text={text} onChange={onChange} />
      <span className="tw-number tw-field-value">{text}</span>
    </div>
  )
}
