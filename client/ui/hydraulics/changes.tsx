/** What was changed in the network: shut, stopped, drawn; the tool that changes it, and each change to be taken back. */
import { Button, InputNumber } from 'antd'
import type { HydraulicsAnswer } from '../../../data/networks/hydraulics-answer.ts'
import { type HydraulicsMark, withDemand } from '../../app/hydraulics.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { grouped } from '../status/scale.ts'
import { Demand } from './demand.tsx'
import { failureWords } from './failure-words.ts'

interface Props {
  mark: HydraulicsMark
  answer: HydraulicsAnswer | null
  set(next: HydraulicsMark): void
}

/** A list without a word, absent when empty. */
function without(mark: HydraulicsMark, key: 'closed' | 'pumpsOff', id: string): HydraulicsMark {
  const { [key]: list = [], ...rest } = mark
  const left = list.filter((one) => one !== id)
  return (left.length > 0 ? { ...rest, [key]: left } : rest) as HydraulicsMark
}

export function Changes({ mark, answer, set }: Props) {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const on = tool?.id === 'hydraulics'
  const rows = [
    ...(mark.closed ?? []).map((id) => ({ text: t('hydraulics.closed', { id }), next: without(mark, 'closed', id) })),
    ...(mark.pumpsOff ?? []).map((id) => ({
      text: t('hydraulics.pumpOff', { id }),
      next: without(mark, 'pumpsOff', id),
    })),
    ...Object.entries(mark.demands ?? {}).map(([id, lps]) => ({
      text: t('hydraulics.demand', { id, lps }),
      next: withDemand(mark, id, null),
    })),
  ]
  return (
    <>
      <div className="tw-actions">
        <Button
          size="small"
          type={on ? 'primary' : 'default'}
          onClick={() => dispatch(on ? { type: 'tool.stop' } : { type: 'tool.start', id: 'hydraulics' })}
        >
          {t('hydraulics.change')}
        </Button>
      </div>
      {on && (
        <p className="tw-note" role="status">
          {tool.report.status === 'failed' ? failureWords(t, tool.report.reason ?? '') : t('hydraulics.changeHint')}
        </p>
      )}
      <Demand mark={mark} answer={answer} set={set} />
      <ul>
        {rows.map(({ text, next }) => (
          <Row key={text} text={text} remove={() => set(next)} />
        ))}
      </ul>
      {mark.fire && <Fire mark={mark} answer={answer} set={set} />}
    </>
  )
}

function Row({ text, remove }: { text: string; remove: () => void }) {
  const t = useText()
  return (
    <li className="tw-below-mark">
      <span>{text}</span>
      <IconButton icon="undo" label={t('hydraulics.remove', { what: text })} placement="left" onClick={remove} />
    </li>
  )
}

/** A hydrant in use and what it can give. */
function Fire({ mark, answer, set }: Props) {
  const t = useText()
  const { fire, ...rest } = mark
  if (!fire) return null
  const found = answer?.fire
  const given = found && {
    residual: fire.residual ?? 10,
    lps: grouped(found.availableM3s * 1000, 1),
  }
  return (
    <>
      <Row text={t('hydraulics.fire', { id: fire.node, lps: fire.lps })} remove={() => set(rest)} />
      <div className="tw-field">
        <span className="tw-field-name">{t('hydraulics.fireFlow')}</span>
        <InputNumber
          size="small"
          min={1}
          max={1000}
          value={fire.lps}
          aria-label={t('hydraulics.fireFlow')}
          onChange={(lps) => lps !== null && set({ ...mark, fire: { ...fire, lps } })}
        />
      </div>
      {found && given && (
        <>
          <p className="tw-note" data-enough={found.enough}>
            <strong>{t(found.enough ? 'hydraulics.enough' : 'hydraulics.short')}</strong>{' '}
            {t(found.more ? 'hydraulics.more' : 'hydraulics.available', given)}
          </p>
          <p className="tw-note">
            {t('hydraulics.firePressure', {
              before: found.pressureBefore.toFixed(1),
              after: found.pressureAtRequired.toFixed(1),
              count: found.fallBelow,
            })}
          </p>
        </>
      )}
    </>
  )
}
