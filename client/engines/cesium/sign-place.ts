/** How a sign is written and how much room it takes. Pure: colours and words in, colours and boxes out. */

import type { ScreenBox } from './label-place.ts'

/** Where a sign stands against its place. */
export type Side = 'above' | 'right' | 'middle'

/** The plate behind the words, and how much of it there is: light ground hardly shines through. */
export const PLATE = { color: '#0b1420', alpha: 0.86 }
/** Air between the words and the plate's rim, pixels of the page: across and upright. */
export const AIR = [7, 4] as const
/** Contrast of words against the plate over the lightest ground; WCAG 2.2 asks for 4.5. */
export const CONTRAST = 6

type Rgb = readonly [number, number, number]

const channels = (css: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16) / 255) as unknown as Rgb

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast of a colour on the plate when white lies behind it: 1 … 21. @see WCAG 2.2, relative luminance */
export function contrastOnPlate(css: string): number {
  const plate = channels(PLATE.color).map((value) => value * PLATE.alpha + 1 - PLATE.alpha) as unknown as Rgb
  const [a, b] = [luminance(channels(css)), luminance(plate)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

const INK = '#f2f6fa'

/** A colour made as pale as it must be to be read on the plate; nearly white where there is none, or it is not `#rrggbb`. */
export function inkOf(color: string | undefined): string {
  if (!color || !/^#[0-9a-f]{6}$/i.test(color)) return INK
  const own = channels(color)
  for (let share = 0.35; share < 1; share += 0.05) {
    const mixed = own.map((value) => Math.round(255 * (value + (1 - value) * share)))
    const css = `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
    if (contrastOnPlate(css) >= CONTRAST) return css
  }
  return INK
}

/** Width of words in pixels, near enough and never too little, of a bold hand. */
export function widthOf(text: string, size: number): number {
  return size * [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1 : /[MW@×—]/.test(letter) ? 0.9 : 0.6), 0)
}

/** The room a sign takes, with a hair of air between two. */
export function signBox(x: number, y: number, text: string, size: number, side: Side, lift: number): ScreenBox {
  const wide = widthOf(text, size) + 2 * AIR[0] + 4
  const tall = size * 1.25 + 2 * AIR[1] + 4
  if (side === 'above') return [x - wide / 2, y - lift - tall, x + wide / 2, y - lift]
  if (side === 'right') return [x + lift, y - tall / 2, x + lift + wide, y + tall / 2]
  return [x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2]
}
