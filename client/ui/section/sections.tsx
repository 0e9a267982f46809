/** Sections in the panel of what lies below: the tools that cut, and the cuts that were made. */
import { Button, InputNumber } from 'antd'
import type { Mark } from '../../../scenes/schema/scene.ts'
import type { ToolParams } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { grouped } from '../status/scale.ts'
import { useOpenSection } from './open-section.ts'
import { isSection, type SectionMark, sectionName } from './section-name.ts'

const WAYS = {
  across: { id: 'section-cut', params: { across: true } },
  line: { id: 'section-cut', params: { across: false } },
  along: { id: 'section-along', params: { between: false } },
  between: { id: 'section-along', params: { between: true } },
} as const satisfies Record<string, { id: string; params: ToolParams }>
type Way = keyof typeof WAYS
type LongMark = Extract<Mark, { type: 'long-section' }>

const isWay = (way: Way, tool: { id: string; params: ToolParams } | null): boolean =>
  tool !== null &&
  tool.id === WAYS[way].id &&
  Object.entries(WAYS[way].params).every(([key, value]) => tool.params[key] === value)

export function Sections() {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const marks = useApp((state) => state.scene?.marks)
  const ways = Object.keys(WAYS) as Way[]
  const way = ways.find((one) => isWay(one, tool))
  const cuts = Object.entries(marks ?? {}).filter((entry): entry is [string, SectionMark] => isSection(entry[1]))
  const reason = tool?.report.status === 'failed' ? tool.report.reason : undefined
  return (
    <section className="tw-group" aria-label={t('section.title')}>
      <h3>{t('section.title')}</h3>
      <div className="tw-actions">
        {ways.map((one) => (
          <Button
            key={one}
            size="small"
            type={way === one ? 'primary' : 'default'}
            onClick={() => dispatch(way === one ? { type: 'tool.stop' } : { type: 'tool.start', ...WAYS[one] })}
          >
            {t(`section.${one}`)}
          </Button>
        ))}
      </div>
      {way && (
        <p className="tw-note" role="status">
          {reason === 'no-road' ? t('section.noRoad') : (reason ?? t(`section.hint.${way}`))}
        </p>
      )}
      {cuts.map(([id, mark]) => (
        <Cut key={id} id={id} mark={mark} />
      ))}
    </section>
  )
}

/** Classes of pipes that the rain of a storm runs in; `all` may hold them. */
const RAINED: ReadonlySet<string> = new Set(['storm', 'combined', 'all'])
const DESIGN_YEARS = 5

/** Which storm's water is drawn in a long section. */
function Storm({ id, mark }: { id: string; mark: LongMark }) {
  const t = useText()
  const dispatch = useDispatch()
  const label = t('section.returnPeriod')
  return (
    <div className="tw-field">
      <span className="tw-field-name">{label}</span>
      <InputNumber
        size="small"
        min={0.2}
        max={1000}
        changeOnWheel={false}
        value={mark.returnPeriod ?? DESIGN_YEARS}
        aria-label={label}
        onChange={(returnPeriod) =>
          returnPeriod !== null && dispatch({ type: 'mark.set', id, mark: { ...mark, returnPeriod } })
        }
      />
    </div>
  )
}

function Cut({ id, mark }: { id: string; mark: SectionMark }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const finding = useApp((state) => state.findings[id])
  const { mark: open, show } = useOpenSection()
  const name = sectionName(language, id, mark)
  const figure = (key: string): number => Number(finding?.summary[key] ?? 0)
  const facts = [
    t('section.length', { length: grouped(figure('lengthM'), 1) }),
    t('section.pipes', { count: figure('pipes') }),
    ...(mark.type === 'long-section' ? [t('section.nodes', { count: figure('nodes') })] : []),
    ...(figure('tooClose') > 0 ? [t('section.tooClose', { count: figure('tooClose') })] : []),
    ...(figure('estimated') > 0 ? [t('section.estimated', { count: figure('estimated') })] : []),
  ]
  return (
    <article className="tw-answer" data-status={finding?.status ?? 'working'}>
      <div className="tw-below-mark">
        <strong>{name}</strong>
        <IconButton
          icon="trash"
          label={t('section.remove', { name })}
          placement="left"
          onClick={() => dispatch({ type: 'mark.set', id, mark: null })}
        />
      </div>
      {mark.type === 'long-section' && RAINED.has(mark.utility) && <Storm id={id} mark={mark} />}
      {finding?.status === 'failed' && <p className="tw-note tw-failed">{finding.reason}</p>}
      {finding?.status === 'ready' && (
        <>
          <p className="tw-note">{facts.join(' · ')}</p>
          <Button size="small" aria-expanded={open === id} onClick={() => show(open === id ? null : id)}>
            {open === id ? t('section.hide') : t('section.show')}
          </Button>
        </>
      )}
    </article>
  )
}
