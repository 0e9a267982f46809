/** Questions to the pipe networks: burst and trace by a click; their answers as numbers, lists and the way they were found. */
import { Button } from 'antd'
import type { Mark } from '../../../scenes/schema/scene.ts'
import type { Finding } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { grouped } from '../status/scale.ts'
import { valueWord } from '../text/text.ts'

const ASKERS = ['burst', 'trace-up', 'trace-down', 'trace-both'] as const
/** Numbers of an answer in the order they are read, and how each is written. */
const FIGURES = [
  'valves',
  'shutPipes',
  'dryPipes',
  'pipes',
  'nodes',
  'hydrants',
  'lostLps',
  'lengthM',
  'minutes',
  'unknownDirection',
] as const

export function NetworkQuestions() {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const marks = useApp((state) => state.scene?.marks)
  const findings = useApp((state) => state.findings)
  const asking = ASKERS.find((id) => id === tool?.id)
  const asked = Object.entries(marks ?? {}).filter(([, { type }]) => type === 'burst' || type === 'trace')
  return (
    <section className="tw-group" aria-label={t('networks.title')}>
      <h3>{t('networks.title')}</h3>
      <div className="tw-actions">
        {ASKERS.map((id) => (
          <Button
            key={id}
            size="small"
            type={asking === id ? 'primary' : 'default'}
            onClick={() => dispatch(asking === id ? { type: 'tool.stop' } : { type: 'tool.start', id })}
          >
            {t(`networks.ask.${id}`)}
          </Button>
        ))}
      </div>
      {asking && (
        <p className="tw-note" role="status">
          {tool?.report.status === 'failed' ? tool.report.reason : t(`networks.hint.${asking}`)}
        </p>
      )}
      {asked.map(([id, mark]) => (
        <Answer key={id} id={id} mark={mark} finding={findings[id]} />
      ))}
    </section>
  )
}

function Answer({ id, mark, finding }: { id: string; mark: Mark; finding: Finding | undefined }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  if (mark.type !== 'burst' && mark.type !== 'trace') return null
  const what = mark.type === 'burst' ? t('networks.burst') : t(`networks.trace.${mark.sense}`)
  const name = `${valueWord(language, 'class', mark.utility, 'pipes')} · ${what}`
  return (
    <article className="tw-answer" data-status={finding?.status ?? 'working'}>
      <div className="tw-below-mark">
        <strong>{name}</strong>
        <IconButton
          icon="trash"
          label={t('networks.remove', { name })}
          placement="left"
          onClick={() => dispatch({ type: 'mark.set', id, mark: null })}
        />
      </div>
      <p className="tw-note">{mark.type === 'burst' ? mark.pipe : mark.node}</p>
      {finding?.status === 'failed' && <p className="tw-note tw-failed">{finding.reason}</p>}
      {finding?.status === 'ready' && (
        <>
          <dl className="tw-facts">
            {FIGURES.filter((key) => typeof finding.summary[key] === 'number').map((key) => (
              <div key={key}>
                <dt>{t(`networks.figure.${key}`)}</dt>
                <dd className="tw-number">
                  {grouped(Number(finding.summary[key]), key === 'lostLps' || key === 'minutes' ? 1 : 0)}
                </dd>
              </div>
            ))}
          </dl>
          {mark.type === 'burst' && <Valves id={id} mark={mark} finding={finding} />}
          {finding.method && <p className="tw-note">{finding.method[language]}</p>}
        </>
      )}
    </article>
  )
}

/** Valves to close; one that sticks is said so, and the next ring is found. */
function Valves({ id, mark, finding }: { id: string; mark: Extract<Mark, { type: 'burst' }>; finding: Finding }) {
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
    <ul className="tw-valves">
      {valves.map(({ id: valve = '' }) => (
        <li key={valve} className="tw-below-mark">
          <span>{valve}</span>
          <Button size="small" onClick={() => set([...stuck, valve])}>
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
  )
}
