/** Of a mesh that was clicked: what its own tile says of the object there. */
import type { Selection } from '../../app/state.ts'
import { useApp, useText } from '../app-context.tsx'
import { attributeUnit, valueText } from '../card/attributes.ts'
import { attributeWord } from '../text/text.ts'

export function ChosenPart({ selection: { collection, facts } }: { selection: Selection }) {
  const t = useText()
  const language = useApp((state) => state.language)
  if (collection !== 'mesh' || !facts) return null
  return (
    <section className="tw-chosen-part" aria-label={t('space.part')}>
      <h3>{t('space.part')}</h3>
      <dl className="tw-lines">
        {Object.entries(facts).map(([key, value]) => (
          <div key={key} data-key={key}>
            <dt title={key}>{attributeWord(language, key)}</dt>
            <dd className="tw-number tw-selectable">
              {valueText(key, value, collection, language)}
              {typeof value === 'number' && attributeUnit(key) !== '' && <small>{attributeUnit(key)}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
