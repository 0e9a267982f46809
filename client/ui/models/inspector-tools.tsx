/** What is seen of one model: a storey, a kind, a system, what a search found; storeys apart; the section box. */
import { useApp, useText } from '../app-context.tsx'
import { kindWord, type ModelFacts } from '../layers/model-facts.ts'
import { Choice } from '../layers/model-tools.tsx'
import { Range } from '../range.tsx'
import { grouped } from '../status/scale.ts'
import { ElementFields, useElementSearch } from './element-search.tsx'
import type { Wish } from './inspected.ts'
import { type Box, SectionBox } from './section-box.tsx'

interface Props {
  model: ModelFacts
  wish: Wish
  onWish: (change: Partial<Wish>) => void
  explode: number
  onExplode: (metres: number) => void
  section: Box | undefined
  onSection: (box: Box | undefined) => void
  onChoose: (element: number) => void
}

export function InspectorTools({ model, wish, onWish, explode, onExplode, section, onSection, onChoose }: Props) {
  const t = useText()
  const language = useApp((state) => state.language)
  const numbered = (list: readonly string[], first: number) =>
    list.map((label, i) => ({ value: String(i + first), label }))
  const number = (value: string | null): number | null => (value === null ? null : Number(value))
  const text = (value: number | null): string | undefined => (value === null ? undefined : String(value))
  return (
    <div className="tw-models">
      <Choice
        name={t('models.storey')}
        value={text(wish.storey)}
        onChange={(value) => onWish({ storey: number(value) })}
        options={numbered(model.storeys, 1)}
      />
      <Choice
        name={t('models.kind')}
        value={text(wish.kind)}
        onChange={(value) => onWish({ kind: number(value) })}
        options={numbered(
          model.kinds.map((kind) => kindWord(language, kind)),
          0,
        )}
      />
      <Choice
        name={t('models.system')}
        value={text(wish.system)}
        onChange={(value) => onWish({ system: number(value) })}
        options={numbered(model.systems, 1)}
      />
      <label className="tw-below-check">
        <input
          type="checkbox"
          checked={wish.ghost}
          onChange={(event) => onWish({ ghost: event.currentTarget.checked })}
        />
        {t('inspect.ghost')}
      </label>
      {model.storeys.length > 1 && (
        <div className="tw-field">
          <span className="tw-field-name">{t('models.explode')}</span>
          <Range
            label={t('models.explode')}
            min={0}
            max={20}
            step={0.5}
            value={explode}
            text={t('models.metres', { n: explode })}
            onChange={onExplode}
          />
          <span className="tw-number tw-field-value">{t('models.metres', { n: explode })}</span>
        </div>
      )}
      {model.bounds && <SectionBox bounds={model.bounds} value={section} onChange={onSection} />}
      <Search model={model} onWish={onWish} onChoose={onChoose} />
    </div>
  )
}

function Search({ model, onWish, onChoose }: Pick<Props, 'model' | 'onWish' | 'onChoose'>) {
  const t = useText()
  const search = useElementSearch(model.id, 500)
  const { found } = search
  return (
    <div className="tw-find">
      <ElementFields search={search} />
      {found.data && found.data.total === 0 && <p className="tw-note">{t('models.nothing')}</p>}
      {found.data && found.data.total > 0 && (
        <>
          <p className="tw-note tw-number">
            {t('models.found', { n: grouped(found.data.total, 0), shown: found.data.elements.length })}{' '}
            <button
              type="button"
              className="tw-tree-alone"
              onClick={() =>
                onWish({ only: new Set(found.data?.elements.map(({ index }) => index)), storey: null, kind: null })
              }
            >
              {t('models.isolate')}
            </button>
          </p>
          <ul className="tw-found">
            {found.data.elements.slice(0, 100).map(({ index, name, id, property: why, value: is }) => (
              <li key={index}>
                <button type="button" className="tw-item" onClick={() => onChoose(index)}>
                  <span>
                    {name === '' ? id : name}
                    {why !== '' && <small className="tw-number">{`${why} = ${is}`}</small>}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
