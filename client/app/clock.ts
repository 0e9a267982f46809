/** The scene clock: while it plays, scene time runs at a rate between the scene's start and end, and stops at the end. */
import type { SceneDocument } from '../../scenes/schema/scene.ts'
import { instantIn, milliseconds, zoneOf } from '../../scenes/schema/time.ts'
import type { TimerPort } from './ports.ts'

/** How often the clock moves while it plays, milliseconds. */
export const TICK_MS = 100

/** Years 1 and 9999: what ISO 8601 writes with four digits. */
const [FIRST_MS, LAST_MS] = [-62_135_596_800_000, 253_402_300_799_000]

/** What the clock reads and writes. */
export interface ClockHands {
  read(): { time: string; playing: boolean; rate: number; scene: SceneDocument | null }
  write(hands: { time?: string; playing?: boolean }): void
}

/** A clock; `start` after playing was switched on, `stop` for good. */
export interface Clock {
  start(): void
  stop(): void
}

/** A clock on a timer. It keeps what is less than a second by itself, as the time is written to the second. */
export function createClock(timer: TimerPort, hands: ClockHands): Clock {
  let cancel: (() => void) | null = null
  let last = 0
  let exact = 0
  let shown = ''

  function tick(): void {
    cancel = null
    const { time, playing, rate, scene } = hands.read()
    if (!playing) return
    const now = timer.now()
    if (time !== shown) exact = milliseconds(time)
    exact += Math.max(0, now - last) * rate
    last = now
    const start = scene?.time === undefined ? FIRST_MS : milliseconds(scene.time.start)
    const end = scene?.time === undefined ? LAST_MS : milliseconds(scene.time.end)
    const over = exact >= end || exact <= start
    if (over) exact = Math.min(Math.max(exact, start), end)
    const next = instantIn(zoneOf(scene?.time?.start ?? time), exact)
    shown = next
    const ended = over && (rate < 0 ? exact === start : exact === end)
    if (ended) hands.write({ time: next, playing: false })
    else if (next !== time) hands.write({ time: next })
    if (!ended) cancel = timer.after(TICK_MS, tick)
  }

  return {
    start() {
      const { time, rate, scene } = hands.read()
      cancel?.()
      last = timer.now()
      exact = milliseconds(time)
      shown = time
      if (scene?.time !== undefined) {
        const [from, to] = rate < 0 ? [scene.time.end, scene.time.start] : [scene.time.start, scene.time.end]
        if (exact === milliseconds(to)) {
          exact = milliseconds(from)
          shown = instantIn(zoneOf(from), exact)
          hands.write({ time: shown })
        }
      }
      cancel = timer.after(TICK_MS, tick)
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}
