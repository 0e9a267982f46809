/** What the server says of the point clouds: how many points, of which classes. */
import { POINT_CLASSES } from '../../../data/formats/las-classes.ts'

/** The clouds together. */
export interface CloudFacts {
  clouds: number
  points: number
  /** most points first */
  classes: { code: number; word: string; points: number }[]
}

/** Reads `/collections/points/items`; classes of a producer's own have no number here and cannot be chosen. */
export function readClouds(json: unknown): CloudFacts {
  const features = (json as { features?: { properties?: Record<string, unknown> }[] } | null)?.features ?? []
  const byWord = new Map<string, number>()
  let points = 0
  for (const { properties } of features) {
    points += Number(properties?.points) || 0
    for (const [key, value] of Object.entries(properties ?? {}))
      if (key.startsWith('class:')) byWord.set(key.slice(6), (byWord.get(key.slice(6)) ?? 0) + (Number(value) || 0))
  }
  const classes = POINT_CLASSES.flatMap(({ code, word }) => {
    const count = byWord.get(word) ?? 0
    return count > 0 ? [{ code, word, points: count }] : []
  })
  return { clouds: features.length, points, classes: classes.sort((a, b) => b.points - a.points) }
}
