/** The legend of boreholes: every soil with its colour and sign, and what is not drawn to scale. */
import { SOILS } from '../../../data/geology/soils.ts'
import { useApp, useText } from '../app-context.tsx'
import './geology.css'
import { HatchPatterns } from './hatch-patterns.tsx'
import { SheetSwitches } from './strata-sheets.tsx'

export function BoreholeLegend() {
  const t = useText()
  const language = useApp((state) => state.language)
  const scene = useApp((state) => state.scene)
  return (
    <figure className="tw-legend" aria-label={t('layers.legend')}>
      <ul className="tw-soils tw-soils-two">
        {SOILS.filter(({ family }) => family !== 'void').map(({ id, zh, en, color, hatch }) => (
          <li key={id}>
            <svg width="24" height="14" aria-hidden="true">
              <HatchPatterns prefix="soils" />
              <rect width="24" height="14" fill={color} />
              <rect width="24" height="14" fill={`url(#soils-${hatch})`} />
            </svg>
            <span>{language === 'en' ? en : zh}</span>
          </li>
        ))}
      </ul>
      <p className="tw-note">{t('geology.columns')}</p>
      {scene && <SheetSwitches scene={scene} />}
    </figure>
  )
}
