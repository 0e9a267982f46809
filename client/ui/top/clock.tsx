/** The scene's time in the scene's zone, always with the zone beside it. */
import { milliseconds, zoneOf } from '../../../scenes/schema/time.ts'
import { useApp, useText } from '../app-context.tsx'
import { dateAndTime, zoneText } from '../time/clock-text.ts'

export function Clock() {
  const t = useText()
  const time = useApp((state) => state.time)
  const language = useApp((state) => state.language)
  const zone = zoneOf(time)
  const at = milliseconds(time)
  if (!Number.isFinite(at)) return null
  const shown = dateAndTime(at, zone)
  const weekday = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    weekday: 'short',
    timeZone: 'UTC',
  }).format(new Date(`${shown.date}T00:00:00Z`))
  return (
    <time className="tw-clock" dateTime={time} title={t('clock.label')}>
      <span className="tw-clock-date">
        {shown.date} {weekday}
      </span>
      <span className="tw-clock-time">{shown.time.slice(0, 5)}</span>
      <span className="tw-clock-zone">{t('clock.zone', { offset: zoneText(zone) })}</span>
    </time>
  )
}
