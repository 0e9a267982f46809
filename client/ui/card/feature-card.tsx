/** The selected feature: all its attributes by id from the server, and where they come from. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Selection } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { CopyButton } from '../copy-button.tsx'
import { viewOf } from '../fly-to.ts'
import { BoreholeLog } from '../geology/borehole-log.tsx'
import { Icon } from '../icons.tsx'
import { SourceFacts } from '../layers/layer-row.tsx'
import { type Item, readItem } from '../server.ts'
import { valueWord } from '../text/text.ts'
import { ChosenPart } from '../units/chosen-part.tsx'
import { ChosenPoint } from '../units/chosen-point.tsx'
import { type Fetched, useFetched } from '../use-fetched.ts'
import { type AttributeLine, itemTitle, matching, sourceLines, styleLines } from './attributes.ts'

/** From this many lines on, a filter helps. */
const MANY = 12

export function FeatureCard() {
  const t = useText()
  const selection = useApp((state) => state.selection)
  if (!selection) return <p className="tw-note">{t('card.none')}</p>
  return <Card key={`${selection.collection}/${selection.id}`} selection={selection} />
}

function Card({ selection }: { selection: Selection }) {
  const { collection, id } = selection
  const url = `/collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(id)}`
  const fetched = useFetched(url, readItem)
  return (
    <div className="tw-feature">
      <Head selection={selection} item={fetched.data} />
      <ChosenPoint selection={selection} />
      <ChosenPart selection={selection} />
      <Body selection={selection} fetched={fetched} />
    </div>
  )
}

/** Things that are known by a code of their own, and lie anywhere over or under the ground. */
const IN_SPACE = new Set(['units', 'volumes'])

/** The height that a thing's middle lies at, where it says so; else 0. */
function middleOf({ style: { bottom, top } }: Item): number {
  return typeof bottom === 'number' && typeof top === 'number' ? (bottom + top) / 2 : 0
}

function Head({ selection, item }: { selection: Selection; item: Item | null }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const kind = typeof item?.style.class === 'string' ? item.style.class : ''
  const code = IN_SPACE.has(selection.collection) ? item?.style.code : undefined
  return (
    <div className="tw-feature-head">
      {item && <h2>{itemTitle(item, selection.collection, language)}</h2>}
      <p className="tw-feature-id">
        {kind !== '' && <span className="tw-mark">{valueWord(language, 'class', kind, selection.collection)}</span>}
        <code className="tw-number tw-selectable">{selection.id}</code>
      </p>
      <div className="tw-actions">
        <Button
          size="small"
          icon={<Icon name="fly" width="1rem" height="1rem" />}
          onClick={() =>
            dispatch({ type: 'camera.fly', view: viewOf(selection, item?.bbox ?? null, item ? middleOf(item) : 0) })
          }
        >
          {t('card.fly')}
        </Button>
        <CopyButton text={() => (typeof code === 'string' ? code : selection.id)} label={t('card.copyId')} />
        <Button
          size="small"
          icon={<Icon name="close" width="1rem" height="1rem" />}
          onClick={() => dispatch({ type: 'select', selection: null })}
        >
          {t('card.clear')}
        </Button>
      </div>
    </div>
  )
}

function Body({ selection, fetched }: { selection: Selection; fetched: Fetched<Item> & { retry: () => void } }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const [filter, setFilter] = useState('')
  if (fetched.status === 'failed') {
    const missing = fetched.httpStatus === 404
    return (
      <p className="tw-note tw-failed" role="status">
        {missing ? t('card.missing', { id: selection.id }) : t('card.failed', { reason: fetched.reason })}{' '}
        <Button size="small" onClick={fetched.retry}>
          {t('app.retry')}
        </Button>
      </p>
    )
  }
  if (!fetched.data) {
    return (
      <p className="tw-note" role="status">
        <span className="tw-spinner" /> {t('card.loading')}
      </p>
    )
  }
  const own = styleLines(fetched.data, selection.collection, language)
  const given = sourceLines(fetched.data, selection.collection, language)
  const many = own.length + given.length > MANY
  const [ownShown, givenShown] = [matching(own, filter), matching(given, filter)]
  return (
    <>
      {selection.collection === 'boreholes' && <BoreholeLog item={fetched.data} />}
      {many && (
        <input
          type="search"
          className="tw-input"
          value={filter}
          maxLength={100}
          placeholder={t('card.filter')}
          aria-label={t('card.filter')}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      {filter !== '' && ownShown.length + givenShown.length === 0 && <p className="tw-note">{t('card.noMatch')}</p>}
      <Lines title={t('card.described')} lines={ownShown} />
      <Lines title={t('card.sourceAttributes')} lines={givenShown} />
      {fetched.data.source && (
        <section>
          <h3>{t('card.about')}</h3>
          <SourceFacts source={fetched.data.source} />
        </section>
      )}
    </>
  )
}

function Lines({ title, lines }: { title: string; lines: readonly AttributeLine[] }) {
  if (lines.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <dl className="tw-lines">
        {lines.map(({ key, name, value, unit }) => (
          <div key={key} data-key={key}>
            <dt title={key}>{name}</dt>
            <dd className="tw-number tw-selectable">
              {value}
              {unit !== '' && <small>{unit}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
