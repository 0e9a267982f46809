/** How much of a frame goes into making tiles of ground. */

import type { Scene } from '@cesium/engine'

/** Milliseconds of a frame at least (the engine's own), and at most. */
const [LEAST, MOST] = [5, 100]
const SHARE = 0.2

/**
 * A pace that suits the machine: where a picture takes a second, five milliseconds make one tile in it, and a view takes minutes.
 *
 * @returns to be called at each turn of the page's drawing, with its time in milliseconds
 */
export function paceLoading({ globe }: Scene): (now: number) => void {
  const surface = (globe as unknown as { _surface: { _loadQueueTimeSlice: number } })._surface
  let before = Number.NaN
  return (now) => {
    const turn = now - before
    before = now
    if (Number.isFinite(turn)) surface._loadQueueTimeSlice = Math.min(MOST, Math.max(LEAST, SHARE * turn))
  }
}
