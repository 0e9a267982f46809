/** One question to the networks with its answer: numbers, what to choose, rows to fly to, a page to print, how it was found. */
import { Button } from 'antd'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { reportOf } from '../../app/network-question.ts'
import type { Finding } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { CopyButton } from '../copy-button.tsx'
import { IconButton } from '../icon-button.tsx'
import { grouped } from '../status/scale.ts'
import { inLanguage, valueWord } from '../text/text.ts'
import { FindingRows } from './finding-rows.tsx'
import { RiskWeights } from './risk-weights.tsx'

/** Numbers of an answer in the order they are read. */
const FIGURES = [
  'hit',
  'below',
  'beside',
  'valves',
  'hours',
  'customers',
  'people',
  'important',
  'hydrants',
  'shutPipes',
  'dryPipes',
  'lostLps',
  'total',
  'horizontal',
  'vertical',
  'cover',
  'error',
  'warning',
  'note',
  'candidates',
  'pipes',
  'nodes',
  'pastLife',
  'pastLifeM',
  'meanAge',
  'unknownAge',
  'lengthM',
  'hectares',
  'volumeM3',
  'ends',
  'minutes',
  'unknownDirection',
  'owners',
  'estimated',
] as const
const EXACT: readonly string[] = ['minutes', 'hours', 'hectares', 'meanAge']

/** Roles listed in one go; a burst has lists of its own. */
const LISTED: Readonly<Partial<Record<Mark['type'], readonly string[]>>> = {
  pit: ['hit', 'below', 'beside'],
  trench: ['hit', 'below', 'beside'],
  pile: ['hit', 'below', 'beside'],
  trace: ['end'],
  pollution: ['candidate'],
  clearance: ['horizontal', 'vertical', 'cover'],
  defects: ['error', 'warning', 'note'],
  risk: ['past-life', 'late-life', 'mid-life', 'young', 'age-unknown'],
}

/** The name of a question. */
export function useMarkName(): (id: string, mark: Mark) => string {
  const t = useText()
  const language = useApp((state) => state.language)
  return (id, mark) => {
    const own = 'title' in mark ? inLanguage(language, mark.title) : ''
    if (own) return own
    if (mark.type === 'pit' || mark.type === 'trench' || mark.type === 'pile')
      return `${t(`below.mark.${mark.type}`)} ${id.replace(/^\D+/, '')}`
    const utility = 'utility' in mark ? mark.utility : 'all'
    const words = utility === 'all' ? t('networks.all') : valueWord(language, 'class', utility, 'pipes')
    if (mark.type === 'burst') return `${words} · ${t('networks.burst')}`
    if (mark.type === 'trace') return `${words} · ${t(`networks.trace.${mark.sense}`)}`
    if (mark.type === 'pollution' || mark.type === 'clearance' || mark.type === 'defects' || mark.type === 'risk')
      return `${words} · ${t(`networks.kind.${mark.type}`)}`
    return id
  }
}

interface Props {
  id: string
  mark: Mark
  finding: Finding | undefined
}

/** The whole answer, with its name and a button that takes the question away. */
export function NetworkAnswer({ id, mark, finding }: Props) {
  const t = useText()
  const dispatch = useDispatch()
  const name = useMarkName()(id, mark)
  const subject =
    mark.type === 'burst'
      ? mark.pipe
      : mark.type === 'trace'
        ? mark.node
        : mark.type === 'pollution'
          ? mark.polluted.join('、')
          : ''
  return (
    <article className="tw-answer" data-kind={mark.type} data-status={finding?.status ?? 'working'}>
      <div className="tw-below-mark">
        <strong>{name}</strong>
        <IconButton
          icon="trash"
          label={t('networks.remove', { name })}
          placement="left"
          onClick={() => dispatch({ type: 'mark.set', id, mark: null })}
        />
      </div>
      {subject && <p className="tw-note">{subject}</p>}
      <AnswerBody id={id} mark={mark} finding={finding} />
    </article>
  )
}

