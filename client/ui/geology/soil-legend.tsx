/** The soil in what was dug: which layers its walls show, from the boreholes around, with depths and how sure that is. */
import type { Mark, SceneDocument } from '../../../scenes/schema/scene.ts'
import { useApp, useText } from '../app-context.tsx'
import { useFetched } from '../use-fetched.ts'
import './geology.css'
import { HATCHES } from '../../../data/geology/soils.ts'
import { inLanguage } from '../text/text.ts'
import { HatchPatterns } from './hatch-patterns.tsx'
import { readStrata, type StrataAnswer } from './read-strata.ts'

type Dug = Extract<Mark, { type: 'pit' | 'trench' }>

/** Nothing while nothing is dug, or where no borehole is near. */
export function SoilLegend({ scene }: { scene: SceneDocument }) {
  const dug = Object.values(scene.marks ?? {}).filter(
    (mark): mark is Dug => mark.type === 'pit' || mark.type === 'trench',
  )
  const last = dug.at(-1)
  const at = last && (last.type === 'pit' ? last.outline[0] : last.line[0])
  const fetched = useFetched(at ? `/geology/strata?at=${at[0].toFixed(6)},${at[1].toFixed(6)}` : null, readStrata)
  if (!last || !fetched.data || fetched.data.layers.length === 0) return null
  return <Soils answer={fetched.data} depth={last.depth} />
}

function Soils({ answer, depth }: { answer: StrataAnswer; depth: number }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const { ground, water, nearestM, synthetic, method, layers } = answer
  const cut = layers.filter(({ top }) => ground - top < depth)
  return (
    <section className="tw-group" aria-label={t('geology.soil')}>
      <h3>{t('geology.soil')}</h3>
      <ul className="tw-soils">
        {cut.map(({ name, nameEn, code, color, hatch, top, bottom, inferred }) => (
          <li key={top} title={inferred ? t('geology.inferred') : undefined}>
            <svg width="34" height="18" aria-hidden="true">
              <HatchPatterns prefix="soil" />
              <rect width="34" height="18" fill={color} />
              <rect width="34" height="18" fill={`url(#soil-${HATCHES.includes(hatch) ? hatch : 'none'})`} />
            </svg>
            <span>{`${code} ${language === 'en' ? nameEn : name}${inferred ? ' ?' : ''}`.trim()}</span>
            <span className="tw-number">
              {`${(ground - top).toFixed(2)} – ${Math.min(depth, ground - bottom).toFixed(2)} m`}
            </span>
          </li>
        ))}
      </ul>
      {water !== null && (
        <p className="tw-log-water">{`▽ ${t('geology.water', { depth: `${(ground - water).toFixed(2)} m` })}`}</p>
      )}
      <p className="tw-note">
        {synthetic && <b>{t('app.synthetic')} · </b>}
        {t('geology.nearest', { metres: Math.round(nearestM) })} {method && inLanguage(language, method)}
      </p>
    </section>
  )
}
