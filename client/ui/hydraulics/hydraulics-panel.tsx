/** Hydraulics in the panel of what lies below: solve a network, choose what colours it and when, change it, see the worst places. */
import { Button, InputNumber, Select } from 'antd'
import type { HydraulicsAnswer } from '../../../data/networks/hydraulics-answer.ts'
import { cssColor } from '../../../scenes/schema/color.ts'
import { instantIn, milliseconds, zoneOf } from '../../../scenes/schema/time.ts'
import {
  domainOf,
  type HydraulicsMark,
  hydraulicsMark,
  secondsOfDay,
  seriesOf,
  stepAt,
  valueColor,
} from '../../app/hydraulics.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { viewOf } from '../fly-to.ts'
import { IconButton } from '../icon-button.tsx'
import { tickNumbers } from '../layers/legend-text.ts'
import { Range } from '../range.tsx'
import { grouped } from '../status/scale.ts'
import { Changes } from './changes.tsx'
import { failureWords } from './failure-words.ts'
import { clockText, ValueChart } from './value-chart.tsx'
import './hydraulics.css'

const UTILITIES = ['water', 'storm', 'foul'] as const
const SHOWS: Record<HydraulicsMark['utility'], HydraulicsMark['show'][]> = {
  water: ['pressure', 'flow', 'velocity', 'headloss', 'age', 'demand', 'head'],
  storm: ['fill', 'load', 'flow', 'velocity', 'overflow'],
  foul: ['fill', 'load', 'flow', 'velocity', 'overflow'],
  combined: ['fill', 'load', 'flow', 'velocity', 'overflow'],
}
const FIGURES = [
  'lowestM',
  'highestM',
  'weakNodes',
  'cutOff',
  'demandLps',
  'fastest',
  'pipes',
  'full',
  'overflowing',
  'overflowM3',
  'rainMm',
  'inflowM3',
  'outflowM3',
  'peakLps',
  'flat',
] as const
const MARK = 'hydraulics-1'

export function Hydraulics() {
  const t = useText()
  const dispatch = useDispatch()
  const marks = useApp((state) => state.scene?.marks)
  const found = useApp((state) => state.hydraulics)
  const shown = hydraulicsMark(marks)
  const mark = shown?.[1]
  const id = shown?.[0] ?? MARK
  const set = (next: HydraulicsMark | null) => dispatch({ type: 'mark.set', id, mark: next })
  return (
    <section className="tw-group" aria-label={t('hydraulics.title')}>
      <h3>{t('hydraulics.title')}</h3>
      <div className="tw-actions">
        {UTILITIES.map((utility) => (
          <Button
            key={utility}
            size="small"
            type={mark?.utility === utility ? 'primary' : 'default'}
            onClick={() =>
              set(mark?.utility === utility ? null : { type: 'hydraulics', utility, show: SHOWS[utility][0]! })
            }
          >
            {t(`hydraulics.of.${utility}`)}
          </Button>
        ))}
        {mark && <IconButton icon="trash" label={t('hydraulics.stop')} placement="left" onClick={() => set(null)} />}
      </div>
      {!mark && <p className="tw-note">{t('hydraulics.intro')}</p>}
      {mark && (
        <div className="tw-hydraulics" data-hydraulics={found?.status ?? 'working'}>
          <Choices mark={mark} answer={found?.answer ?? null} set={set} />
          {found?.status === 'working' && <p className="tw-note">{t('hydraulics.solving')}</p>}
          {found?.status === 'failed' && (
            <p className="tw-note tw-failed">
              {t('hydraulics.failed', { reason: failureWords(t, found.reason ?? '') })}
            </p>
          )}
          {mark.utility === 'water' && <Changes mark={mark} answer={found?.answer ?? null} set={set} />}
          {found?.answer && <Answer answer={found.answer} />}
        </div>
      )}
    </section>
  )
}

interface ChoicesProps {
  mark: HydraulicsMark
  answer: HydraulicsAnswer | null
  set(next: HydraulicsMark): void
}

function Choices({ mark, answer, set }: ChoicesProps) {
  const t = useText()
  const choices = answer?.choices ?? []
  return (
    <>
      {choices.length > 1 && (
        <div className="tw-field">
          <span className="tw-field-name">{t('hydraulics.model')}</span>
          <Select
            size="small"
            aria-label={t('hydraulics.model')}
            value={mark.model ?? answer?.model.id}
            options={choices.map(({ id, title }) => ({ value: id, label: title }))}
            onChange={(model) => set({ type: 'hydraulics', utility: mark.utility, show: mark.show, model })}
          />
        </div>
      )}
      <div className="tw-field">
        <span className="tw-field-name">{t('hydraulics.by')}</span>
        <Select
          size="small"
          aria-label={t('hydraulics.by')}
          value={mark.show}
          options={SHOWS[mark.utility].map((show) => ({ value: show, label: t(`hydraulics.show.${show}`) }))}
          onChange={(show) => set({ ...mark, show })}
        />
      </div>
      {mark.utility !== 'water' && (
        <div className="tw-field">
          <span className="tw-field-name">{t('hydraulics.years')}</span>
          <InputNumber
            size="small"
            min={0.5}
            max={200}
            value={mark.years ?? 5}
            aria-label={t('hydraulics.years')}
            onChange={(years) => years !== null && set({ ...mark, years })}
          />
        </div>
      )}
    </>
  )
}

