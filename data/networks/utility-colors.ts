/** The colours of the utilities, near those of the Chinese survey standard and told apart on clay, on soil and on ink-blue. */
import type { CLASSES } from '../geo/city-feature.ts'

/** A utility: a class of pipes. */
export type Utility = (typeof CLASSES.pipes)[number]

/**
 * Colour of each utility as #rrggbb, in the order of `CLASSES.pipes`.
 * @see CJJ 61-2017, appendix: 给水 天蓝, 排水 褐, 燃气 粉红, 热力 橘黄, 电力 大红, 电信 绿, 工业 黑; storm, foul and combined share the brown of 排水 in
 * three steps of light; black is brought up to a dark slate, so that it shows on dark ground
 */
export const UTILITY_COLORS: Readonly<Record<Utility, string>> = {
  water: '#1f9fe8',
  storm: '#b98a52',
  foul: '#7d4e2a',
  combined: '#9c6a3c',
  gas: '#f07fb2',
  heat: '#f39a2b',
  power: '#e0322f',
  telecom: '#35b35a',
  tunnel: '#c9a83a',
  industrial: '#4a525c',
  other: '#8f99a6',
}
