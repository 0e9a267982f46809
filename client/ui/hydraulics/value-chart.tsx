/** The course of one value over the time that was solved, with the clock's moment on it. */
import { tickNumbers } from '../layers/legend-text.ts'

interface Props {
  label: string
  /** seconds from the start, and seconds after midnight of it */
  times: readonly number[]
  clockS: number
  values: readonly (number | null)[]
  step: number
  unit: string
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [288, 110, 38, 6, 8, 16]

/** `08:30`. */
export function clockText(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`
}

export function ValueChart({ label, times, clockS, values, step, unit }: Props) {
  const known = values.filter((value): value is number => value !== null)
  if (known.length === 0) return null
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const pad = Math.max((high - low) * 0.08, 1e-3)
  const last = Math.max(times.at(-1) ?? 1, 1)
  const x = (seconds: number) => LEFT + (seconds / last) * (WIDTH - LEFT - RIGHT)
  const y = (value: number) => TOP + (1 - (value - low + pad) / (high - low + 2 * pad)) * (HEIGHT - TOP - BOTTOM)
  let path = ''
  values.forEach((value, i) => {
    if (value !== null)
      path += `${path === '' || values[i - 1] === null ? 'M' : 'L'}${x(times[i] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`
  })
  const ticks = tickNumbers(low, high)
  const hours = [0, 0.25, 0.5, 0.75, 1].map((share) => share * last)
  return (
    <svg className="tw-hydraulics-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {ticks.map(({ value, text }) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 4} y={y(value) + 3} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {hours.map((seconds, i) => (
        <text
          key={seconds}
          x={x(seconds)}
          y={HEIGHT - 3}
          textAnchor={i === 0 ? 'start' : i === hours.length - 1 ? 'end' : 'middle'}
        >
          {clockText(clockS + seconds)}
        </text>
      ))}
      <text x={LEFT + 3} y={TOP + 6}>
        {unit}
      </text>
      <path d={path} />
      <line
        className="tw-hydraulics-now"
        x1={x(times[step] ?? 0)}
        x2={x(times[step] ?? 0)}
        y1={TOP}
        y2={HEIGHT - BOTTOM}
      />
    </svg>
  )
}
