/** The time bar: the scene's range with day and night on it, play and pause, speed, now. */
import { Button, Select } from 'antd'
import { memo, useMemo } from 'react'
import { instantIn, milliseconds } from '../../../scenes/schema/time.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { Icon } from '../icons.tsx'
import { Range } from '../range.tsx'
import { useScreen } from '../use-screen.ts'
import { dateAndTime, rateParts, ticks, tickText, timeRange } from './clock-text.ts'
import { daylight } from './sun.ts'

const RATES = [1, 60, 300, 900, 3600, 10_800]
/** As many hours as can be read under the track. */
const TICKS_AT_MOST = { desk: 12, phone: 6 }

export function TimeBar() {
  const t = useText()
  const dispatch = useDispatch()
  const time = useApp((state) => state.time)
  const playing = useApp((state) => state.playing)
  const rate = useApp((state) => state.rate)
  const block = useApp((state) => state.scene?.time)
  const { start, end, step, zone } = useMemo(() => timeRange(block, time), [block, time])
  const at = milliseconds(time)
  const shown = dateAndTime(Number.isFinite(at) ? at : start, zone)
  const rateWords = (value: number) => {
    const { unit, n } = rateParts(value)
    return t('time.rateIs', { amount: t(`time.${unit}`, { n }) })
  }
  const rates = RATES.includes(rate) ? RATES : [...RATES, rate].toSorted((a, b) => a - b)
  return (
    <section className="tw-time" aria-label={t('time.label')}>
      <IconButton
        icon={playing ? 'pause' : 'play'}
        label={playing ? t('time.pause') : t('time.play')}
        shortcut="Space"
        onClick={() => dispatch({ type: 'time.play', playing: !playing })}
      />
      <Select
        className="tw-rate"
        size="small"
        variant="borderless"
        aria-label={t('time.rate')}
        value={rate}
        options={rates.map((value) => ({ value, label: rateWords(value) }))}
        popupMatchSelectWidth={false}
        onChange={(value) => dispatch({ type: 'time.play', playing, rate: value })}
      />
      <Now start={start} end={end} zone={zone} />
      <div className="tw-time-track">
        <Daylight start={start} end={end} zone={zone} />
        <Range
          label={t('time.slider')}
          className="tw-time-range"
          min={start}
          max={end}
          step={Math.min(step, 60_000)}
          value={Math.min(end, Math.max(start, Number.isFinite(at) ? at : start))}
          text={`${shown.date} ${shown.time.slice(0, 5)}`}
          onChange={(value) => dispatch({ type: 'time.set', time: instantIn(zone, value) })}
        />
      </div>
      <Shadows />
      <output className="tw-time-now tw-number">{shown.time.slice(0, 5)}</output>
    </section>
  )
}

function Shadows() {
  const t = useText()
  const dispatch = useDispatch()
  const shadows = useApp((state) => state.shadows)
  return (
    <IconButton
      icon="shadow"
      label={t('time.shadows')}
      pressed={shadows}
      onClick={() => dispatch({ type: 'shadows.set', shadows: !shadows })}
    />
  )
}

/** Off when the present lies outside the scene's time: the clock cannot go there. */
function Now({ start, end, zone }: TrackProps) {
  const t = useText()
  const dispatch = useDispatch()
  const present = Date.now()
  const inside = present >= start && present <= end
  return (
    <Button
      size="small"
      type="text"
      disabled={!inside}
      title={inside ? t('time.toNow') : t('time.outside')}
      onClick={() => dispatch({ type: 'time.set', time: instantIn(zone, Date.now()) })}
    >
      {t('time.now')}
    </Button>
  )
}

interface TrackProps {
  start: number
  end: number
  zone: string
}

/** Kept apart from the clock: it changes with the range only, the clock ten times a second. */
const Daylight = memo(function Daylight({ start, end, zone }: TrackProps) {
  const t = useText()
  const view = useApp((state) => (state.scene ? Object.values(state.scene.views)[0] : undefined))
  const { phone } = useScreen()
  const opening = useApp((state) => state.scene?.camera)
  const { lng, lat } = opening ?? view ?? { lng: 121.44, lat: 28.66 }
  const { bands, marks } = useMemo(() => daylight(start, end, lng, lat), [start, end, lng, lat])
  const share = (at: number) => `${((at - start) / (end - start)) * 100}%`
  // on long ranges the marks would only be noise
  const marked = end - start <= 3 * 86_400_000 ? marks : []
  return (
    <div className="tw-daylight">
      {bands.map((band) => (
        <span
          key={band.from}
          className="tw-band"
          data-light={band.light}
          style={{ insetInlineStart: share(band.from), width: share(start + band.to - band.from) }}
        />
      ))}
      {ticks(start, end, zone, phone ? TICKS_AT_MOST.phone : TICKS_AT_MOST.desk).map((tick) => (
        <span key={tick} className="tw-tick tw-number" style={{ insetInlineStart: share(tick) }}>
          {tickText(tick, zone)}
        </span>
      ))}
      {marked.map(({ at, kind }) => {
        const label = t(`time.${kind}At`, { time: dateAndTime(at, zone).time.slice(0, 5) })
        return (
          <span
            key={at}
            className="tw-sun"
            data-kind={kind}
            style={{ insetInlineStart: share(at) }}
            title={label}
            role="img"
            aria-label={label}
          >
            <Icon name={kind} width="0.8125rem" height="0.8125rem" />
            <span className="tw-number">{dateAndTime(at, zone).time.slice(0, 5)}</span>
          </span>
        )
      })}
    </div>
  )
})
