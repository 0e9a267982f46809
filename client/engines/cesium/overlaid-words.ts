/** What all words over the picture share: drawn when it is finished, grown with the page's own text, never half under a panel. */

import { type LabelCollection, Pass } from '@cesium/engine'
import type { ScreenBox } from './label-place.ts'

interface Frame {
  passes: { render: boolean }
  commandList: { pass: number }[]
}

/** Words are written when the picture is finished: its edge lines do not run through them, and a click goes through them. */
export function overEverything(collection: LabelCollection) {
  const inner = collection as unknown as { update(frame: Frame): void }
  return {
    update(frame: Frame) {
      if (!frame.passes.render) return
      const from = frame.commandList.length
      inner.update(frame)
      for (const command of frame.commandList.slice(from)) command.pass = Pass.OVERLAY
    },
    isDestroyed: () => collection.isDestroyed(),
    destroy: () => collection.destroy(),
  }
}

/** Words grow with the page's own text: twice as large on a 4K panel seen from afar. */
export function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1
}

/** Whether a part of a name is off the screen or under a panel: half a name is worse than none. */
export function isCovered(canvas: HTMLCanvasElement, [left, top, right, bottom]: ScreenBox): boolean {
  const { x, y } = canvas.getBoundingClientRect()
  const middle = y + (top + bottom) / 2
  // The air beside the letters may be covered; between them no button may hide, and the narrowest is two letters wide.
  const [from, to] = [left + 10, right - 10]
  const steps = Math.max(1, Math.ceil((to - from) / 24))
  return Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps).some(
    (across) => document.elementFromPoint(x + across, middle) !== canvas,
  )
}
