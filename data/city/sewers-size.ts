/** How large a sewer must be: Manning's formula, smallest slopes, design flows of rain and of people. */

/** A cross section. Metres. */
export interface Section {
  section: 'circular' | 'box'
  /** inner height */
  height: number
  width: number
}

// the plain is too flat for high pipes: above 1.35 m culverts grow in width
const ROUND = [0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.35]
const BOXES: [number, number][] = [
  [1.8, 1.4],
  [2.2, 1.5],
  [2.8, 1.6],
  [3.4, 1.7],
  [4, 1.8],
  [5, 1.9],
  [6, 2],
  [8, 2.2],
]
/** All sections, smallest first. */
export const SIZES: Section[] = [
  ...ROUND.map((d): Section => ({ section: 'circular', height: d, width: d })),
  ...BOXES.map(([width, height]): Section => ({ section: 'box', height, width })),
]

/**
 * Smallest slope of a sewer.
 *
 * @see GB 50014-2021 §5.2.10: 0.002 for 300 mm (plastic); beyond the table the usual values of Chinese practice
 */
export function leastSlope(height: number): number {
  if (height <= 0.3) return 0.002
  if (height <= 0.4) return 0.0015
  if (height <= 0.5) return 0.0012
  if (height <= 0.6) return 0.001
  if (height <= 0.8) return 0.0008
  if (height <= 1.2) return 0.0006
  return 0.0005
}

/** Manning's n: plastic to 0.6 m, concrete above. */
export const roughnessOf = (height: number): number => (height <= 0.6 ? 0.011 : 0.013)

/** Flow of a full section at a slope, m³/s (Manning). */
export function capacity({ section, height, width }: Section, slope: number): number {
  const area = section === 'circular' ? (Math.PI * height * height) / 4 : width * height
  const wet = section === 'circular' ? Math.PI * height : 2 * (width + height)
  return (area * (area / wet) ** (2 / 3) * Math.sqrt(slope)) / roughnessOf(height)
}

/** The smallest section, not smaller than `from`, that carries the flow at its smallest slope; the largest when none does. */
export function sectionFor(flow: number, from: number, share: number): number {
  let i = from
  while (i < SIZES.length - 1 && capacity(SIZES[i]!, leastSlope(SIZES[i]!.height)) * share < flow) i++
  return i
}

/**
 * Rain on the design storm, m³/s per m²: `q = 167·A·(1 + C·lg P)/(t + b)^n` L/(s·ha). The form is GB 50014's; the numbers are ours,
 * near those of the coast of Zhejiang.
 *
 * @param years return period
 * @param minutes duration
 */
export function rainOn(years: number, minutes: number): number {
  return (1820 * (1 + 0.76 * Math.log10(years))) / (minutes + 9.8) ** 0.7 / 1e7
}

/** Peak over mean of foul flow, from the mean in L/s. @see GB 50014-2021 §4.1.15 */
export function peakFactor(lps: number): number {
  return Math.max(1.5, Math.min(2.7, 3.1 / Math.max(1, lps) ** 0.11))
}

/**
 * A storm of the same rain after Keifer and Chu (1957): mean intensities of steps, mm/h, the peak at 0.4 of its length.
 *
 * @param years return period
 * @param minutes length
 * @param step minutes of one value
 */
export function designStorm(years: number, minutes: number, step: number): number[] {
  // mm that fall in the wettest t minutes
  const depth = (t: number) => rainOn(years, t) * t * 60 * 1000
  const before = 0.4
  const until = (m: number) => {
    const t = Math.abs(m - before * minutes)
    const share = m < before * minutes ? before : 1 - before
    const part = share * depth(t / share)
    return m < before * minutes ? before * depth(minutes) - part : before * depth(minutes) + part
  }
  return Array.from({ length: Math.ceil(minutes / step) }, (_, k) => {
    const [a, b] = [k * step, Math.min(minutes, (k + 1) * step)]
    return ((until(b) - until(a)) * 60) / (b - a)
  })
}
