/** The layers panel: groups in the scene's order, each layer with its state, its legend and where its data comes from. */
import { Button } from 'antd'
import type { Layer } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import type { Collection } from '../server.ts'
import { inLanguage, textOf, wordIn } from '../text/text.ts'
import type { Fetched } from '../use-fetched.ts'
import { grouped } from './catalogue.ts'
import { LayerRow } from './layer-row.tsx'

/** Off while nothing differs from the stored document; one step to undo like any other. */
function Revert() {
  const t = useText()
  const dispatch = useDispatch()
  const changed = useApp((state) => Object.keys(state.diff).length > 0)
  if (!changed) return null
  return (
    <Button className="tw-revert" size="small" type="text" onClick={() => dispatch({ type: 'scene.revert' })}>
      {t('layers.revert')}
    </Button>
  )
}

export function LayersPanel({ catalogue }: { catalogue: Fetched<Collection[]> & { retry: () => void } }) {
  const t = useText()
  const scene = useApp((state) => state.scene)
  if (!scene) return <p className="tw-note">{t('app.loading')}</p>
  if (scene.layers.length === 0) return <p className="tw-note">{t('layers.none')}</p>
  return (
    <div className="tw-layers">
      {catalogue.status === 'failed' && (
        <p className="tw-note tw-failed" role="status">
          {t('layers.catalogueFailed', { reason: catalogue.reason })}{' '}
          <Button size="small" onClick={catalogue.retry}>
            {t('app.retry')}
          </Button>
        </p>
      )}
      {grouped(scene).map(({ group, layers }) => (
        <Group
          key={group}
          title={scene.groups && Object.hasOwn(scene.groups, group) ? scene.groups[group] : undefined}
          id={group}
          layers={layers}
          collections={catalogue.data ?? []}
        />
      ))}
      <Revert />
    </div>
  )
}

interface GroupProps {
  id: string
  title: { zh: string; en: string } | undefined
  layers: readonly Layer[]
  collections: readonly Collection[]
}

function Group({ id, title, layers, collections }: GroupProps) {
  const language = useApp((state) => state.language)
  const words: Record<string, string> = textOf(language)('group', { returnObjects: true })
  const name = title ? inLanguage(language, title) : (wordIn(words, id) ?? id)
  return (
    <section className="tw-group" aria-label={name}>
      <h3>{name}</h3>
      <ul>
        {layers.map((layer) => (
          <LayerRow key={layer.id} layer={layer} collections={collections} />
        ))}
      </ul>
    </section>
  )
}
