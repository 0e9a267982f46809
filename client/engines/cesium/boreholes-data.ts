/** Boreholes around the camera: asked from the server cell by cell, the far ones forgotten. */

import type { Borehole } from '../../../data/geology/borehole.ts'
import { boreholeOf } from '../../../data/geology/borehole.ts'

/** Side of a cell, degrees. */
export const CELL = 0.04
/** Cells kept, and features of one cell. */
const MOST_CELLS = 64
const MOST_FEATURES = 2000

/** A cell of the map with its boreholes. */
export interface Cell {
  key: string
  holes: Borehole[]
  /** the server had more than are drawn */
  more: boolean
}

/** The cells that touch a box around a place. @param reach degrees of latitude */
export function cellsAround(lng: number, lat: number, reach: number): string[] {
  const wide = reach / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  const keys: string[] = []
  for (let y = Math.floor((lat - reach) / CELL); y <= Math.floor((lat + reach) / CELL); y++)
    for (let x = Math.floor((lng - wide) / CELL); x <= Math.floor((lng + wide) / CELL); x++) keys.push(`${x}/${y}`)
  return keys
}

interface Answer {
  features?: { id: string; geometry: { type: 'Point'; coordinates: number[] }; properties: Record<string, unknown> }[]
  links?: { rel: string }[]
}

/** Cells of one collection. */
export interface BoreholeCells {
  /** The cells wanted now, those there are; the others are on their way and `changed` will be called. */
  want(keys: readonly string[]): Cell[]
  /** requests on their way */
  pending(): number
  /** why the last request failed; null when it did not */
  failed(): string | null
  dispose(): void
}

/** @param url of the collection: `/collections/boreholes` */
export function boreholeCells(url: string, changed: () => void): BoreholeCells {
  const cells = new Map<string, Cell>()
  const asked = new Map<string, AbortController>()
  let failed: string | null = null
  let again: ReturnType<typeof setTimeout> | undefined

  const ask = async (key: string, stop: AbortController): Promise<void> => {
    const [x, y] = key.split('/').map(Number) as [number, number]
    const box = [x * CELL, y * CELL, (x + 1) * CELL, (y + 1) * CELL].map((side) => side.toFixed(6)).join()
    const answer = await fetch(`${url}/items?bbox=${box}&limit=${MOST_FEATURES}`, { signal: stop.signal })
    if (!answer.ok) throw new Error(`${url}: got HTTP ${answer.status}; expected 200`)
    const { features = [], links = [] } = (await answer.json()) as Answer
    const holes = features.flatMap(({ id, geometry, properties }) => {
      const words = properties as Record<string, string | number | boolean>
      const hole = boreholeOf({ id, layer: 'boreholes', geometry, style: words, attributes: words }, '')
      return hole ?? []
    })
    cells.set(key, { key, holes, more: links.some(({ rel }) => rel === 'next') })
  }
  return {
    want(keys) {
      for (const [key, stop] of asked) {
        if (keys.includes(key)) continue
        stop.abort()
        asked.delete(key)
      }
      for (const key of keys) {
        if (cells.has(key) || asked.has(key)) continue
        const stop = new AbortController()
        asked.set(key, stop)
        ask(key, stop)
          .then(() => {
            failed = null
          })
          .catch((error: unknown) => {
            if (stop.signal.aborted) return
            failed = error instanceof Error ? error.message : String(error)
            clearTimeout(again)
            again = setTimeout(changed, 8000)
          })
          .finally(() => {
            if (asked.get(key) === stop) asked.delete(key)
            if (!stop.signal.aborted) changed()
          })
      }
      for (const key of cells.keys()) {
        if (cells.size <= MOST_CELLS) break
        if (!keys.includes(key)) cells.delete(key)
      }
      return keys.flatMap((key) => cells.get(key) ?? [])
    },
    pending: () => asked.size,
    failed: () => failed,
    dispose() {
      clearTimeout(again)
      for (const stop of asked.values()) stop.abort()
      asked.clear()
      cells.clear()
    },
  }
}
