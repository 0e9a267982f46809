/** The properties of one element of a model, in its sets. */
import { Button } from 'antd'
import { useApp, useText } from '../app-context.tsx'
import { kindWord, type ModelFacts } from '../layers/model-facts.ts'
import { useFetched } from '../use-fetched.ts'
import type { Wish } from './inspected.ts'

/** Properties under the name of their set. */
type Sets = [set: string, lines: [name: string, value: string][]][]

interface Element {
  id: string
  name: string
  kind: string
  storey: string
  system: string
  sets: Sets
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

/** `Pset_WallCommon.IsExternal` stands in the set Pset_WallCommon. */
function setsOf(attributes: Record<string, unknown>): Sets {
  const sets = new Map<string, [string, string][]>()
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === '') continue
    const dot = key.indexOf('.')
    const set = dot < 0 ? '' : key.slice(0, dot)
    const lines = sets.get(set) ?? []
    sets.set(set, lines)
    lines.push([key.slice(dot + 1), text(value)])
  }
  return [...sets].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Reads `/models/<id>/elements/<number>`. */
function readElement(json: unknown): Element {
  const { id, name, kind, storey, system, attributes } = (json ?? {}) as Record<string, unknown>
  const sets = setsOf((attributes ?? {}) as Record<string, unknown>)
  return { id: text(id), name: text(name), kind: text(kind), storey: text(storey), system: text(system), sets }
}

interface Props {
  model: ModelFacts
  element: number | null
  wish: Wish
  onWish: (change: Partial<Wish>) => void
}

export function InspectorCard({ model, element, wish, onWish }: Props) {
  const t = useText()
  const language = useApp((state) => state.language)
  const url = element === null ? null : `/models/${encodeURIComponent(model.id)}/elements/${element}`
  const fetched = useFetched(url, readElement)
  if (element === null) return <p className="tw-note">{t('inspect.pick')}</p>
  if (fetched.status === 'failed')
    return <p className="tw-note tw-failed">{t('inspect.failed', { reason: fetched.reason })}</p>
  if (!fetched.data) return <p className="tw-note">{t('app.loading')}</p>
  const { id, name, kind, storey, system, sets } = fetched.data
  const word = kindWord(language, kind)
  return (
    <div className="tw-feature">
      <h2>{name === '' ? word : name}</h2>
      <p className="tw-feature-id">
        <span className="tw-mark">{word}</span>
        <code className="tw-number tw-selectable">{id.slice(model.id.length + 1)}</code>
      </p>
      <p className="tw-note">{[storey, system].filter((one) => one !== '').join(' · ')}</p>
      <div className="tw-actions">
        <Button
          size="small"
          onClick={() => onWish({ only: new Set([element]), storey: null, kind: null, system: null })}
        >
          {t('inspect.isolate')}
        </Button>
        <Button size="small" onClick={() => onWish({ hidden: new Set([...wish.hidden, element]), selected: null })}>
          {t('inspect.hide')}
        </Button>
      </div>
      {sets.map(([set, lines]) => (
        <section key={set}>
          <h3>{set === '' ? t('inspect.properties') : set}</h3>
          <dl className="tw-lines">
            {lines.map(([key, value]) => (
              <div key={key}>
                <dt title={key}>{key}</dt>
                <dd className="tw-number tw-selectable">{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}
