/** Questions to the pipe networks by a click: burst, trace, pollution; and their answers. */
import { Button } from 'antd'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { NetworkAnswer } from './network-answer.tsx'

const ASKERS = ['burst', 'trace-up', 'trace-down', 'trace-both', 'pollution'] as const
const ASKED: readonly string[] = ['burst', 'trace', 'pollution']

export function NetworkQuestions() {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const marks = useApp((state) => state.scene?.marks)
  const findings = useApp((state) => state.findings)
  const asking = ASKERS.find((id) => id === tool?.id)
  const asked = Object.entries(marks ?? {}).filter(([, { type }]) => ASKED.includes(type))
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
      {asking === 'pollution' && (
        <label className="tw-below-check">
          <input
            type="checkbox"
            checked={tool?.params.clean === true}
            onChange={(event) => dispatch({ type: 'tool.change', params: { clean: event.currentTarget.checked } })}
          />
          {t('networks.cleanNode')}
        </label>
      )}
      {asked.map(([id, mark]) => (
        <NetworkAnswer key={id} id={id} mark={mark} finding={findings[id]} />
      ))}
    </section>
  )
}
