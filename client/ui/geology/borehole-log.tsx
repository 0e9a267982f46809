/** The log of a borehole as a column: scale of depth, soils with their hatches, names, thicknesses, and where the water stands. */
import { logOf, restingWater, type Stratum } from '../../../data/geology/borehole.ts'
import { soil } from '../../../data/geology/soils.ts'
import { useApp, useText } from '../app-context.tsx'
import type { Item } from '../server.ts'
import './geology.css'
import { HatchPatterns } from './hatch-patterns.tsx'
import { depthTicks, placeLabels } from './log-layout.ts'

/** Pixels: a label, the column's left side and width, the end of the leaders; at the top room for the first number. */
const [LABEL, LEFT, WIDE, LEADER, MARGIN] = [40, 46, 46, 122, 8]

export function BoreholeLog({ item }: { item: Item }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const { strata, water } = logOf(item.attributes)
  const said = Number(item.style.depth)
  const depth = Math.max(strata.at(-1)?.bottom ?? 0, Number.isFinite(said) ? said : 0)
  if (depth <= 0) return <p className="tw-note">{t('geology.noLog')}</p>
  const high = Math.max(strata.length * LABEL, Math.min(560, Math.max(240, depth * 8)))
  const y = (metres: number) => MARGIN + (metres / depth) * high
  const tops = placeLabels(
    strata.map(({ top, bottom }) => ((top + bottom) / 2 / depth) * high),
    LABEL,
    high,
  )
  const resting = restingWater(water)
  const strike = water.find(({ kind }) => kind === 'strike')
  const metres = (value: number) => `${value.toFixed(2)} m`
  return (
    <section className="tw-log" aria-label={t('geology.log')}>
      <h3>{t('geology.log')}</h3>
      <p className="tw-log-facts">
        {t('geology.depth', { depth: metres(depth) })}
        {resting && <span className="tw-log-water">{`▽ ${t('geology.water', { depth: metres(resting.depth) })}`}</span>}
        {resting?.date && <small>{resting.date}</small>}
      </p>
      <div className="tw-log-body" style={{ height: high + 2 * MARGIN }}>
        <svg width={LEADER} height={high + 2 * MARGIN} aria-hidden="true">
          <HatchPatterns prefix="log" />
          {strata.map((one, i) => (
            <Band
              key={one.top}
              one={one}
              top={y(one.top)}
              bottom={y(one.bottom)}
              label={MARGIN + tops[i]! + LABEL / 2}
            />
          ))}
          <rect x={LEFT} y={MARGIN} width={WIDE} height={high} className="tw-log-frame" />
          {depthTicks(depth, high).map((tick) => (
            <g key={tick}>
              <line x1={LEFT - 6} x2={LEFT} y1={y(tick)} y2={y(tick)} className="tw-log-tick" />
              <text x={LEFT - 9} y={y(tick) + 4} textAnchor="end" className="tw-number">
                {tick}
              </text>
            </g>
          ))}
          {strike && strike !== resting && strike.depth >= 0 && (
            <path d={`M${LEFT + 2} ${y(strike.depth)}h${WIDE - 4}`} className="tw-log-strike" />
          )}
          {resting && resting.depth <= depth && (
            <path
              d={`M${LEFT + WIDE / 2 - 6} ${y(Math.max(0, resting.depth)) - 9}h12l-6 9zM${LEFT} ${y(Math.max(0, resting.depth))}h${WIDE}`}
              className="tw-log-level"
            />
          )}
        </svg>
        <ol>
          {strata.map((one, i) => (
            <li key={one.top} style={{ top: MARGIN + tops[i]! }} title={one.description}>
              <b>
                {[one.code, language === 'en' ? soil(one.soil).en : one.name || soil(one.soil).zh].join(' ').trim()}
              </b>
              <span className="tw-number">{`${one.top.toFixed(2)} – ${metres(one.bottom)}`}</span>
              {one.description && <em>{one.description}</em>}
            </li>
          ))}
        </ol>
      </div>
      <p className="tw-note">{t('geology.basis')}</p>
    </section>
  )
}

/** One layer of the column, and the line to its words. */
function Band({ one, top, bottom, label }: { one: Stratum; top: number; bottom: number; label: number }) {
  const { color, hatch } = soil(one.soil)
  const box = { x: LEFT, y: top, width: WIDE, height: Math.max(0.5, bottom - top) }
  const middle = (top + bottom) / 2
  return (
    <g>
      <rect {...box} fill={color} />
      <rect {...box} fill={`url(#log-${hatch})`} />
      <path d={`M${LEFT} ${bottom}h${WIDE}`} className="tw-log-border" />
      <path d={`M${LEFT + WIDE} ${middle}h6L${LEADER - 8} ${label}h6`} className="tw-log-leader" />
    </g>
  )
}