function Answer({ answer }: { answer: HydraulicsAnswer }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const step = useApp((state) => stepAt(answer, state.time))
  const { model, summary, warnings } = answer
  return (
    <>
      {answer.times.length > 1 ? (
        <Moment answer={answer} step={step} />
      ) : (
        <p className="tw-note">
          {t('hydraulics.time')} {clockText(answer.clockS + (answer.times[0] ?? 0))}
        </p>
      )}
      <Ramp answer={answer} />
      <Course answer={answer} step={step} />
      <dl className="tw-facts">
        {FIGURES.filter((key) => typeof summary[key] === 'number').map((key) => (
          <div key={key}>
            <dt>{t(`hydraulics.figure.${key}`)}</dt>
            <dd className="tw-number">{grouped(Number(summary[key]), Number.isInteger(summary[key]) ? 0 : 2)}</dd>
          </div>
        ))}
      </dl>
      <Worst answer={answer} />
      {warnings.map(({ code, times, text }) => (
        <p key={code} className="tw-note tw-failed">
          {t('hydraulics.warning', { code, times, text: warningText(t, code) ?? text })}
        </p>
      ))}
      <p className="tw-note">{answer.method[language]}</p>
      <p className="tw-note">
        {[
          model.title,
          ...(model.synthetic ? [t('hydraulics.synthetic')] : []),
          ...(model.dataDate ? [t('hydraulics.dataDate', { date: model.dataDate })] : []),
          t('hydraulics.seconds', { seconds: answer.seconds }),
        ].join(' · ')}
      </p>
    </>
  )
}

const CODES = ['1', '2', '3', '4', '5', '6'] as const
function warningText(t: ReturnType<typeof useText>, code: number): string | null {
  const known = CODES.find((one) => one === String(code))
  return known ? t(`hydraulics.warnings.${known}`) : null
}

/** The clock as a slider over what was solved: it sets the scene's time. */
function Moment({ answer, step }: { answer: HydraulicsAnswer; step: number }) {
  const t = useText()
  const dispatch = useDispatch()
  const time = useApp((state) => state.time)
  const text = clockText(answer.clockS + answer.times[step]!)
  const go = (to: number) => {
    const wanted = (answer.clockS + answer.times[to]!) % 86_400
    const moved = milliseconds(time) + 1000 * (wanted - secondsOfDay(time))
    dispatch({ type: 'time.set', time: instantIn(zoneOf(time), moved) })
  }
  return (
    <div className="tw-field">
      <span className="tw-field-name">{t('hydraulics.time')}</span>
      <Range
        label={t('hydraulics.time')}
        min={0}
        max={answer.times.length - 1}
        step={1}
        value={step}
        text={text}
        onChange={go}
      />
      <span className="tw-number tw-hydraulics-clock">{text}</span>
    </div>
  )
}

function Ramp({ answer }: { answer: HydraulicsAnswer }) {
  const t = useText()
  const domain = domainOf(answer)
  const [low, high] = domain
  const colors = Array.from({ length: 11 }, (_, i) =>
    cssColor(valueColor(answer.show, low + ((high - low) * i) / 10, domain)),
  )
  return (
    <figure className="tw-legend" aria-label={t('hydraulics.legend')}>
      <figcaption>
        {t(`hydraulics.show.${answer.show}`)}
        {answer.unit !== '' && <small>{answer.unit}</small>}
      </figcaption>
      <div className="tw-ramp" style={{ background: `linear-gradient(to right, ${colors.join(', ')})` }} />
      <div className="tw-ramp-ticks tw-number">
        {tickNumbers(low, high).map(({ value, text }) => (
          <span key={value} style={{ insetInlineStart: `${((value - low) / (high - low)) * 100}%` }}>
            {text}
          </span>
        ))}
      </div>
    </figure>
  )
}

/** The chosen node or pipe over time. */
function Course({ answer, step }: { answer: HydraulicsAnswer; step: number }) {
  const t = useText()
  const selection = useApp((state) => state.selection)
  if (answer.times.length < 2) return null
  const values = selection && seriesOf(answer, selection.collection, selection.id)
  if (!selection || !values) return <p className="tw-note">{t('hydraulics.chartHint')}</p>
  return (
    <figure className="tw-legend">
      <figcaption>{t('hydraulics.chart', { name: selection.id })}</figcaption>
      <ValueChart
        label={t('hydraulics.chart', { name: selection.id })}
        times={answer.times}
        clockS={answer.clockS}
        values={values}
        step={step}
        unit={answer.unit}
      />
    </figure>
  )
}

function Worst({ answer }: { answer: HydraulicsAnswer }) {
  const t = useText()
  const dispatch = useDispatch()
  const layer = useApp((state) => state.scene?.layers.find(({ type }) => type === 'pipes')?.id)
  const list = answer.worst.filter(({ place }) => place)
  if (list.length === 0) return null
  return (
    <>
      <h4 className="tw-field-name">{t('hydraulics.worst')}</h4>
      <ul className="tw-hydraulics-worst">
        {list.map(({ id, collection, value, at, place }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => {
                const [lng = 0, lat = 0, height = 0] = place ?? []
                dispatch({ type: 'camera.fly', view: viewOf({ lng, lat }, null, height), seconds: 1.2 })
                if (layer) dispatch({ type: 'select', selection: { layer, collection, id, lng, lat } })
              }}
            >
              <span>{id}</span>
              <span className="tw-number">
                {value} {answer.unit} · {clockText(answer.clockS + at)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
