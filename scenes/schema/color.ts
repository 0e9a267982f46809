/** Colours: CSS words to numbers and back, and mixing them evenly for the eye. */
import { COLOR_NAMES } from './color-names.ts'

/** Red, green, blue, alpha: sRGB as CSS means it (gamma-encoded, not linear), each 0…1, alpha not multiplied in. */
export type Color = readonly [red: number, green: number, blue: number, alpha: number]

/** Lightness 0…1, green–red, blue–yellow. @see Ottosson 2020, A perceptual color space for image processing */
export type Oklab = readonly [lightness: number, a: number, b: number]

/** The colour of what is stale or unknown: grey, never green. */
export const UNKNOWN: Color = [0.56, 0.6, 0.65, 1]

const NUMBER = '([+-]?(?:\\d{1,9}\\.?\\d{0,9}|\\.\\d{1,9}))'
const PART = new RegExp(`^${NUMBER}(%|deg)?$`)

/**
 * A CSS colour: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `hsl()` (commas or spaces, optional alpha) or one of
 * the 148 names or `transparent`.
 *
 * @returns null when it is none of them
 */
export function parseColor(css: string): Color | null {
  if (css.length > 60) return null
  const text = css.trim().toLowerCase()
  if (text === 'transparent') return [0, 0, 0, 0]
  if (text.startsWith('#')) return hexColor(text.slice(1))
  const named = COLOR_NAMES.get(text)
  if (named !== undefined) return hexColor(named)
  const call = /^(rgb|hsl)a?\(([^()]*)\)$/.exec(text)
  if (call === null) return null
  const parts = call[2]!.trim().split(/\s*[,/]\s*|\s+/)
  if (parts.length !== 3 && parts.length !== 4) return null
  const numbers = parts.map((part) => PART.exec(part))
  if (numbers.some((part) => part === null)) return null
  const alpha = numbers[3] === undefined ? 1 : share(numbers[3]!, 1)
  if (alpha === null) return null
  return call[1] === 'rgb'
    ? rgbColor(numbers as RegExpExecArray[], alpha)
    : hslColor(numbers as RegExpExecArray[], alpha)
}

function hexColor(digits: string): Color | null {
  if (!/^(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.test(digits)) return null
  const short = digits.length < 6
  const at = (index: number) =>
    Number.parseInt(short ? digits[index]!.repeat(2) : digits.slice(index * 2, index * 2 + 2), 16) / 255
  return [at(0), at(1), at(2), digits.length === 4 || digits.length === 8 ? at(3) : 1]
}

/** A number of `whole`, or a percentage, as 0…1. */
function share(part: RegExpExecArray, whole: number): number | null {
  if (part[2] === 'deg') return null
  return clamp(Number(part[1]) / (part[2] === '%' ? 100 : whole))
}

function rgbColor(parts: readonly RegExpExecArray[], alpha: number): Color | null {
  const [red, green, blue] = [share(parts[0]!, 255), share(parts[1]!, 255), share(parts[2]!, 255)]
  return red === null || green === null || blue === null ? null : [red, green, blue, alpha]
}

function hslColor(parts: readonly RegExpExecArray[], alpha: number): Color | null {
  const [hue, saturation, lightness] = parts as [RegExpExecArray, RegExpExecArray, RegExpExecArray]
  if (hue[2] === '%' || saturation[2] !== '%' || lightness[2] !== '%') return null
  const [s, l] = [clamp(Number(saturation[1]) / 100), clamp(Number(lightness[1]) / 100)]
  const channel = (offset: number) => {
    const k = (((offset + Number(hue[1]) / 30) % 12) + 12) % 12
    return clamp(l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return [channel(0), channel(8), channel(4), alpha]
}

/** A colour as CSS writes it: `#rrggbb`, or `#rrggbbaa` when it is not solid. */
export function cssColor(color: Color): string {
  const byte = (share: number) =>
    Math.round(clamp(share) * 255)
      .toString(16)
      .padStart(2, '0')
  return `#${byte(color[0])}${byte(color[1])}${byte(color[2])}${color[3] >= 1 ? '' : byte(color[3])}`
}

/** The linear light of one gamma-encoded sRGB channel, 0…1 both. @see IEC 61966-2-1 */
export function linearLight(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}

function encoded(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}

/** A colour in Oklab; alpha is left out. */
export function oklab(color: Color): Oklab {
  const [r, g, b] = [linearLight(color[0]), linearLight(color[1]), linearLight(color[2])]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** A colour from Oklab, each channel cut off at 0 and 1. */
export function fromOklab(lab: Oklab, alpha = 1): Color {
  const l = (lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]) ** 3
  const m = (lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]) ** 3
  const s = (lab[0] - 0.0894841775 * lab[1] - 1.291485548 * lab[2]) ** 3
  return [
    clamp(encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
    clamp(encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
    clamp(encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)),
    alpha,
  ]
}

/** The colour a share of the way from one to another, evenly for the eye (Oklab); alpha goes straight. */
export function mixColors(from: Color, to: Color, share: number): Color {
  if (share <= 0) return from
  if (share >= 1) return to
  const [a, b] = [oklab(from), oklab(to)]
  const at = (index: 0 | 1 | 2) => a[index] + (b[index] - a[index]) * share
  return fromOklab([at(0), at(1), at(2)], from[3] + (to[3] - from[3]) * share)
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1)
}
