/** Progress on a terminal: one line that renews itself with rate and time left; plain lines where there is none. */
import type { IngestProgress } from './ingest.ts'

/** What is written to. */
export interface ProgressOutput {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

const WIDTH = 24
const EVERY_MS = 150
const PLAIN_EVERY_MS = 5000

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

function amount(stage: string, value: number): string {
  return stage === 'read' ? `${(value / 1e6).toFixed(1)} MB` : Math.round(value).toLocaleString('en')
}

/**
 * A listener for `ingest`'s progress.
 *
 * @param now milliseconds, growing
 * @returns `heard` for each report, `end` to leave the line clean
 */
export function progressLine(output: ProgressOutput, now: () => number = () => performance.now()) {
  let stage = ''
  let began = 0
  let last = Number.NEGATIVE_INFINITY
  let shown = false
  return {
    heard(progress: IngestProgress): void {
      const time = now()
      if (progress.stage !== stage) {
        stage = progress.stage
        began = time
        last = Number.NEGATIVE_INFINITY
      }
      const ended = progress.done >= progress.total
      if (!ended && time - last < (output.isTTY ? EVERY_MS : PLAIN_EVERY_MS)) return
      if (ended && last === Number.POSITIVE_INFINITY) return
      last = ended ? Number.POSITIVE_INFINITY : time
      const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 1
      const seconds = (time - began) / 1000
      const rate = seconds > 0.05 ? progress.done / seconds : 0
      const left = rate > 0 ? (progress.total - progress.done) / rate : Number.POSITIVE_INFINITY
      const numbers = `${Math.floor(share * 100)} % ${amount(stage, progress.done)} of ${amount(stage, progress.total)}, ${amount(stage, rate)}/s, ${duration(left)} left`
      if (output.isTTY) {
        const full = Math.round(share * WIDTH)
        const line = `${stage.padEnd(16)} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${numbers}`
        output.write(`\r\x1b[2K${line.slice(0, (output.columns ?? 100) - 1)}`)
        shown = true
      } else output.write(`${stage}: ${numbers}\n`)
    },
    end(): void {
      if (shown) output.write('\r\x1b[2K')
      shown = false
    },
  }
}
