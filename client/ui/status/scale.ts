/** The scale bar: the longest round length that fits, and how lengths are written. */

/** A bar to draw: how long it is on the ground and on the screen. */
export interface ScaleBar {
  metres: number
  pixels: number
}

const STEPS = [1, 2, 5]
const EARTH_METRES = 20_000_000

/** The longest of 1, 2, 5 × 10ⁿ metres (1 cm … 20,000 km) that fits in `maxPixels`; null when the middle is sky. */
export function scaleBar(metresPerPixel: number | null, maxPixels: number): ScaleBar | null {
  if (metresPerPixel === null || !Number.isFinite(metresPerPixel) || metresPerPixel <= 0) return null
  const longest = Math.min(metresPerPixel * maxPixels, EARTH_METRES)
  if (longest < 0.01) return null
  const decade = 10 ** Math.floor(Math.log10(longest))
  const step = STEPS.findLast((factor) => factor * decade <= longest * (1 + 1e-9)) ?? 1
  const metres = step * decade
  return { metres, pixels: metres / metresPerPixel }
}

/** A length as number and unit: `{ value: '500', unit: 'm' }`, kilometres from 1000 m on, centimetres below 1 m. */
export function lengthParts(metres: number): { value: string; unit: 'cm' | 'm' | 'km' } {
  const size = Math.abs(metres)
  if (size >= 1000) return { value: grouped(metres / 1000, size < 10_000 ? 1 : 0), unit: 'km' }
  if (size < 1 && size > 0) return { value: grouped(metres * 100, 0), unit: 'cm' }
  return { value: grouped(metres, size < 10 ? 1 : 0), unit: 'm' }
}

/** A number with thousands set apart by a comma and at most `digits` decimals, without trailing zeros. */
export function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}
