/** What every answer about networks has: features with a `role`, numbers, and words that say how it was found and what it does not know. */
import type { Feature } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import type { Words } from '../../data/networks/network-words.ts'
import { type LoadedNetwork, pipeFeature } from './networks.ts'

/** How many there are of one kind. */
export interface Group extends Words {
  key: string
  count: number
  severity?: 'error' | 'warning' | 'note'
}

/** An answer as GeoJSON. */
export interface NetworkAnswer {
  type: 'FeatureCollection'
  features: Feature[]
  summary: Record<string, number | string | null>
  /** most first */
  groups?: Group[]
  method: Words
  /** what is not known or taken for granted: stands beside the answer in the page and on paper */
  limits: Words
}

/** Features of an answer at most; the numbers count all. */
export const MOST_SHOWN = 20_000

const round = (value: number, digits: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null

/** What a list says of a pipe: utility, size in metres, material, year, owner; null where not known. */
export function pipeFacts({ network: { pipes }, owner, pressure }: LoadedNetwork, k: number): Record<string, unknown> {
  return {
    class: CLASSES.pipes[pipes.utility[k]],
    diameter: round(pipes.diameter[k], 3),
    ...(pipes.section[k] !== 0 && { width: round(pipes.width[k], 3) }),
    material: pipes.material[k] || null,
    year: pipes.year[k] || null,
    owner: owner[k] || null,
    ...(pressure[k] !== undefined && { pressure: pressure[k] }),
  }
}

/** A pipe with its facts. */
export const pipeWithFacts = (loaded: LoadedNetwork, k: number, properties: Record<string, unknown>): Feature =>
  pipeFeature(loaded.network, k, { ...pipeFacts(loaded, k), ...properties })

/** Heights of the ground at degrees; NaN where not known. */
export type Ground = (lngDeg: number, latDeg: number) => number

/** The ring of a box as a line on the ground, for the map. */
export function boxFeature(box: readonly [number, number, number, number], ground: Ground): Feature {
  const [w, s, e, n] = box
  const ring = [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
    [w, s],
  ]
  const coordinates = ring.map(([lng, lat]) => {
    const height = ground(lng, lat)
    return Number.isFinite(height) ? [lng, lat, Number(height.toFixed(2))] : [lng, lat]
  })
  return { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: { role: 'area' } }
}

/** Counts by key, most first. */
export function counted(keys: Iterable<string>, words: (key: string) => Words & Partial<Group>): Group[] {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].map(([key, count]) => ({ ...words(key), key, count })).sort((a, b) => b.count - a.count)
}
