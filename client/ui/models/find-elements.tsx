/** Finding elements of a model by words or by a property: chosen, flown to and shown alone. */
import { Button } from 'antd'
import { fromEcef } from '../../../data/geo/ellipsoid.ts'
import { placed, placementMatrix } from '../../../data/geo/placement.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { viewOf } from '../fly-to.ts'
import { kindWord, type ModelFacts } from '../layers/model-facts.ts'
import { grouped } from '../status/scale.ts'
import { ElementFields, useElementSearch } from './element-search.tsx'
import type { FoundElement } from './found-elements.ts'

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
  const search = useElementSearch(model.id)
  const { found } = search
  return (
    <details className="tw-find">
      <summary>{t('models.find')}</summary>
      <ElementFields search={search} />
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