/** The answer below its name. */
export function AnswerBody({ id, mark, finding }: Props) {
  const t = useText()
  const language = useApp((state) => state.language)
  if (finding?.status === 'failed') return <p className="tw-note tw-failed">{finding.reason}</p>
  if (finding?.status !== 'ready') return <p className="tw-note">{t('networks.working')}</p>
  const { summary, features } = finding
  const report = reportOf(mark, language)
  const roles = LISTED[mark.type]
  const empty = roles && !features.some(({ properties }) => roles.includes(String(properties.role)))
  return (
    <>
      <dl className="tw-facts">
        {FIGURES.filter((key) => typeof summary[key] === 'number').map((key) => (
          <div key={key}>
            <dt>{t(`networks.figure.${key}`)}</dt>
            <dd className="tw-number">
              {grouped(Number(summary[key]), key === 'lostLps' ? 2 : EXACT.includes(key) ? 1 : 0)}
            </dd>
          </div>
        ))}
      </dl>
      {mark.type === 'burst' && <BurstLists id={id} mark={mark} finding={finding} />}
      {mark.type === 'risk' && <RiskWeights id={id} mark={mark} formula={finding.method?.[language] ?? ''} />}
      {(mark.type === 'defects' || mark.type === 'clearance') && <Rules id={id} mark={mark} finding={finding} />}
      {roles && <FindingRows features={features} roles={roles} />}
      {empty && mark.type !== 'trace' && <p className="tw-note">{t('networks.none')}</p>}
      {typeof summary.total === 'number' && Number(summary.shown) < summary.total && (
        <p className="tw-note">
          {t('networks.listed', { shown: grouped(Number(summary.shown), 0), total: grouped(summary.total, 0) })}
        </p>
      )}
      <div className="tw-actions">
        {report && (
          <Button size="small" href={report} target="_blank" rel="noopener">
            {LISTED[mark.type]?.includes('hit') ? t('networks.permit') : t('networks.report')}
          </Button>
        )}
        <CopyButton text={() => location.href} label={t('networks.link')} icon="share" />
      </div>
      <details className="tw-method">
        <summary>{t('networks.method')}</summary>
        <p>{finding.method?.[language]}</p>
        <p>{finding.limits?.[language]}</p>
      </details>
    </>
  )
}

/** Valves to close, one that sticks is said so and the next ring is found; who has no water; hydrants lost. */
function BurstLists({ id, mark, finding }: { id: string; mark: Extract<Mark, { type: 'burst' }>; finding: Finding }) {
  const t = useText()
  const dispatch = useDispatch()
  const stuck = mark.stuck ?? []
  const valves = finding.features.filter(
    ({ properties }) => properties.role === 'valve' && properties.needed === true && properties.closed !== true,
  )
  const set = (next: string[]) => {
    const { stuck: _, ...rest } = mark
    dispatch({ type: 'mark.set', id, mark: next.length ? { ...rest, stuck: next } : rest })
  }
  return (
    <>
      <h4 className="tw-finding-title">{`${t('networks.valvesToClose')} ${valves.length}`}</h4>
      <ul className="tw-valves">
        {valves.map((feature) => (
          <li key={feature.id} className="tw-below-mark">
            <FindingRows features={[feature]} roles={['valve']} />
            <Button size="small" onClick={() => set([...stuck, feature.id ?? ''])}>
              {t('networks.stuck')}
            </Button>
          </li>
        ))}
        {stuck.map((valve) => (
          <li key={valve} className="tw-below-mark">
            <s>{valve}</s>
            <Button size="small" onClick={() => set(stuck.filter((one) => one !== valve))}>
              {t('networks.works')}
            </Button>
          </li>
        ))}
      </ul>
      <FindingRows features={finding.features} roles={['customer']} title={t('networks.outOfWater')} />
      <FindingRows features={finding.features} roles={['hydrant']} title={t('networks.hydrantsLost')} />
    </>
  )
}

type Ruled = Extract<Mark, { type: 'defects' | 'clearance' }>
const CLEARANCE_RULES = ['horizontal', 'vertical', 'cover'] as const

/** One rule of those that are broken, or all. */
function Rules({ id, mark, finding }: { id: string; mark: Ruled; finding: Finding }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const choices =
    mark.type === 'defects'
      ? (finding.groups ?? []).map(({ key, count, ...words }) => ({ key, count, name: words[language] }))
      : CLEARANCE_RULES.map((key) => ({ key, count: Number(finding.summary[key]), name: t(`networks.rule.${key}`) }))
  const all = choices.reduce((sum, { count }) => sum + count, 0)
  const choose = (rule: string) => {
    const { rule: _, ...rest } = mark
    // the rule is one of the lists above: the contract checks it once more
    dispatch({ type: 'mark.set', id, mark: (rule === '' ? rest : { ...rest, rule }) as Ruled })
  }
  return (
    <label className="tw-rule">
      <span>{t('networks.groups')}</span>
      <select className="tw-input" value={mark.rule ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t('networks.everyRule', { n: grouped(all, 0) })}</option>
        {choices.map(({ key, count, name }) => (
          <option key={key} value={key}>{`${name}（${grouped(count, 0)}）`}</option>
        ))}
      </select>
    </label>
  )
}
