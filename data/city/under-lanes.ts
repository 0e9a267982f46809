/** The lanes of a street: how far from its middle each line lies, so that neighbours keep the distances of GB 50289 between their walls. */
import { odd, type StreetLink, type Streets } from './under-streets.ts'

/** Half the outer width of a pipe or box whose walls are a twentieth of its size. */
export const outerHalf = (inner: number): number => inner / 2 + Math.max(0.005, inner * 0.05)

/** Middle of the gullies from the kerb, and the outer edge of their pipes' ends beyond it, m. */
export const GULLY_M = 0.35
const GULLY_HALF = outerHalf(0.3)
const SLACK = 0.03
/** What the end of a wider pipe from a side street may stick out behind the pipe of the street itself, m. */
const BRANCH_M = 0.18

/** What lies beside a line where somebody laid it against the rules; a few streets have one. */
export const TOO_NEAR = { 演示缺陷: '净距不足' }

const kerb = ({ widthM }: StreetLink): number => widthM / 2 - GULLY_M + GULLY_HALF

/** Storm to the left of the middle, foul to the right. */
export const stormOffset = (link: StreetLink): number => -Math.max(1.15, 0.17 * link.widthM)
/** Where foul sewers lie: see `stormOffset`. */
export const foulOffset = (link: StreetLink): number => Math.max(1.15, 0.17 * link.widthM)

/** Metres by which a main was laid too near the telecom ducts; 0 in nearly all streets. */
export const waterAstray = (link: StreetLink): number => (link.widthM >= 14 && odd(link, 397) ? 0.7 : 0)
/** Whether a main has too little ground over it; in few streets. */
export const shallow = (link: StreetLink): boolean => odd(link, 409)
/** What is noted of such a main. */
export const TOO_SHALLOW = { 演示缺陷: '覆土不足' }
/** Metres by which a gas pipe was laid too near the power ducts; 0 in nearly all streets. */
export const gasAstray = (link: StreetLink): number => (link.widthM >= 14 && odd(link, 401) ? 0.4 : 0)

/** Sizes that share a lane, so that a street's main does not swerve at each crossing. */
const laneSize = (d: number): number => (d <= 0.2 ? 0.2 : d <= 0.4 ? 0.4 : d)

/** The widest main of each street, for all of its links: a lane runs straight on. @param sizes inner diameter by link, NaN where none is */
export function laneMains({ links }: Streets, sizes: Float64Array): Float64Array {
  const most = new Map<string, number>()
  const known = (link: StreetLink) => sizes[link.index] || 0
  const key = ({ name, widthM }: StreetLink) => `${name} ${widthM}`
  for (const link of links) if (link.name) most.set(key(link), Math.max(most.get(key(link)) ?? 0, known(link)))
  return Float64Array.from(links, (link) => most.get(key(link)) ?? known(link))
}

/** Mains in the footway on the left: from sewers 1 m, those wider than 200 mm 1.5 m (table 4.1.9). @param d of the street's widest main */
export function waterOffset(link: StreetLink, d: number): number {
  // no gullies in lanes without sewers
  if (link.supply !== 'full' && link.widthM < 14) return -link.widthM / 2 - 0.3
  const size = laneSize(d)
  return -(kerb(link) + (size > 0.2 ? 1.5 : 1) + outerHalf(size) + SLACK)
}

/** Telecom ducts behind the main, 1 m from it. @param d of the main, 0 for none @param width of the ducts */
export function telecomOffset(link: StreetLink, d: number, width: number): number {
  const size = d > 0 ? laneSize(d) : 0.2
  return -(kerb(link) + (size > 0.2 ? 1.5 : 1) + 2 * outerHalf(size) + 1 + outerHalf(width) + BRANCH_M)
}

/** Least distance of gas from sewers and from power, by pressure class. */
const FROM_SEWER = [1, 1.2, 1.5]
const FROM_POWER = [0.5, 0.5, 1]

/** Gas in the footway on the right. @param level 0 low, 1 medium, 2 high pressure @param d inner diameter */
export const gasOffset = (link: StreetLink, level: number, d: number): number =>
  kerb(link) + FROM_SEWER[level]! + outerHalf(d) + SLACK

/** Power ducts behind the gas. @param width of the ducts */
export const powerOffset = (link: StreetLink, level: number, d: number, width: number): number =>
  kerb(link) + FROM_SEWER[level]! + 2 * outerHalf(d) + FROM_POWER[level]! + outerHalf(width) + BRANCH_M

/** Steam behind the power ducts. */
export const steamOffset = (link: StreetLink, power: number, width: number): number =>
  Math.max(power, link.widthM / 2 + 1) + outerHalf(width) + 0.25 + outerHalf(0.4)
