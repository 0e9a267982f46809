/** How names are written and which of them there is room for. Pure: screen boxes in, the kept names out. */

import type { Label } from './map-messages.ts'

/** How a name is written. */
export interface Hand {
  /** pixels of the page */
  size: number
  color: string
  halo: string
  /** seen up to this many metres from the camera */
  farM: number
}

/** Left, top, right, bottom in pixels of the page. */
export type ScreenBox = readonly [number, number, number, number]

const INK: Record<string, string> = {
  peak: '#6b5b3f',
  island: '#3d5a66',
  park: '#4d6338',
  station: '#4a5568',
  hospital: '#7a4a4a',
  school: '#5b5470',
  government: '#4a5568',
  port: '#3d5a66',
  poi: '#5c5a55',
}

/** Metres by importance 1 … 10. */
const FAR = [0, 400_000, 160_000, 70_000, 34_000, 18_000, 9_000, 5_000, 3_200, 2_200, 1_500]

/** The hand of a name by its importance and class, dark on pale by day and pale on dark at night. */
export function handOf(label: Label, night: number): Hand {
  const rank = Math.max(1, Math.min(10, Math.round(label.rank)))
  const size = label.road ? 12 : rank <= 2 ? 19 : rank <= 4 ? 16 : rank <= 6 ? 14 : 12.5
  const dark = night > 0.5
  const ink = dark ? '#e6edf5' : label.road ? '#6a645a' : (INK[label.class] ?? '#2b3440')
  return { size, color: ink, halo: dark ? '#0b1420' : '#fbfaf6', farM: FAR[rank]! * (label.road ? 0.55 : 1) }
}

/** A name in a language; Chinese where there is no English. */
export function words(label: Label, language: 'zh' | 'en'): string {
  return language === 'en' && label.nameEn ? label.nameEn : label.name
}

/** The room a name takes around the middle of its place, with air around it. */
export function boxAround(x: number, y: number, text: string, size: number): ScreenBox {
  const letters = [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 1 : 0.55), 0)
  const half = (size * letters) / 2 + 10
  const tall = size * 0.8 + 6
  return [x - half, y - tall, x + half, y + tall]
}

/**
 * Those whose boxes are free, in the order given: an earlier one takes its room from all later ones.
 *
 * @param boxOf null where a name is off the screen
 * @param hidden asked last, because it is dear
 */
export function placed<Name>(
  names: Iterable<Name>,
  most: number,
  boxOf: (name: Name) => ScreenBox | null,
  hidden: (name: Name) => boolean,
): Name[] {
  const boxes: ScreenBox[] = []
  const kept: Name[] = []
  for (const name of names) {
    if (kept.length >= most) break
    const box = boxOf(name)
    if (!box || boxes.some((other) => overlap(box, other)) || hidden(name)) continue
    boxes.push(box)
    kept.push(name)
  }
  return kept
}

/** Whether two boxes share more than an edge. */
export function overlap(a: ScreenBox, b: ScreenBox): boolean {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]
}
