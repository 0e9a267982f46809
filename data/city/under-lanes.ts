/** The lanes of a street: how far from its middle each line lies, so that neighbours keep the distances of GB 50289 between their walls. */
import type { StreetLink } from './under-streets.ts'
import { odd } from './under-streets.ts'

/** Half the outer width of a pipe or box whose walls are a twentieth of its size. */
export const outerHalf = (inner: number): number => inner / 2 + Math.max(0.005, inner * 0.05)

/** Middle of the gullies from the kerb, and the outer edge of their pipes' ends beyond it, m. */
export const GULLY_M = 0.35
const GULLY_HALF = outerHalf(0.3)
const SLACK = 0.03

/** What lies beside a line where somebody laid it against the rules; a few streets have one. */
export const TOO_NEAR = { 演示缺陷: '净距不足' }

const kerb = ({ widthM }: StreetLink): number => widthM / 2 - GULLY_M + GULLY_HALF

/** Storm to the left of the middle, foul to the right. */
export const stormOffset = (link: StreetLink): number => -Math.max(1.15, 0.17 * link.widthM)
/** Where foul sewers lie: see `stormOffset`. */
export const foulOffset = (link: StreetLink): number => Math.max(1.15, 0.17 * link.widthM)

/** Whether a main was laid too near the ducts. */
export const waterAstray = (link: StreetLink): boolean => link.widthM >= 14 && odd(link, 67)
/** Whether a gas pipe was laid too near the ducts. */
export const gasAstray = (link: StreetLink): boolean => link.widthM >= 14 && odd(link, 61)

/** Sizes that share a lane, so that a street's main does not swerve at each crossing. */
const laneSize = (d: number): number => (d <= 0.2 ? 0.2 : d <= 0.4 ? 0.4 : d)

/** Mains in the footway on the left: from sewers 1 m, those wider than 200 mm 1.5 m (table 4.1.9). @param d inner diameter */
export function waterOffset(link: StreetLink, d: number): number {
  // no gullies where no sewer is
  if (link.supply !== 'full') return -link.widthM / 2 - 0.3
  const size = laneSize(d)
  const free = kerb(link) + (size > 0.2 ? 1.5 : 1) + outerHalf(size) + SLACK
  return -free - (waterAstray(link) ? 0.7 : 0)
}

/** Telecom ducts behind the main, 1 m from it. @param d of the main, 0 for none @param width of the ducts */
export function telecomOffset(link: StreetLink, d: number, width: number): number {
  const size = d > 0 ? laneSize(d) : 0.2
  return -(kerb(link) + (size > 0.2 ? 1.5 : 1) + 2 * outerHalf(size) + 1 + outerHalf(width) + 2 * SLACK)
}

/** Least distance of gas from sewers and from power, by pressure class. */
const FROM_SEWER = [1, 1.2, 1.5]
const FROM_POWER = [0.5, 0.5, 1]

/** Gas in the footway on the right. @param level 0 low, 1 medium, 2 high pressure @param d inner diameter */
export const gasOffset = (link: StreetLink, level: number, d: number): number =>
  kerb(link) + FROM_SEWER[level]! + outerHalf(d) + SLACK + (gasAstray(link) ? 0.4 : 0)

/** Power ducts behind the gas. @param width of the ducts */
export const powerOffset = (link: StreetLink, level: number, d: number, width: number): number =>
  kerb(link) + FROM_SEWER[level]! + 2 * outerHalf(d) + FROM_POWER[level]! + outerHalf(width) + 2 * SLACK

/** Steam behind the power ducts. */
export const steamOffset = (link: StreetLink, power: number, width: number): number =>
  Math.max(power, link.widthM / 2 + 1) + outerHalf(width) + 0.25 + outerHalf(0.4)
