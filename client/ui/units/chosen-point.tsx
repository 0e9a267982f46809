/** Of a cloud that was clicked: which point it was, its class and its height. */
import type { Selection } from '../../app/state.ts'
import { useApp, useText } from '../app-context.tsx'
import { valueWord } from '../text/text.ts'

export function ChosenPoint({ selection }: { selection: Selection }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const { facts, collection, lng, lat } = selection
  if (collection !== 'points' || !facts) return null
  const words = [
    typeof facts.class === 'string' ? valueWord(language, 'class', facts.class, 'points') : '',
    typeof facts.pointHeight === 'number' ? t('space.pointHeight', { n: facts.pointHeight.toFixed(2) }) : '',
    `${lng.toFixed(7)}, ${lat.toFixed(7)}`,
  ]
  return (
    <section className="tw-chosen-point" aria-label={t('space.here')}>
      <h3>{t('space.here')}</h3>
      <p className="tw-number tw-selectable">{words.filter((word) => word !== '').join(' · ')}</p>
    </section>
  )
}
