/** Finding elements of a model by words or by a property: chosen, flown to and shown alone. */
import { Button, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { fromEcef } from '../../../data/geo/ellipsoid.ts'
import { placed, placementMatrix } from '../../../data/geo/placement.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { viewOf } from '../fly-to.ts'
import { kindWord, type ModelFacts } from '../layers/model-facts.ts'
import { grouped } from '../status/scale.ts'
import { useFetched } from '../use-fetched.ts'
import { type FoundElement, readFoundElements, readPropertyNames, searchUrl } from './found-elements.ts'

/** Elements that a link can name. */
const MOST_ALONE = 100

interface Props {
  layer: LayerOf<'models'>
  model: ModelFacts
}

/** Degrees and metres of an element's middle; null while its model stands nowhere. */
function middleOf({ place }: ModelFacts, box: number[] | null): { lng: number; lat: number; height: number } | null {
  if (!place || !box) return null
  const matrix = placementMatrix({ ...place, by: 'hand' })
  const [lng, lat, height] = fromEcef(
    ...placed(matrix, (box[0] + box[3]) / 2, (box[1] + box[4]) / 2, (box[2] + box[5]) / 2),
  )
  return { lng, lat, height }
}

export function FindElements({ layer, model }: Props) {
  const t = useText()
  const [q, setQ] = useState('')
  const [property, setProperty] = useState<string | null>(null)
  const [value, setValue] = useState('')
  const url = searchUrl(model.id, useDeferredValue(q), property, useDeferredValue(value))
  const names = useFetched(`/models/${encodeURIComponent(model.id)}/properties`, readPropertyNames)
  const found = useFetched(url, readFoundElements)
  return (
    <details className="tw-find">
      <summary>{t('models.find')}</summary>
      <input
        type="search"
        className="tw-input"
        value={q}
        maxLength={200}
        placeholder={t('models.words')}
        aria-label={t('models.words')}
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      <Select
        size="small"
        showSearch
        allowClear
        aria-label={t('models.property')}
        placeholder={t('models.anyProperty')}
        value={property}
        onChange={(next: string | undefined) => setProperty(next ?? null)}
        options={(names.data ?? []).map((name) => ({ value: name, label: name }))}
      />
      {property !== null && (
        <input
          type="search"
          className="tw-input"
          value={value}
          maxLength={200}
          placeholder={t('models.value')}
          aria-label={t('models.value')}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      )}
      {found.status === 'failed' && (
        <p className="tw-note tw-failed" role="status">
          {t('models.findFailed', { reason: found.reason })}
        </p>
      )}
      {found.status === 'loading' && <p className="tw-note">{t('models.searching')}</p>}
      {found.status === 'ready' && <Results layer={layer} model={model} {...found.data} />}
    </details>
  )
}

function Results({ layer, model, total, elements }: Props & { total: number; elements: FoundElement[] }) {
  const t = useText()
  const dispatch = useDispatch()
  const alone = (ids: string[]) =>
    dispatch({ type: 'layer.models', layer: layer.id, change: { only: { model: model.id, elements: ids } } })
  const choose = (element: FoundElement) => {
    const at = middleOf(model, element.box)
    alone([element.id])
    if (!at) return
    dispatch({ type: 'select', selection: { layer: layer.id, collection: 'elements', id: element.id, ...at } })
    const box = element.box ?? [0, 0, 0, 0, 0, 0]
    const size = Math.hypot(box[3] - box[0], box[4] - box[1], box[5] - box[2]) * (model.place?.scale ?? 1)
    const view = viewOf(at, null, at.height)
    // nearer than a building wants to be seen: three times its size, ten metres at least
    const near = Math.min(1, Math.max(10, size * 3) / 220)
    dispatch({
      type: 'camera.fly',
      view: { ...view, lat: at.lat + (view.lat - at.lat) * near, height: at.height + (view.height - at.height) * near },
    })
  }
  if (total === 0) return <p className="tw-note">{t('models.nothing')}</p>
  const shown = elements.slice(0, MOST_ALONE)
  return (
    <>
      <div className="tw-actions">
        <span className="tw-note tw-number">{t('models.found', { n: grouped(total, 0), shown: elements.length })}</span>
        <Button size="small" onClick={() => alone(shown.map(({ id }) => id))}>
          {t('models.isolate')}
        </Button>
      </div>
      <ul className="tw-found">
        {elements.map((element) => (
          <Row key={element.index} element={element} onChoose={() => choose(element)} />
        ))}
      </ul>
    </>
  )
}

function Row({ element, onChoose }: { element: FoundElement; onChoose: () => void }) {
  const language = useApp((state) => state.language)
  const selected = useApp((state) => state.selection?.id === element.id)
  const { name, kind, storey, property, value } = element
  return (
    <li>
      <button type="button" className="tw-item" aria-pressed={selected} onClick={onChoose}>
        <span>
          <strong>{name === '' ? kindWord(language, kind) : name}</strong>
          <small>{[kindWord(language, kind), storey].filter(Boolean).join(' · ')}</small>
          {property !== '' && <small className="tw-number">{`${property} = ${value}`}</small>}
        </span>
      </button>
    </li>
  )
}
